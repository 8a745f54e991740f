"""Quick notes: written one after the other during the visit, and sorted under items and interviews afterwards.

As with all interview notes, no event is recorded, because events are never deleted and notes must be deletable.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from reviews.fields import INCOMPLETE
from reviews.interviews.services import lock_open
from reviews.models import QuickNote, Review, User
from reviews.records.writing import Stale, compare, identity_of, update_if

MOST_QUICK_NOTES = 200  # of a review: all of them are sorted on one page


@dataclass(frozen=True)
class Place:
    """Where a quick note is sorted: under an item, under an interview (its primary key), or nowhere yet."""

    item_number: int | None = None
    interview: int | None = None

    @classmethod
    def of(cls, note: QuickNote) -> "Place":
        """Return where a quick note is sorted now."""
        return cls(note.item_number, note.interview_id)


@transaction.atomic
def save_quick_note(
    *, review: Review, by: User, code: UUID, based_on: int, text: str, change: UUID, at: datetime | None = None
) -> int:
    """Write a quick note and return its new version. `code` names the note; `based_on` is 0 for a new one.

    A new note without a text is not stored: version 0. Idempotent for a repeated `change`. Raises Stale (409) with the
    note if somebody else saved it first, and StateConflict (409) if the review is closed, if it has as many notes as
    fit, or if the code is that of another review's note.
    """
    identity, at = identity_of(change, [str(code), based_on, text]), at or timezone.now()
    if QuickNote.objects.filter(review=review, code=code, change=identity).exists():
        return based_on + 1
    locked = lock_open(review)
    stored = QuickNote.objects.select_related("saved_by").filter(code=code).first()
    written: dict[str, Any] = {"text": text, "saved_by": by, "saved_at": at, "change": identity}
    if stored is None:
        return _create(locked, code, based_on, written) if text else 0
    if stored.review_id != locked.pk:
        raise StateConflict(str(INCOMPLETE))
    if stored.text == text or stored.change == identity:
        return stored.version
    update_if(stored, based_on, **written)
    return based_on + 1


@transaction.atomic
def sort_quick_notes(*, review: Review, places: Mapping[int, tuple[Place, Place]]) -> int:
    """Sort several notes, all or none, and return how many were moved.

    `places` holds, by primary key, the place that the page showed and the new one. Raises Stale (409) if somebody else
    has sorted one of the notes, and StateConflict (409) if the review is closed or a new place is gone.
    """
    locked = lock_open(review)
    notes = QuickNote.objects.filter(review=locked, pk__in=places).order_by("pk")
    moved = [note for note in notes if places[note.pk][1] != Place.of(note)]
    _check_places(locked, (places[note.pk][1] for note in moved))
    for note in moved:
        seen, place = places[note.pk]
        compare(Place.of(note), seen, stored=note)
        note.item_number, note.interview_id = place.item_number, place.interview
    QuickNote.objects.bulk_update(moved, ["item_number", "interview"])
    return len(moved)


def _create(locked: Review, code: UUID, based_on: int, written: Mapping[str, Any]) -> int:
    if based_on:
        raise Stale
    if locked.quick_notes.count() >= MOST_QUICK_NOTES:
        raise StateConflict(
            _("This review has %(most)s quick notes, and no more fit. Nothing was saved; the text is here.")
            % {"most": MOST_QUICK_NOTES}
        )
    by, at = written["saved_by"], written["saved_at"]
    QuickNote.objects.create(review=locked, code=code, written_by=by, written_at=at, **written)
    return 1


def _check_places(locked: Review, places: Iterable[Place]) -> None:
    interviews = set(locked.interviews.values_list("pk", flat=True))
    for place in places:
        is_gone = place.interview and place.interview not in interviews
        if is_gone or (place.item_number and place.item_number not in locked.scale.by_number):
            raise StateConflict(_("An interview or item that you chose is gone. Nothing was sorted."))
