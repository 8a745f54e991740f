"""Restoring refuses what does not fit, says why, and writes nothing then. Plain copies are noticed."""

import json
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from reviews.maintenance.backup_file import MANIFEST
from reviews.maintenance.backups import backups_in
from reviews.maintenance.faults import MaintenanceFault
from reviews.maintenance.restoring import restore
from reviews.models import ReviewEvent
from reviews.records import protection
from tests.builders import World, save
from tests.reviews.maintenance.places import address_of, manage_at, rows

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def backup(world: World, folder: Path) -> Path:
    world.final_review(4)
    call_command("backup", folder=folder)
    return backups_in(folder)[0]


def rewritten(backup: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """Return a copy of a backup with another manifest."""
    copy = backup.with_name("changed.zip")
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == MANIFEST:
                content = json.loads(data)
                change(content)
                data = json.dumps(content).encode()
            new.writestr(name, data)
    return copy


def test_a_file_that_is_cut_off_anywhere_is_no_backup(backup: Path) -> None:
    whole, cut = backup.read_bytes(), backup.with_name("cut.zip")
    for length in (0, 10, 1000, len(whole) // 2, len(whole) - 30, len(whole) - 1):
        cut.write_bytes(whole[:length])
        with pytest.raises(MaintenanceFault, match="cut off or damaged"):
            restore(cut)


def test_an_altered_byte_of_the_content_is_noticed(backup: Path) -> None:
    whole, altered = backup.read_bytes(), backup.with_name("altered.zip")
    with zipfile.ZipFile(backup) as archive:
        places = [
            member.header_offset + 100 + part * (member.compress_size - 100) // 4
            for member in archive.infolist()
            for part in range(4)
        ]
    for place in places:
        data = bytearray(whole)
        data[place] ^= 1
        altered.write_bytes(data)
        if content_of(altered) == content_of(backup):
            continue  # a bit that the compression does not use
        with pytest.raises(MaintenanceFault, match="damaged"):
            restore(altered)


def content_of(backup: Path) -> list[bytes]:
    """Return the files in a backup, nothing if they cannot be unpacked."""
    try:
        with zipfile.ZipFile(backup) as archive:
            return [archive.read(name) for name in archive.namelist()]
    except (zipfile.BadZipFile, zlib.error):
        return []


def test_a_database_that_was_exchanged_does_not_have_its_hash(backup: Path) -> None:
    copy = backup.with_name("exchanged.zip")
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name) + (b"" if name == MANIFEST else b" "))
    with pytest.raises(MaintenanceFault, match="does not have the SHA-256 that it names"):
        restore(copy)


def test_a_backup_of_a_newer_version_is_refused(backup: Path) -> None:
    newer = rewritten(backup, lambda content: content.update(program="99.0.0"))
    with pytest.raises(MaintenanceFault, match=r"made by version 99\.0\.0, and this is version"):
        restore(newer)
    unknown = rewritten(backup, lambda content: content["migrations"].append("reviews.9999_later"))
    with pytest.raises(MaintenanceFault, match=r"reviews\.9999_later, which this version .* does not know"):
        restore(unknown)
    later = rewritten(backup, lambda content: content.update(format=2))
    with pytest.raises(MaintenanceFault, match="in a format that this version does not know"):
        restore(later)


def test_a_backup_of_the_other_engine_is_refused_and_names_the_way(backup: Path) -> None:
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[connection.vendor]
    with pytest.raises(MaintenanceFault, match=r"then move it with `manage\.py transfer`"):
        restore(rewritten(backup, lambda content: content.update(engine=other)))


def test_a_database_with_tables_is_never_overwritten(backup: Path) -> None:
    before = ReviewEvent.objects.count()
    with pytest.raises(MaintenanceFault, match=r"The database is not empty: it has \d+ tables"):
        restore(backup)
    assert ReviewEvent.objects.count() == before


def test_other_files_are_refused_with_what_they_are(world: World, tmp_path: Path) -> None:
    for start, words in ((b"SQLite format 3\0", "plain copy"), (b"PGDMP", "no manifest"), (b"notes", "no backup")):
        file = tmp_path / "file"
        file.write_bytes(start + b"x" * 1000)
        with pytest.raises(MaintenanceFault, match=words):
            restore(file)
    with pytest.raises(MaintenanceFault, match="No such file"):
        restore(tmp_path / "missing.zip")


def test_a_manifest_that_counts_more_than_is_there_is_reported(backup: Path, tmp_path: Path) -> None:
    """What was removed from the database and from its hash is still missed by count and by head."""
    if connection.vendor != "sqlite":
        pytest.skip("needs another empty database only; the comparison is the same")

    def change(content: dict[str, Any]) -> None:
        content["counts"]["reviews_reviewevent"] += 1
        content["heads"] = {"0" * 32: "f" * 64}

    place = address_of(str(tmp_path / "empty.sqlite3"))
    refused = manage_at(place, "restore", "--verify", str(rewritten(backup, change)))
    assert refused.returncode != 0
    assert "reviews_reviewevent has" in refused.stderr
    assert "the last event of review 00000000-0000-0000-0000-000000000000 is missing" in refused.stderr


def test_a_restore_on_a_full_disk_leaves_the_place_empty(backup: Path, tmp_path: Path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps its own files; pg_restore works in one transaction")
    place = address_of(str(tmp_path / "empty.sqlite3"))
    refused = manage_at(place, "restore", "--verify", str(backup), blocks="1000")
    assert refused.returncode != 0
    assert "It is still empty" in refused.stderr
    assert manage_at(place, "restore", "--verify", str(backup)).returncode == 0


# --- Plain copies ---------------------------------------------------------------------------


def test_a_plain_copy_of_a_running_database_lacks_saves_and_is_noticed(
    world: World, folder: Path, tmp_path: Path
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite's database is a file")
    review = world.score_review({1: 3})
    running = Path(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for value in (4, 5, 4):
        save(review, world.evaluator, {1: {"value": value}})
    call_command("backup", folder=folder)
    copied, place = tmp_path / "copy.sqlite3", address_of(str(tmp_path / "empty.sqlite3"))
    shutil.copyfile(running, copied)
    with closing(sqlite3.connect(copied)) as looks_whole:
        assert looks_whole.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        lost = (
            ReviewEvent.objects.count() - looks_whole.execute("SELECT count(*) FROM reviews_reviewevent").fetchone()[0]
        )
    assert lost == 3

    refused = manage_at(place, "restore", "--verify", str(copied))
    assert "is a plain copy of a SQLite database, not a backup" in refused.stderr
    compared = ("restore", "--verify", "--plain-copy", "--against", str(backups_in(folder)[0]))
    lacking = manage_at(place, *compared, str(copied))
    assert f"review {review.code} lacks an event that the earlier copy has" in lacking.stderr
    assert rows(place, "SELECT count(*) FROM sqlite_master") == [(0,)]

    shutil.copyfile(f"{running}-wal", f"{copied}-wal")
    complete = manage_at(place, *compared, str(copied))
    assert complete.returncode == 0, complete.stderr
    assert "Nothing shows whether anything that was saved later is missing." in complete.stdout
    assert rows(place, "SELECT count(*) FROM reviews_reviewevent") == [(ReviewEvent.objects.count(),)]


# --- An earlier backup as a witness ------------------------------------------------------------


def test_verify_records_misses_what_an_earlier_backup_has(world: World, folder: Path) -> None:
    """The last event of a chain can be cut off without a trace in the database itself."""
    review = world.score_review({1: 3})
    call_command("backup", folder=folder)
    witness = backups_in(folder)[0]
    save(review, world.evaluator, {1: {"value": 4}})
    call_command("verify_records", against=witness)
    protection.remove()
    ReviewEvent.objects.filter(pk__in=ReviewEvent.objects.order_by("-pk").values("pk")[:2]).delete()
    review.scores.filter(item_number=1).update(value=None, saved_by=None, saved_at=None)  # as events say without them
    protection.install()
    call_command("verify_records")
    with pytest.raises(CommandError, match=f"review {review.code} lacks an event that the earlier copy has"):
        call_command("verify_records", against=witness)
