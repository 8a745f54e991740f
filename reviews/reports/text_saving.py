"""Write the report's own text: compare-and-set by version, repeatable, while scores may still change.

Each save is an event, as for scores. While each evaluator rates alone nobody writes: the text is common.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from reviews.conflicts import review_closed
from reviews.models import EventType, ReportText, Review, ReviewEvent, User
from reviews.records import chain

FIELDS = ("summary", "strengths")


@dataclass
class TextConflict(Exception):
    """Somebody else saved first: what stands now, with `saved_by`."""

    stored: ReportText


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


def fields_of(stored: ReportText) -> dict[str, str]:
    return {name: getattr(stored, name) for name in FIELDS}


def save_text(
    *, review: Review, by: User, change: UUID, based_on: int, fields: dict[str, str], at: datetime | None = None
) -> int:
    """Write the text and return its version. What alters nothing, or was written before, is not written again.

    Raises TextConflict when somebody else was first, StateConflict (409) when the text is closed.
    """
    identity = uuid5(change, "\0".join((str(based_on), *fields.values())))
    with transaction.atomic():
        held = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
        stored = ReportText.objects.select_related("saved_by").get(review=held)
        if stored.change == identity or fields == fields_of(stored):
            return stored.version
        must_be_open(held)
        if stored.version != based_on:
            raise TextConflict(stored)
        at, before = at or timezone.now(), fields_of(stored)
        changes = {name: [before[name], text] for name, text in fields.items() if before[name] != text}
        chain.append(held, ReviewEvent(at=at, by=by, type=EventType.REPORT_WRITTEN, changes=changes))
        ReportText.objects.filter(pk=stored.pk).update(
            **fields, version=based_on + 1, saved_by=by, saved_at=at, change=identity
        )
    return based_on + 1
