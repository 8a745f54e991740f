"""Hand in one's own ratings, or take them back: until the last evaluator has, nobody sees another's.

The last to hand in opens all ratings to all evaluators; from then on the review is in consensus.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from reviews.conduct.completeness import completeness_of
from reviews.conduct.transitions import Incomplete, apply_transition, lock_for
from reviews.conflicts import no_longer_evaluator
from reviews.models import EventType, Rating, Review, ReviewEvaluator, ReviewEvent, User
from reviews.records import chain
from reviews.workflow import COMPARE, Part


@transaction.atomic
def submit_ratings(*, review: Review, by: User, at: datetime | None = None) -> bool:
    """Close a person's own ratings and return whether they were the last. Handing in twice is harmless.

    Raises Incomplete while an item has neither score nor mark, or a reason is missing; StateConflict
    (409) when the review is not being rated apart.
    """
    held, own, at = lock_for(review), _participation(review, by), at or timezone.now()
    if own.submitted_at:
        return held.is_in_consensus
    _must_be_blind(held)
    completeness = completeness_of(held, Rating.objects.filter(evaluator=own))
    if not completeness.may_be_submitted:
        raise Incomplete(completeness)
    own.submitted_at = at
    own.save(update_fields=["submitted_at"])
    chain.append(held, ReviewEvent(at=at, by=by, type=EventType.HANDED_IN))
    return open_ratings_when_complete(held, by=by, at=at)


@transaction.atomic
def reopen_ratings(*, review: Review, by: User, at: datetime | None = None) -> None:
    """Open a person's own ratings again. Raises StateConflict (409) once the last has handed in."""
    held, own = lock_for(review), _participation(review, by)
    _must_be_blind(held)
    if own.submitted_at is None:
        return
    own.submitted_at = None
    own.save(update_fields=["submitted_at"])
    chain.append(held, ReviewEvent(at=at or timezone.now(), by=by, type=EventType.TAKEN_BACK))


def open_ratings_when_complete(held: Review, *, by: User, at: datetime) -> bool:
    """Open the ratings if every evaluator has handed in, and return whether they did. The caller holds the review."""
    rating = held.participations.filter(part=Part.RATES)
    if (
        not COMPARE.starts_from(held.status, held.method)
        or rating.filter(submitted_at__isnull=True).exists()
        or not rating.exists()
    ):
        return False
    apply_transition(held, COMPARE, by=by, at=at)
    return True


def _participation(review: Review, by: User) -> ReviewEvaluator:
    found = ReviewEvaluator.objects.select_related("user").filter(review=review, user=by, part=Part.RATES).first()
    if found is None:
        raise no_longer_evaluator(review)
    return found


def _must_be_blind(held: Review) -> None:
    if not held.is_blind:
        raise StateConflict(
            _("The ratings have been opened already. Nothing was done. Go on in the consensus."),
            held.get_absolute_url(),
        )
