"""Cancel a review before it is signed, or withdraw a correction. The review stays readable and counts nowhere.

It cannot be undone: a visit that takes place after all is planned as a new review. Another correction can be opened
after one was withdrawn.
"""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from reviews.conduct.changing_plans import plan_version
from reviews.conduct.plan_notifications import notify_cancelled
from reviews.conduct.transitions import apply_transition, lock_for
from reviews.models import EventType, Review, User
from reviews.records.writing import Stale, lock, record
from reviews.workflow import CANCEL, WITHDRAW, Transition


def cancellation_of(review: Review) -> Transition:
    """Return the transition that cancels this review: a correction is withdrawn."""
    return WITHDRAW if review.supersedes_id else CANCEL


@transaction.atomic
def cancel(*, review: Review, by: User, seen: str, reason: str, at: datetime | None = None) -> None:
    """Cancel a review that is not signed, or withdraw a correction, which the history of both reviews says.

    `seen` is the version of the plan that the page showed. Raises Stale (409) if the plan or the status has changed
    since, StateConflict (409) if the review is closed, ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("a cancelled review says why")
    transition = cancellation_of(review)
    locked, at = lock_for(review, transition), at or timezone.now()
    if plan_version(locked) != seen:
        sentence = _("The review was changed after you opened this page. Nothing was done. Read it again.")
        raise Stale(locked, sentence, reverse("cancel", args=[locked.code]))
    notify_cancelled(locked, by=by)
    was = str(locked.status)
    apply_transition(locked, transition, by=by, at=at, comment=reason.strip(), cancelled_at=at, cancelled_from=was)
    if locked.supersedes:
        corrected, changes = lock(locked.supersedes), {"correction": [str(locked.code)] * 2}
        record(corrected, EventType.WITHDRAWN, by=by, at=at, comment=reason.strip(), changes=changes)
