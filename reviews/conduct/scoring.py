"""Save scores and ratings. A save that is sent twice is written once.

A save changes one or more items and carries an id that the client generated. It is written in one transaction, with one
event for each item. The first save of a common score also stores what is carried over from the ratings (carry_over.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from reviews.conduct.carry_over import carried_over
from reviews.conduct.score_target import ScoreTarget, target_for
from reviews.conduct.transitions import apply_transition
from reviews.conflicts import no_longer_evaluator
from reviews.models import Review, ReviewEvent, User
from reviews.models.scores import Judgement
from reviews.records import chain
from reviews.records.writing import Stale, changes_between, compare, identity_of, update_if


@dataclass(frozen=True)
class ScoreEdit:
    """New field values of one item. `based_on` is the version of the item that the page showed.

    The first save of a common score adds the fields that are carried over and that the edit does not name.
    """

    item_number: int
    based_on: int
    fields: dict[str, Any]


@dataclass(frozen=True)
class _Write:
    """An edit with the row that it changes and what is carried over to that row."""

    edit: ScoreEdit
    row: Judgement
    carried: Mapping[str, Any]

    @property
    def fields(self) -> dict[str, Any]:
        """The fields to store."""
        return {**self.carried, **self.edit.fields}


def save_scores(
    *, review: Review, by: User, change: UUID, edits: Sequence[ScoreEdit], at: datetime | None = None
) -> dict[int, int]:
    """Write `edits` to the person's score target and return the new version of each item, by item number.

    An edit that changes nothing writes nothing. A repeated change is not written again; it returns
    the same versions as the first time. Raises Stale (409) with the rows that somebody else changed first,
    StateConflict (409) if the rows can no longer be changed.
    """
    target = target_for(review, by)
    numbers = [edit.item_number for edit in edits]
    stored: dict[int, Judgement] = {row.item_number: row for row in target.stored_of(numbers)}
    if len(stored) < len(set(numbers)):
        raise no_longer_evaluator(review)
    versions = {number: stored[number].version for number in numbers}
    carried = carried_over(review, [number for number in numbers if stored[number].is_untouched])
    altering = [edit for edit in edits if _alters(stored[edit.item_number], edit, carried.get(edit.item_number, {}))]
    if not altering:
        return versions
    writes = [_Write(edit, stored[edit.item_number], carried.get(edit.item_number, {})) for edit in altering]
    try:
        for edit in altering:
            compare(stored[edit.item_number].version, edit.based_on)
        _write(target, _events(target, change, writes, at or timezone.now()), writes)
    except Stale:
        if not _was_written_before(review, change, altering):
            if overtaken := _overtaken(target, altering):
                raise Stale(overtaken) from None
            # Somebody else has just written the same values, so a second attempt finds no conflict.
            return save_scores(review=review, by=by, change=change, edits=edits, at=at)
    return versions | {edit.item_number: edit.based_on + 1 for edit in altering}


def _identity(change: UUID, edit: ScoreEdit) -> UUID:
    return identity_of(change, [edit.item_number, edit.based_on, edit.fields])


def _was_written_before(review: Review, change: UUID, edits: Sequence[ScoreEdit]) -> bool:
    identities = {_identity(change, edit) for edit in edits}
    return ReviewEvent.objects.filter(review=review, change__in=identities).count() == len(identities)


def _changes(row: Judgement, fields: Mapping[str, Any]) -> dict[str, list[Any]]:
    return changes_between({name: getattr(row, name) for name in fields}, fields)


def _alters(row: Judgement, edit: ScoreEdit, carried: Mapping[str, Any]) -> bool:
    """Return whether an edit changes what is stored, or takes away something that is carried over."""
    return bool(_changes(row, edit.fields)) or any(
        edit.fields.get(name, text) != text for name, text in carried.items()
    )


def _overtaken(target: ScoreTarget, edits: Sequence[ScoreEdit]) -> list[Judgement]:
    """Return the rows, with their `saved_by`, that somebody else has changed since and that differ from `edits`."""
    current: dict[int, Judgement] = {row.item_number: row for row in target.stored()}
    late = [edit for edit in edits if current[edit.item_number].version != edit.based_on]
    return [current[edit.item_number] for edit in late if _changes(current[edit.item_number], edit.fields)]


def _events(target: ScoreTarget, change: UUID, writes: Sequence[_Write], at: datetime) -> list[ReviewEvent]:
    """Return one unsaved event for each item. They are built before the review is locked, to keep the lock short."""
    return [
        ReviewEvent(
            at=at,
            by=target.user,
            type=target.event_type,
            item_number=write.edit.item_number,
            change=_identity(change, write.edit),
            changes=_changes(write.row, write.fields),
        )
        for write in writes
    ]


def _write(target: ScoreTarget, events: Sequence[ReviewEvent], writes: Sequence[_Write]) -> None:
    by, at = target.user, events[0].at
    with transaction.atomic():
        locked = target.lock_for_scoring()
        if target.first_transition.starts_from(locked.status, locked.method):
            apply_transition(locked, target.first_transition, by=by, at=at)
        for write in writes:
            update_if(write.row, write.edit.based_on, **write.fields, saved_by=by, saved_at=at)
        chain.append(locked, *events)
