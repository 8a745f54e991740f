"""Change the status of a review. Only reviews/imports/ writes it too, for a thousand reviews at once.

The table in workflow.py defines which transition starts from which status; `access` decides who may make it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from reviews.conduct.completeness import Completeness, completeness_of, submitted_values
from reviews.conduct.plan_notifications import notify_sent_back
from reviews.conflicts import transition_not_possible
from reviews.models import EventType, ItemScore, Review, User
from reviews.records import chain
from reviews.records.writing import Stale, lock_review, record
from reviews.workflow import (
    CANCEL,
    COMPARE,
    DISCUSS,
    DRAFT,
    FINALISE,
    IMPORT,
    RATE,
    REOPEN,
    START,
    SUPERSEDE,
    WITHDRAW,
    Requirement,
    Transition,
)
from scales.scoring import Result, score

EVENT_OF = {
    START.name: EventType.STARTED,
    RATE.name: EventType.STARTED,
    COMPARE.name: EventType.COMPARED,
    DRAFT.name: EventType.DRAFTED,
    REOPEN.name: EventType.REOPENED,
    DISCUSS.name: EventType.REOPENED,
    FINALISE.name: EventType.FINALISED,
    SUPERSEDE.name: EventType.SUPERSEDED,
    IMPORT.name: EventType.IMPORTED,
    CANCEL.name: EventType.CANCELLED,
    WITHDRAW.name: EventType.WITHDRAWN,
}


class Incomplete(Exception):
    """Items lack a score or a required reason. `completeness` lists them."""

    def __init__(self, completeness: Completeness) -> None:
        super().__init__(str(completeness))
        self.completeness = completeness


def lock_for(review: Review, transition: Transition) -> Review:
    """Lock the review and return it. Raises StateConflict (409) unless the transition starts from its stored status."""
    locked = lock_review(review)
    if not transition.starts_from(locked.status, locked.method):
        raise transition_not_possible(locked, transition)
    return locked


def make_transition(
    *, review: Review, transition: Transition, by: User, seen: str, comment: str = "", at: datetime | None = None
) -> Review:
    """Send a draft report back, as a person asked for, mail those concerned, and return the review with its new status.

    `seen` is the head of the chain that the person's page showed. Raises Stale (409) if the review has changed since,
    StateConflict (409) if the transition does not start from its status, ValueError without a required comment, and for
    a transition that needs every score: handing_out.py and signing.py make these.
    """
    if Requirement.EVERY_SCORE in transition.needs:
        raise ValueError("handing_out.py hands out draft reports, signing.py finalises reviews")
    if Requirement.COMMENT in transition.needs and not comment.strip():
        raise ValueError("this transition needs a comment")
    with transaction.atomic():
        locked = lock_for(review, transition)
        check_unchanged_since(locked, seen, transition)
        apply_transition(locked, transition, by=by, at=at or timezone.now(), comment=comment.strip())
        notify_sent_back(locked, by=by)
    return locked


def apply_transition(
    locked: Review,
    transition: Transition,
    *,
    by: User,
    at: datetime,
    comment: str = "",
    changes: Mapping[str, Any] | None = None,
    **columns: Any,
) -> None:
    """Record the event and write the new status with `columns`. The caller has locked and checked the review."""
    status = [str(locked.status), str(transition.target)]
    # The event is written first: a final review accepts only events of types that are declared for final reviews.
    record(
        locked, EVENT_OF[transition.name], by=by, at=at, comment=comment, changes={"status": status, **(changes or {})}
    )
    locked.status = transition.target
    for name, value in columns.items():
        setattr(locked, name, value)
    locked.save(update_fields=["status", *columns])


def complete_result(review: Review) -> Result:
    """Return the result of the stored scores. Raises Incomplete if a score or a required reason is missing."""
    rows = list(ItemScore.objects.filter(review=review))
    completeness = completeness_of(review, rows, submitted_values(review))
    if not completeness.is_complete:
        raise Incomplete(completeness)
    return score(review.scale, {row.item_number: row.value for row in rows})


def check_unchanged_since(locked: Review, seen: str, transition: Transition) -> None:
    """Raise Stale (409) if an event of the review was recorded after `seen`, the head of the chain on the page."""
    if chain.head(locked) != seen:
        sentence = _("Somebody changed the review after you opened this page. Nothing was done. Read it again.")
        raise Stale(locked, sentence, locked.transition_url(transition))
