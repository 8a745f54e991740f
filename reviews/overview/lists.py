"""Read model of lists of reviews: newest first, a page at a time, with the progress of open ones.

A finished review stores its total. The scores of all open reviews on a page are counted in one query, so the number of
queries does not grow with the rows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.db.models import Count, QuerySet, Sum
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ipsfidelity.addresses import address
from ipsfidelity.prepared import prepared
from reviews.components.course import course_mini
from reviews.components.rendered import Rendered
from reviews.components.result import ruler_mini
from reviews.models import ItemScore, Membership, Organisation, Rating, Remark, Review, User
from reviews.records.corrections import CorrectionNote, correction_notes
from reviews.wording import Progress
from reviews.workflow import DRAFT, FINALISE, Kind, Status

PAGE = 50
# What rows, tasks and charts show of a review.
ROW_FIELDS = (
    *("code", "edition", "kind", "status", "method", "visit_start", "visit_end", "supersedes", "facts_until"),
    *("is_imported", "cancelled_from", "total", "band", "organisation__code", "organisation__name"),
    *("organisation__joined_to__code", "organisation__joined_to__name"),
)


@dataclass(frozen=True)
class ReviewTask:
    """The link at the end of a row: what the reader would do with the review next.

    `is_work` is False for a link that only opens a finished review.
    """

    label: str
    url: str
    is_work: bool = True


@dataclass(frozen=True)
class ReviewRow(Rendered):
    """One review in a list, as text. `total` and `band` are "" until it is final, `progress` is "" once it is closed.

    `one_organisation` is whether the list has reviews of one organisation only, which it then does not name.
    `correction` is None unless the review is a correction. `status_note` says that a finished review is superseded or
    imported. `course` and `ruler` are drawings, "" where the other one applies.
    `joined` is the name of the organisation that was reviewed if it has been joined to `organisation`, else "".
    """

    template: ClassVar[str] = "overview/_review_row.html"

    one_organisation: bool
    is_closed: bool
    is_cancelled: bool
    url: str
    organisation: str
    organisation_url: str
    joined: str
    kind: str
    status: str
    status_note: str
    correction: CorrectionNote | None
    task: ReviewTask | None
    visit: str
    language: str
    total: str
    band: str
    band_rank: int
    progress: str
    course: SafeString
    ruler: SafeString


@dataclass(frozen=True)
class ReviewFilter:
    """What a person asks for: an organisation by its key, status, kind, and the days between which visits began."""

    organisation: int | None = None
    status: str | None = None
    kind: str | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class ReviewList:
    """A page of reviews. `older` is the code that the next page continues after, "" on the last page."""

    rows: tuple[ReviewRow, ...]
    older: str


def review_rows(reviews: Iterable[Review], user: User, *, one_organisation: bool = False) -> tuple[ReviewRow, ...]:
    """Return the rows of reviews as a person sees them.

    One query if there are open reviews, and one more if there are blind ones: of these only the person's own ratings
    are counted. The tasks of the factual check take two queries at most, and corrections three.
    """
    reviews = list(reviews)
    corrections = correction_notes(reviews, user)
    fact_checks = _fact_check_tasks(reviews, user)
    open_reviews = [review for review in reviews if not review.is_closed]
    blind = [review.pk for review in open_reviews if review.is_blind]
    scored = [review.pk for review in open_reviews if not review.is_blind]
    counted = [*(_scores(*scored) if scored else ()), *(_own_ratings(user.pk, *blind) if blind else ())]
    progress: dict[int, tuple[int, int | None]] = {review: (n, total) for review, n, total in counted}
    return tuple(
        _row(
            review,
            *progress.get(review.pk, (0, None)),
            fact_checks.get(review.pk),
            corrections.get(review.pk),
            one_organisation=one_organisation,
        )
        for review in reviews
    )


def _fact_check_tasks(reviews: list[Review], user: User) -> dict[int, ReviewTask]:
    """Return a person's tasks in the factual check of draft reports. Two queries at most, none without a draft."""
    to_answer = [review.pk for review in reviews if review.is_handed_out and review.takes_part]
    to_check = [review for review in reviews if review.takes_remarks]
    with_unanswered, led = set[int](), set[int]()
    if to_answer:
        with_unanswered.update(Remark.objects.filter(review__in=to_answer, answer="").values_list("review", flat=True))
    if to_check:
        led.update(Membership.objects.team_leaders().filter(user=user).current_organisations())
    return {
        review.pk: ReviewTask(
            _("Answer remarks") if review.pk in with_unanswered else _("Check the facts"),
            address("remarks", review.code),
        )
        for review in reviews
        if review.pk in with_unanswered or (review in to_check and review.organisation.current_id in led)
    }


@prepared
def _scores(*reviews: int) -> QuerySet[ItemScore, Any]:
    """Return each review with the number and the sum of its scores."""
    scores = ItemScore.objects.filter(review__in=reviews).order_by()
    return scores.values_list("review").annotate(scored=Count("value"), sum=Sum("value"))


@prepared
def _own_ratings(user: int, *reviews: int) -> QuerySet[Rating, Any]:
    """Return each review with the number and the sum of the person's own ratings."""
    ratings = Rating.objects.filter(evaluator__review__in=reviews, evaluator__user=user).order_by()
    return ratings.values_list("evaluator__review").annotate(scored=Count("value"), sum=Sum("value"))


def page_after(asked: ReviewFilter, after: Review | None, user: User) -> ReviewList:
    """Return the page of reviews that follows `after`, or the first page.

    Pages continue from a row and not from an offset, so that every page is equally fast.
    """
    and_next = _listed(
        user.pk,
        *(asked.organisation, asked.status, asked.kind, asked.first, asked.last),
        *((after.visit_start, after.pk) if after else (None, None)),
        coordinates=getattr(user, "coordinates_somewhere", True),
    )
    rows = review_rows(and_next[:PAGE], user)
    return ReviewList(rows, older=str(and_next[PAGE - 1].code) if len(and_next) > PAGE else "")


@prepared
def _listed(  # noqa: PLR0917 - all are values of the SQL
    user: int,
    organisation: int | None,
    status: str | None,
    kind: str | None,
    first: date | None,
    last: date | None,
    after_day: date | None,
    after_pk: int | None,
    *,
    coordinates: bool,
) -> QuerySet[Review]:
    reader = User(pk=user)
    reader.coordinates_somewhere = coordinates
    reviews = Review.objects.listed_to(reader).for_page(reader).only(*ROW_FIELDS).newest_first()
    if organisation:
        reviews = reviews.of(Organisation(pk=organisation))
    equal = {"status": status, "kind": kind}
    reviews = reviews.filter(**{name: value for name, value in equal.items() if value})
    if first and last:
        reviews = reviews.filter(visit_start__range=(first, last))
    if after_day:
        reviews = reviews.filter(visit_start__lte=after_day).exclude(visit_start=after_day, pk__gte=after_pk)
    return reviews[: PAGE + 1]


def _row(
    review: Review,
    scored: int,
    sum_so_far: int | None,
    fact_check: ReviewTask | None,
    correction: CorrectionNote | None,
    *,
    one_organisation: bool,
) -> ReviewRow:
    count = len(review.scale.items)
    return ReviewRow(
        one_organisation=one_organisation,
        is_closed=review.is_closed,
        is_cancelled=review.is_cancelled,
        url=review.get_absolute_url(),
        organisation=str(review.organisation),
        organisation_url=review.organisation.get_absolute_url(),
        joined=review.organisation.name if review.organisation.joined_to_id else "",
        kind=str(Kind(review.kind).label),
        status=str(Status(review.status).label),
        status_note=", ".join(_status_notes(review)),
        correction=correction,
        task=fact_check or _task(review, scored, count),
        visit=review.visit,
        language=review.scale.language,
        total="" if review.total is None else str(review.total),
        band=review.band,
        band_rank=review.band_rank,
        progress=_progress(review, scored, count, sum_so_far or 0),
        course=SafeString("") if review.is_final else course_mini(review),
        ruler=SafeString("") if review.total is None else ruler_mini(review.scale, review.total),
    )


def _status_notes(review: Review) -> Iterator[str]:
    """Yield what a reader must know of a finished result besides its figures."""
    if review.is_final and not review.is_valid:
        yield str(review.get_status_display())
    if review.is_imported:
        yield _("imported")


def _progress(review: Review, scored: int, count: int, sum_so_far: int) -> str:
    if review.is_closed or (review.is_blind and not review.takes_part):
        return ""
    return Progress.words(scored, count, sum_so_far)


def _task(review: Review, scored: int, count: int) -> ReviewTask | None:
    if review.scorable_by_reader:
        return _scoring_task(review, is_done=scored == count)
    if review.takes_part and FINALISE in review.transitions:
        return ReviewTask(_("Finalise"), review.transition_url(FINALISE))
    if review.is_cancelled:
        return None
    if review.is_final or (scored and not review.is_blind):
        return ReviewTask("PDF", address("sheet_pdf", review.code), is_work=False)
    return None


def _scoring_task(review: Review, *, is_done: bool) -> ReviewTask:
    if not is_done:
        return ReviewTask(_("Continue"), review.get_absolute_url())
    if review.is_blind:
        return ReviewTask(_("Hand in"), address("hand_in", review.code))
    return ReviewTask(_("Share"), review.transition_url(DRAFT))
