"""A backup as a file: a ZIP archive with a copied database and a manifest, which says what must be in it.

The manifest is written last. A file that is cut off therefore has none, and cannot be taken for a backup.
"""

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Self

from reviews.maintenance.contents import Contents
from reviews.maintenance.faults import MaintenanceFault

FORMAT = 1  # of the file; a program refuses files of a later format
MANIFEST = "manifest.json"
LONGEST_MANIFEST = 1 << 28  # bytes; 200 for each review
NAME = re.compile(r"ips-fidelity-\d{8}T\d{6}\.\d{6}Z-(sqlite|postgresql)\.zip")
START_OF_SQLITE, START_OF_PG_DUMP = b"SQLite format 3\0", b"PGDMP"
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, TypeError)


@dataclass(frozen=True)
class Manifest:
    """The description in a backup. `engine` is the vendor of the database, `sha256` the hash of the copied one."""

    program: str
    engine: str
    made_at: datetime
    name: str
    size: int
    sha256: str
    contents: Contents


class Hashed:
    """A file that computes the SHA-256 and the size of what is read from it or written to it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.hash, self.size = file, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        """Write to the file."""
        self._count(data)
        return self.file.write(data)

    def read(self, size: int = -1) -> bytes:
        """Read from the file."""
        data = self.file.read(size)
        self._count(data)
        return data

    def _count(self, data: bytes) -> None:
        self.hash.update(data)
        self.size += len(data)


class BackupFile:
    """An existing backup whose manifest was read. Use `opened` to get one."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self.archive, self.manifest = archive, manifest

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator[Self]:
        """Open a backup. Raises MaintenanceFault, with the reason, for any other file."""
        try:
            with path.open("rb") as file:
                start = file.read(16)
            with zipfile.ZipFile(path) as archive:
                yield cls(archive, _read_manifest(archive))
        except OSError as error:
            raise MaintenanceFault(f"{path} cannot be read: {error.strerror or error}.") from error
        except DAMAGED as error:
            raise MaintenanceFault(_why_unreadable(path, start)) from error

    def check(self) -> None:
        """Read the copied database and raise MaintenanceFault unless size and hash are those of the manifest."""
        with self.database() as source:
            while source.read(1 << 20):
                pass
        if (source.size, source.hash.hexdigest()) != (self.manifest.size, self.manifest.sha256):
            raise MaintenanceFault(
                "The backup is damaged or was altered: its content does not have the SHA-256 that it names. "
                "Take another backup."
            )

    @contextmanager
    def database(self) -> Iterator[Hashed]:
        """Open the copied database for reading."""
        with self.archive.open(self.manifest.name) as file:
            yield Hashed(file)


def manifest_of(path: Path) -> Manifest:
    """Return the manifest of a backup. Raises MaintenanceFault for any other file."""
    with BackupFile.opened(path) as backup:
        return backup.manifest


def write_manifest(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Write the manifest as the last member of an archive."""
    data = {
        "format": FORMAT,
        "program": manifest.program,
        "engine": manifest.engine,
        "made_at": manifest.made_at.isoformat(),
        "database": {"name": manifest.name, "size": manifest.size, "sha256": manifest.sha256},
        **manifest.contents.as_json(),
    }
    archive.writestr(MANIFEST, json.dumps(data, indent=1), zipfile.ZIP_DEFLATED)


def _read_manifest(archive: zipfile.ZipFile) -> Manifest:
    if archive.getinfo(MANIFEST).file_size > LONGEST_MANIFEST:
        raise ValueError("the manifest is too long")
    data: dict[str, Any] = json.loads(archive.read(MANIFEST))
    if data.pop("format") != FORMAT:
        raise MaintenanceFault(
            f"The backup was made by version {data['program']} in a format that this version does not know. "
            "Install that version, or a later one."
        )
    return Manifest(
        program=data.pop("program"),
        engine=data.pop("engine"),
        made_at=datetime.fromisoformat(data.pop("made_at")),
        **data.pop("database"),
        contents=Contents(**data),
    )


def _why_unreadable(path: Path, start: bytes) -> str:
    if start == START_OF_SQLITE:
        return (
            f"{path} is a plain copy of a SQLite database, not a backup. What was saved last may be missing although "
            "the copy looks whole: it is in another file (-wal) while the program runs, and nothing in the copy says "
            "so. Restore a backup instead. If there is none, see `restore --plain-copy`."
        )
    if start.startswith(START_OF_PG_DUMP):
        return (
            f"{path} was made by pg_dump and has no manifest, so that nothing shows whether it is complete. "
            "Restore a file of `manage.py backup`, or use pg_restore and then `manage.py verify_records`."
        )
    return f"{path} is no backup, or it is cut off or damaged. Nothing was written. Take another backup."
