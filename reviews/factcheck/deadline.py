"""Ask the service to check the facts of a draft report, until a day; handing it out asks, and the day can be changed.

Who hands out says the day on the page of that step (conduct/transitions.py writes it with the step's own event).
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from reviews.conflicts import no_draft_now
from reviews.factcheck.notifications import notify_asked
from reviews.models import EventType, Review, User
from reviews.records.writing import lock_review, record

TIME_TO_READ = timedelta(weeks=2)


def proposed_day() -> date:
    """Return the day until which the service is asked unless somebody says another."""
    return timezone.localdate() + TIME_TO_READ


def changes_of(review: Review, until: date | None) -> dict[str, list[str]]:
    """Return what an event tells when the service is asked until another day; {} when it is the same."""
    if review.facts_until == until:
        return {}
    return {"facts_until": [day.isoformat() if day else "" for day in (review.facts_until, until)]}


@transaction.atomic
def ask_until(*, review: Review, by: User, until: date | None, at: datetime | None = None) -> None:
    """Ask the service until this day, or no longer where it is None. Raises StateConflict (409) unless the review is
    a draft report. Remarks that were written stay, whatever the day."""
    locked = lock_review(review)
    if not locked.is_handed_out:
        raise no_draft_now(locked)
    changes = changes_of(locked, until)
    if not changes:
        return
    is_new = locked.facts_until is None
    record(locked, EventType.FACTS_ASKED, by=by, at=at, changes=changes)
    locked.facts_until = until
    locked.save(update_fields=["facts_until"])
    if is_new:
        notify_asked(locked, once=f"asked:{locked.code}:{until}")
