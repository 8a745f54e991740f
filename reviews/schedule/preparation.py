"""Write the preparation of a review: dated steps, made from the network's timeline.

It is working material of the evaluators and the coordinator and is never signed. Steps can change after the review is
final, because some are due after the visit. Each change is an event of the review.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from reviews.conflicts import review_closed
from reviews.models import EventType, Organisation, PreparationStep, Review, TimelineStep, User
from reviews.records.writing import Stale, lock_review, record

MOST_STEPS = 100  # of one review


def create_steps(review: Review, past: str = "", *, by: User | None = None, at: datetime | None = None) -> int:
    """Create the steps of a review from its network's timeline and return their number.

    `past` is one of PreparationStep.WhenPast for steps whose dates have passed; `by` has done them if it is DONE. Must
    run in the transaction of the caller.
    """
    timeline = TimelineStep.objects.filter(network=review.organisation.network_id)
    steps = [PreparationStep(review=review, weeks=row.weeks, text=row.text) for row in timeline]
    for step in steps:
        _date(step, review, past, by, at)
    return len(PreparationStep.objects.bulk_create(steps))


def move_steps(review: Review, past: str = "", *, by: User | None = None, at: datetime | None = None) -> int:
    """Count the dates of a review's steps from its new visit and return how many have moved.

    Steps that are done stay as they are, and so do those whose date somebody has chosen. `past` and `by` are as for
    `create_steps`. Must run in the transaction of the caller, who has locked the review.
    """
    steps = list(review.preparation.filter(done_at__isnull=True, weeks__isnull=False))
    before = [step.due for step in steps]
    for step in steps:
        _date(step, review, past, by, at)
    PreparationStep.objects.bulk_update(steps, ["due", "done_at", "done_by"])
    return sum(step.due != due for step, due in zip(steps, before, strict=True))


def _date(step: PreparationStep, review: Review, past: str, by: User | None, at: datetime | None) -> None:
    """Count the date of a step from the visit; if it has passed, do as `past` says."""
    today, weeks = timezone.localdate(), step.weeks or 0
    step.due = day_of(review.visit_start, review.visit_end, weeks)
    if step.due >= today:
        return
    if past == PreparationStep.WhenPast.TODAY:
        step.due = today
    elif past == PreparationStep.WhenPast.DONE:
        step.done_at, step.done_by = at or timezone.now(), by


def past_steps(organisation: Organisation, review: Review | None, start: date, end: date) -> int:
    """Return how many steps have a date that has passed if a visit that is not over is planned on these days.

    They are those of the network's timeline or, for an existing `review`, its own steps that would move with the visit.
    One query; none for a visit that has begun before today.
    """
    today = timezone.localdate()
    if start < today:
        return 0
    steps: QuerySet[Any] = TimelineStep.objects.filter(network=organisation.network_id)
    if review:
        steps = review.preparation.filter(done_at__isnull=True, weeks__isnull=False)
    return sum(day_of(start, end, weeks) < today for weeks in steps.values_list("weeks", flat=True))


def past_steps_of(review: Review) -> int:
    """Return how many steps have a date that has passed if the timeline is laid out for this review now.

    0 if the review has steps already or was cancelled. Two queries at most.
    """
    if review.is_cancelled or review.preparation.exists():
        return 0
    return past_steps(review.organisation, None, review.visit_start, review.visit_end)


def day_of(start: date, end: date, weeks: int) -> date:
    """Return the day `weeks` before the first day of a visit (negative or 0), or after its last day (positive)."""
    return (end if weeks > 0 else start) + timedelta(weeks=weeks)


@transaction.atomic
def create_steps_later(*, review: Review, by: User, past: str = "", at: datetime | None = None) -> None:
    """Create the steps of a review that was planned without any. `past` is as for `create_steps`.

    Raises StateConflict (409) if the review has steps or was cancelled, or its network has no timeline.
    """
    locked = _lock_to_prepare(review)
    url = reverse("preparation", args=[locked.code])
    if locked.preparation.exists():
        raise StateConflict(_("The steps have been laid out already. Nothing was changed."), url)
    if not (count := create_steps(locked, past, by=by, at=at)):
        raise StateConflict(
            _("The network has no timeline yet, so nothing was laid out. Its coordinator makes one."), url
        )
    changes: dict[str, list[Any]] = {"steps": [0, count]} | ({"past_steps": ["", str(past)]} if past else {})
    record(locked, EventType.PREPARED, by=by, at=at, changes=changes)


@transaction.atomic
def set_done(*, step: PreparationStep, by: User, done: bool, at: datetime | None = None) -> None:
    """Mark a step as done or not done. Idempotent. Raises StateConflict (409) if the review was cancelled."""
    locked, at = _lock_to_prepare(step.review), at or timezone.now()
    changed = PreparationStep.objects.filter(pk=step.pk, done_at__isnull=done)
    if changed.update(done_at=at if done else None, done_by=by if done else None):
        changes = {"step": [step.text, step.text], "step_done": [not done, done]}
        record(locked, EventType.PREPARED, by=by, at=at, changes=changes)


@transaction.atomic
def move_step(*, step: PreparationStep, by: User, seen: date, due: date, at: datetime | None = None) -> None:
    """Give a step another date. `seen` is the date that the page showed. Writes nothing if nothing changes.

    The step no longer moves with the visit. Raises Stale (409) if somebody else has moved it since, StateConflict (409)
    if the review was cancelled.
    """
    locked = _lock_to_prepare(step.review)
    stored = PreparationStep.objects.filter(pk=step.pk)
    if not stored.filter(due=seen).exclude(due=due).update(due=due, weeks=None):
        if (current := stored.get()).due != due:
            raise Stale(current)
        return
    changes = {"step": [step.text, step.text], "step_due": [seen.isoformat(), due.isoformat()]}
    record(locked, EventType.PREPARED, by=by, at=at, changes=changes)


@transaction.atomic
def add_own_step(*, review: Review, by: User, due: date, text: str, at: datetime | None = None) -> None:
    """Add a step that the timeline does not have. Idempotent.

    Raises ValidationError if the review has too many steps, StateConflict (409) if it was cancelled.
    """
    locked = _lock_to_prepare(review)
    if locked.preparation.filter(due=due, text=text).exists():
        return
    if locked.preparation.count() >= MOST_STEPS:
        raise ValidationError(_("A review has at most %(most)s steps."), code="full", params={"most": MOST_STEPS})
    PreparationStep.objects.create(review=locked, due=due, text=text)
    changes = {"step": ["", text], "step_due": ["", due.isoformat()]}
    record(locked, EventType.PREPARED, by=by, at=at, changes=changes)


def _lock_to_prepare(review: Review) -> Review:
    """Lock the review and return it. Raises StateConflict (409) if it was cancelled: there is no visit to prepare."""
    locked = lock_review(review)
    if locked.is_cancelled:
        raise review_closed(locked)
    return locked
