"""Create a review and replace its evaluators. Owns the rule of independence."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
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
from reviews.records.writing import record
from reviews.schedule.preparation import create_steps
from reviews.workflow import FROM_OUTSIDE, EvaluatorPart, Method
from scales.models import ScaleEdition


class NotIndependent(StateConflict):
    """Independent and peer reviews may not be done by people who belong to the reviewed organisation."""

    def __init__(self, people: Iterable[User], organisation: Organisation) -> None:
        sentence = _(
            "%(names)s works at %(organisation)s. An independent or peer review is done by people from elsewhere; "
            "choose another evaluator, or another kind."
        )
        super().__init__(sentence % {"names": ", ".join(map(str, people)), "organisation": organisation})


class HasSubmitted(StateConflict):
    """Evaluators who have submitted their ratings cannot leave the review."""

    def __init__(self, people: Iterable[User]) -> None:
        sentence = _("%(names)s has handed in ratings, which belong to the review. They stay its evaluator.")
        super().__init__(sentence % {"names": ", ".join(map(str, people))})


def check_independence(organisation: Organisation, kind: str, evaluators: Iterable[User]) -> None:
    """Raise NotIndependent if an evaluator belongs to the organisation and the kind of review forbids it."""
    if kind not in FROM_OUTSIDE:
        return
    members = User.objects.belonging_to(organisation).filter(pk__in=[user.pk for user in evaluators])
    if people := list(members):
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
    past_steps: str = "",
    code: UUID | None = None,
    at: datetime | None = None,
) -> Review:
    """Return a new planned review with a row for each item, so that saving a score is always an update.

    The preparation is created from the network's timeline; `past_steps` (PreparationStep.WhenPast) says what becomes of
    steps whose dates have passed. With one evaluator the method is one common scoring. `code` defaults to a new UUID.
    Raises NotIndependent (409).
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
    _add_evaluators(review, evaluators)
    ReportText.objects.create(review=review)
    create_scores(review)
    create_steps(review, past_steps, by=by, at=at)
    changes = first_plan(organisation, evaluators) | _conditions(review)
    changes |= {"past_steps": ["", str(past_steps)]} if past_steps else {}
    record(review, EventType.CREATED, by=by, at=at, changes=changes)
    return review


def first_plan(organisation: Organisation, evaluators: Iterable[User]) -> dict[str, list[Any]]:
    """Return organisation and evaluators of a new review for its first event, which the later ones change."""
    codes = sorted(str(user.code) for user in evaluators)
    return {"organisation": ["", str(organisation.code)], "evaluators": [[], codes]}


def _conditions(review: Review) -> dict[str, list[str]]:
    """Return kind, dates, edition and method of a new review for its first event."""
    days = {name: getattr(review, name) for name in ("visit_start", "visit_end", "period_start", "period_end")}
    values = {"kind": str(review.kind), "edition": review.edition.slug, "method": str(review.method)}
    return {name: ["", value] for name, value in values.items()} | {
        name: ["", day.isoformat()] for name, day in days.items() if day
    }


def replace_evaluators(locked: Review, evaluators: Iterable[User]) -> dict[str, list[list[str]]]:
    """Replace the evaluators of a locked review, and return what has changed for an event: {} for nothing.

    The ratings of an evaluator who leaves are deleted. An evaluator who joins after the ratings were opened takes part
    in the consensus without ratings. The caller records the event and then opens the ratings if they are complete.
    Raises HasSubmitted (409) if an evaluator with submitted ratings would leave, NotIndependent (409) if one who joins
    belongs to the organisation, ValueError without evaluators.
    """
    chosen = {user.pk: user for user in evaluators}
    if not chosen:
        raise ValueError("a review has at least one evaluator")
    current = {row.user_id: row for row in locked.participations.select_related("user")}
    leaving, joining = current.keys() - chosen.keys(), chosen.keys() - current.keys()
    if not leaving and not joining:
        return {}
    check_independence(locked.organisation, locked.kind, [chosen[pk] for pk in joining])
    if submitted := [current[pk].user for pk in sorted(leaving) if current[pk].submitted_at]:
        raise HasSubmitted(submitted)
    codes_before = sorted(str(row.user.code) for row in current.values())
    # Ratings that were never submitted remain in the review's events only.
    Rating.objects.filter(evaluator__review=locked, evaluator__user__in=leaving).delete()
    ReviewEvaluator.objects.filter(review=locked, user__in=leaving).delete()
    locked.scores.filter(put_to__in=leaving).update(put_to=None)
    _add_evaluators(locked, [chosen[pk] for pk in sorted(joining)])
    return {"evaluators": [codes_before, sorted(str(user.code) for user in chosen.values())]}


def create_scores(review: Review, *, version: int = 0) -> None:
    """Create an empty score of each item of the review's edition."""
    items = review.edition.scale.items
    ItemScore.objects.bulk_create(ItemScore(review=review, item_number=item.number, version=version) for item in items)


def create_ratings(review: Review, *, version: int = 0) -> None:
    """While each evaluator rates alone, create an empty rating of each item for every evaluator who has none."""
    if not review.is_blind:
        return
    numbers = [item.number for item in review.edition.scale.items]
    without = review.participations.filter(ratings__isnull=True)
    Rating.objects.bulk_create(
        Rating(evaluator=row, item_number=number, version=version) for row in without for number in numbers
    )


def _add_evaluators(review: Review, people: Iterable[User]) -> None:
    """Add evaluators to a review, with the rows that they rate."""
    part = EvaluatorPart.RATES if review.is_blind or not review.is_rated_apart else EvaluatorPart.DECIDES
    ReviewEvaluator.objects.bulk_create(ReviewEvaluator(review=review, user=user, part=part) for user in people)
    create_ratings(review)
