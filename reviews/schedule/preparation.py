"""A review's check list: its network's timeline with dates, ticked as things are done.

Working material of the evaluators and the coordinator. Nothing of it is signed: steps are ticked after the
review is final too, for report and action plan come then. Each act is an event of the review.
"""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from reviews.models import EventType, PreparationStep, Review, TimelineStep, User
from reviews.records.writing import compare, lock_review, record

MOST = 100  # steps of one review


def create_steps(review: Review) -> int:
    """Make the steps of a new review from its network's timeline, and return how many. In the caller's transaction.

    What comes before the visit is counted from its first day, what comes after from its last.
    """
    timeline = TimelineStep.objects.filter(network=review.organisation.network_id)
    made = PreparationStep.objects.bulk_create(
        PreparationStep(review=review, due=day_of(review, row.weeks), text=row.text) for row in timeline
    )
    return len(made)


def day_of(review: Review, weeks: int) -> date:
    """Return the day so many weeks before (below 0) or after a review's visit."""
    start = review.visit_end if weeks > 0 else review.visit_start
    return start + timedelta(weeks=weeks)


@transaction.atomic
def create_steps_later(*, review: Review, by: User, at: datetime | None = None) -> None:
    """Lay out a review that has no steps. Raises StateConflict (409) when it has some, or its network no timeline."""
    locked = lock_review(review)
    url = reverse("preparation", args=[locked.code])
    if locked.preparation.exists():
        raise StateConflict(_("The steps have been laid out already. Nothing was changed."), url)
    if not (made := create_steps(locked)):
        raise StateConflict(
            _("The network has no timeline yet, so nothing was laid out. Its coordinator makes one."), url
        )
    record(locked, EventType.PREPARED, by=by, at=at, changes={"steps": [0, made]})


@transaction.atomic
def set_done(*, step: PreparationStep, by: User, done: bool, at: datetime | None = None) -> None:
    """Say that a step is done, or is not after all. What is so already changes nothing."""
    locked, at = lock_review(step.review), at or timezone.now()
    changed = PreparationStep.objects.filter(pk=step.pk, done_at__isnull=done)
    if changed.update(done_at=at if done else None, done_by=by if done else None):
        changes = {"step": [step.text, step.text], "step_done": [not done, done]}
        record(locked, EventType.PREPARED, by=by, at=at, changes=changes)


@transaction.atomic
def move_step(*, step: PreparationStep, by: User, seen: date, due: date, at: datetime | None = None) -> None:
    """Give a step another date. `seen` is the one that its writer saw. Raises Stale (409)."""
    locked = lock_review(step.review)
    stored = PreparationStep.objects.get(pk=step.pk)
    compare(stored.due, seen, stored=stored)
    if due != seen:
        PreparationStep.objects.filter(pk=step.pk).update(due=due)
        changes = {"step": [step.text, step.text], "step_due": [seen.isoformat(), due.isoformat()]}
        record(locked, EventType.PREPARED, by=by, at=at, changes=changes)


@transaction.atomic
def add_own_step(*, review: Review, by: User, due: date, text: str, at: datetime | None = None) -> None:
    """Add a step that the timeline does not have. Idempotent. Raises ValidationError when there are too many."""
    locked = lock_review(review)
    if locked.preparation.filter(due=due, text=text).exists():
        return
    if locked.preparation.count() >= MOST:
        raise ValidationError(_("A review has at most %(most)s steps."), code="full", params={"most": MOST})
    PreparationStep.objects.create(review=locked, due=due, text=text)
    changes = {"step": ["", text], "step_due": ["", due.isoformat()]}
    record(locked, EventType.PREPARED, by=by, at=at, changes=changes)
