"""Create a review, and change who its evaluators are. Owns the rule of independence."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from reviews.conduct.submission import open_ratings_when_complete
from reviews.conflicts import review_closed
from reviews.models import (
    EventType,
    ItemScore,
    Organisation,
    Rating,
    ReportText,
    Review,
    ReviewEvaluator,
    User,
)
from reviews.records.writing import lock_review, record
from reviews.schedule.preparation import create_steps
from reviews.workflow import FROM_OUTSIDE, Method, Part
from scales.models import ScaleEdition


class NotIndependent(StateConflict):
    """People of the reviewed organisation may not do an independent or peer review of it."""

    def __init__(self, people: Iterable[User], organisation: Organisation) -> None:
        sentence = _(
            "%(names)s works at %(organisation)s. An independent or peer review is done by people from elsewhere; "
            "choose another evaluator, or another kind."
        )
        super().__init__(sentence % {"names": ", ".join(map(str, people)), "organisation": organisation})


class HasSubmitted(StateConflict):
    """Evaluators who have handed in their ratings cannot leave the review."""

    def __init__(self, people: Iterable[User]) -> None:
        sentence = _("%(names)s has handed in ratings, which belong to the review. They stay its evaluator.")
        super().__init__(sentence % {"names": ", ".join(map(str, people))})


def check_independence(organisation: Organisation, kind: str, evaluators: Iterable[User]) -> None:
    """Raise NotIndependent if one of the evaluators belongs to the organisation and the kind forbids it."""
    if kind not in FROM_OUTSIDE:
        return
    inside = User.objects.belonging_to(organisation).filter(pk__in=[user.pk for user in evaluators])
    if people := list(inside):
        raise NotIndependent(people, organisation)


@transaction.atomic
def create_review(
    *,
    organisation: Organisation,
    by: User,
    edition: ScaleEdition,
    kind: str,
    method: str,
    visit_start: date,
    visit_end: date,
    evaluators: Iterable[User],
    period_start: date | None = None,
    period_end: date | None = None,
    code: UUID | None = None,
    at: datetime | None = None,
) -> Review:
    """Return a new planned review. Every item of the edition gets its row, so saving only updates. The network's
    timeline becomes its preparation.

    One evaluator has nobody to agree with: then there is one common scoring. Raises NotIndependent.
    """
    evaluators = list(evaluators)
    check_independence(organisation, kind, evaluators)
    at = at or timezone.now()
    review = Review.objects.create(
        code=code or uuid4(),
        organisation=organisation,
        edition=edition,
        kind=kind,
        method=method if len(evaluators) > 1 else Method.TOGETHER,
        visit_start=visit_start,
        visit_end=visit_end,
        period_start=period_start,
        period_end=period_end,
        created_by=by,
        created_at=at,
    )
    _name_evaluators(review, evaluators)
    ReportText.objects.create(review=review)
    ItemScore.objects.bulk_create(ItemScore(review=review, item_number=item.number) for item in edition.scale.items)
    create_steps(review)
    record(review, EventType.CREATED, by=by, at=at)
    return review


@transaction.atomic
def hand_over(*, review: Review, by: User, evaluators: Iterable[User], at: datetime | None = None) -> None:
    """Make these people the review's evaluators. Raises StateConflict (409) once it is final, NotIndependent.

    Where each rates alone, who has handed in stays: their ratings belong to the review. Raises
    StateConflict when one of them would leave. Who comes once the ratings are open decides with the
    others, but has rated nothing.
    """
    locked, at = lock_review(review), at or timezone.now()
    if locked.is_final:
        raise review_closed(locked)
    wanted = {user.pk: user for user in evaluators}
    if not wanted:
        raise ValueError("a review has at least one evaluator")
    now = {row.user_id: row for row in locked.participations.select_related("user")}
    leaving, coming = now.keys() - wanted.keys(), wanted.keys() - now.keys()
    if not leaving and not coming:
        return
    check_independence(locked.organisation, locked.kind, [wanted[pk] for pk in coming])
    if stuck := [now[pk].user for pk in sorted(leaving) if now[pk].submitted_at]:
        raise HasSubmitted(stuck)
    before = sorted(str(row.user.code) for row in now.values())
    # What somebody who leaves had begun to rate stays in the events only: it was never handed in.
    Rating.objects.filter(evaluator__review=locked, evaluator__user__in=leaving).delete()
    ReviewEvaluator.objects.filter(review=locked, user__in=leaving).delete()
    locked.scores.filter(put_to__in=leaving).update(put_to=None)
    _name_evaluators(locked, [wanted[pk] for pk in sorted(coming)])
    changes = {"evaluators": [before, sorted(str(user.code) for user in wanted.values())]}
    record(locked, EventType.HANDED_OVER, by=by, at=at, changes=changes)
    open_ratings_when_complete(locked, by=by, at=at)


def _name_evaluators(review: Review, people: Iterable[User]) -> None:
    """Make people evaluators of a review; where they rate apart, every item gets its row for each of them."""
    part = Part.RATES if review.is_blind or not review.is_rated_apart else Part.DECIDES
    ReviewEvaluator.objects.bulk_create(ReviewEvaluator(review=review, user=user, part=part) for user in people)
    if review.is_blind:
        new = review.participations.filter(ratings__isnull=True)
        numbers = [item.number for item in review.edition.scale.items]
        Rating.objects.bulk_create(Rating(evaluator=one, item_number=number) for one in new for number in numbers)
