"""Set and change the deadline by which the service checks the facts of a draft report.

The first deadline is set when the draft report is handed out: conduct/transitions.py writes it with the event of that
transition. This module changes it afterwards.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from reviews.conflicts import no_draft_now
from reviews.factcheck.notifications import notify_check_requested
from reviews.models import EventType, Review, User
from reviews.records.writing import lock_review, record

TIME_TO_READ = timedelta(weeks=2)


def proposed_deadline() -> date:
    """Return the deadline that forms propose: two weeks from today."""
    return timezone.localdate() + TIME_TO_READ


def deadline_changes(review: Review, until: date | None) -> dict[str, list[str]]:
    """Return what an event records about a changed deadline, or {} if it is unchanged."""
    if review.facts_until == until:
        return {}
    return {"facts_until": [day.isoformat() if day else "" for day in (review.facts_until, until)]}


@transaction.atomic
def set_deadline(*, review: Review, by: User, until: date | None, at: datetime | None = None) -> None:
    """Let the service write remarks until the end of `until`, or stop asking it if that is None.

    Existing remarks are kept. Mails the team leaders if there was no deadline before. Raises StateConflict (409) unless
    the draft report is handed out.
    """
    locked = lock_review(review)
    if not locked.is_handed_out:
        raise no_draft_now(locked)
    changes = deadline_changes(locked, until)
    if not changes:
        return
    is_new = locked.facts_until is None
    record(locked, EventType.FACTS_ASKED, by=by, at=at, changes=changes)
    locked.facts_until = until
    locked.save(update_fields=["facts_until"])
    if is_new:
        notify_check_requested(locked, once=f"asked:{locked.code}:{until}")
