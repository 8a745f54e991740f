"""Databases of earlier versions are migrated without loss, or refused and left unchanged."""

import json
import re
import shutil
import sqlite3
import tomllib
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from reviews.records import protection
from tests.builders import build_world, instrument
from tests.reviews.records.test_protection import refused
from tests.test_installation import manage

KEPT = settings.BASE_DIR / "tests" / "databases"  # a small, made-up database of each version, as SQL


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "old.sqlite3"


@pytest.fixture
def old(place: Path) -> dict[str, str]:
    """Return the environment of an installation whose database is of version 0.1.0."""
    with closing(sqlite3.connect(place)) as database:
        database.executescript((KEPT / "version-0.1.0.sql").read_text(encoding="utf-8"))
    return {"DEBUG": "on", "DATABASE_URL": f"sqlite:///{place}"}


def ask(place: Path, sql: str) -> list[tuple]:
    with closing(sqlite3.connect(place)) as database, database:
        return database.execute(sql).fetchall()


@pytest.mark.parametrize("kept", sorted(KEPT.glob("*.sql")), ids=lambda path: path.stem)
def test_the_database_of_every_version_is_carried_over_and_verified(kept: Path, place: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(place)) as database:
        database.executescript(kept.read_text(encoding="utf-8"))
    before = ask(place, WHAT_IS_KEPT)
    environment = {"DEBUG": "on", "DATABASE_URL": f"sqlite:///{place}"}
    upgraded = manage("migrate", **environment)
    assert upgraded.returncode == 0, upgraded.stderr
    assert ask(place, WHAT_IS_KEPT) == before
    verified = manage("verify_records", **environment)
    assert f"{len(before)} reviews: chains, stored PDFs and totals are as they were." in verified.stdout, (
        verified.stderr
    )
    assert manage("migrate", **environment | {"DATABASE_URL": f"sqlite:///{tmp_path / 'new'}"}).returncode == 0
    assert shape_of(place) == shape_of(tmp_path / "new")


def test_a_database_between_two_versions_is_migrated(place: Path) -> None:
    """`migrate` checks the database first, when the columns of the newest migrations are not there yet."""
    with closing(sqlite3.connect(place)) as database:
        database.executescript((KEPT / "version-0.2.0.sql").read_text(encoding="utf-8"))
    environment = {"DEBUG": "on", "DATABASE_URL": f"sqlite:///{place}"}
    for migration in (("reviews", "0031"), ()):
        migrated = manage("migrate", *migration, **environment)
        assert migrated.returncode == 0, migrated.stderr
    assert manage("verify_records", **environment).returncode == 0


def test_a_scale_in_use_is_replaced_and_its_reviews_stay_verified(place: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(place)) as database:
        database.executescript((KEPT / "version-0.2.0.sql").read_text(encoding="utf-8"))
    environment = {"DEBUG": "on", "DATABASE_URL": f"sqlite:///{place}"}
    assert manage("migrate", **environment).returncode == 0
    ((before, in_use),) = ask(place, "SELECT checksum, document FROM scales_scaleedition")
    newer = tmp_path / "newer.json"
    names = {"comparable_with": ["pocket"], "replaces": ["pocket"]}
    newer.write_text(json.dumps(json.loads(in_use) | {"slug": "pocket-2", "version": "2"} | names))
    for loading in (("load_scales",), ("load_scales", str(newer))):
        loaded = manage(*loading, **environment)
        assert loaded.returncode == 0, loaded.stderr
    slugs = {slug for (slug,) in ask(place, "SELECT slug FROM scales_scaleedition")}
    assert slugs == {"pocket", "pocket-2", "ips-25-nb", "ips-25-nb-2026"}
    assert ask(place, "SELECT checksum FROM scales_scaleedition WHERE slug = 'pocket'") == [(before,)]
    verified = manage("verify_records", **environment)
    assert "chains, stored PDFs and totals are as they were." in verified.stdout, verified.stderr


def test_names_that_exist_twice_are_carried_over_and_reported(place: Path) -> None:
    with closing(sqlite3.connect(place)) as database:
        database.executescript((KEPT / "version-0.2.0.sql").read_text(encoding="utf-8"))
    copied = "network_id, last_kind, last_band_rank, open_actions"
    name, network = ask(place, "SELECT name, network_id FROM reviews_organisation ORDER BY id")[0]
    for number, spelt in enumerate((name.upper(), f"\u200b{name}", "\u200b", "IPS \u0410lta")):
        ask(
            place,
            f"INSERT INTO reviews_organisation (code, name, {copied})"
            f" SELECT '{number:032}', '{spelt}', {copied} FROM reviews_organisation ORDER BY id LIMIT 1",
        )
    ask(place, "UPDATE reviews_user SET email = 'Kari@example.org' WHERE id % 2")
    environment = {"DEBUG": "on", "DATABASE_URL": f"sqlite:///{place}"}
    upgraded = manage("migrate", **environment)
    assert upgraded.returncode == 0, upgraded.stderr
    same = f"SELECT name_key_number FROM reviews_organisation WHERE network_id = {network} AND name_key = ? ORDER BY id"
    with closing(sqlite3.connect(place)) as database:
        assert database.execute(same, [name.casefold()]).fetchall() == [(0,), (1,), (2,)]
    assert ask(place, "SELECT count(*) FROM reviews_organisation WHERE name = '#' || id") == [(1,)]
    checked = manage("check", "--database", "default", **environment)
    assert "the address of account" in checked.stderr, checked.stderr
    assert "example.org" not in checked.stderr


def test_the_database_of_this_version_is_kept() -> None:
    version = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert (KEPT / f"version-{version}.sql").exists(), "run python -m tests.keep_database"


WHAT_IS_KEPT = """
    SELECT r.code, r.status, r.total, f.fingerprint, f.sha256, count(e.id), max(e.hash)
    FROM reviews_review r LEFT JOIN reviews_finalrecord f ON f.review_id = r.id
    JOIN reviews_reviewevent e ON e.review_id = r.id GROUP BY r.id ORDER BY r.id
"""


def test_a_database_of_version_0_1_0_is_migrated_without_loss(old: dict[str, str], place: Path) -> None:
    before = ask(place, WHAT_IS_KEPT)
    assert [row[1:3] for row in before] == [
        ("superseded", 9), ("final", 12), ("final", 9), ("consensus", None), ("scoring", None)
    ]  # fmt: skip
    upgraded = manage("migrate", **old)
    assert upgraded.returncode == 0, upgraded.stderr
    assert ask(place, WHAT_IS_KEPT) == before
    verified = manage("verify_records", **old)
    assert "5 reviews: chains, stored PDFs and totals are as they were." in verified.stdout, verified.stderr


def test_a_new_database_and_one_of_version_0_1_0_have_the_same_tables(
    old: dict[str, str], place: Path, tmp_path: Path
) -> None:
    new = tmp_path / "new.sqlite3"
    assert manage("migrate", **old).returncode == 0
    assert manage("migrate", **old | {"DATABASE_URL": f"sqlite:///{new}"}).returncode == 0
    assert shape_of(place) == shape_of(new)


CONSTRAINT = re.compile(r'CONSTRAINT "(\w+)" \w+')


def shape_of(place: Path) -> dict[str, set[object]]:
    """Return the columns of each table with their types, its constraints and every index, in a fixed order."""
    tables = ask(place, "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    columns = "SELECT name, type, \"notnull\", pk FROM pragma_table_info('{}')"
    indexes = ask(place, "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    found = {name: {*ask(place, columns.format(name)), *CONSTRAINT.findall(sql)} for name, sql in tables}
    return found | {"indexes": set(indexes)}


def test_a_database_from_between_the_joined_migrations_is_refused_and_kept(old: dict[str, str], place: Path) -> None:
    ask(place, "DELETE FROM django_migrations WHERE app = 'reviews' AND name > '0005'")
    before = ask(place, WHAT_IS_KEPT)
    stopped = manage("migrate", **old)
    assert stopped.returncode != 0
    assert "made by an early development version" in stopped.stderr
    assert "Traceback" not in stopped.stderr
    assert ask(place, WHAT_IS_KEPT) == before


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
def test_a_migration_that_alters_columns_keeps_the_protection_in_place(
    transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """A future version may do this: on SQLite, `migrate` rebuilds tables, which drops their triggers."""
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
