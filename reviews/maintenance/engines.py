"""Copy a whole database into a file and load it again, with what each engine offers for that.

Knows nothing of backups as files (backup_file.py). SQLite is copied by VACUUM INTO, which is one read transaction like
its backup interface and holds up no writer, but leaves out deleted content: interview notes whose time is over are not
carried on in free pages. PostgreSQL is copied by pg_dump in the snapshot in which the figures are read.
"""

import os
import shutil
import sqlite3
import subprocess
from abc import ABC, abstractmethod
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from reviews.maintenance.contents import LEFT_OUT, Contents, read_contents, table_names
from reviews.maintenance.faults import MaintenanceFault

BLOCK = 1 << 20  # bytes that are copied at once
# How PostgreSQL's programs are told to connect: the environment variables of the parameters of a connection. Others may
# be unknown to an older program.
CONNECTED_BY = {
    **{name: f"PG{name.upper()}" for name in ("host", "hostaddr", "port", "user", "password", "passfile")},
    **{name: f"PG{name.upper()}" for name in ("sslmode", "sslrootcert", "sslcert", "sslkey")},
}


class Engine(ABC):
    """One kind of database. `suffix` is the end of the name of a copied database."""

    vendor: str
    label: str
    suffix: str

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection

    @abstractmethod
    def size(self) -> int:
        """Return the size of the database in bytes."""

    @abstractmethod
    def dump(self, sink: Any, scratch: Path) -> Contents:
        """Write a consistent copy to `sink` and return its figures. `scratch` is an empty folder to work in."""

    @abstractmethod
    def load(self, source: Any, scratch: Path) -> None:
        """Fill the empty database from a copy, all of it or nothing."""

    def tables(self) -> list[str]:
        """Return the names of the tables."""
        with self.connection.cursor() as cursor:
            return table_names(cursor, self.vendor)

    def contents(self) -> Contents:
        """Return the figures of the database."""
        with self.connection.cursor() as cursor:
            return read_contents(cursor, self.vendor)


class SQLite(Engine):
    """A database in a file of its own."""

    vendor, label, suffix = "sqlite", "SQLite", "sqlite3"

    @property
    def place(self) -> Path:
        """The path of the database's file."""
        return Path(self.connection.settings_dict["NAME"])

    def size(self) -> int:
        return self.place.stat().st_size

    def dump(self, sink: Any, scratch: Path) -> Contents:
        copy = scratch / "copy.sqlite3"
        if not self.place.exists():
            raise MaintenanceFault(f"There is no database at {self.place}. Is DATABASE_URL set as for the server?")
        with closing(sqlite3.connect(self.place, autocommit=True, timeout=20)) as database:
            database.execute("VACUUM INTO ?", [str(copy)])
        with closing(sqlite3.connect(copy, autocommit=True)) as database:
            database.execute("PRAGMA secure_delete = ON")
            for table in {*LEFT_OUT} & {*table_names(database.cursor(), self.vendor)}:
                database.execute(f'DELETE FROM "{table}"')  # noqa: S608  a name from the settings
            contents = read_contents(database.cursor(), self.vendor)
        with copy.open("rb") as file:
            shutil.copyfileobj(file, sink, BLOCK)
        return contents

    def load(self, source: Any, scratch: Path) -> None:
        copy = scratch / "copy.sqlite3"
        with copy.open("wb") as file:
            shutil.copyfileobj(source, file, BLOCK)
        self.load_file(copy)

    def load_file(self, copy: Path) -> None:
        """Fill the empty database from a SQLite file by the backup interface, in one transaction."""
        self.connection.close()
        with closing(sqlite3.connect(copy)) as file, closing(sqlite3.connect(self.place, timeout=20)) as database:
            if (state := file.execute("PRAGMA quick_check(1)").fetchone()) != ("ok",):
                raise MaintenanceFault(f"The copied database is damaged ({state[0]}). Nothing was written.")
            file.backup(database)


class PostgreSQL(Engine):
    """A database on a server. pg_dump and pg_restore are looked for in POSTGRES_BIN, then on the PATH."""

    vendor, label, suffix = "postgresql", "PostgreSQL", "pgdump"

    def size(self) -> int:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])

    def dump(self, sink: Any, scratch: Path) -> Contents:
        with transaction.atomic(self.connection.alias), self.connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            ((snapshot,),) = cursor.fetchall()
            contents = read_contents(cursor, self.vendor)
            left_out = (f"--exclude-table-data={table}" for table in LEFT_OUT)
            options = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", *left_out)
            with self._program("pg_dump", *options, stdout=subprocess.PIPE, scratch=scratch) as run:
                try:
                    shutil.copyfileobj(run.stdout, sink, BLOCK)
                except BaseException:
                    run.kill()
                    raise
        self._check(run, scratch)
        return contents

    def load(self, source: Any, scratch: Path) -> None:
        options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
        with self._program("pg_restore", *options, stdin=subprocess.PIPE, scratch=scratch) as run:
            try:
                shutil.copyfileobj(source, run.stdin, BLOCK)
                run.stdin.close()
            except BrokenPipeError:
                pass  # pg_restore stopped, and says why below
            except BaseException:
                run.kill()  # before its transaction ends
                raise
        self._check(run, scratch)

    def _program(self, name: str, *options: str, scratch: Path, **pipes: Any) -> Any:
        """Start a program of PostgreSQL on the database. The environment tells it how to connect, and the password."""
        self.connection.ensure_connection()
        connected: Any = self.connection.connection
        parameters = connected.get_dsn_parameters() | {"password": connected.info.password or ""}
        database = parameters["dbname"]
        environment = {name: parameters[key] for key, name in CONNECTED_BY.items() if parameters.get(key)}
        program = shutil.which(name, path=settings.POSTGRES_BIN or None)
        if program is None:
            raise MaintenanceFault(f"{name} is missing: install the client of PostgreSQL, or name its POSTGRES_BIN.")
        with (scratch / "errors").open("wb") as errors:
            return subprocess.Popen(  # noqa: S603  a program of the operator's choice, without a shell
                [program, *options, f"--dbname={database}"],
                env=os.environ | environment,
                stderr=errors,
                **pipes,
            )

    @staticmethod
    def _check(run: Any, scratch: Path) -> None:
        if run.returncode:
            errors = (scratch / "errors").read_text(encoding="utf-8", errors="replace").strip().splitlines()
            program = Path(run.args[0]).name
            raise MaintenanceFault(f"{program} failed: {errors[0] if errors else f'status {run.returncode}'}")


def engine_of(connection: BaseDatabaseWrapper) -> SQLite | PostgreSQL:
    """Return the engine of a connection."""
    engines = {engine.vendor: engine for engine in (SQLite, PostgreSQL)}
    return engines[connection.vendor](connection)


def label_of(vendor: str) -> str:
    """Return the name of an engine as people write it."""
    return {engine.vendor: engine.label for engine in (SQLite, PostgreSQL)}.get(vendor, vendor)
