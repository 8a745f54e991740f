"""Lists of reviews: filtered, newest first, a page at a time, with progress where one is open.

A finished review carries its total; of open ones the scores on the page are counted by one
query, so the number of queries does not grow with the rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Sum

from reviews.models import ItemScore, Review
from reviews.models.reviews import ReviewQuerySet
from reviews.wording import Progress
from reviews.workflow import DRAFT, FINALISE

PAGE = 50


@dataclass(frozen=True)
class Row:
    """One review in a list, as text. `total` and `band` are "" until it is final; then `progress` is.

    `next_step` is what the reader would do with it: "score", a move's name, "read" or "".
    """

    review: Review
    url: str
    organisation: str
    organisation_url: str
    kind: str
    status: str
    next_step: str
    visit: str
    language: str
    total: str
    band: str
    band_rank: int
    progress: str


@dataclass(frozen=True)
class Page:
    """Some reviews; `older` is the code to go on from, "" on the last page."""

    rows: tuple[Row, ...]
    older: str


def rows_of(reviews: Iterable[Review]) -> tuple[Row, ...]:
    """Return the rows of some reviews, with one query for the open ones among them."""
    reviews = list(reviews)
    open_ones = [review.pk for review in reviews if not review.is_final]
    counted = (
        ItemScore.objects.filter(review__in=open_ones)
        .values_list("review")
        .annotate(scored=Count("value"), sum=Sum("value"))
    )
    scored = {pk: (count, total or 0) for pk, count, total in counted} if open_ones else {}
    return tuple(_row(review, *scored.get(review.pk, (0, 0))) for review in reviews)


def page_of(reviews: ReviewQuerySet, after: Review | None) -> Page:
    """Return the page that follows `after`, quick at any depth: it seeks, it does not count."""
    reviews = reviews.newest_first()
    if after:
        reviews = reviews.filter(visit_start__lte=after.visit_start).exclude(
            visit_start=after.visit_start, pk__gte=after.pk
        )
    found = list(reviews[: PAGE + 1])
    shown = found[:PAGE]
    return Page(rows_of(shown), older=str(shown[-1].code) if len(found) > PAGE else "")


def _row(review: Review, scored: int, sum_so_far: int) -> Row:
    count = len(review.scale.items)
    return Row(
        review=review,
        url=review.get_absolute_url(),
        organisation=review.organisation.name,
        organisation_url=review.organisation.get_absolute_url(),
        kind=str(review.get_kind_display()),
        status=str(review.get_status_display()),
        next_step=_next_step(review, scored, count),
        visit=review.visit,
        language=review.scale.language,
        total="" if review.total is None else str(review.total),
        band=review.band,
        band_rank=review.band_rank,
        progress="" if review.is_final else Progress.words(scored, count, sum_so_far),
    )


def _next_step(review: Review, scored: int, count: int) -> str:
    if review.scorable_by_reader:
        return DRAFT.name if scored == count else "score"
    if review.takes_part and FINALISE in review.moves:
        return FINALISE.name
    return "read" if scored or review.is_final else ""
