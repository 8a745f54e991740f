"""Save scores and ratings so that nothing is lost: compare-and-set by version, repeatable, recorded.

A save is a change, with an id its client made, of one or more items. It is written whole or not
at all. Who started from an older version gets `Conflict` with what stands there now.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from reviews.conduct.score_target import ScoreTarget, target_for
from reviews.conduct.transitions import apply_transition, lock_for
from reviews.conflicts import no_longer_evaluator
from reviews.models import ItemScore, Rating, Review, ReviewEvent, User
from reviews.records import chain

Row = Rating | ItemScore


@dataclass(frozen=True)
class Edit:
    """New field values of one item, based on the version the writer saw."""

    item_number: int
    based_on: int
    fields: dict[str, Any]


class Conflict(Exception):
    """Somebody else saved first. `stored` holds the items as they stand now, with `saved_by`."""

    def __init__(self, stored: Sequence[Row]) -> None:
        super().__init__(f"items {[row.item_number for row in stored]}")
        self.stored = stored


def save_scores(
    *, review: Review, by: User, change: UUID, edits: Sequence[Edit], at: datetime | None = None
) -> dict[int, int]:
    """Write `edits` where the person's scores go (desk.py) and return the version of each item that they now have.

    An edit that alters nothing writes nothing. A change that was written before is not written
    again; its writer gets the versions it led to then. Raises Conflict, or StateConflict (409)
    when the review was closed meanwhile.
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
        if any(stored[edit.item_number].version != edit.based_on for edit in altering):
            raise _Overtaken
        _write(target, _events(target, change, altering, stored, at or timezone.now()), altering, stored)
    except _Overtaken:
        if not _was_written_before(review, change, altering):
            if behind := _behind(target, altering):
                raise Conflict(behind) from None
            # Somebody wrote the very same a moment ago: nothing stands in the way.
            return save_scores(review=review, by=by, change=change, edits=edits, at=at)
    return versions | {edit.item_number: edit.based_on + 1 for edit in altering}


def _identity(change: UUID, edit: Edit) -> UUID:
    """Return what makes a repeated send the same: the client's id and what it says, both."""
    return uuid5(change, json.dumps([edit.item_number, edit.based_on, edit.fields], sort_keys=True, default=str))


def _was_written_before(review: Review, change: UUID, edits: Sequence[Edit]) -> bool:
    identities = {_identity(change, edit) for edit in edits}
    return ReviewEvent.objects.filter(review=review, change__in=identities).count() == len(identities)


class _Overtaken(Exception):
    """A row has another version than the edit was based on."""


def _changes(row: Row, edit: Edit) -> dict[str, list[Any]]:
    """Return field: [before, after] for what the edit would alter, as plain data."""
    both = {name: (getattr(row, name), new) for name, new in edit.fields.items()}
    return {name: [_plain(old), _plain(new)] for name, (old, new) in both.items() if old != new}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _behind(target: ScoreTarget, edits: Sequence[Edit]) -> list[Row]:
    """Return what stands now in the way of `edits`, with who wrote it."""
    now: dict[int, Row] = {row.item_number: row for row in target.rows.select_related("saved_by")}
    late = [edit for edit in edits if now[edit.item_number].version != edit.based_on]
    return [now[edit.item_number] for edit in late if _changes(now[edit.item_number], edit)]


def _events(
    target: ScoreTarget, change: UUID, edits: Sequence[Edit], stored: dict[int, Row], at: datetime
) -> list[ReviewEvent]:
    """Return what will be told of the edits: prepared before others have to wait."""
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
    """Write everything or nothing, one event an edit."""
    by, at = target.user, events[0].at
    with transaction.atomic():
        if target.hold_open() in target.beginning.sources:
            apply_transition(lock_for(target.review), target.beginning, by=by, at=at)
        for edit in edits:
            row = stored[edit.item_number]
            untouched = type(row).objects.filter(pk=row.pk, version=edit.based_on)
            if not untouched.update(**edit.fields, version=edit.based_on + 1, saved_by=by, saved_at=at):
                raise _Overtaken
        chain.append(target.review, *events)
