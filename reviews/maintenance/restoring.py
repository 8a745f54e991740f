"""Restore a backup into an empty database. Never overwrites anything, and refuses what does not fit."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from ipsfidelity.installation import version
from reviews.maintenance.backup_file import START_OF_SQLITE, BackupFile, Manifest, manifest_of
from reviews.maintenance.contents import Contents, differences, lost_since, read_contents, summary_of
from reviews.maintenance.engines import Engine, SQLite, engine_of, label_of
from reviews.maintenance.faults import MaintenanceFault


def restore(path: Path) -> Manifest:
    """Fill the empty database from a backup, compare it with the manifest, which is returned. Does not migrate.

    Raises MaintenanceFault if the backup is damaged or does not fit this version or engine, or the database is not
    empty: then nothing was written. It also raises it if the restored database differs from the manifest.
    """
    engine = engine_of(connection)
    with BackupFile.opened(path) as backup:
        _check_fits(backup.manifest, engine)
        backup.check()
        _check_empty(engine)
        with _loading(engine) as scratch, backup.database() as source:
            engine.load(source, scratch)
    if different := summary_of(differences(backup.manifest.contents, engine.contents())):
        raise MaintenanceFault(f"The restored database is not what was backed up: {different}. Do not use it.")
    return backup.manifest


def restore_plain_copy(path: Path, against: Path | None) -> tuple[Contents, str]:
    """Fill the empty SQLite database from a copied file, with the file -wal next to it if there is one.

    Return its figures, and what cannot be shown about it as a sentence. Raises MaintenanceFault, before anything is
    written, if the copy is damaged or lacks events that the backup `against` has.
    """
    engine = engine_of(connection)
    if not isinstance(engine, SQLite):
        raise MaintenanceFault("A plain copy of a SQLite file is restored into SQLite first: set DATABASE_URL.")
    earlier = manifest_of(against) if against else None
    _check_empty(engine)
    with _loading(engine) as scratch:
        copy = scratch / "plain.sqlite3"
        has_log = _copy_with_log(path, copy)
        with closing(sqlite3.connect(copy)) as database:
            contents = read_contents(database.cursor(), engine.vendor)
            _check_migrations(contents, "an unknown version")
            if earlier and (lost := summary_of(lost_since(earlier.contents, database.cursor()))):
                raise MaintenanceFault(f"The copy is not complete: {lost}. Nothing was written. Restore a backup.")
        engine.load_file(copy)
    return contents, _not_shown(earlier, has_log=has_log)


def _not_shown(earlier: Manifest | None, *, has_log: bool) -> str:
    if earlier:
        return (
            f"It has everything that the backup of {earlier.made_at:%Y-%m-%d %H:%M} UTC has. "
            "Nothing shows whether anything that was saved later is missing."
        )
    log = (
        "" if has_log else "There is no file -wal next to it. If the program ran while it was copied, saves are lost. "
    )
    return f"{log}Nothing shows whether it is complete. `--against BACKUP` compares it with an earlier backup."


def _copy_with_log(path: Path, copy: Path) -> bool:
    """Copy a SQLite file and its write-ahead log, and return whether there was one."""
    with path.open("rb") as file:
        if file.read(16) != START_OF_SQLITE:
            raise MaintenanceFault(f"{path} is no SQLite database.")
    log = path.with_name(f"{path.name}-wal")
    shutil.copyfile(path, copy)
    if log.exists():
        shutil.copyfile(log, copy.with_name(f"{copy.name}-wal"))
    return log.exists()


def _check_fits(manifest: Manifest, engine: Engine) -> None:
    if _numbers(manifest.program) > _numbers(version()):
        raise MaintenanceFault(
            f"The backup was made by version {manifest.program}, and this is version {version()}. Nothing was written. "
            "Install that version, or a later one."
        )
    _check_migrations(manifest.contents, f"version {manifest.program}")
    if manifest.engine != engine.vendor:
        raise MaintenanceFault(
            f"The backup is of {label_of(manifest.engine)}, and DATABASE_URL names {engine.label}. Nothing was "
            f"written. Restore it into {label_of(manifest.engine)}, then move it with `manage.py transfer`."
        )


def _check_migrations(contents: Contents, by: str) -> None:
    """Refuse a database with a migration that this version does not know."""
    migrations = MigrationLoader(None).disk_migrations
    names = {*migrations, *(name for migration in migrations.values() for name in migration.replaces)}
    if unknown := set(contents.migrations) - {f"{app}.{name}" for app, name in names}:
        raise MaintenanceFault(
            f"It was made by {by} with the migration {min(unknown)}, which this version ({version()}) does not know. "
            "Nothing was written. Install a later version."
        )


def _check_empty(engine: Engine) -> None:
    if tables := engine.tables():
        raise MaintenanceFault(
            f"The database is not empty: it has {len(tables)} tables. Nothing was written. Name an empty one by "
            "DATABASE_URL; nothing is ever overwritten."
        )


def _numbers(program: str) -> tuple[int, ...]:
    return tuple(int(number) for number in program.split("."))


@contextmanager
def _loading(engine: Engine) -> Iterator[Path]:
    """Offer a folder to work in, on the disk of the database. Errors of disk and database become MaintenanceFault."""
    folder = engine.place.parent if isinstance(engine, SQLite) else None
    try:
        with tempfile.TemporaryDirectory(prefix=".restoring-", dir=folder) as scratch:
            yield Path(scratch)
    except (OSError, sqlite3.Error, DatabaseError) as error:
        raise MaintenanceFault(f"The database could not be written ({error}). It is still empty.") from error
