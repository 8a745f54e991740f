"""Save interview notes without losing any: compare-and-set by version, safe to repeat.

A change has an id from the client and writes the notes on one or more questions of one interview, all or none. It
records no event, because events are never deleted and notes must be deletable: only the row of a note holds who wrote
it and when.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from reviews.interviews.services import lock_open
from reviews.models import Interview, InterviewNote, User
from reviews.records.writing import Stale, identity_of

SAVED_FIELDS = ("text", "version", "saved_by", "saved_at", "change")


@dataclass(frozen=True)
class NoteEdit:
    """The new text of one note. `question` is its key; `based_on` is the version that the page showed."""

    question: str
    based_on: int
    text: str


def save_notes(
    *, interview: Interview, by: User, change: UUID, edits: Sequence[NoteEdit], at: datetime | None = None
) -> dict[str, int]:
    """Save the edits and return the new version of each note by question.

    Edits that change nothing are skipped. If any of the stored notes carries the identity of this change, the
    whole change was saved before and is not written again. Raises Stale (409) with the notes that somebody else saved
    first, and StateConflict (409) if the review is final or the interview has been removed.
    """
    stored = _stored(interview, edits)
    identity = identity_of(change, [[edit.question, edit.based_on, edit.text] for edit in edits])
    if any(note.change == identity for note in stored.values()):
        return {edit.question: edit.based_on + 1 for edit in edits}
    if not _changed_edits(stored, edits):
        return {question: note.version for question, note in stored.items()}
    with transaction.atomic():
        lock_open(interview.review)
        stored = _stored(interview, edits)  # again, now that other writers wait
        if len(stored) < len(edits):
            raise StateConflict(_("This interview was removed meanwhile. Nothing was saved; the text is here."))
        _write(stored, _changed_edits(stored, edits), by, at or timezone.now(), identity)
    return {question: note.version for question, note in stored.items()}


def _write(
    stored: dict[str, InterviewNote], changed: Sequence[NoteEdit], by: User, at: datetime, identity: UUID
) -> None:
    """Write all edits to the stored notes, or none. Raises Stale with the notes that are newer than their edit."""
    if behind := [edit for edit in changed if stored[edit.question].version != edit.based_on]:
        raise Stale([stored[edit.question] for edit in behind])
    notes = [stored[edit.question] for edit in changed]
    for note, edit in zip(notes, changed, strict=True):
        note.text, note.version = edit.text, edit.based_on + 1
        note.saved_by, note.saved_at, note.change = by, at, identity
    InterviewNote.objects.bulk_update(notes, SAVED_FIELDS)


def _stored(interview: Interview, edits: Sequence[NoteEdit]) -> dict[str, InterviewNote]:
    notes = InterviewNote.objects.filter(interview=interview, question__in=[edit.question for edit in edits])
    return {note.question: note for note in notes.select_related("saved_by")}


def _changed_edits(stored: dict[str, InterviewNote], edits: Sequence[NoteEdit]) -> list[NoteEdit]:
    """Return the edits whose text differs from the stored note, or whose note no longer exists."""
    return [edit for edit in edits if edit.question not in stored or stored[edit.question].text != edit.text]
