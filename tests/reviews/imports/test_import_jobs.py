"""Imports as jobs of the queue: they hold nobody up, and have happened as a whole or not at all."""

import io
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews.imports.services import FaultyRows, queue_import
from reviews.imports.staging import ImportRun, Staged, stage
from reviews.imports.uploads import check_upload, delete_uploads, store_upload
from reviews.models import AccessEvent, FinalRecord, ItemScore, Job, Membership, Organisation, Review, Upload
from reviews.queue.services import give_up
from reviews.queue.worker import claim_next, run, run_due
from tests.builders import World, build_world, instrument, save
from tests.import_files import csv_file, row_of
from tests.reviews.test_races import together

pytestmark = pytest.mark.django_db
in_earnest = pytest.mark.django_db(transaction=True)
ROWS = [row_of(4, visit_start=f"20{10 + n // 12}-{1 + n % 12:02}-10", visit_end="") for n in range(60)]


@pytest.fixture
def world() -> World:
    return build_world(instrument())


def kept(world: World, *rows: list[Any], file_name: str = "gamle.csv") -> Upload:
    given = {"network": world.network, "by": world.coordinator, "edition": world.scale, "file_name": file_name}
    return store_upload(data=csv_file(*(rows or ROWS)), **given)


def queued(world: World, *rows: list[Any], **given: Any) -> Upload:
    upload = kept(world, *rows, **given)
    queue_import(upload=upload, by=world.coordinator)
    return upload


def url_of(upload: Upload, name: str = "import_preview") -> str:
    return reverse(name, args=[upload.network.code, upload.code])


def page_of(world: World, upload: Upload) -> str:
    return text_of(world.client_of("coordinator"), url_of(upload))


def text_of(client: Client, url: str) -> str:
    """Return the text of a page, with single spaces and without what differs at each request."""
    page = client.get(url).content.decode(errors="replace")
    return " ".join(
        re.sub(
            r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"|-left="\d+"|\d\d:\d\d:\d\d[.\d]*', "", page
        ).split()
    )


def staged(world: World, upload: Upload) -> list[int]:
    """Write the rows of an upload as an import does, and stop before they become valid; return their keys."""
    rows, written = check_upload(upload, world.scale, {}).rows, Staged()
    organisations = world.network.organisations.in_bulk()
    stage(ImportRun(upload, world.scale, organisations, world.coordinator, timezone.now()), rows, written)
    return written.all_keys


def state_of(upload: Upload) -> str:
    return Upload.objects.get(pk=upload.pk).state


def nothing_is_imported() -> bool:
    assert not Review.objects.exists()
    assert (FinalRecord.objects.count(), AccessEvent.objects.filter(action="imported").count()) == (0, 0)
    return True


def all_is_imported_once(count: int = len(ROWS)) -> bool:
    assert (Review.objects.valid().count(), Review._base_manager.count()) == (count, count)
    assert (ItemScore.objects.count(), FinalRecord.objects.count()) == (25 * count, count)
    assert AccessEvent.objects.filter(action="imported").count() == 1
    call_command("verify_records", stdout=io.StringIO(), stderr=io.StringIO())
    return True


# --- Waiting, running, done ---------------------------------------------------------------------


def test_without_a_worker_the_page_and_the_list_say_since_when_the_import_waits(world: World) -> None:
    client, upload = world.client_of("coordinator"), kept(world)
    with time_machine.travel("2026-05-04 08:14:00+00:00", tick=False):
        Upload.objects.update(at=timezone.now())
        client = world.client_of("coordinator")
        client.post(url_of(upload))
        assert "Venter på tur siden 10:14." in text_of(client, url_of(upload))
        assert "Venter på tur siden 10:14." in text_of(client, reverse("imports", args=[world.network.code]))
    assert nothing_is_imported()


def test_the_page_shows_how_far_a_running_import_has_come(world: World) -> None:
    upload = queued(world)
    job = claim_next("default")
    staged(world, upload)
    assert (state_of(upload), job) == (Upload.State.RUNNING, Job.objects.get())
    page = page_of(world, upload)
    assert "60 av 60 vurderinger er klare" in page
    assert 'max="60" value="60"' in page
    Job.objects.update(due_at=timezone.now())
    assert "Ble avbrutt og starter igjen av seg selv." in page_of(world, upload)


def test_a_finished_import_is_shown_for_a_day_without_its_rows(world: World) -> None:
    upload = queued(world)
    run_due()
    assert all_is_imported_once()
    assert Upload.objects.get().rows == {}
    page = page_of(world, upload)
    assert "60 vurderinger er importert." in page
    assert "data-going-on" not in page
    listed = text_of(world.client_of("coordinator"), reverse("imports", args=[world.network.code]))
    assert "60 vurderinger er importert." in listed
    for name in ("import_faults", "withdraw_import"):
        client = world.client_of("coordinator")
        answer = client.post(url_of(upload, name)) if name == "withdraw_import" else client.get(url_of(upload, name))
        assert answer.status_code == 409
    delete_uploads(Upload.objects.expired(timezone.now() + timedelta(days=1)))
    assert not Upload.objects.exists()


def test_pressing_twice_queues_one_import(world: World) -> None:
    client, upload = world.client_of("coordinator"), kept(world)
    assert [client.post(url_of(upload)).status_code for _press in range(2)] == [302, 302]
    assert Job.objects.count() == 1
    run_due()
    assert client.post(url_of(upload)).status_code == 302
    assert run_due() == 0
    assert all_is_imported_once()


def test_an_import_that_waits_can_be_withdrawn(world: World) -> None:
    upload = queued(world)
    assert world.client_of("coordinator").post(url_of(upload, "withdraw_import")).status_code == 302
    assert run_due() == 1
    assert nothing_is_imported()
    assert not Upload.objects.exists()


def test_an_import_that_waits_does_not_expire_and_is_not_replaced(world: World) -> None:
    upload = queued(world)
    again = kept(world)
    assert set(Upload.objects.all()) == {upload, again}
    Upload.objects.update(at=timezone.now() - timedelta(days=2))
    assert list(Upload.objects.expired()) == [again]
    run_due()
    assert all_is_imported_once()


# --- What became impossible meanwhile -----------------------------------------------------------


def test_rows_that_became_impossible_while_the_import_waited_refuse_all_of_it(world: World) -> None:
    upload = queued(world)
    planned = world.plan_review(visit_start=date(2010, 1, 10), visit_end=date(2010, 1, 10))
    run_due()
    assert list(Review._base_manager.all()) == [planned]
    assert (state_of(upload), Job.objects.get().state) == (Upload.State.REFUSED, Job.State.DONE)
    page = page_of(world, upload)
    assert "Ble avvist" in page
    assert "Det finnes allerede en vurdering" in page
    assert Upload.objects.get().row_count == 60


def test_rows_that_became_impossible_while_the_import_ran_refuse_all_of_it(world: World) -> None:
    upload = queued(world)

    def plan_first(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("INSERT INTO reviews_itemscore") and not Review.objects.exists():
            world.plan_review(visit_start=date(2010, 1, 10), visit_end=date(2010, 1, 10))
        return execute(sql, *rest)

    with connection.execute_wrapper(plan_first):
        run_due()
    assert (state_of(upload), Review._base_manager.count()) == (Upload.State.REFUSED, 1)


def test_an_organisation_that_was_renamed_meanwhile_starts_the_import_again(world: World) -> None:
    queued(world)

    def rename_once(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("INSERT INTO reviews_reporttext") and world.organisation.name != "IPS ØYVÆR":
            world.organisation.name = "IPS ØYVÆR"
            world.organisation.save()
        return execute(sql, *rest)

    with connection.execute_wrapper(rename_once):
        run_due()
    assert nothing_is_imported()
    assert not Review._base_manager.exists()
    Job.objects.update(due_at=timezone.now())
    run_due()
    assert all_is_imported_once()
    assert FinalRecord.objects.first().content["review"]["organisation"] == "IPS ØYVÆR"


def test_who_no_longer_coordinates_the_network_imports_nothing(world: World) -> None:
    upload = queued(world)
    Membership.objects.filter(user=world.coordinator).delete()
    run_due()
    assert nothing_is_imported()
    assert state_of(upload) == Upload.State.REFUSED


def test_an_import_that_was_given_up_can_be_started_again(world: World) -> None:
    upload = queued(world)
    give_up([Job.objects.get().pk], by=world.admin)
    assert state_of(upload) == Upload.State.FAILED
    page = page_of(world, upload)
    assert "Lyktes ikke." in page
    assert "Importer 60 vurderinger" in page
    queue_import(upload=upload, by=world.coordinator)
    run_due()
    assert all_is_imported_once()


def test_faulty_rows_are_not_queued(world: World) -> None:
    with pytest.raises(FaultyRows):
        queued(world, row_of(9))
    assert not Job.objects.exists()


# --- Nobody sees a part -------------------------------------------------------------------------

PAGES = ("home", "organisations", "reviews", "overview", "heat_map", "benchmarks", "inbox", "dates")
NETWORK_PAGES = (
    *(
        "network",
        "network_organisations",
        "evaluator_load",
        "newer_editions",
        "agreement",
        "training",
        "year",
        "rhythm",
    ),
    *("exports", "export_reviews", "export_items", "export_lines"),
)


def pages_of(world: World, who: str) -> dict[str, str]:
    """Return the texts of all pages that list, count or hand out reviews, by address."""
    client = world.client_of(who)
    addresses = [reverse(name) for name in PAGES]
    addresses += [reverse(name, args=[world.network.code]) for name in NETWORK_PAGES]
    addresses += [world.organisation.get_absolute_url(), reverse("compare", args=[world.organisation.code])]
    addresses += [f"{reverse('reviews')}?status=planned", f"{reverse('search')}?q=IPS"]
    return {url: text_of(client, url) for url in addresses}


def test_no_page_changes_while_an_import_is_under_way(world: World) -> None:
    world.final_review(4)
    upload = kept(world)
    cast = ("coordinator", "team_leader", "evaluator", "admin")
    for who in cast:
        pages_of(world, who)  # pages say when a person was last here
    before = {who: pages_of(world, who) for who in cast}
    written = staged(world, upload)
    assert len(written) == 60
    Upload.objects.update(prepared=0)
    for who, pages in before.items():
        for url, text in pages_of(world, who).items():
            assert text == pages[url], f"{url} as {who}"
    call_command("verify_records", stdout=io.StringIO(), stderr=io.StringIO())


@pytest.mark.parametrize("who", ["coordinator", "team_leader", "evaluator", "stranger", "admin"])
def test_nobody_opens_a_review_that_is_being_imported(world: World, who: str) -> None:
    hidden = Review.being_imported.filter(pk__in=staged(world, kept(world))).first()
    client = world.client_of(who)
    for name in ("review", "sheet", "sheet_json", "history", "evidence", "report", "correct"):
        assert client.get(reverse(name, args=[hidden.code])).status_code == 404


def test_a_withdrawn_file_takes_what_a_killed_import_has_left(world: World) -> None:
    upload = queued(world)
    staged(world, upload)
    assert Review.being_imported.count() == 60
    world.client_of("coordinator").post(url_of(upload, "withdraw_import"))
    assert not Review._base_manager.exists()
    assert not ItemScore.objects.exists()


# --- Killed, taken over, at the same time ---------------------------------------------------------

# Runs the next job, and stops in front of the first statement that begins with `at`.
WORKER = """
import sys, time, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = {database!r}
django.setup()
from django.db import connection
from reviews.queue.worker import claim_next, run
seen = 0
def stop(execute, sql, *rest):
    global seen
    if sql.startswith({at!r}):
        seen += 1
        if seen == {number}:
            print("HERE", flush=True)
            time.sleep(60)
    return execute(sql, *rest)
with connection.execute_wrapper(stop):
    run(claim_next("default"))
"""


@contextmanager
def stopped_worker(at: str, number: int = 1) -> Iterator[subprocess.Popen]:
    """Start a worker in a process of its own, and wait until it comes to a statement; kill it at the end."""
    script = WORKER.format(database=connection.settings_dict["NAME"], at=at, number=number)
    worker = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", script],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "ipsfidelity.settings"},
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        told = []
        for line in worker.stdout:
            told.append(line)
            if "HERE" in line:
                break
        else:
            pytest.fail(f"the worker ended before it came to {at!r}: {''.join(told)}")
        yield worker
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        worker.stdout.close()


@in_earnest
@pytest.mark.parametrize(
    ("at", "number", "left"),
    [
        ("INSERT INTO reviews_itemscore", 2, 50),
        ("INSERT INTO reviews_finalrecord", 2, 60),
        ('INSERT INTO "reviews_accessevent"', 1, 60),
    ],
)
def test_a_killed_import_has_not_happened_and_its_retry_happens_once(
    world: World, at: str, number: int, left: int
) -> None:
    queued(world)
    with stopped_worker(at, number):
        assert nothing_is_imported()
    assert nothing_is_imported()
    assert Review.being_imported.count() == left
    assert run_due() == 0  # its lease has not run out
    Job.objects.update(due_at=timezone.now())
    assert run_due() == 1
    assert all_is_imported_once()
    assert run_due() == 0


@in_earnest
def test_a_worker_that_was_taken_over_stores_nothing(world: World) -> None:
    queued(world)
    silent = claim_next("default")
    Job.objects.update(due_at=timezone.now())
    taken_over = claim_next("default")
    run(silent)
    assert nothing_is_imported()
    run(taken_over)
    assert all_is_imported_once()
    run(silent)
    assert all_is_imported_once()


@in_earnest
def test_two_files_with_the_same_reviews_that_are_imported_at_once_yield_one_import(world: World) -> None:
    first, second = queued(world), queued(world, file_name="samme.csv")
    jobs = [claim_next("default"), claim_next("default")]
    together([lambda: run(jobs[0]), lambda: run(jobs[1])])
    Job.objects.filter(state=Job.State.WAITING).update(due_at=timezone.now())
    run_due()
    assert {state_of(first), state_of(second)} == {Upload.State.DONE, Upload.State.REFUSED}
    assert all_is_imported_once()


@in_earnest
def test_two_workers_that_run_the_same_import_yield_one(world: World) -> None:
    queued(world)
    silent = claim_next("default")
    Job.objects.update(due_at=timezone.now())
    taken_over = claim_next("default")
    together([lambda: run(silent), lambda: run(taken_over)])
    Job.objects.filter(state=Job.State.WAITING).update(due_at=timezone.now())
    run_due()
    assert all_is_imported_once()


@in_earnest
def test_others_save_while_an_import_runs_and_wait_less_than_half_a_second(world: World) -> None:
    for n in range(100):
        Organisation.objects.create(network=world.network, name=f"IPS {n}")
    visits = [(f"IPS {n}", f"20{year}-01-10") for n in range(100) for year in (10, 11, 12)]
    queued(world, *[row_of(4, organisation=name, visit_start=day, visit_end="") for name, day in visits])
    review, waits, over = world.plan_review(), list[float](), threading.Event()

    def keep_saving() -> None:
        try:
            while not over.is_set():
                began = time.monotonic()
                save(review, world.evaluator, {1: {"evidence": uuid4().hex}})
                waits.append(time.monotonic() - began)
                time.sleep(0.02)
        finally:
            connection.close()

    def work() -> None:
        try:
            assert run_due() == 1
        finally:
            over.set()
            connection.close()

    assert together([keep_saving, work]) == ["done", "done"]
    assert len(waits) > 5
    assert max(waits) < 0.5
    assert Review.objects.valid().count() == 300


@in_earnest
def test_a_review_that_is_being_imported_cannot_become_final_without_its_record(world: World) -> None:
    (key, *_others) = staged(world, kept(world))
    with pytest.raises(DatabaseError, match="stay as they are"), transaction.atomic():
        Review.being_imported.filter(pk=key).update(
            status="final", total=100, band="x", finalised_at=timezone.now(), finalised_by=world.coordinator
        )
