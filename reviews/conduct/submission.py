"""Submit one's own ratings, or reopen them. Nobody sees another's ratings until the last evaluator has submitted.

The last to submit opens all ratings to all evaluators, and the review goes on to consensus.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from reviews.conduct.completeness import completeness_of
from reviews.conduct.transitions import Incomplete, apply_transition
from reviews.conflicts import no_longer_evaluator
from reviews.models import EventType, Rating, Review, ReviewEvaluator, User
from reviews.records.writing import lock_review, record
from reviews.workflow import COMPARE, Part


@transaction.atomic
def submit_ratings(*, review: Review, by: User, at: datetime | None = None) -> bool:
    """Close a person's own ratings and return whether they were the last to submit. Idempotent.

    Raises Incomplete while an item has neither a score nor a note that data is missing, or lacks a reason;
    StateConflict (409) when the evaluators are not rating alone.
    """
    locked, own, at = lock_review(review), _participation(review, by), at or timezone.now()
    if own.submitted_at:
        return locked.is_in_consensus
    _must_be_blind(locked)
    completeness = completeness_of(locked, Rating.objects.filter(evaluator=own))
    if not completeness.may_be_submitted:
        raise Incomplete(completeness)
    own.submitted_at = at
    own.save(update_fields=["submitted_at"])
    record(locked, EventType.HANDED_IN, by=by, at=at)
    return open_ratings_when_complete(locked, by=by, at=at)


@transaction.atomic
def reopen_ratings(*, review: Review, by: User, at: datetime | None = None) -> None:
    """Open a person's own ratings again. Idempotent. Raises StateConflict (409) once the last has submitted."""
    locked, own = lock_review(review), _participation(review, by)
    _must_be_blind(locked)
    if own.submitted_at is None:
        return
    own.submitted_at = None
    own.save(update_fields=["submitted_at"])
    record(locked, EventType.TAKEN_BACK, by=by, at=at)


def open_ratings_when_complete(locked: Review, *, by: User, at: datetime) -> bool:
    """Open the ratings of a locked review if every evaluator has submitted, and return whether they were opened."""
    raters = locked.participations.filter(part=Part.RATES)
    if (
        not COMPARE.starts_from(locked.status, locked.method)
        or raters.filter(submitted_at__isnull=True).exists()
        or not raters.exists()
    ):
        return False
    apply_transition(locked, COMPARE, by=by, at=at)
    return True


def _participation(review: Review, by: User) -> ReviewEvaluator:
    own = ReviewEvaluator.objects.select_related("user").filter(review=review, user=by, part=Part.RATES).first()
    if own is None:
        raise no_longer_evaluator(review)
    return own


def _must_be_blind(locked: Review) -> None:
    if not locked.is_blind:
        raise StateConflict(
            _("The ratings have been opened already. Nothing was done. Go on in the consensus."),
            locked.get_absolute_url(),
        )
