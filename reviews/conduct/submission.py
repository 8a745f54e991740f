"""Hand in one's own ratings, or take them back: until the last evaluator has, nobody sees another's.

The last to hand in opens all ratings to all evaluators; from then on the review is in consensus.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import WrongMoment
from reviews.conduct.completeness import readiness_of
from reviews.conduct.transitions import Incomplete, hold, shift
from reviews.conflicts import no_longer_evaluator
from reviews.models import Happening, Rating, Review, ReviewEvaluator, ReviewEvent, User
from reviews.records import chain
from reviews.workflow import COMPARE, Part


@transaction.atomic
def hand_in(*, review: Review, by: User, at: datetime | None = None) -> bool:
    """Close a person's own ratings and return whether they were the last. Handing in twice is harmless.

    Raises Incomplete while an item has neither score nor mark, or a reason is missing; WrongMoment
    (409) when the review is not being rated apart.
    """
    held, own, at = hold(review), _participation(review, by), at or timezone.now()
    if own.submitted_at:
        return held.is_in_consensus
    _must_be_blind(held)
    readiness = readiness_of(held, Rating.objects.filter(evaluator=own))
    if not readiness.may_be_handed_in:
        raise Incomplete(readiness)
    own.submitted_at = at
    own.save(update_fields=["submitted_at"])
    chain.append(held, ReviewEvent(at=at, by=by, happening=Happening.HANDED_IN))
    return open_when_all_are_in(held, by=by, at=at)


@transaction.atomic
def take_back(*, review: Review, by: User, at: datetime | None = None) -> None:
    """Open a person's own ratings again. Raises WrongMoment (409) once the last has handed in."""
    held, own = hold(review), _participation(review, by)
    _must_be_blind(held)
    if own.submitted_at is None:
        return
    own.submitted_at = None
    own.save(update_fields=["submitted_at"])
    chain.append(held, ReviewEvent(at=at or timezone.now(), by=by, happening=Happening.TAKEN_BACK))


def open_when_all_are_in(held: Review, *, by: User, at: datetime) -> bool:
    """Open the ratings if every evaluator has handed in, and return whether they did. The caller holds the review."""
    rating = held.participations.filter(part=Part.RATES)
    if (
        not COMPARE.begins_from(held.status, held.method)
        or rating.filter(submitted_at__isnull=True).exists()
        or not rating.exists()
    ):
        return False
    shift(held, COMPARE, by=by, at=at)
    return True


def _participation(review: Review, by: User) -> ReviewEvaluator:
    found = ReviewEvaluator.objects.select_related("user").filter(review=review, user=by, part=Part.RATES).first()
    if found is None:
        raise no_longer_evaluator(review)
    return found


def _must_be_blind(held: Review) -> None:
    if not held.is_blind:
        raise WrongMoment(
            _("The ratings have been opened already. Nothing was done. Go on in the consensus."),
            held.get_absolute_url(),
        )
