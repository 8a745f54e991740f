"""The one service that moves a review: only here does a status change.

A move holds the review's row until the transaction ends, reads its status again, and writes the
event with the change. `access` says who may; the table in workflow.py says from where to where.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import WrongMoment
from reviews.conduct.completeness import Readiness, rated_in, readiness_of
from reviews.conflicts import wrong_moment
from reviews.factcheck.deadline import changes_of
from reviews.factcheck.notifications import tell_handed_out
from reviews.models import Happening, ItemScore, Review, ReviewEvent, User
from reviews.records import chain
from reviews.workflow import COMPARE, DISCUSS, DRAFT, FINALISE, IMPORT, RATE, REOPEN, START, SUPERSEDE, Move, Need
from scales.scoring import Result, score

TOLD_AS = {
    START.name: Happening.STARTED,
    RATE.name: Happening.STARTED,
    COMPARE.name: Happening.COMPARED,
    DRAFT.name: Happening.DRAFTED,
    REOPEN.name: Happening.REOPENED,
    DISCUSS.name: Happening.REOPENED,
    FINALISE.name: Happening.FINALISED,
    SUPERSEDE.name: Happening.SUPERSEDED,
    IMPORT.name: Happening.IMPORTED,
}


class Incomplete(Exception):
    """Items without a score, or without a reason that is asked for, stand in the way: `readiness` names them."""

    def __init__(self, readiness: Readiness) -> None:
        super().__init__(str(readiness))
        self.readiness = readiness


def hold(review: Review, *, ready_for: Move | None = None) -> Review:
    """Return the review as it stands now, kept from everybody else until the transaction ends.

    Raises WrongMoment (409) when it is not in a status that `ready_for` starts from.
    """
    held = Review.objects.held(review)
    if ready_for and not ready_for.begins_from(held.status, held.method):
        raise wrong_moment(held, ready_for)
    return held


def move_on(
    *,
    review: Review,
    move: Move,
    by: User,
    seen: str,
    comment: str = "",
    facts_until: date | None = None,
    at: datetime | None = None,
) -> Review:
    """Make a move that needs nothing but the table's needs, and return the review as it is after.

    `seen` is the chain's head when the person decided; `facts_until` is the last day on which the service remarks
    on a draft that is handed out, None where it is not asked. Raises WrongMoment (409) when somebody was faster,
    Incomplete when a score or a reason is missing, ValueError when the comment is. Finalising has its own way
    (finalising.py), which ends in `shift` too.
    """
    if Need.RECENT_SIGN_IN in move.needs:
        raise ValueError("signing has its own way")
    if Need.COMMENT in move.needs and not comment.strip():
        raise ValueError("this move needs a comment")
    with transaction.atomic():
        held = hold(review, ready_for=move)
        if Need.EVERY_SCORE in move.needs:
            complete_result(held)
        unchanged_since(held, seen, move)
        told: dict[str, Any] = {"by": by, "at": at or timezone.now(), "comment": comment.strip()}
        if move == DRAFT:
            shift(held, move, **told, changes=changes_of(held, facts_until), facts_until=facts_until)
            tell_handed_out(held)
        else:
            shift(held, move, **told)
    return held


def shift(
    held: Review,
    move: Move,
    *,
    by: User,
    at: datetime,
    comment: str = "",
    changes: dict[str, Any] | None = None,
    **columns: Any,
) -> None:
    """Write the new status with `columns`, and the event. The caller holds the review and has checked."""
    told = {"status": [str(held.status), str(move.target)]} | (changes or {})
    # The event comes first: what was signed takes none but those of its correction.
    chain.append(held, ReviewEvent(at=at, by=by, happening=TOLD_AS[move.name], comment=comment, changes=told))
    held.status = move.target
    for name, value in columns.items():
        setattr(held, name, value)
    held.save(update_fields=["status", *columns])


def complete_result(review: Review) -> Result:
    """Return the result of the stored scores; raises Incomplete while a score or a reason is missing."""
    rows = list(ItemScore.objects.filter(review=review))
    readiness = readiness_of(review, rows, rated_in(review))
    if not readiness.is_complete:
        raise Incomplete(readiness)
    return score(review.scale, {row.item_number: row.value for row in rows})


def unchanged_since(held: Review, seen: str, move: Move) -> None:
    """Raise WrongMoment (409) if anything happened to the review after a person decided."""
    if chain.head(held) != seen:
        raise WrongMoment(
            _("Somebody changed the review after you opened this page. Nothing was done. Read it again."),
            held.move_url(move),
        )
