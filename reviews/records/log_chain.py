"""The hash chains of the access log and of the exports: each line contains the hash of the newest line before it.

Altering a line, or removing one that another continues, invalidates the chain. Writers do not wait for each other, so
lines that are written at the same moment can continue the same line, and the removal of the last one of them, or of the
last lines of all, is revealed only by the heads that leave the database (reviews/maintenance/heads.py).
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet

from reviews.models import AccessEvent, ChainedLine, DeletedLine, Export
from reviews.records.chain import digest

BATCH = 500  # lines in one statement
LOGS: tuple[type[ChainedLine], ...] = (AccessEvent, Export)


def append[Line: ChainedLine](lines: Iterable[Line]) -> None:
    """Write new lines of one log. Two queries for up to 500 lines, none for no lines."""
    new = list(lines)
    if not new:
        return
    model = type(new[0])
    previous = model._default_manager.order_by("-pk").values_list("hash", flat=True).first() or ""
    for line in new:
        line.previous = previous
        line.hash = previous = link({name: getattr(line, name) for name in hashed_fields(model)})
    model._default_manager.bulk_create(new, batch_size=BATCH)


def link(values: dict[str, Any]) -> str:
    """Return the hash that a line with these values should have. Empty values are left out: columns may be added."""
    return digest({name: _plain(value) for name, value in values.items() if value not in (None, "")})


def hashed_fields(model: type[ChainedLine]) -> list[str]:
    """Return the names of the columns that the hash covers: all but the key and the hash itself."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key and field.name != "hash"]
    return [field.attname for field in fields]


def breaks(model: type[ChainedLine]) -> Iterator[str]:
    """Yield the lines of a log that were altered, or continue none of the lines before, as messages. Two queries."""
    names = hashed_fields(model)
    deleted = dict(DeletedLine.objects.values_list("hash", "previous")) if model is AccessEvent else {}
    known = set(deleted)
    is_chained = is_continued = False
    rows = model._default_manager.order_by("pk").values_list("pk", "hash", *names)
    for key, stored, *row in rows.iterator(chunk_size=2_000):
        values = dict(zip(names, row, strict=True))
        previous = values["previous"]
        if not stored and not is_chained:
            continue  # written before logs were chained
        is_chained, is_continued = True, is_continued or bool(previous)
        if stored != link(values):
            yield f"line {key} of {values['at']:%Y-%m-%d %H:%M} was altered"
        elif previous not in known and (previous or is_continued):
            yield f"the line that line {key} of {values['at']:%Y-%m-%d %H:%M} continues was removed"
        known.add(stored)
    if not set(deleted.values()) - {""} <= known:
        yield "a line before one that the retention rule has deleted was removed"


def note_deletion(lines: QuerySet[AccessEvent]) -> None:
    """Store what is left of lines that will be deleted now and are next to kept ones. A few queries.

    Must run in the transaction that deletes them.
    """
    gone = lines.order_by()
    kept = AccessEvent.objects.exclude(pk__in=gone.values("pk")).order_by()
    continued = kept.filter(previous__in=gone.values("hash")).exclude(previous="").values_list("previous", flat=True)
    continuing = gone.filter(previous__in=kept.values("hash")).exclude(previous="").values_list("hash", "previous")
    left = dict.fromkeys(continued, "") | dict(continuing)
    DeletedLine.objects.filter(previous__in=gone.values("hash")).update(previous="")
    DeletedLine.objects.bulk_create(
        [DeletedLine(hash=each, previous=previous) for each, previous in left.items()], ignore_conflicts=True
    )


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
