"""Save scores so that nothing is lost: compare-and-set by version, repeatable, recorded.

A save is a change, with an id its client made, of one or more items. It is written whole or not
at all. Who started from an older version gets `Conflict` with what stands there now.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from reviews.access import closed
from reviews.conduct.moving import hold, shift
from reviews.models import Happening, ItemScore, Review, ReviewEvent, User
from reviews.records import chain
from reviews.workflow import SCORABLE, START


@dataclass(frozen=True)
class Edit:
    """New field values of one item, based on the version the writer saw."""

    item_number: int
    based_on: int
    fields: dict[str, Any]


class Conflict(Exception):
    """Somebody else saved first. `stored` holds the items as they stand now, with `saved_by`."""

    def __init__(self, stored: list[ItemScore]) -> None:
        super().__init__(f"items {[row.item_number for row in stored]}")
        self.stored = stored


def save_scores(
    *, review: Review, by: User, change: UUID, edits: Sequence[Edit], at: datetime | None = None
) -> dict[int, int]:
    """Write `edits` and return the version of each item that the writer now has.

    An edit that alters nothing writes nothing. A change that was written before is not written
    again; its writer gets the versions it led to then. Raises Conflict, or WrongMoment (409)
    when the review was closed meanwhile.
    """
    numbers = [edit.item_number for edit in edits]
    stored = {row.item_number: row for row in ItemScore.objects.filter(review=review, item_number__in=numbers)}
    versions = {number: stored[number].version for number in numbers}
    altering = [edit for edit in edits if _changes(stored[edit.item_number], edit)]
    if not altering:
        return versions
    try:
        if any(stored[edit.item_number].version != edit.based_on for edit in altering):
            raise _Overtaken
        _write(review, _events(by, change, altering, stored, at or timezone.now()), altering, stored)
    except _Overtaken:
        if not _was_written_before(review, change, altering):
            if behind := _behind(review, altering):
                raise Conflict(behind) from None
            # Somebody wrote the very same a moment ago: nothing stands in the way.
            return save_scores(review=review, by=by, change=change, edits=edits, at=at)
    return versions | {edit.item_number: edit.based_on + 1 for edit in altering}


def _identity(change: UUID, edit: Edit) -> UUID:
    """Return what makes a repeated send the same: the client's id and what it says, both."""
    return uuid5(change, json.dumps([edit.item_number, edit.based_on, edit.fields], sort_keys=True))


def _was_written_before(review: Review, change: UUID, edits: Sequence[Edit]) -> bool:
    identities = {_identity(change, edit) for edit in edits}
    return ReviewEvent.objects.filter(review=review, change__in=identities).count() == len(identities)


class _Overtaken(Exception):
    """A row has another version than the edit was based on."""


def _changes(row: ItemScore, edit: Edit) -> dict[str, list[Any]]:
    """Return field: [before, after] for what the edit would alter."""
    return {name: [getattr(row, name), new] for name, new in edit.fields.items() if getattr(row, name) != new}


def _behind(review: Review, edits: Sequence[Edit]) -> list[ItemScore]:
    """Return what stands now in the way of `edits`, with who wrote it."""
    rows = ItemScore.objects.filter(review=review).select_related("saved_by")
    now = {row.item_number: row for row in rows}
    late = [edit for edit in edits if now[edit.item_number].version != edit.based_on]
    return [now[edit.item_number] for edit in late if _changes(now[edit.item_number], edit)]


def _events(
    by: User, change: UUID, edits: Sequence[Edit], stored: dict[int, ItemScore], at: datetime
) -> list[ReviewEvent]:
    """Return what will be told of the edits: prepared before others have to wait."""
    return [
        ReviewEvent(
            at=at,
            by=by,
            happening=Happening.SCORED,
            item_number=edit.item_number,
            change=_identity(change, edit),
            changes=_changes(stored[edit.item_number], edit),
        )
        for edit in edits
    ]


def _write(review: Review, events: Sequence[ReviewEvent], edits: Sequence[Edit], stored: dict[int, ItemScore]) -> None:
    """Write everything or nothing, one event an edit."""
    by, at = events[0].by, events[0].at
    with transaction.atomic():
        if _status_held(review) in START.sources:
            shift(hold(review), START, by=by, at=at)
        for edit in edits:
            untouched = ItemScore.objects.filter(pk=stored[edit.item_number].pk, version=edit.based_on)
            if not untouched.update(**edit.fields, version=edit.based_on + 1, saved_by=by, saved_at=at):
                raise _Overtaken
        chain.append(review, *events)


def _status_held(review: Review) -> str:
    """Keep the review from being moved until this transaction ends, and return its status.

    Like `hold`, but for what is done every few seconds: one column. Raises WrongMoment when closed.
    """
    status = Review.objects.select_for_update().filter(pk=review.pk).values_list("status", flat=True).get()
    if status not in SCORABLE:
        raise closed(Review(code=review.code, status=status))
    return status
