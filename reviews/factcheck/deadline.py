"""Set and change the deadline by which the service checks the facts of a draft report.

The first deadline is set when the draft report is handed out: conduct/handing_out.py writes it with the event of that
transition. This module changes it afterwards. Going on without a factual check needs a reason.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from reviews.conflicts import no_draft_now
from reviews.factcheck.notifications import notify_check_requested
from reviews.models import EventType, Review, User
from reviews.records.handing_out import handing_out_of
from reviews.records.writing import lock_review, record

TIME_TO_READ = timedelta(weeks=2)


def proposed_deadline() -> date:
    """Return the deadline that forms propose: two weeks from today."""
    return timezone.localdate() + TIME_TO_READ


def fact_check_changes(
    review: Review, old_reason: str, until: date | None, no_check_reason: str
) -> dict[str, list[Any]]:
    """Return what an event records about a new decision on the factual check, or {} if it is unchanged.

    A deadline takes the place of the reason why there is no check. Raises ValueError without either.
    """
    reason = "" if until else no_check_reason.strip()
    if not until and not reason:
        raise ValueError("going on without a factual check needs a reason")
    changes: dict[str, list[Any]] = {}
    if review.facts_until != until:
        changes["facts_until"] = [day.isoformat() if day else "" for day in (review.facts_until, until)]
    if old_reason != reason:
        changes["no_check_reason"] = [old_reason, reason]
    return changes


@transaction.atomic
def set_deadline(
    *, review: Review, by: User, until: date | None, no_check_reason: str = "", at: datetime | None = None
) -> None:
    """Let the service write remarks until the end of `until`, or stop asking it if that is None, for a reason.

    Existing remarks are kept. Mails the team leaders if there was no deadline before. Raises StateConflict (409) unless
    the draft report is handed out, ValueError without a deadline and without a reason.
    """
    locked = lock_review(review)
    if not locked.is_handed_out:
        raise no_draft_now(locked)
    changes = fact_check_changes(locked, handing_out_of(locked).no_check_reason, until, no_check_reason)
    if not changes:
        return
    is_new = locked.facts_until is None and until is not None
    told = notify_check_requested(locked, once=f"asked:{locked.code}:{until}") if is_new else []
    if told:
        changes["told"] = [[], [str(user.code) for user in told]]
    record(locked, EventType.FACTS_ASKED, by=by, at=at, changes=changes)
    locked.facts_until = until
    locked.save(update_fields=["facts_until"])
