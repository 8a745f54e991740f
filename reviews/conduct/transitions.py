"""The one service that moves a review: only here does a status change.

A move holds the review's row until the transaction ends, reads its status again, and writes the
event with the change. `access` says who may; the table in workflow.py says from where to where.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from reviews.conduct.completeness import Completeness, completeness_of, submitted_values
from reviews.conflicts import transition_not_possible
from reviews.factcheck.deadline import changes_of
from reviews.factcheck.notifications import notify_draft
from reviews.models import EventType, ItemScore, Review, ReviewEvent, User
from reviews.records import chain
from reviews.workflow import COMPARE, DISCUSS, DRAFT, FINALISE, IMPORT, RATE, REOPEN, START, SUPERSEDE, Need, Transition
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
}


class Incomplete(Exception):
    """Items without a score, or without a reason that is asked for, stand in the way: `completeness` names them."""

    def __init__(self, completeness: Completeness) -> None:
        super().__init__(str(completeness))
        self.completeness = completeness


def lock_for(review: Review, *, ready_for: Transition | None = None) -> Review:
    """Return the review as it stands now, kept from everybody else until the transaction ends.

    Raises StateConflict (409) when it is not in a status that `ready_for` starts from.
    """
    held = Review.objects.locked(review)
    if ready_for and not ready_for.starts_from(held.status, held.method):
        raise transition_not_possible(held, ready_for)
    return held


def make_transition(
    *,
    review: Review,
    transition: Transition,
    by: User,
    seen: str,
    comment: str = "",
    facts_until: date | None = None,
    at: datetime | None = None,
) -> Review:
    """Make a move that needs nothing but the table's needs, and return the review as it is after.

    `seen` is the chain's head when the person decided; `facts_until` is the last day on which the service remarks
    on a draft that is handed out, None where it is not asked. Raises StateConflict (409) when somebody was faster,
    Incomplete when a score or a reason is missing, ValueError when the comment is. Finalising has its own way
    (finalising.py), which ends in `apply_transition` too.
    """
    if Need.RECENT_SIGN_IN in transition.needs:
        raise ValueError("signing has its own way")
    if Need.COMMENT in transition.needs and not comment.strip():
        raise ValueError("this move needs a comment")
    with transaction.atomic():
        held = lock_for(review, ready_for=transition)
        if Need.EVERY_SCORE in transition.needs:
            complete_result(held)
        check_unchanged_since(held, seen, transition)
        told: dict[str, Any] = {"by": by, "at": at or timezone.now(), "comment": comment.strip()}
        if transition == DRAFT:
            apply_transition(held, transition, **told, changes=changes_of(held, facts_until), facts_until=facts_until)
            notify_draft(held)
        else:
            apply_transition(held, transition, **told)
    return held


def apply_transition(
    held: Review,
    transition: Transition,
    *,
    by: User,
    at: datetime,
    comment: str = "",
    changes: dict[str, Any] | None = None,
    **columns: Any,
) -> None:
    """Write the new status with `columns`, and the event. The caller holds the review and has checked."""
    told = {"status": [str(held.status), str(transition.target)]} | (changes or {})
    # The event comes first: what was signed takes none but those of its correction.
    chain.append(held, ReviewEvent(at=at, by=by, type=EVENT_OF[transition.name], comment=comment, changes=told))
    held.status = transition.target
    for name, value in columns.items():
        setattr(held, name, value)
    held.save(update_fields=["status", *columns])


def complete_result(review: Review) -> Result:
    """Return the result of the stored scores; raises Incomplete while a score or a reason is missing."""
    rows = list(ItemScore.objects.filter(review=review))
    completeness = completeness_of(review, rows, submitted_values(review))
    if not completeness.is_complete:
        raise Incomplete(completeness)
    return score(review.scale, {row.item_number: row.value for row in rows})


def check_unchanged_since(held: Review, seen: str, transition: Transition) -> None:
    """Raise StateConflict (409) if anything happened to the review after a person decided."""
    if chain.head(held) != seen:
        raise StateConflict(
            _("Somebody changed the review after you opened this page. Nothing was done. Read it again."),
            held.transition_url(transition),
        )
