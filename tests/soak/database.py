"""Copies of the database of the tests, one for each test: a file of SQLite, or a PostgreSQL server as installed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from tests.reviews.maintenance.places import manage_at, rows
from tests.served import url_of_test_database


@dataclass(frozen=True)
class Database:
    """A database at `url`. `server` is its PostgreSQL server, None for SQLite."""

    url: str
    server: Any = None

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return rows(self.url, sql)

    def write(self, sql: str) -> None:
        """Run a statement as an administrator does, in a connection of its own."""
        if self.server:
            self.server.psql(sql)
            return
        with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=20)) as database, database:
            database.execute(sql)

    def verify(self) -> None:
        """Verify all chains, stored PDFs and totals."""
        verified = manage_at(self.url, "verify_records")
        assert verified.returncode == 0, verified.stdout + verified.stderr

    def sound_jobs(self) -> None:
        """Check that every job is done, and was begun once."""
        assert self.rows("SELECT state, attempts FROM reviews_job WHERE state <> 'done' OR attempts <> 1") == []


@contextmanager
def database(tmp_path: Path, folder: Path | None = None) -> Iterator[Database]:
    """Copy the database of the tests, to `folder` if one is given, with the durability of an installation."""
    folder = folder or tmp_path
    if connection.vendor == "sqlite":
        path = folder / "soak.sqlite3"
        with (
            closing(sqlite3.connect(connection.settings_dict["NAME"])) as tests,
            closing(sqlite3.connect(path)) as copy,
        ):
            tests.backup(copy)
        yield Database(f"sqlite:///{path}")
        return
    from tests import postgres  # its package is for PostgreSQL only

    for parent in (folder, *folder.parents[:3]):
        if parent.is_relative_to(tmp_path.parents[1]):
            parent.chmod(0o755)  # the server may run as another user
    with postgres.copy_of(url_of_test_database(), folder, durable=True) as server:
        yield Database(server.get_uri(), server)
