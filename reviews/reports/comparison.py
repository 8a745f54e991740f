"""Comparison of a review with the earlier reviews of its organisation, and totals over time. This module only reads.

Numbers are compared with the last valid review of the same kind and by a comparable edition only. The report states
which editions are joined, and which reviews are not compared or left out: nothing is mixed silently.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ipsfidelity.prepared import prepared
from reviews.charts.trend import MOST_DRAWN, ReviewTotal, Trend, trend
from reviews.components.last_review import LastReview, last_valid_review
from reviews.models import Review
from reviews.wording import joined_words
from scales.models import ScaleEdition


@dataclass(frozen=True)
class TotalRow:
    """One review in the table of totals over time, as text."""

    visit: str
    kind: str
    total: str
    band: str
    is_this_review: bool


@dataclass(frozen=True)
class ReviewsOverTime:
    """The reviews in the chart of totals, the oldest first, with sentences on what is in it.

    `has_older` is whether there are older reviews, which only the list of reviews has.
    """

    shown: tuple[Review, ...]
    notes: str
    has_older: bool = False


def comparison_note(review: Review, previous: LastReview | None) -> str:
    """Return a sentence on the last review if it was of another kind or by another edition: whether it is compared.

    "" if it was not, or if there is no earlier review. One query.
    """
    last = last_valid_review(review)
    if last is None or (last.kind, last.edition_id) == (review.kind, review.edition_id):
        return ""
    values = {"kind": last.get_kind_display(), "visit": last.visit, "version": last.scale.version}
    is_comparable = last.edition_id in ScaleEdition.comparable(review.edition_id)
    if is_comparable and last.kind == review.kind:
        return (
            _(
                "The last review (%(visit)s) was by another edition of the scale (%(version)s) with the same items and "
                "bands, so the numbers are compared with it."
            )
            % values
        )
    if not is_comparable:
        sentence = _("The last review (%(kind)s, %(visit)s) was by another edition of the scale (%(version)s)") % values
    else:
        sentence = _("The last review was of another kind (%(kind)s, %(visit)s)") % values
    if previous:
        return _("%(sentence)s; the numbers are compared with %(visit)s.") % {
            "sentence": sentence,
            "visit": previous.visit,
        }
    return _("%(sentence)s, so the numbers are not compared.") % {"sentence": sentence}


def reviews_over_time(review: Review, *, is_scored: bool) -> ReviewsOverTime:
    """Return the organisation's valid reviews by comparable editions up to this one.

    Of more than MOST_DRAWN finished reviews only the newest are looked at. The notes say so, which editions are joined,
    and which reviews are left out and why. Before every item has a score, no review is shown. The report of a
    superseded review shows that review and not its later correction. One query.
    """
    if not is_scored:
        return ReviewsOverTime((), _("Earlier totals stand here once every item has a score."))
    newest = _finished_until(review.organisation.current_id, review.visit_start, review.pk)
    candidates, has_older = newest[MOST_DRAWN - 1 :: -1], len(newest) > MOST_DRAWN
    comparable = ScaleEdition.comparable(review.edition_id)
    shown = [row for row in candidates if row.edition_id in comparable and (row.is_valid or row == review)]
    superseded = sum(not row.is_valid and row != review for row in candidates)
    by_other_editions = len(candidates) - len(shown) - superseded
    notes = []
    if not review.is_final:
        notes.append(_("This review is not final, so it is not in the picture."))
    elif not review.is_valid:
        notes.append(_("This review was replaced by its correction."))
    if len(shown) == 1:
        notes.append(_("One review is no development yet."))
    if joined := joined_words(row.scale for row in shown):
        notes.append(joined)
    if has_older:
        notes.append(_only_newest())
    notes += _left_out(by_other_editions, superseded)
    return ReviewsOverTime(tuple(shown), " ".join(notes), has_older)


@prepared
def _finished_until(organisation: int, visit_start: date, key: int) -> QuerySet[Review]:
    """Return the newest of an organisation's finished reviews up to the one with this first day of the visit and key.

    One more than are drawn, the newest first.
    """
    # Not by an OR, for which SQLite would read the reviews of all organisations.
    finished = Review.objects.finished().of_current(organisation).filter(visit_start__lte=visit_start)
    return finished.exclude(visit_start=visit_start, pk__gt=key).newest_first()[: MOST_DRAWN + 1]


def _only_newest() -> str:
    return _(
        "The %(n)s newest finished reviews up to this one are shown. The list of all reviews has the older ones."
    ) % {"n": str(MOST_DRAWN)}


def _left_out(by_other_editions: int, superseded: int) -> list[str]:
    """Return a sentence for each reason to leave reviews out."""
    sentences = []
    if by_other_editions:
        sentences.append(
            ngettext(
                "%(n)s review by another edition of the scale is left out.",
                "%(n)s reviews by other editions of the scale are left out.",
                by_other_editions,
            )
            % {"n": by_other_editions}
        )
    if superseded:
        sentences.append(
            ngettext(
                "%(n)s review was replaced by a correction and is left out.",
                "%(n)s reviews were replaced by corrections and are left out.",
                superseded,
            )
            % {"n": superseded}
        )
    return sentences


def total_trend(reviews: Sequence[Review]) -> Trend | None:
    """Return the chart of totals over time, or None without a total. All editions must be comparable."""
    totals = [
        ReviewTotal(review.visit_start, review.total, review.kind, str(review.get_kind_display()))
        for review in reviews
        if review.total
    ]
    return trend(reviews[-1].scale, totals) if totals else None


def total_row(review: Review, *, is_this_review: bool) -> TotalRow:
    """Return a review as a row of the table. `is_this_review` marks the review that the report is about."""
    return TotalRow(review.visit, str(review.get_kind_display()), str(review.total), review.band, is_this_review)
