"""Write the preparation of a review: dated steps, made from the network's timeline.

It is working material of the evaluators and the coordinator and is never signed. Steps can change after the review is
final, because some are due after the visit. Each change is an event of the review.
"""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from reviews.conflicts import review_closed
from reviews.models import EventType, PreparationStep, Review, TimelineStep, User
from reviews.records.writing import Stale, lock_review, record

MOST_STEPS = 100  # of one review


def create_steps(review: Review) -> int:
    """Create the steps of a review from its network's timeline and return their number.

    Must run in the transaction of the caller.
    """
    timeline = TimelineStep.objects.filter(network=review.organisation.network_id)
    steps = PreparationStep.objects.bulk_create(
        PreparationStep(review=review, due=day_of(review, row.weeks), weeks=row.weeks, text=row.text)
        for row in timeline
    )
    return len(steps)


def move_steps(review: Review) -> int:
    """Count the dates of a review's steps from its new visit and return how many have moved.

    Steps that are done stay as they are, and so do those whose date somebody has chosen. Must run in the transaction of
    the caller, who has locked the review.
    """
    moved = []
    for step in review.preparation.filter(done_at__isnull=True, weeks__isnull=False):
        if step.weeks is not None and (due := day_of(review, step.weeks)) != step.due:
            step.due = due
            moved.append(step)
    PreparationStep.objects.bulk_update(moved, ["due"])
    return len(moved)


def day_of(review: Review, weeks: int) -> date:
    """Return the day `weeks` before the first day of the visit (negative or 0), or after its last day (positive)."""
    start = review.visit_end if weeks > 0 else review.visit_start
    return start + timedelta(weeks=weeks)


@transaction.atomic
def create_steps_later(*, review: Review, by: User, at: datetime | None = None) -> None:
    """Create the steps of a review that was planned without any.

    Raises StateConflict (409) if the review has steps or was cancelled, or its network has no timeline.
    """
    locked = _lock_to_prepare(review)
    url = reverse("preparation", args=[locked.code])
    if locked.preparation.exists():
        raise StateConflict(_("The steps have been laid out already. Nothing was changed."), url)
    if not (count := create_steps(locked)):
        raise StateConflict(
            _("The network has no timeline yet, so nothing was laid out. Its coordinator makes one."), url
        )
    record(locked, EventType.PREPARED, by=by, at=at, changes={"steps": [0, count]})


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
