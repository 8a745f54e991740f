"""Save the report's own text: compare-and-set by version, safe to repeat, while scores can still change.

Each save records an event. The text belongs to all evaluators, so nobody can write it while ratings are blind.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from reviews.conflicts import review_closed
from reviews.models import EventType, ReportText, Review, User
from reviews.records.writing import changes_between, identity_of, lock, record, update_if

FIELDS = ("summary", "strengths")


def is_open(review: Review) -> bool:
    """Return whether the report's text can be written now."""
    return review.is_scorable and not review.is_blind


def must_be_open(review: Review) -> None:
    """Raise StateConflict (409) unless the text can be written now."""
    if not review.is_scorable:
        raise review_closed(review)
    if review.is_blind:
        raise StateConflict(
            _("The report is written together, once all evaluators have handed in their ratings."),
            review.get_absolute_url(),
        )


def fields_of(text: ReportText) -> dict[str, str]:
    """Return the texts by field."""
    return {name: getattr(text, name) for name in FIELDS}


def save_text(
    *, review: Review, by: User, change: UUID, based_on: int, fields: dict[str, str], at: datetime | None = None
) -> int:
    """Save the text and return its version. Does nothing if the text is the same or the change was saved before.

    Raises Stale (409) if somebody else saved first, and StateConflict (409) if the text cannot be written now.
    """
    identity = identity_of(change, [based_on, fields])
    with transaction.atomic():
        locked = lock(review)
        stored = ReportText.objects.select_related("saved_by").get(review=locked)
        if stored.change == identity or fields == fields_of(stored):
            return stored.version
        must_be_open(locked)
        at = at or timezone.now()
        update_if(stored, based_on, **fields, saved_by=by, saved_at=at, change=identity)
        record(locked, EventType.REPORT_WRITTEN, by=by, at=at, changes=changes_between(fields_of(stored), fields))
    return based_on + 1
