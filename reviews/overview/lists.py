"""Lists of reviews: filtered, newest first, a page at a time, with progress where one is open.

A finished review carries its total; of open ones the scores on the page are counted by one
query, so the number of queries does not grow with the rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from reviews.models import ItemScore, Review
from reviews.models.reviews import ReviewQuerySet

PAGE = 50


@dataclass(frozen=True)
class Row:
    """One review in a list, as text. `total` and `band` are "" until it is final; then `progress` is."""

    review: Review
    url: str
    organisation: str
    kind: str
    status: str
    visit: str
    language: str
    is_scorable: bool
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
        ItemScore.objects.filter(review__in=open_ones).order_by().values_list("review").annotate(scored=Count("value"))
    )
    scored = dict(counted) if open_ones else {}
    return tuple(_row(review, scored.get(review.pk, 0)) for review in reviews)


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


def _row(review: Review, scored: int) -> Row:
    progress = ""
    if not review.is_final:
        count = len(review.edition.scale.items)
        progress = _("%(scored)s of %(count)s scored") % {"scored": scored, "count": count}
    return Row(
        review=review,
        url=review.get_absolute_url(),
        organisation=review.organisation.name,
        kind=str(review.get_kind_display()),
        status=str(review.get_status_display()),
        language=review.edition.language,
        is_scorable=review.scorable_by_reader,
        visit=review.visit,
        total="" if review.total is None else str(review.total),
        band=review.band,
        band_rank=review.band_rank,
        progress=progress,
    )
