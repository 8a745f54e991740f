"""Submit and reopen an evaluator's own ratings.

When the last evaluator submits, all ratings are opened to all evaluators and the review changes to consensus. Before
that, nobody sees another evaluator's ratings.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from reviews.conduct.completeness import completeness_of
from reviews.conduct.plan_notifications import notify_ratings_opened
from reviews.conduct.transitions import Incomplete, apply_transition
from reviews.conflicts import no_longer_evaluator, review_closed
from reviews.models import EventType, Rating, Review, ReviewEvaluator, User
from reviews.records.writing import lock_review, record
from reviews.told import names_in_words
from reviews.workflow import COMPARE, EvaluatorPart


@transaction.atomic
def submit_ratings(*, review: Review, by: User, at: datetime | None = None) -> bool:
    """Submit a person's own ratings and return whether all ratings are open now. Idempotent.

    Raises Incomplete if an item has no score and does not await data, or lacks a required reason; StateConflict (409)
    if the person does not rate this review, or all ratings have been opened.
    """
    locked, participation, at = lock_review(review), _participation(review, by), at or timezone.now()
    if participation.submitted_at:
        return locked.is_in_consensus
    _check_blind(locked)
    completeness = completeness_of(locked, Rating.objects.filter(evaluator=participation))
    if not completeness.may_be_submitted:
        raise Incomplete(completeness)
    participation.submitted_at = at
    participation.save(update_fields=["submitted_at"])
    record(locked, EventType.HANDED_IN, by=by, at=at)
    return open_ratings_when_complete(locked, by=by, at=at)


@transaction.atomic
def reopen_ratings(*, review: Review, by: User, at: datetime | None = None) -> None:
    """Let a person change their own submitted ratings again. Idempotent.

    Raises StateConflict (409) if the person does not rate this review, or all ratings have been opened.
    """
    locked, participation = lock_review(review), _participation(review, by)
    _check_blind(locked)
    if participation.submitted_at is None:
        return
    participation.submitted_at = None
    participation.save(update_fields=["submitted_at"])
    record(locked, EventType.TAKEN_BACK, by=by, at=at)


def open_ratings_when_complete(locked: Review, *, by: User, at: datetime) -> bool:
    """Open the ratings of a locked review if every evaluator has submitted; return whether they were opened."""
    raters = locked.participations.filter(part=EvaluatorPart.RATES)
    if (
        not COMPARE.starts_from(locked.status, locked.method)
        or raters.filter(submitted_at__isnull=True).exists()
        or not raters.exists()
    ):
        return False
    apply_transition(locked, COMPARE, by=by, at=at)
    notify_ratings_opened(locked, by=by)
    return True


def still_to_submit_words(review: Review) -> str:
    """Return whom the consensus waits for, "" if nobody. One query."""
    raters = review.participations.filter(part=EvaluatorPart.RATES, submitted_at__isnull=True).select_related("user")
    if not (names := names_in_words(row.user for row in raters)):
        return ""
    return _("Handed in. No mail was sent yet: the consensus begins when %(names)s has handed in too.") % {
        "names": names
    }


def _participation(review: Review, by: User) -> ReviewEvaluator:
    rating = ReviewEvaluator.objects.select_related("user").filter(review=review, user=by, part=EvaluatorPart.RATES)
    participation = rating.first()
    if participation is None:
        raise no_longer_evaluator(review)
    return participation


def _check_blind(locked: Review) -> None:
    if locked.is_closed:
        raise review_closed(locked)
    if not locked.is_blind:
        raise StateConflict(
            _("The ratings have been opened already. Nothing was done. Go on in the consensus."),
            locked.get_absolute_url(),
        )
