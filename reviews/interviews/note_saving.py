"""Save what was said so that nothing is lost: compare-and-set by version, repeatable.

A change, with an id that its client made, writes notes to one or more questions of one interview,
whole or not at all. No event tells of it: a note must be deletable, so its row alone knows who and when.
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

WRITTEN = ("text", "version", "saved_by", "saved_at", "change")


@dataclass(frozen=True)
class NoteEdit:
    """The new text of one note, based on the version the writer saw."""

    question: str
    based_on: int
    text: str


def save_notes(
    *, interview: Interview, by: User, change: UUID, edits: Sequence[NoteEdit], at: datetime | None = None
) -> dict[str, int]:
    """Write `edits` and return the version of each note that the writer now has.

    An edit that alters nothing writes nothing. A change that was written before, as any of its rows
    tells, is not written again, whatever became of the others since. Raises Stale (409) with the notes that
    somebody else saved first, and StateConflict (409) when the review is final or the interview was removed meanwhile.
    """
    stored, identity = _stored(interview, edits), _identity(change, edits)
    if any(note.change == identity for note in stored.values()):
        return {edit.question: edit.based_on + 1 for edit in edits}
    if not _altering(stored, edits):
        return {question: note.version for question, note in stored.items()}
    with transaction.atomic():
        lock_open(interview.review)
        stored = _stored(interview, edits)  # nobody else writes from here on
        if len(stored) < len(edits):
            raise StateConflict(_("This interview was removed meanwhile. Nothing was saved; the text is here."))
        _write(stored, _altering(stored, edits), by, at or timezone.now(), identity)
    return {question: note.version for question, note in stored.items()}


def _write(
    stored: dict[str, InterviewNote], altering: Sequence[NoteEdit], by: User, at: datetime, identity: UUID
) -> None:
    """Write all edits into the notes that stand now, or none of them."""
    if behind := [edit for edit in altering if stored[edit.question].version != edit.based_on]:
        raise Stale([stored[edit.question] for edit in behind])
    notes = [stored[edit.question] for edit in altering]
    for note, edit in zip(notes, altering, strict=True):
        note.text, note.version = edit.text, edit.based_on + 1
        note.saved_by, note.saved_at, note.change = by, at, identity
    InterviewNote.objects.bulk_update(notes, WRITTEN)


def _identity(change: UUID, edits: Sequence[NoteEdit]) -> UUID:
    """Return what makes a repeated send the same: the client's id and all that it says."""
    return identity_of(change, [[edit.question, edit.based_on, edit.text] for edit in edits])


def _stored(interview: Interview, edits: Sequence[NoteEdit]) -> dict[str, InterviewNote]:
    notes = InterviewNote.objects.filter(interview=interview, question__in=[edit.question for edit in edits])
    return {note.question: note for note in notes.select_related("saved_by")}


def _altering(stored: dict[str, InterviewNote], edits: Sequence[NoteEdit]) -> list[NoteEdit]:
    """Return the edits that say something else than what is stored; of a note that is gone, all do."""
    return [edit for edit in edits if edit.question not in stored or stored[edit.question].text != edit.text]
