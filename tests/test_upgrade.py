"""A database of the version before records: what it holds is carried over, or it is left as it was."""

import shutil
import sqlite3
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command

from reviews.records import protection
from tests.builders import build_world, instrument
from tests.reviews.test_protection import refused
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


NEXT_MIGRATION = """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("reviews", "{last}")]
    operations = [
        migrations.AlterField("itemscore", "evidence", models.CharField(max_length=6000, blank=True)),
        migrations.AddField("review", "remark", models.CharField(max_length=10, default="")),
    ]
"""


@pytest.mark.django_db(transaction=True)
def test_a_migration_that_alters_columns_leaves_the_protection_standing(
    transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """What a future version does: `migrate` rebuilds tables, which on SQLite drops their triggers."""
    review = build_world(instrument()).final_review(4)
    ours = settings.BASE_DIR / "reviews" / "migrations"
    theirs = tmp_path / "migrations_of_a_future_version"
    shutil.copytree(ours, theirs, ignore=shutil.ignore_patterns("__pycache__"))
    last = max(path.stem for path in theirs.glob("0*.py"))
    (theirs / "0999_next.py").write_text(NEXT_MIGRATION.format(last=last))
    monkeypatch.syspath_prepend(tmp_path)
    settings.MIGRATION_MODULES = {"reviews": theirs.name}
    call_command("migrate", "reviews", verbosity=0)
    try:
        assert protection.faults() == []
        assert refused("UPDATE reviews_itemscore SET value = 1 WHERE review_id = %s", review.pk)
        assert refused("UPDATE reviews_review SET total = 1 WHERE id = %s", review.pk)
        assert refused("UPDATE reviews_review SET remark = 'x' WHERE id = %s", review.pk)
    finally:
        call_command("migrate", "reviews", last, verbosity=0)
    assert protection.faults() == []
