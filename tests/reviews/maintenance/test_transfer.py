"""The whole database moves from SQLite to PostgreSQL and back, and every value is what it was."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from reviews.maintenance.contents import LEFT_OUT
from tests.reviews.maintenance.places import empty_place, manage_at, rows
from tests.test_installation import ROOT

NOT_COMPARED = {*LEFT_OUT, "django_migrations", "reviews_maintenancetask"}


def values_of(place: Path) -> dict[str, Any]:
    """Return all rows of a SQLite database by table, with JSON as what it says, and the numbers given last."""
    with closing(sqlite3.connect(place)) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        tables = {
            name: sorted(map(repr, (tuple(map(_plain, row)) for row in database.execute(f'SELECT * FROM "{name}"'))))
            for name in names
            if name not in NOT_COMPARED and name != "sqlite_sequence"
        }
        given = dict(database.execute("SELECT name, seq FROM sqlite_sequence WHERE seq > 0"))
    return tables | {"given": {name: seq for name, seq in given.items() if name in tables}}


def _plain(value: Any) -> Any:
    try:
        return json.dumps(json.loads(value), sort_keys=True) if isinstance(value, str) and value[:1] in "[{" else value
    except ValueError:
        return value


@pytest.mark.timeout(480)  # two databases are migrated three times, each in a process of its own
@pytest.mark.django_db(transaction=True)
def test_a_database_moves_to_postgresql_and_back_with_every_value(tmp_path: Path) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs both engines: runs with --db postgres")
    source, back = tmp_path / "source.sqlite3", tmp_path / "back.sqlite3"
    with closing(sqlite3.connect(source)) as database:
        database.executescript((ROOT / "tests/databases/version-0.2.0.sql").read_text(encoding="utf-8"))
    here = f"sqlite:///{source}"
    with empty_place(tmp_path) as there:
        assert manage_at(here, "migrate").returncode == 0
        with closing(sqlite3.connect(source)) as database, database:  # a value that PostgreSQL cannot store
            ((name,),) = database.execute("SELECT name FROM reviews_network WHERE id = 1").fetchall()
            database.execute("UPDATE reviews_network SET name = ? WHERE id = 1", [f"{name}\0"])
        failed = manage_at(here, "transfer", TARGET_DATABASE_URL=there)
        assert "The source is as it was, the target empty." in failed.stderr
        assert rows(there, "SELECT count(*) FROM reviews_user") == [(0,)]
        with closing(sqlite3.connect(source)) as database, database:
            database.execute(
                "UPDATE reviews_network SET name = ? WHERE id = 1", [f"\u200b{name} "]
            )  # of an old version

        moved = manage_at(here, "transfer", TARGET_DATABASE_URL=there)
        assert moved.returncode == 0, moved.stderr
        assert "chains, stored PDFs and totals are as they were." in moved.stdout
        again = manage_at(here, "transfer", TARGET_DATABASE_URL=there)
        assert "The target is not empty" in again.stderr
        with closing(sqlite3.connect(source)) as database:
            (expected,) = database.execute("SELECT at, hash FROM reviews_reviewevent ORDER BY id DESC LIMIT 1")
        ((at, event),) = rows(
            there, "SELECT at AT TIME ZONE 'UTC', hash FROM reviews_reviewevent ORDER BY id DESC LIMIT 1"
        )
        assert (str(at), event) == expected
        ((following,),) = rows(there, "SELECT last_value + is_called::int FROM reviews_reviewevent_id_seq")
        assert following == rows(here, "SELECT seq + 1 FROM sqlite_sequence WHERE name = 'reviews_reviewevent'")[0][0]

        returned = manage_at(there, "transfer", TARGET_DATABASE_URL=f"sqlite:///{back}")
        assert returned.returncode == 0, returned.stderr
    before, after = values_of(source), values_of(back)
    assert after["reviews_finalrecord"]
    assert after == before


@pytest.mark.django_db
def test_a_transfer_needs_another_database(tmp_path: Path) -> None:
    here = f"sqlite:///{tmp_path / 'here.sqlite3'}"
    assert "TARGET_DATABASE_URL" in manage_at(here, "transfer").stderr
    same = manage_at(here, "transfer", TARGET_DATABASE_URL=here)
    assert "name the same database" in same.stderr
