"""Backups: complete while people work, on the disk before they have their name, and without anything secret."""

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test import Client
from django.utils import timezone

from reviews.maintenance.backup_file import manifest_of
from reviews.maintenance.backups import UNFINISHED, backups_in
from reviews.maintenance.contents import LEFT_OUT
from reviews.maintenance.state import last_successes
from reviews.models import FinalRecord, InterviewNote, MaintenanceTask, Review, ReviewEvent
from tests.builders import SECRET, World, hold_interview, save, with_second_factor
from tests.reviews.maintenance.places import (
    address_of_tests,
    empty_place,
    environment,
    manage_at,
    rows,
)
from tests.test_installation import ROOT

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def people_at_work(world: World) -> Iterator[list[str]]:
    """Let two people save without a pause; yield the hashes of the events whose saves were answered."""
    saved: list[str] = []
    stop = threading.Event()

    def work(number: int, review: Review) -> None:
        try:
            while not stop.is_set():
                save(review, world.evaluator, {1: {"evidence": f"Sett {len(saved)} ganger av {number}."}})
                saved.append(ReviewEvent.objects.filter(review=review).latest("pk").hash)
        finally:
            connection.close()

    planned = [world.plan_review(organisation=organisation) for organisation in (world.organisation, world.sister)]
    people = [threading.Thread(target=work, args=pair) for pair in enumerate(planned)]
    for person in people:
        person.start()
    try:
        while len(saved) < 5:
            time.sleep(0.01)
        yield saved
    finally:
        stop.set()
        for person in people:
            person.join()


def test_a_backup_made_while_people_save_is_restored_with_every_save_answered_before(
    world: World, folder: Path, tmp_path: Path
) -> None:
    world.final_review(4)
    client = world.client_of("evaluator")
    session = client.cookies["__Host-sid"].value
    with people_at_work(world) as saved:
        answered = list(saved)
        call_command("backup", folder=folder)
        at_the_end = len(saved)
        while len(saved) < at_the_end + 2:  # nobody was locked out
            time.sleep(0.01)
    (path,) = backups_in(folder)
    with empty_place(tmp_path) as place:
        restored = manage_at(place, "restore", "--verify", str(path))
        assert restored.returncode == 0, restored.stderr
        assert "3 reviews: chains, stored PDFs and totals are as they were." in restored.stdout
        assert {event for (event,) in rows(place, "SELECT hash FROM reviews_reviewevent")} >= set(answered)
        ((pdf, sha256),) = rows(place, "SELECT pdf, sha256 FROM reviews_finalrecord")
        record = FinalRecord.objects.get()
        assert (bytes(pdf), sha256) == (bytes(record.pdf), record.sha256)
        assert rows(place, "SELECT session_key FROM django_session") == []
        again = manage_at(place, "restore", "--verify", str(path))
        assert "The database is not empty" in again.stderr
        assert again.returncode != 0
    assert session
    assert path.stat().st_mode & 0o077 == 0


def test_the_manifest_counts_every_table_and_names_the_head_of_every_chain(world: World, folder: Path) -> None:
    review = world.final_review(4)
    call_command("backup", folder=folder)
    manifest = manifest_of(backups_in(folder)[0])
    tables = {table for table in connection.introspection.table_names() if table not in LEFT_OUT}
    assert set(manifest.contents.counts) == tables
    assert manifest.contents.counts["reviews_reviewevent"] == ReviewEvent.objects.count()
    assert manifest.contents.heads == {review.code.hex: ReviewEvent.objects.latest("pk").hash}
    record = FinalRecord.objects.get()
    assert manifest.contents.records == {review.code.hex: [record.fingerprint, record.sha256]}
    assert "reviews.0029_maintenance" in manifest.contents.migrations
    assert manifest.engine == connection.vendor


def test_a_backup_holds_neither_settings_nor_keys_nor_a_session(world: World, folder: Path, settings: Any) -> None:
    settings.SECRETS_KEY = "of-the-second-factors-" * 3
    with_second_factor(world.evaluator)
    session = world.client_of("evaluator").cookies["__Host-sid"].value
    call_command("backup", folder=folder)
    with zipfile.ZipFile(backups_in(folder)[0]) as archive:
        assert len(archive.namelist()) == 2
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert os.environ["SECRET_KEY"].encode() not in content
    assert settings.SECRETS_KEY.encode() not in content
    if connection.vendor == "sqlite":  # PostgreSQL's is compressed; what is restored from it has no session
        assert session.encode() not in content
        assert SECRET.encode() not in content


def test_deleted_notes_are_not_carried_on_in_a_backup(world: World, folder: Path) -> None:
    """SQLite keeps deleted text in free pages of its file. pg_dump reads rows only."""
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite's file is copied")
    said = "Dette ble sagt i fortrolighet. " * 100
    review = world.score_review({1: 3})
    hold_interview(review, world.evaluator, dict.fromkeys(("1.1", "1.2", "1.3", "3.1", "3.2", "3.3"), said))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("PRAGMA secure_delete = OFF")  # some builds of SQLite overwrite what is deleted
        InterviewNote.objects.all().delete()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert said[:200].encode() in Path(connection.settings_dict["NAME"]).read_bytes()
    call_command("backup", folder=folder)
    with zipfile.ZipFile(backups_in(folder)[0]) as archive:
        assert b"fortrolighet" not in archive.read("database.sqlite3")


def test_no_model_keeps_files_outside_the_database() -> None:
    """If one does, backups have to include its files."""
    from django.apps import apps

    fields = [field for model in apps.get_models() for field in model._meta.get_fields()]
    assert [field for field in fields if isinstance(field, models.FileField)] == []


def test_only_the_newest_backups_are_kept_and_other_files_are_left_alone(world: World, folder: Path) -> None:
    folder.mkdir()
    (folder / "notes.zip").write_text("somebody's")
    for _ in range(3):
        call_command("backup", folder=folder, keep=2)
    first, second = backups_in(folder)
    assert manifest_of(first).made_at < manifest_of(second).made_at
    assert (folder / "notes.zip").exists()
    with pytest.raises(CommandError, match="--keep is 1 or more"):
        call_command("backup", folder=folder, keep=0)


def test_a_second_backup_at_the_same_time_is_refused(world: World, folder: Path) -> None:
    folder.mkdir()
    descriptor = os.open(folder, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        with pytest.raises(CommandError, match="Another backup is being made"):
            call_command("backup", folder=folder)
    finally:
        os.close(descriptor)
    call_command("backup", folder=folder)
    assert len(backups_in(folder)) == 1


def fill(megabytes: int) -> None:
    """Enlarge the database by random bytes, which cannot be compressed."""
    record = FinalRecord.objects.first()
    assert record
    FinalRecord.objects.bulk_create(
        FinalRecord(review=review, content={}, fingerprint="0", pdf=os.urandom(1_000_000), sha256="0")
        for review in _planned(record, megabytes)
    )


def _planned(record: FinalRecord, count: int) -> list[models.Model]:
    like = record.review
    same = {name: getattr(like, name) for name in ("organisation", "edition", "kind", "method", "created_by")}
    days = {"visit_start": like.visit_start, "visit_end": like.visit_end}
    return type(like).objects.bulk_create(type(like)(**same, **days) for _ in range(count))


def test_a_killed_backup_leaves_no_file_that_looks_whole_and_the_next_one_clears_up(world: World, folder: Path) -> None:
    world.final_review(4)
    fill(20)
    command = [sys.executable, "manage.py", "backup", "--folder", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, env=environment(address_of_tests()), stderr=subprocess.DEVNULL) as run:
        while not any(path.stat().st_size > 100_000 for path in folder.glob(f"{UNFINISHED}*/backup.zip")):
            assert run.poll() is None
            time.sleep(0.001)
        run.send_signal(signal.SIGKILL)
    assert backups_in(folder) == []
    assert list(folder.glob(f"{UNFINISHED}*"))
    assert last_successes()[MaintenanceTask.Kind.BACKUP].at is None
    call_command("backup", folder=folder)
    assert [path.name for path in folder.iterdir()] == [path.name for path in backups_in(folder)]
    assert len(backups_in(folder)) == 1


def test_a_full_disk_is_reported_and_the_earlier_backup_stays(world: World, folder: Path) -> None:
    world.final_review(4)
    call_command("backup", folder=folder)
    earlier = backups_in(folder)
    fill(3)
    refused = manage_at(address_of_tests(), "backup", "--folder", str(folder), blocks="4000")
    assert refused.returncode != 0
    assert "No backup was made in" in refused.stderr
    assert "Is there room on the disk" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert backups_in(folder) == earlier
    assert list(folder.iterdir()) == earlier


def test_readyz_tells_the_last_backup_and_a_late_one_is_only_a_warning(world: World, folder: Path) -> None:
    never = Client().get("/readyz")
    assert never.status_code == 200
    assert b"ok\nwarning: backup has never succeeded\n" in never.content
    call_command("backup", folder=folder)
    success = last_successes()[MaintenanceTask.Kind.BACKUP]
    assert success.details == {"name": backups_in(folder)[0].name, "size": backups_in(folder)[0].stat().st_size}
    assert not success.is_late
    assert f"\nbackup succeeded {success.at:%Y-%m-%dT%H:%M:%SZ}, 0 h ago".encode() in Client().get("/readyz").content
    MaintenanceTask.objects.update(succeeded_at=timezone.now() - timedelta(hours=50))
    late = Client().get("/readyz")
    assert late.status_code == 200
    assert b"\nwarning: backup succeeded" in late.content
    assert b", 50 h ago" in late.content


def test_a_backup_before_the_migration_of_an_upgrade_is_made_all_the_same(
    tmp_path: Path, folder: Path, db: None
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the kept databases are of SQLite")
    import sqlite3
    from contextlib import closing

    place = tmp_path / "old.sqlite3"
    with closing(sqlite3.connect(place)) as database:
        database.executescript((ROOT / "tests/databases/version-0.2.0.sql").read_text(encoding="utf-8"))
    done = manage_at(f"sqlite:///{place}", "backup", "--folder", str(folder))
    assert done.returncode == 0, done.stderr
    assert "The success could not be recorded" in done.stderr
    migrated = manage_at(f"sqlite:///{tmp_path / 'new.sqlite3'}", "restore", "--verify", str(backups_in(folder)[0]))
    assert migrated.returncode == 0, migrated.stderr
    assert "chains, stored PDFs and totals are as they were." in migrated.stdout
