"""The review that a review is compared with: the organisation's last one of the same kind by a comparable edition."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from ipsfidelity.prepared import prepared
from reviews.components.result import LastResult
from reviews.models import ItemScore, Review
from reviews.wording import visit_words
from scales.definition import Scale
from scales.models import ScaleEdition


@dataclass(frozen=True)
class LastReview:
    """The last comparable review. `scores` are by item number, `edition` is the key of its edition."""

    edition: int
    visit_start: date
    visit_end: date
    total: int
    scores: Mapping[int, int | None]

    @property
    def visit(self) -> str:
        """The dates of the visit in words."""
        return visit_words(self.visit_start, self.visit_end)

    def result(self, scale: Scale) -> LastResult:
        """Return its result by the sections of a comparable scale."""
        sums = {
            section.name: sum(self.scores[item.number] or 0 for item in section.items) for section in scale.sections
        }
        return LastResult(self.total, sums, self.visit_start)


def last_review(review: Review) -> LastReview | None:
    """Return the review that this one is compared with, or None. One query.

    Who reads the scores of a review may know these totals and scores too: its report compares both.
    """
    editions = ScaleEdition.comparable(review.edition_id)
    rows = _last_scores(review.organisation.current_id, review.kind, review.visit_start, editions=editions)
    if not rows:
        return None
    edition, visit_start, visit_end, total = rows[0][2:]
    return LastReview(edition, visit_start, visit_end, total or 0, {number: value for number, value, *_review in rows})


@prepared
def _last_scores(organisation: int, kind: str, before: date, *, editions: tuple[int, ...]) -> QuerySet[ItemScore, Any]:
    last = Review.objects.comparable(organisation, kind, before, editions).values("pk")[:1]
    columns = ("item_number", "value", "review__edition", "review__visit_start", "review__visit_end", "review__total")
    return ItemScore.objects.filter(review=last).values_list(*columns)


def last_valid_review(review: Review) -> Review | None:
    """Return the organisation's last valid review before this one, of any kind and by any edition, or None.

    One query, or none if the organisation has no final review.
    """
    if review.organisation.current.last_review_id is None:
        return None
    return next(iter(_valid_before(review.organisation.current_id, review.visit_start)), None)


@prepared
def _valid_before(organisation: int, day: date) -> QuerySet[Review]:
    earlier = Review.objects.valid().of_current(organisation).filter(visit_start__lt=day)
    return earlier.newest_first()[:1]
