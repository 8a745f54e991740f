"""Save scores and ratings. A save that is sent twice is written once.

A save is a change of one or more items, with an id that its client made. It is written whole or not at all, with one
event for each item.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from reviews.conduct.score_target import ScoreTarget, target_for
from reviews.conduct.transitions import apply_transition
from reviews.conflicts import no_longer_evaluator
from reviews.models import ItemScore, Rating, Review, ReviewEvent, User
from reviews.records import chain
from reviews.records.writing import Stale, changes_between, compare, identity_of, update_if

Row = Rating | ItemScore


@dataclass(frozen=True)
class Edit:
    """New field values of one item, based on the version that the writer saw."""

    item_number: int
    based_on: int
    fields: dict[str, Any]


def save_scores(
    *, review: Review, by: User, change: UUID, edits: Sequence[Edit], at: datetime | None = None
) -> dict[int, int]:
    """Write `edits` to the person's score target and return the version that each item has for them now.

    An edit that changes nothing writes nothing. A change that was written before is not written again: its writer gets
    the versions that it led to. Raises Stale (409) with the rows that somebody else changed first, and StateConflict
    (409) when the review was closed meanwhile.
    """
    target = target_for(review, by)
    numbers = [edit.item_number for edit in edits]
    stored: dict[int, Row] = {row.item_number: row for row in target.rows.filter(item_number__in=numbers)}
    if len(stored) < len(set(numbers)):
        raise no_longer_evaluator(review)
    versions = {number: stored[number].version for number in numbers}
    altering = [edit for edit in edits if _changes(stored[edit.item_number], edit)]
    if not altering:
        return versions
    try:
        for edit in altering:
            compare(stored[edit.item_number].version, edit.based_on)
        _write(target, _events(target, change, altering, stored, at or timezone.now()), altering, stored)
    except Stale:
        if not _was_written_before(review, change, altering):
            if overtaken := _overtaken(target, altering):
                raise Stale(overtaken) from None
            # Somebody has just written the same values: nothing is in the way of a second attempt.
            return save_scores(review=review, by=by, change=change, edits=edits, at=at)
    return versions | {edit.item_number: edit.based_on + 1 for edit in altering}


def _identity(change: UUID, edit: Edit) -> UUID:
    return identity_of(change, [edit.item_number, edit.based_on, edit.fields])


def _was_written_before(review: Review, change: UUID, edits: Sequence[Edit]) -> bool:
    identities = {_identity(change, edit) for edit in edits}
    return ReviewEvent.objects.filter(review=review, change__in=identities).count() == len(identities)


def _changes(row: Row, edit: Edit) -> dict[str, list[Any]]:
    return changes_between({name: getattr(row, name) for name in edit.fields}, edit.fields)


def _overtaken(target: ScoreTarget, edits: Sequence[Edit]) -> list[Row]:
    """Return the stored rows that differ from `edits` and were changed since, with the person who saved them."""
    now: dict[int, Row] = {row.item_number: row for row in target.rows.select_related("saved_by")}
    late = [edit for edit in edits if now[edit.item_number].version != edit.based_on]
    return [now[edit.item_number] for edit in late if _changes(now[edit.item_number], edit)]


def _events(
    target: ScoreTarget, change: UUID, edits: Sequence[Edit], stored: dict[int, Row], at: datetime
) -> list[ReviewEvent]:
    """Return one event for each edit. They are prepared before the review is locked, so that others wait less."""
    return [
        ReviewEvent(
            at=at,
            by=target.user,
            type=target.event_type,
            item_number=edit.item_number,
            change=_identity(change, edit),
            changes=_changes(stored[edit.item_number], edit),
        )
        for edit in edits
    ]


def _write(target: ScoreTarget, events: Sequence[ReviewEvent], edits: Sequence[Edit], stored: dict[int, Row]) -> None:
    by, at = target.user, events[0].at
    with transaction.atomic():
        locked = target.lock_open()
        if target.first_transition.starts_from(locked.status, locked.method):
            apply_transition(locked, target.first_transition, by=by, at=at)
        for edit in edits:
            update_if(stored[edit.item_number], edit.based_on, **edit.fields, saved_by=by, saved_at=at)
        chain.append(locked, *events)
