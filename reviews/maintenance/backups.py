"""Write backups of the whole database while people work, and delete the oldest ones.

A backup exists under its name only when it is complete and on the disk. It contains no setting and no key.
"""

import fcntl
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from django.db import DatabaseError, connection
from django.utils import timezone

from ipsfidelity.installation import version
from reviews.maintenance.backup_file import NAME, Hashed, Manifest, write_manifest
from reviews.maintenance.engines import engine_of
from reviews.maintenance.faults import MaintenanceFault

UNFINISHED = ".unfinished-"  # the start of the names of folders in which a backup is being made


@dataclass(frozen=True)
class Backup:
    """A backup that was written, and the older ones that were deleted."""

    path: Path
    size: int
    manifest: Manifest
    deleted: list[Path]


def back_up(folder: Path, *, keep: int) -> Backup:
    """Write a backup to a folder and keep the newest `keep` there.

    Raises MaintenanceFault if it cannot be written or another backup is being made. The earlier ones are then kept.
    """
    try:
        with _only_backup_in(folder):
            _remove_unfinished(folder)
            path, manifest = _write(folder)
            deleted = _rotate(folder, keep)
    except (OSError, sqlite3.Error, DatabaseError) as error:
        raise MaintenanceFault(
            f"No backup was made in {folder} ({error}). Earlier backups are unchanged. Is there room on the disk, and "
            "may this user write there?"
        ) from error
    return Backup(path, path.stat().st_size, manifest, deleted)


def backups_in(folder: Path) -> list[Path]:
    """Return the backups in a folder, the oldest first."""
    return sorted(path for path in folder.iterdir() if NAME.fullmatch(path.name))


def _write(folder: Path) -> tuple[Path, Manifest]:
    engine, at = engine_of(connection), timezone.now()
    if shutil.disk_usage(folder).free < engine.size():
        raise MaintenanceFault(
            f"There is not enough room in {folder}: a backup needs as much as the database, {_megabytes(engine.size())}"
            ". Nothing was written, and earlier backups are unchanged. Make room, or name another folder."
        )
    scratch = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder))  # readable by this user only
    try:
        unfinished = scratch / "backup.zip"
        with open(os.open(unfinished, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                name = f"database.{engine.suffix}"
                with archive.open(name, "w", force_zip64=True) as member:
                    sink = Hashed(member)
                    contents = engine.dump(sink, scratch)
                manifest = Manifest(version(), engine.vendor, at, name, sink.size, sink.hash.hexdigest(), contents)
                write_manifest(archive, manifest)
            file.flush()
            os.fsync(file.fileno())
        path = folder / f"ips-fidelity-{at.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}-{engine.vendor}.zip"
        unfinished.rename(path)
        _sync_folder(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return path, manifest


def _rotate(folder: Path, keep: int) -> list[Path]:
    deleted = backups_in(folder)[:-keep]
    for path in deleted:
        path.unlink()
    return deleted


def _remove_unfinished(folder: Path) -> None:
    """Remove what killed runs have left. Nobody else makes a backup here now."""
    for path in folder.glob(f"{UNFINISHED}*"):
        shutil.rmtree(path)


@contextmanager
def _only_backup_in(folder: Path) -> Iterator[None]:
    """Make the folder if necessary, and let one process at a time make a backup in it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # given back when the process ends, however it ends
        yield
    except BlockingIOError:
        raise MaintenanceFault(f"Another backup is being made in {folder}. Wait for it to end.") from None
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    """Make sure that the names in a folder survive a power failure."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"
