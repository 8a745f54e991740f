"""A database of the version before records: what it holds is carried over, or it is left as it was."""

import sqlite3
from pathlib import Path
from uuid import uuid4

import pytest

from tests.test_installation import manage

NOW = "2026-01-15 09:00:00"
EDITION = "x" * 64


@pytest.fixture
def old(tmp_path: Path) -> dict[str, str]:
    """The environment of an installation whose database is of that version, with one review in it."""
    place = tmp_path / "old.sqlite3"
    environment = {"DEBUG": "on", "DATABASE_URL": f"sqlite:///{place}"}
    assert manage("migrate", "reviews", "0001", "--verbosity", "0", **environment).returncode == 0
    with sqlite3.connect(place) as database:
        for table, row in {
            "scales_scaleedition": {
                "slug": "s", "instrument": "i", "version": "1", "language": "nb", "title": "t", "document": "{}",
                "checksum": EDITION, "loaded_at": NOW,
            },
            "reviews_network": {"name": "Nordfjella"},
            "reviews_organisation": {"code": uuid4().hex, "network_id": 1, "name": "IPS Øyvær"},
            "reviews_user": {
                "password": "x", "is_superuser": 0, "username": "e", "email": "", "is_staff": 0, "is_active": 1,
                "date_joined": NOW, "name": "Evaluator", "language": "",
            },
            "reviews_review": {
                "code": uuid4().hex, "organisation_id": 1, "edition_id": 1, "kind": "peer", "status": "scoring",
                "visit_start": "2026-01-10", "visit_end": "2026-01-11", "created_by_id": 1, "created_at": NOW,
                "band": "",
            },
        }.items():  # fmt: skip
            insert(database, table, row)
        for happening in ("created", "started"):
            event = {"review_id": 1, "at": NOW, "by_id": 1, "happening": happening, "changes": "{}"}
            insert(database, "reviews_reviewevent", event)
    database.close()
    return environment


def insert(database: sqlite3.Connection, table: str, row: dict[str, object]) -> None:
    marks = ", ".join("?" * len(row))
    database.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))


def ask(environment: dict[str, str], sql: str) -> list[tuple]:
    database = sqlite3.connect(environment["DATABASE_URL"].removeprefix("sqlite:///"))
    try:
        return database.execute(sql).fetchall()
    finally:
        database.commit()
        database.close()


def test_events_get_their_chain_and_people_their_codes(old: dict[str, str]) -> None:
    upgraded = manage("migrate", "--verbosity", "0", **old)
    assert upgraded.returncode == 0, upgraded.stderr
    (first, second) = ask(old, "SELECT previous, hash FROM reviews_reviewevent ORDER BY id")
    assert (first[0], second[0]) == ("", first[1])
    assert len(ask(old, "SELECT code FROM reviews_user WHERE length(code) = 32")) == 1
    verified = manage("verify_records", **old)
    assert "1 reviews: chains" in verified.stdout, verified.stderr


def test_final_reviews_without_a_signed_record_are_not_carried_over_and_nothing_is_changed(
    old: dict[str, str],
) -> None:
    ask(
        old,
        f"UPDATE reviews_review SET status = 'final', total = 100, band = 'b', finalised_at = '{NOW}',"
        " finalised_by_id = 1",
    )
    upgraded = manage("migrate", "--verbosity", "0", **old)
    assert upgraded.returncode != 0
    assert "early development version" in upgraded.stderr
    assert "Traceback" not in upgraded.stderr
    assert ask(old, "SELECT status, total FROM reviews_review") == [("final", 100)]
    assert not ask(old, "SELECT name FROM sqlite_master WHERE name = 'reviews_finalrecord'")
