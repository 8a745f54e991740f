"""Transfer the whole database to an empty one of another engine, with every value as it is.

`default` is the source and `target` (TARGET_DATABASE_URL) must be migrated and empty. Rows are copied by the fields of
the models, which know how each engine stores a value: with microseconds, and without the defaults and automatic dates
of a save. Everything is one transaction on the target, which is compared with the source before it ends.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import batched
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import AutoField, Model, TextField, Value
from django.db.models.sql import InsertQuery

from reviews.maintenance.contents import LEFT_OUT, differences, summary_of
from reviews.maintenance.engines import engine_of
from reviews.maintenance.faults import MaintenanceFault
from reviews.models.names import NameField
from reviews.records import protection

SOURCE, TARGET = "default", "target"
AT_ONCE = 100  # rows in one statement; rows with PDFs are large
FILLED_BY_MIGRATE = (ContentType, Permission)


def check_target() -> None:
    """Raise MaintenanceFault if the target is the source, or a table of it has rows."""
    source, target = connections[SOURCE].settings_dict, connections[TARGET].settings_dict
    places = [tuple(str(place[key]) for key in ("ENGINE", "HOST", "PORT", "NAME")) for place in (source, target)]
    if places[0] == places[1]:
        raise MaintenanceFault("DATABASE_URL and TARGET_DATABASE_URL name the same database. Nothing was written.")
    existing = set(engine_of(connections[TARGET]).tables())
    for model in _models():
        table = model._meta.db_table
        if table in existing and model not in FILLED_BY_MIGRATE and model._base_manager.using(TARGET).exists():
            raise MaintenanceFault(
                f"The target is not empty: {table} has rows. Nothing was written. Name an empty database by "
                "TARGET_DATABASE_URL; nothing is ever overwritten."
            )


def transfer(tell: Callable[[str], object]) -> int:
    """Copy all rows and return their number. `tell` is called with the name of each table before it is copied.

    Raises MaintenanceFault, with the target as it was, if a value of the copy differs from the source.
    """
    source, target = connections[SOURCE], connections[TARGET]
    with transaction.atomic(SOURCE), transaction.atomic(TARGET):
        if source.vendor == "postgresql":  # SQLite's transaction keeps out other writers
            with source.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        _check_migrations(source, target)
        protection.remove(TARGET)
        for filled in FILLED_BY_MIGRATE:
            filled._base_manager.using(TARGET).all().delete()
        copied = 0
        for model in _models():
            tell(model._meta.db_table)
            copied += _copy(model)
            _continue_numbers(model, source, target)
        target.check_constraints()
        protection.install(TARGET)
        if different := summary_of(differences(engine_of(source).contents(), engine_of(target).contents())):
            raise MaintenanceFault(f"The copy differs from the source: {different}. The target is empty as before.")
        if missing := protection.faults(TARGET):
            raise MaintenanceFault(f"The target lacks triggers: {', '.join(missing)}. It is empty as before.")
    return copied


def _models() -> list[type[Model]]:
    """Return the models of all tables, once each, without those that no copy contains."""
    models = apps.get_models(include_auto_created=True)
    return [each for each in models if not each._meta.proxy and each._meta.db_table not in LEFT_OUT]


def _copy(model: type[Model]) -> int:
    """Copy the rows of a table, then read them again and compare every value."""
    fields = [field for field in model._meta.local_concrete_fields if not field.generated]
    at_once = min(AT_ONCE, connections[TARGET].ops.bulk_batch_size(fields, [None] * AT_ONCE))
    names = [field for field in fields if isinstance(field, NameField)]
    read, count = hashlib.sha256(), 0
    for rows in batched(_rows(model, SOURCE), at_once):
        for row in rows:
            read.update(_values(row, fields))
            for field in names:  # the field would clean a name that an earlier version stored
                setattr(row, field.attname, Value(getattr(row, field.attname), output_field=TextField()))
        query = InsertQuery(model)
        query.insert_values(fields, list(rows), raw=True)  # raw: without automatic dates
        query.get_compiler(using=TARGET).execute_sql()
        count += len(rows)
    written = hashlib.sha256()
    for row in _rows(model, TARGET):
        written.update(_values(row, fields))
    if read.digest() != written.digest():
        table = model._meta.db_table
        raise MaintenanceFault(f"A value of {table} differs in the target, which is empty as before.")
    return count


def _rows(model: type[Model], alias: str) -> Iterator[Model]:
    return model._base_manager.using(alias).order_by("pk").iterator(chunk_size=AT_ONCE)


def _values(row: Model, fields: Sequence[Any]) -> bytes:
    """Return the values of a row as the same bytes for the same values, whatever the engine."""
    values = [getattr(row, field.attname) for field in fields]
    return json.dumps(values, default=_plain, sort_keys=True).encode()


def _plain(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value)


def _continue_numbers(model: type[Model], source: BaseDatabaseWrapper, target: BaseDatabaseWrapper) -> None:
    """Let the next row get the number that it would get in the source, so that no number is ever used again."""
    field = model._meta.pk
    if not isinstance(field, AutoField):
        return
    table, column = model._meta.db_table, field.column
    with source.cursor() as cursor:
        following = _next_number(cursor, source.vendor, table, column)
    with target.cursor() as cursor:
        if target.vendor == "postgresql":
            name = target.ops.quote_name(table)
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s, false)", [name, column, following])
        else:
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, following - 1])


def _next_number(cursor: Any, vendor: str, table: str, column: str | None) -> int:
    if vendor == "postgresql":
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table}"', column])
        ((sequence,),) = cursor.fetchall()
        cursor.execute(f"SELECT last_value + is_called::int FROM {sequence}")  # noqa: S608  quoted by PostgreSQL
    else:
        cursor.execute("SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = %s), 0) + 1", [table])
    return int(cursor.fetchone()[0])


def _check_migrations(source: BaseDatabaseWrapper, target: BaseDatabaseWrapper) -> None:
    """Refuse databases of different versions. The target was just migrated by this version."""
    applied = []
    for connection in (source, target):
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            applied.append({f"{app}.{name}" for app, name in cursor.fetchall()})
    if missing := applied[1] - applied[0]:
        raise MaintenanceFault(f"The source lacks the migration {min(missing)}. Run `manage.py migrate` on it first.")
