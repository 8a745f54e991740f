"""The protocol of writing: lock, compare, write, record. Contains no rules of the domain.

Every service that changes a review, or what belongs to it, does these four things in one transaction:

1. Lock. `lock` returns the row as stored and keeps other writers out until the transaction ends. Rows are locked in the
   same order everywhere, so that no two writers wait for each other: the network, the review, the review for which an
   action was created, the organisations. Several rows of a table are locked in the order of their keys (`lock_all`):
   an organisation and the one that it was joined to, too. Who changes that pointer holds the lock of the network.
   Every check reads the locked row, never the one that the view fetched.
2. Compare. `compare` and `update_if` raise Stale unless the stored version is the one that the writer saw. A save that
   would change nothing returns before it compares, so that a repeated request is harmless.
3. Write the rows.
4. Record. `record` appends an event to the review's chain.

Services raise Stale (409) if somebody else was first, and StateConflict (409) if the change is not possible now.
"""

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.transaction import TransactionManagementError
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from ipsfidelity.prepared import prepared
from reviews.models import EventType, Review, ReviewEvent, User
from reviews.records import chain

LONGEST_VERSION = 16  # characters that `version_of` returns


class Stale(StateConflict):
    """Somebody else was first: 409.

    `stored` is the current state: a row, several rows, a value, or None if the row was deleted. The default sentence is
    for pages that show the current state; others pass their own.
    """

    def __init__(self, stored: Any = None, sentence: str = "", url: str = "") -> None:
        default = _(
            "Somebody else was first, and nothing of yours was saved. The page shows what is stored, and your text."
        )
        super().__init__(sentence or default, url)
        self.stored = stored


def lock[Row: Model](row: Row, *related: str, only: Collection[str] = ()) -> Row:
    """Return a row as stored, locked until the transaction ends. One query.

    `related` are selected with it but not locked. `only` limits the columns. PostgreSQL locks the row against other
    writers but lets new rows refer to it; SQLite has one writer at a time and needs no lock. Raises DoesNotExist if the
    row was deleted, and TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("A row is locked until the transaction ends, so there has to be one.")
    for locked in _locked(row.pk, model=type(row), related=related, only=tuple(only)):
        return locked
    raise type(row).DoesNotExist  # type: ignore[attr-defined]


@prepared
def _locked(key: int, *, model: type[Model], related: tuple[str, ...], only: tuple[str, ...]) -> QuerySet[Any]:
    rows = model._default_manager.select_for_update(of=("self",), no_key=True).filter(pk=key)
    if related:
        rows = rows.select_related(*related)
    return rows.only(*only) if only else rows


def lock_all[Row: Model](model: type[Row], keys: Collection[int]) -> dict[int, Row]:
    """Return rows as stored, by their keys and locked in the order of these. One query."""
    rows = model._default_manager.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk")
    return {row.pk: row for row in rows}


def lock_review(review: Review) -> Review:
    """Return the review as stored, with its organisation, locked until the transaction ends."""
    return lock(review, "organisation__joined_to")


def compare(current: object, seen: object, *, stored: object = None) -> None:
    """Raise Stale(stored) unless the current version is the one that the writer saw.

    A version is a row's counter, the hash of a review's last event, or what `version_of` returns.
    """
    if current != seen:
        raise Stale(stored)


def update_if(row: Model, seen: int, **fields: Any) -> None:
    """Write fields and increment the version of a row if its stored version is `seen`. Otherwise raise Stale(row)."""
    unchanged = type(row)._default_manager.filter(pk=row.pk, version=seen)
    if not unchanged.update(**fields, version=seen + 1):
        raise Stale(row)


def version_of(*values: Any) -> str:
    """Return a version for something without a counter: 16 hexadecimal digits that depend on the values."""
    return chain.digest(values)[:LONGEST_VERSION]


def changes_between(
    before: Mapping[str, Any], after: Mapping[str, Any], *, always: Collection[str] = ()
) -> dict[str, list[Any]]:
    """Return [before, after] as plain data for each field that differs, and for each field in `always`."""
    return {
        name: [_plain(before[name]), _plain(new)]
        for name, new in after.items()
        if before[name] != new or name in always
    }


def identity_of(change: UUID, content: Any) -> UUID:
    """Return a UUID that identifies a repeated request: derived from the client's id of the change and its content."""
    return uuid5(change, json.dumps(content, sort_keys=True, default=str))


def record(
    review: Review,
    event_type: EventType,
    *,
    by: User,
    at: datetime | None = None,
    changes: Mapping[str, Any] | None = None,
    item_number: int | None = None,
    comment: str = "",
) -> None:
    """Append one event to the chain of a locked review. `changes` holds [before, after] by field."""
    event = ReviewEvent(
        type=event_type,
        by=by,
        at=at or timezone.now(),
        changes=dict(changes or {}),
        item_number=item_number,
        comment=comment,
    )
    chain.append(review, event)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
