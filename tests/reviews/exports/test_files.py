"""Files of long exports: made by the worker, kept a day for one person, recorded once, and the same as a download."""

import csv
import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from ipsfidelity.tables import CsvStyle
from reviews.exports import files, making, services
from reviews.exports.files import MOST_FILES, ask_for_file, content_of, delete_file
from reviews.exports.formats import FORMATS
from reviews.exports.making import RECORDED, _store_content, make_file
from reviews.exports.selection import Selection
from reviews.maintenance.contents import LEFT_OUT
from reviews.models import AccessAction, AccessEvent, Export, ExportChunk, ExportFile, Job, Membership, Review
from reviews.models.queue import JobQuerySet
from reviews.queue.worker import run_due
from reviews.workflow import Role
from tests.builders import World, many_finals
from tests.reviews.queue.test_killed import kill, until, wait_for, worker

pytestmark = pytest.mark.django_db
ADDRESSES = {
    "reviews.xlsx": "export_workbook",
    "reviews.csv": "export_reviews",
    "items.csv": "export_items",
    "remarks.csv": "export_remarks",
    "reviews.jsonl": "export_lines",
}


READING, STORING = '"reviews_finalrecord"', 'INSERT INTO "reviews_exportchunk"'


@pytest.fixture
def coordinator(world: World) -> Client:
    return world.client_of("coordinator")


@pytest.fixture
def like(world: World) -> Review:
    """Return one of three final reviews."""
    review = world.final_review(4)
    many_finals(review, 2, pdf=b"")
    Job.objects.all().delete()  # which makes the report
    return review


@pytest.fixture
def _everything_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    for form in services.AT_ONCE:
        monkeypatch.setitem(services.AT_ONCE, form, 2)


def ask(world: World, name: str = "reviews.csv") -> ExportFile:
    return ask_for_file(selection=Selection(world.network), by=world.coordinator, name=name)


def jobs() -> JobQuerySet:
    return Job.objects.filter(task=make_file.module_path)


def url_of(name: str, file: ExportFile) -> str:
    return reverse(name, args=[file.network.code, file.code])


def codes_in(data: bytes) -> list[str]:
    return [line["review"] for line in csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";")]


@contextmanager
def at_first(statement: str, act: Callable[[], Any]) -> Iterator[None]:
    """Let something happen once, before the first statement with these words."""
    waiting = [act]

    def watch(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        if waiting and statement in sql:
            waiting.pop()()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield


# --- From the request to the file -----------------------------------------------


@pytest.mark.usefixtures("like", "_everything_is_long")
def test_a_long_export_is_made_in_the_background_and_downloaded_from_its_page(
    world: World, coordinator: Client
) -> None:
    asked = coordinator.post(reverse("export_items", args=[world.network.code]))
    file = ExportFile.objects.get()
    assert (asked.status_code, asked["Location"]) == (302, url_of("export_file", file))
    page = coordinator.get(asked["Location"]).content.decode()
    assert "Filen venter på tur" in page
    assert not Export.objects.exists()
    assert coordinator.get(url_of("export_file_download", file)).status_code == 409
    run_due()
    assert "Filen er klar" in coordinator.get(asked["Location"]).content.decode()
    sent = coordinator.get(url_of("export_file_download", file))
    content = b"".join(sent.streaming_content)
    assert len(codes_in(content)) == 75
    assert int(sent["Content-Length"]) == len(content)
    assert sent["Content-Disposition"].endswith('_items.csv"')
    (row,) = coordinator.get(reverse("exports", args=[world.network.code])).context["files"]
    assert (row.number, row.title, row.url) == ("3", "kriterieskårer som tabell (CSV)", asked["Location"])


@pytest.mark.usefixtures("like")
@pytest.mark.parametrize("name", list(ADDRESSES))
def test_a_file_is_the_same_as_the_download(
    world: World, coordinator: Client, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    download = b"".join(coordinator.post(reverse(ADDRESSES[name], args=[world.network.code])).streaming_content)
    file = ask(world, name)
    run_due()
    made = b"".join(coordinator.get(url_of("export_file_download", file)).streaming_content)
    if name == "reviews.xlsx":  # which contains the time at which it was made
        sheets = [openpyxl.load_workbook(io.BytesIO(data)) for data in (download, made)]
        download, made = ([list(sheet.values) for sheet in book] for book in sheets)  # type: ignore[misc]
    assert made == download


@pytest.mark.usefixtures("like")
@pytest.mark.parametrize("style", list(CsvStyle))
def test_a_file_has_the_signs_that_were_chosen_when_it_was_asked_for(world: World, style: CsvStyle) -> None:
    selection = Selection(world.network, csv=style)
    file = ask_for_file(selection=selection, by=world.coordinator, name="reviews.csv")
    with translation.override("en" if style == CsvStyle.SEMICOLON else "nb"):
        run_due()
    line = b"".join(content_of(ExportFile.objects.get(pk=file.pk))).decode().splitlines()[1]
    assert f"{style.separator}4{style.decimal}00{style.separator}" in line


@pytest.mark.usefixtures("like")
def test_content_in_many_chunks_is_put_together_again(
    world: World, coordinator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reviews.exports.making.CHUNK", 500)
    file = ask(world, "items.csv")
    run_due()
    assert ExportChunk.objects.count() > 1
    assert len(codes_in(b"".join(coordinator.get(url_of("export_file_download", file)).streaming_content))) == 75


def test_an_export_of_few_reviews_is_sent_at_once(world: World, coordinator: Client, like: Review) -> None:
    for address in ADDRESSES.values():
        assert coordinator.post(reverse(address, args=[world.network.code])).streaming
    assert not ExportFile.objects.exists()


@pytest.mark.usefixtures("like", "_everything_is_long")
def test_the_page_says_which_files_are_made_later(world: World, coordinator: Client) -> None:
    page = coordinator.get(reverse("exports", args=[world.network.code]))
    assert [offer.is_long for offer in page.context["offers"]] == [False, *[True] * 5]
    assert page.content.decode().count("Lag filen") == 10  # label and text of five buttons


@pytest.mark.usefixtures("like")
def test_progress_is_shown_while_the_file_is_made(world: World, coordinator: Client) -> None:
    seen: list[str] = []
    file = ask(world)
    with at_first(STORING, lambda: seen.append(coordinator.get(url_of("export_file", file)).content.decode())):
        run_due()
    assert "3 av 3 vurderinger" in seen[0]
    assert "Filen lages: Minst 100 % er gjort" in seen[0]


# --- Once ---------------------------------------------------------------------------


@pytest.mark.usefixtures("like")
def test_a_file_that_no_import_would_read_is_given_up_with_advice(
    world: World, coordinator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "LARGEST_EXPORT", 100)
    file = ask(world, "reviews.jsonl")
    run_due()
    assert jobs().get().state == Job.State.FAILED
    assert "Filen ville blitt større enn 1 GB" in coordinator.get(url_of("export_file", file)).content.decode()


@pytest.mark.usefixtures("like")
def test_the_same_request_again_leads_to_the_same_file_until_it_is_ready(world: World) -> None:
    first = ask(world)
    assert ask(world) == first
    assert ask(world, "items.csv") != first
    assert jobs().count() == 2
    run_due()
    assert ask(world) != first


@pytest.mark.django_db(transaction=True)
def test_the_same_request_twice_at_once_yields_one_job(world: World) -> None:
    world.final_review(4)
    start, asked = threading.Barrier(4), []

    def send() -> None:
        try:
            start.wait(10)
            asked.append(ask(world).pk)
        finally:
            connection.close()

    people = [threading.Thread(target=send) for _ in range(4)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert len(asked) == 4
    assert len(set(asked)) == jobs().count() == 1


@pytest.mark.usefixtures("like")
def test_a_file_is_recorded_once_before_it_can_be_read(world: World, coordinator: Client) -> None:
    file = ask(world, "items.csv")
    with at_first(STORING, lambda: _refused(coordinator.get(url_of("export_file_download", file)))):
        run_due()
    export = Export.objects.get()
    assert (export.by, export.form, export.selection["table"], export.reviews) == (world.coordinator, "csv", "items", 3)
    coordinator.get(url_of("export_file_download", file))
    coordinator.get(url_of("export_file_download", file))
    lines = AccessEvent.objects.filter(action=AccessAction.EXPORTED, page="exports", by=world.coordinator)
    assert sorted(lines.values_list("review", flat=True)) == sorted(Review.objects.values_list("pk", flat=True))
    assert Export.objects.count() == 1


def _refused(answer: Any) -> None:
    assert answer.status_code == 409


@pytest.mark.usefixtures("like")
def test_recording_continues_where_a_killed_worker_stopped(world: World, coordinator: Client) -> None:
    file = ask(world)
    _store_content(file)
    ExportFile.objects.update(recorded=2)
    run_due()
    assert AccessEvent.objects.filter(action=AccessAction.EXPORTED).count() == 1
    assert len(codes_in(b"".join(coordinator.get(url_of("export_file_download", file)).streaming_content))) == 3


@pytest.mark.usefixtures("like")
def test_a_file_that_another_worker_has_taken_over_is_tried_again(world: World, coordinator: Client) -> None:
    file = ask(world)
    with at_first(READING, lambda: ExportFile.objects.update(attempt=uuid4())):
        run_due()
    assert not Export.objects.exists()
    assert "Filen kunne ikke lages ennå" in coordinator.get(url_of("export_file", file)).content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        run_due()
    assert ExportFile.objects.get().ready_at
    assert Export.objects.get().reviews == 3


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_amid_a_file_leaves_it_to_another_which_makes_one(world: World) -> None:
    like = world.final_review(4)
    many_finals(like, 5 * RECORDED, pdf=b"")
    file = ask(world, "items.csv")
    with worker() as first:
        until(ExportChunk.objects.exists)
        kill(first)
    assert not Export.objects.exists()
    unfinished = ExportFile.objects.get()
    assert unfinished.ready_at is None
    with worker() as second:
        wait_for(second, "STARTED")
        until(lambda: not jobs().unfinished().exists())
    made = ExportFile.objects.get()
    content = b"".join(files.content_of(made))
    assert len(set(codes_in(content))) == 5 * RECORDED + 1
    assert len(codes_in(content)) == 25 * (5 * RECORDED + 1)
    assert set(ExportChunk.objects.values_list("attempt", flat=True)) == {made.attempt} != {unfinished.attempt}
    assert Export.objects.get().reviews == AccessEvent.objects.filter(page="exports").count() == 5 * RECORDED + 1
    assert made.code == file.code


# --- What was valid at one moment ----------------------------------------------------


def test_a_review_that_is_signed_meanwhile_leads_to_content_that_is_made_again(
    world: World, coordinator: Client, like: Review
) -> None:
    file = ask(world)
    with at_first(STORING, lambda: many_finals(like, 1, pdf=b"")):
        run_due()
    codes = codes_in(b"".join(coordinator.get(url_of("export_file_download", file)).streaming_content))
    assert len(codes) == len(set(codes)) == 4
    assert Export.objects.get().reviews == ExportFile.objects.get().reviews == 4


@pytest.mark.usefixtures("like")
def test_the_file_says_which_moment_it_shows(world: World, coordinator: Client) -> None:
    file = ask(world)
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        run_due()
        page = coordinator.get(url_of("export_file", file))
        assert page.context["file"].as_of == timezone.now()
    assert "Vurderinger som ble signert senere, er ikke med" in page.content.decode()


# --- For one person, for a day -------------------------------------------------------


@pytest.mark.usefixtures("like")
def test_nobody_else_can_read_the_file(world: World) -> None:
    Membership.objects.create(user=world.evaluator, network=world.network, role=Role.COORDINATOR)
    file = ask_for_file(selection=Selection(world.network), by=world.evaluator, name="reviews.csv")
    run_due()
    assert ExportFile.objects.get().ready_at
    other = world.client_of("coordinator")
    for name in ("export_file", "export_file_download"):
        assert other.get(url_of(name, file)).status_code == 404
    assert other.post(url_of("export_file_delete", file)).status_code == 404
    assert other.get(reverse("exports", args=[world.network.code])).context["files"] == ()


@pytest.mark.usefixtures("like")
def test_a_person_who_lost_the_role_gets_nothing(world: World, coordinator: Client) -> None:
    made, waiting = ask(world), ask(world, "items.csv")
    run_due()
    late = ask(world, "reviews.jsonl")
    Membership.objects.filter(user=world.coordinator).delete()
    for file in (made, waiting):
        assert coordinator.get(url_of("export_file_download", file)).status_code == 404
    run_due()
    assert not ExportFile.objects.filter(pk=late.pk).exists()
    assert Export.objects.count() == 2


@pytest.mark.usefixtures("like")
def test_a_file_can_be_read_for_24_hours(world: World, coordinator: Client) -> None:
    file = ask(world)
    run_due()
    ready = ExportFile.objects.get().ready_at
    assert ready
    for hours, status in ((23.9, 200), (24.1, 404)):
        with time_machine.travel(ready + timedelta(hours=hours), tick=False):
            client = world.client_of("coordinator")
            assert client.get(url_of("export_file_download", file)).status_code == status


@pytest.mark.usefixtures("like")
def test_a_person_deletes_a_file(world: World, coordinator: Client) -> None:
    file = ask(world)
    run_due()
    answer = coordinator.post(url_of("export_file_delete", file), follow=True)
    assert "Filen er slettet" in answer.content.decode()
    assert not ExportFile.objects.exists()
    assert not ExportChunk.objects.exists()
    assert Export.objects.count() == 1


@pytest.mark.usefixtures("like")
def test_a_file_that_is_deleted_while_it_is_made_is_neither_stored_nor_recorded(world: World) -> None:
    file = ask(world)
    with at_first(READING, lambda: delete_file(file)):
        run_due()
    assert not ExportFile.objects.exists()
    assert not ExportChunk.objects.exists()
    assert not Export.objects.exists()


def test_no_backup_contains_files() -> None:
    assert {ExportFile._meta.db_table, ExportChunk._meta.db_table} <= set(LEFT_OUT)


@pytest.mark.usefixtures("like", "_everything_is_long")
def test_the_number_of_files_is_limited(world: World, coordinator: Client) -> None:
    for kind in range(MOST_FILES):
        file = ask(world, list(FORMATS)[kind % 5])
        ExportFile.objects.filter(pk=file.pk).update(ready_at=timezone.now())
    refused = coordinator.post(reverse("export_lines", args=[world.network.code]))
    assert refused.status_code == 422
    assert f"allerede {MOST_FILES} filer" in refused.content.decode()
