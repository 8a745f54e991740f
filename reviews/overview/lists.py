"""Lists of reviews: filtered, newest first, a page at a time, with progress where one is open.

A finished review carries its total; of open ones the scores on the page are counted by one
query, so the number of queries does not grow with the rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from reviews.models import ItemScore, Membership, Rating, Remark, Review, User
from reviews.models.review_querysets import ReviewQuerySet
from reviews.wording import Progress
from reviews.workflow import DRAFT, FINALISE

PAGE = 50


@dataclass(frozen=True)
class NextStep:
    """What the reader would do with a review: a word, where it leads, and whether it is work to be done."""

    label: str
    url: str
    is_work: bool = True


@dataclass(frozen=True)
class Row:
    """One review in a list, as text. `total` and `band` are "" until it is final; then `progress` is."""

    review: Review
    url: str
    organisation: str
    organisation_url: str
    kind: str
    status: str
    next_step: NextStep | None
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


def rows_of(reviews: Iterable[Review], user: User) -> tuple[Row, ...]:
    """Return the rows of some reviews as a person sees them, with one query for the open ones among them, and
    another where some are being rated apart: then only the person's own ratings are counted."""
    reviews = list(reviews)
    checks = _checks(reviews, user)
    blind = [review.pk for review in reviews if review.is_blind]
    open_ones = [review.pk for review in reviews if not review.is_final and not review.is_blind]
    scored = _counted(ItemScore.objects.filter(review__in=open_ones), "review") if open_ones else {}
    if blind:
        own = Rating.objects.filter(evaluator__review__in=blind, evaluator__user=user)
        scored |= _counted(own, "evaluator__review")
    return tuple(_row(review, *scored.get(review.pk, (0, 0)), checks.get(review.pk)) for review in reviews)


def _checks(reviews: list[Review], user: User) -> dict[int, NextStep]:
    """Return what a person has to do about the facts of draft reports. Two queries at most, none without a draft."""
    to_answer = [review.pk for review in reviews if review.is_handed_out and review.takes_part]
    asked = [review for review in reviews if review.takes_remarks]
    waiting = set(Remark.objects.filter(review__in=to_answer, answer="").values_list("review", flat=True))
    leading = Membership.objects.team_leaders().filter(user=user) if asked else Membership.objects.none()
    led = set(leading.values_list("organisation", flat=True))
    return {
        review.pk: NextStep(
            _("Answer remarks") if review.pk in waiting else _("Check the facts"),
            reverse("remarks", args=[review.code]),
        )
        for review in reviews
        if review.pk in waiting or (review in asked and review.organisation_id in led)
    }


def _counted(rows: QuerySet[Any], review: str) -> dict[int, tuple[int, int]]:
    counted = rows.values_list(review).annotate(scored=Count("value"), sum=Sum("value"))
    return {pk: (count, total or 0) for pk, count, total in counted}


def page_of(reviews: ReviewQuerySet, after: Review | None, user: User) -> Page:
    """Return the page that follows `after`, quick at any depth: it seeks, it does not count."""
    reviews = reviews.newest_first()
    if after:
        reviews = reviews.filter(visit_start__lte=after.visit_start).exclude(
            visit_start=after.visit_start, pk__gte=after.pk
        )
    found = list(reviews[: PAGE + 1])
    shown = found[:PAGE]
    return Page(rows_of(shown, user), older=str(shown[-1].code) if len(found) > PAGE else "")


def _row(review: Review, scored: int, sum_so_far: int, check: NextStep | None) -> Row:
    count = len(review.scale.items)
    return Row(
        review=review,
        url=review.get_absolute_url(),
        organisation=review.organisation.name,
        organisation_url=review.organisation.get_absolute_url(),
        kind=str(review.get_kind_display()),
        status=str(review.get_status_display()),
        next_step=check or _next_step(review, scored, count),
        visit=review.visit,
        language=review.scale.language,
        total="" if review.total is None else str(review.total),
        band=review.band,
        band_rank=review.band_rank,
        progress=_progress(review, scored, count, sum_so_far),
    )


def _progress(review: Review, scored: int, count: int, sum_so_far: int) -> str:
    if review.is_final or (review.is_blind and not review.takes_part):
        return ""
    return Progress.words(scored, count, sum_so_far)


def _next_step(review: Review, scored: int, count: int) -> NextStep | None:
    if review.scorable_by_reader:
        return _work(review, is_done=scored == count)
    if review.takes_part and FINALISE in review.transitions:
        return NextStep(_("Finalise"), review.transition_url(FINALISE))
    if review.is_final or (scored and not review.is_blind):
        return NextStep("PDF", reverse("sheet_pdf", args=[review.code]), is_work=False)
    return None


def _work(review: Review, *, is_done: bool) -> NextStep:
    if not is_done:
        return NextStep(_("Continue"), review.get_absolute_url())
    if review.is_blind:
        return NextStep(_("Hand in"), reverse("hand_in", args=[review.code]))
    return NextStep(_("Hand out"), review.transition_url(DRAFT))
