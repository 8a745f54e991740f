"""/readyz notices a full or read-only disk and database by writing."""

import resource
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from django.db import connection
from django.test import Client

from ipsfidelity.write_checks import database_fault, disk_fault


@pytest.fixture
def full_disk() -> Iterator[None]:
    """Let no file of this process grow, which fails where a full disk does, at the write."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def readiness() -> tuple[int, bytes]:
    answer = Client().get("/readyz")
    return answer.status_code, answer.content.splitlines()[0]


@pytest.mark.django_db
def test_a_writable_installation_is_ready() -> None:
    assert readiness() == (200, b"ok")


@pytest.mark.django_db
@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_is_noticed() -> None:
    assert readiness() == (503, b"the folder for temporary files cannot be written")


@pytest.mark.django_db
def test_the_folder_of_a_sqlite_database_is_written_too(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        monkeypatch.setitem(connection.settings_dict, "NAME", "/proc/no-file-can-be-made-here/db.sqlite3")
        assert readiness() == (503, b"the folder for the database cannot be written")
    else:
        assert disk_fault() == ""


@pytest.mark.django_db
def test_a_read_only_database_is_noticed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON" if connection.vendor == "sqlite" else "SET TRANSACTION READ ONLY")
        assert readiness() == (503, b"the database cannot be written")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA query_only = OFF")
            assert readiness() == (200, b"ok")


@pytest.mark.django_db
def test_nothing_that_was_written_stays() -> None:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        assert (database_fault(), disk_fault()) == ("", "")
        assert connection.introspection.table_names(cursor) == tables
        assert not connection.needs_rollback


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_being_written_is_no_fault_and_is_not_waited_for() -> None:
    if connection.vendor != "sqlite":
        assert database_fault() == ""
        return
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        assert database_fault() == ""
        assert time.monotonic() - begun < 5
        other.execute("ROLLBACK")
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA busy_timeout").fetchone() == (20_000,)
