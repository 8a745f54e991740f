"""An export of one installation is imported into another: the same values, an origin that is named, and never twice."""

import io
import json
import random
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl.comments import Comment

from reviews.exports.columns import SHEETS
from reviews.exports.json_keys import JSON_KEYS
from reviews.imports import own_uploads
from reviews.imports.originals import code_here
from reviews.imports.own_exports import is_own_export, read_own_export
from reviews.imports.own_keys import COMPUTED, FATE_OF_COLUMN, FATE_OF_KEY, NAMES, NUMBER, READ
from reviews.imports.own_notes import LEFT_BEHIND
from reviews.imports.own_rows import Summary
from reviews.imports.tables import UnreadableFile
from reviews.models import (
    FinalRecord,
    ItemScore,
    Job,
    Membership,
    Network,
    Organisation,
    Remark,
    ReportText,
    Review,
    Upload,
    UploadPiece,
)
from reviews.queue.services import give_up
from reviews.queue.worker import claim_next, run, run_due
from reviews.records.chain import digest
from reviews.workflow import Role
from tests.builders import World, fresh, save
from tests.import_files import upload as send
from tests.reviews.test_races import together

pytestmark = pytest.mark.django_db
HOSTILE = '=HYPERLINK("http://x")\n- punkt; \'sitat\'\n\tinnrykk | _x000D_ <b>&amp;</b>\u200d 🙂\nåpen "slutt"'
FORMATS = {"export_workbook": "reviews.xlsx", "export_lines": "reviews.jsonl"}
# What is another review's or another installation's in a second export.
OTHERS = {"review", "organisation_code", "network", "imported", "method", "finalised_at", "fingerprint", "pdf_sha256"}
OTHERS |= {"original", "original_fingerprint"}


def everything(world: World) -> Review:
    """Return a signed review with everything that an export carries."""
    period = {"period_start": date(2026, 1, 1), "period_end": date(2026, 2, 1)}
    review = world.agreed_review(4, dict.fromkeys(range(1, 26), 3), **period)
    Review.objects.filter(pk=review.pk).update(
        specialists=[{"label": "A"}, {"label": "B", "gone": True}, {"label": "C"}]
    )
    mean = {"specialists": {"A": {"amount": "4.5"}, "B": {"score": 2}, "C": {"score": 3}}}
    save(
        fresh(review),
        world.evaluator,
        {
            1: {"evidence": HOSTILE, "recommendation": HOSTILE[::-1].strip(), "sources": ["INT", "DOK"]},
            4: {"observation": {"amount": "95"}, "departure": "-5 møter; =1+1", "sources": ["ITP"]},
            5: {"observation": {"met": [1, 3]}, "departure": "Utkast; åpen"},
            17: {"observation": mean, "departure": "Uke 3–4"},
        },
    )
    ReportText.objects.filter(review=review).update(summary="@sum\nto linjer", strengths="Godt team; «fast» plan")
    answered = {"answer": "Ja", "answered_by": world.evaluator, "answered_at": datetime(2026, 3, 15, tzinfo=UTC)}
    Remark.objects.create(review=review, kind="comment", text="Takk", by=world.team_leader, **answered)
    world.hand_out(review)
    world.sign(review)
    world.superseded_review(kind="peer", visit_start=date(2026, 2, 1), visit_end=date(2026, 2, 2))
    return fresh(review)


def upload(client: Client, world: World, data: bytes, name: str) -> Any:
    """Send a file, and let the worker read it; return the response."""
    answer = send(client, world, data, name)
    run_due()
    return answer


def refusals(client: Client, world: World, data: bytes, name: str) -> list[str]:
    """Upload an export that cannot be read and check that nothing of it is stored; return the reasons."""
    page = client.get(upload(client, world, data, name).headers["Location"])
    assert "Ingenting av den er beholdt" in page.context["page"].state
    assert not UploadPiece.objects.exists()
    assert not Upload.objects.filter(whole__isnull=False).exists()
    return page.context["reasons"]


def export(world: World, name: str, query: str = "") -> bytes:
    url = reverse(name, args=[world.network.code]) + query
    answer = world.client_of("coordinator").post(url)
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


@pytest.fixture
def elsewhere(db: None, world: World) -> Iterator[Callable[..., bytes]]:
    """Export what a function builds in an installation that is gone afterwards."""

    def exported(name: str, build: Callable[[World], Any] = everything, query: str = "?superseded=on") -> bytes:
        try:
            with transaction.atomic():
                build(world)
                data = export(world, name, query)
                raise Gone
        except Gone:
            return data

    return exported


class Gone(Exception):
    """The other installation is gone."""


def imported(world: World, data: bytes, name: str) -> list[Review]:
    """Import a file as a person does; return the reviews."""
    client = world.client_of("coordinator")
    url = upload(client, world, data, name).headers["Location"]
    assert client.get(url).context["page"].faults == ()
    client.post(url)
    run_due()
    assert not UploadPiece.objects.exists()
    return list(Review.objects.filter(is_imported=True).order_by("visit_start"))


def tables(data: bytes) -> dict[str, list[dict[str, Any]]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    lines = {sheet.title: list(sheet.values) for sheet in book}
    return {title: [dict(zip(head, line, strict=True)) for line in rest] for title, (head, *rest) in lines.items()}


def values(data: bytes) -> dict[str, list[dict[str, Any]]]:
    """Return the valid reviews and their items in a workbook, without what differs between installations."""
    both = tables(data)
    return {
        title: [{name: cell for name, cell in row.items() if name not in OTHERS} for row in both[title] if row["valid"]]
        for title in ("reviews", "items")
    }


@pytest.mark.parametrize("name", list(FORMATS))
def test_every_value_is_the_same_in_a_second_export(elsewhere: Callable[..., bytes], world: World, name: str) -> None:
    first, data = values(elsewhere("export_workbook")), elsewhere(name)
    assert len(imported(world, data, FORMATS[name])) == 2
    second = values(export(world, "export_workbook"))
    for row in (*first["reviews"], *second["reviews"]):
        row["corrects"] = row["correction_reason"] = None  # the review that was replaced stays behind
    assert second == first
    call_command("verify_records", stdout=io.StringIO(), stderr=io.StringIO())


def test_lines_of_text_and_hostile_signs_arrive_as_they_were(elsewhere: Callable[..., bytes], world: World) -> None:
    for name, file_name in FORMATS.items():
        with transaction.atomic():
            review = imported(world, elsewhere(name), file_name)[-1]
            score = review.scores.get(item_number=1)
            assert (score.evidence, score.recommendation) == (HOSTILE, HOSTILE[::-1].strip())
            assert score.sources == ["INT", "DOK"] or set(score.sources) == {"INT", "DOK"}
            assert review.scores.get(item_number=5).observation == {"met": [1, 3]}
            assert review.specialists == [{"label": "A"}, {"label": "B", "gone": True}, {"label": "C"}]
            assert review.report_text.summary == "@sum\nto linjer"
            transaction.set_rollback(True)


@pytest.mark.parametrize("name", list(FORMATS))
def test_record_page_and_sheet_name_the_original_and_nobody_signed_it_here(
    elsewhere: Callable[..., bytes], world: World, name: str
) -> None:
    review = imported(world, elsewhere(name), FORMATS[name])[-1]
    content = FinalRecord.objects.get(review=review).content
    original = content["imported"]["original"]
    assert content["signature"] is None
    assert review.code == code_here(world.network.code, original["code"])
    client = world.client_of("coordinator")
    for page in ("review", "sheet"):
        text = client.get(reverse(page, args=[review.code])).content.decode()
        assert original["code"] in text
        assert original["fingerprint"] in text
    line = json.loads(export(world, "export_lines").splitlines()[-1])
    assert line["imported"]["original"] == original


@pytest.mark.parametrize("name", list(FORMATS))
def test_the_same_review_is_refused_a_second_time_and_named(
    elsewhere: Callable[..., bytes], world: World, name: str
) -> None:
    data = elsewhere(name)
    reviews = imported(world, data, FORMATS[name])
    client = world.client_of("coordinator")
    # An export of what was imported holds the same reviews.
    for again in (data, export(world, "export_workbook"), export(world, "export_lines")):
        sent = upload(client, world, again, "igjen")
        sentences = [fault.sentence for fault in client.get(sent.headers["Location"]).context["page"].faults]
        assert len(sentences) == len(reviews) == 2
        for review, sentence in zip(reviews, sentences, strict=True):
            assert str(review) in sentence
            assert str(review.code) in sentence
        assert client.post(sent.headers["Location"]).status_code == 409
    assert Review.objects.count() == 2


@pytest.mark.pdf
def test_a_review_that_was_signed_here_is_not_imported_here(world: World) -> None:
    review, client = world.final_review(4), world.client_of("coordinator")
    sent = upload(client, world, export(world, "export_lines"), "egen.jsonl")
    (fault,) = client.get(sent.headers["Location"]).context["page"].faults
    assert str(review.code) in fault.sentence
    assert "allerede" in fault.sentence


def previewed(world: World, data: bytes, name: str) -> Any:
    """Upload a file, and return what the template of its preview is given."""
    client = world.client_of("coordinator")
    return client.get(upload(client, world, data, name).headers["Location"]).context


def test_the_preview_says_what_comes_in_and_what_is_left_out(elsewhere: Callable[..., bytes], world: World) -> None:
    notes = previewed(world, elsewhere("export_lines"), "reviews.jsonl")["notes"]
    assert len(notes) == 3
    assert "1 vurdering" in notes[1]


def test_every_key_and_column_of_an_export_is_read_computed_or_has_words_for_the_preview() -> None:
    columns = {column.name for sheet in ("reviews", "items", "remarks") for column in SHEETS[sheet]}
    assert {key.name for key in JSON_KEYS} == set(FATE_OF_KEY)
    assert columns == set(FATE_OF_COLUMN)
    assert set(NAMES) - {READ, COMPUTED} == set(LEFT_BEHIND) - {"comments"}


def names_in(value: Any, name: str = "") -> Iterator[str]:
    """Yield the names of the values that are not empty, as json_keys.py writes them."""
    known = {key.name for key in JSON_KEYS}  # a list of objects or an object may be one value
    if name not in known and isinstance(value, dict):
        for key, inner in value.items():
            yield from names_in(inner, f"{name}.{key}".lstrip("."))
    elif name not in known and isinstance(value, list):
        for inner in value:
            yield from names_in(inner, f"{name}[]")
    elif value not in (None, "", [], {}):
        yield name


@pytest.mark.parametrize("name", list(FORMATS))
def test_whatever_an_export_holds_is_read_computed_or_named_in_the_preview(
    elsewhere: Callable[..., bytes], world: World, name: str
) -> None:
    """The keys are those of the export itself: what it will hold one day, and nobody reads, fails here."""
    data = elsewhere(name)
    named = previewed(world, data, FORMATS[name])["left_behind"]
    if name == "export_workbook":
        rows = [row for title, sheet in tables(data).items() if title != "dictionary" for row in sheet if row["valid"]]
        held = {column for row in rows for column, value in row.items() if value is not None}
    else:
        lines = [line for line in map(json.loads, data.splitlines()) if line["valid"]]
        held = {key for line in lines for key in names_in(line)}
    fates = FATE_OF_COLUMN if name == "export_workbook" else FATE_OF_KEY
    expected = {fates.get(NUMBER.sub("_<n>", each), each) for each in held} - {READ, COMPUTED}
    assert {"signature", "method", "ratings" if name == "export_lines" else "remarks"} <= expected
    assert {str(LEFT_BEHIND[fate]) for fate in expected} == {words.rpartition(" (")[0] for words in named}


def test_the_reason_of_a_correction_and_the_method_are_named_with_their_number(
    elsewhere: Callable[..., bytes], world: World
) -> None:
    named = previewed(world, elsewhere("export_workbook"), "reviews.xlsx")["left_behind"]
    assert "om evaluatorene skåret hver for seg eller sammen (2)" in named
    assert "hvilken vurdering en rettelse erstatter, og hvorfor (1)" in named


def test_a_key_a_column_a_sheet_and_a_comment_of_somebody_else_are_named(
    elsewhere: Callable[..., bytes], world: World
) -> None:
    line = json.loads(elsewhere("export_lines", query="").splitlines()[0])
    assert (
        "«items[].mood», som denne versjonen ikke kjenner"
        in previewed(
            world, sealed(line | {"items": [item | {"mood": "glad"} for item in line["items"]]}), "reviews.jsonl"
        )["left_behind"]
    )
    book, out = openpyxl.load_workbook(io.BytesIO(elsewhere("export_workbook", query=""))), io.BytesIO()
    sheet = book["reviews"]
    sheet.cell(1, sheet.max_column + 1).value, sheet.cell(2, sheet.max_column).value = "oppfølging", "Ring Kari"
    sheet.cell(2, sheet.max_column + 2).value = "uten tittel"
    sheet["A2"].comment = Comment("Husk dette", "Kari")
    book.create_sheet("Våre notater")["A1"] = "Notat"
    book.save(out)
    named = previewed(world, out.getvalue(), "reviews.xlsx")["left_behind"]
    assert "«oppfølging», som denne versjonen ikke kjenner" in named
    assert "arket «Våre notater»" in named
    assert any(each.startswith("kommentarer til celler") for each in named)
    assert any(each.startswith("kolonne ") for each in named)


# --- Large files: read in portions, confirmed once ------------------------------


def years(first: int, last: int) -> Callable[[World], None]:
    """Return what builds a final review for each of these years."""

    def build(other: World) -> None:
        for year in range(first, last + 1):
            other.final_review(4, visit_start=date(year, 3, 1), visit_end=date(year, 3, 1))

    return build


@pytest.fixture
def large(elsewhere: Callable[..., bytes], world: World, monkeypatch: pytest.MonkeyPatch) -> str:
    """Upload five reviews in portions of two, and return the address of the preview."""
    monkeypatch.setattr(own_uploads, "MOST_ROWS", 2)
    data = elsewhere("export_lines", years(2019, 2023))
    return upload(world.client_of("coordinator"), world, data, "reviews.jsonl").headers["Location"]


def test_a_large_export_has_one_preview_one_confirmation_and_one_job(large: str, world: World) -> None:
    client = world.client_of("coordinator")
    page = client.get(large).context["page"]
    assert (page.count, len(page.rows), page.may_be_imported) == (5, 2, True)
    labels = ["Del 1: 2 vurderinger", "Del 2: 2 vurderinger", "Del 3: 1 vurdering"]
    assert [portion.label for portion in page.portions] == labels
    assert [row.visit[-4:] for row in client.get(f"{large}?portion=3").context["page"].rows] == ["2023"]
    files = client.get(reverse("imports", args=[world.network.code])).context["files"]
    assert [file.upload.file_name for file in files] == ["reviews.jsonl"]
    client.post(large)
    assert Job.objects.waiting().count() == 1
    assert not Review.objects.exists()
    run_due()
    assert Review.objects.count() == 5
    assert "5 vurderinger er importert." in client.get(large).content.decode()
    imported_from = FinalRecord.objects.values_list("content__imported__file", flat=True)
    assert set(imported_from) == {"reviews.jsonl"}


def test_the_same_large_file_again_replaces_the_first(
    elsewhere: Callable[..., bytes], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_uploads, "MOST_ROWS", 2)
    data, client = elsewhere("export_lines", years(2019, 2023)), world.client_of("coordinator")
    for _time in range(2):
        upload(client, world, data, "reviews.jsonl")
    assert (Upload.objects.files().count(), Upload.objects.count()) == (1, 4)
    assert client.post(reverse("withdraw_import", args=[world.network.code, Upload.objects.files().get().code]))
    assert not Upload.objects.exists()


def test_a_fault_in_the_last_portion_stops_a_large_import_before_the_first(large: str, world: World) -> None:
    client = world.client_of("coordinator")
    client.post(large)
    planned = world.plan_review(visit_start=date(2023, 3, 1), visit_end=date(2023, 3, 1))
    run_due()
    assert list(Review.objects.all()) == [planned]
    text = client.get(large).content.decode()
    assert "Ble avvist" in text
    assert "1 feil i andre deler av filen" in text
    (fault,) = client.get(f"{large}?portion=3").context["page"].faults
    assert "allerede" in fault.sentence
    assert "allerede" in client.get(large.rstrip("/") + "/faults.csv?portion=3").content.decode()


def test_a_large_import_that_was_interrupted_goes_on_with_the_portions_that_are_left(large: str, world: World) -> None:
    client = world.client_of("coordinator")
    client.post(large)

    def fail_later(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("INSERT INTO reviews_finalrecord") and Review.objects.count() == 2:
            raise DatabaseError("away")
        return execute(sql, *rest)

    with connection.execute_wrapper(fail_later):
        run_due()
    assert Review.objects.count() == 2
    give_up([Job.objects.latest("pk").pk], by=world.admin)
    text = client.get(large).content.decode()
    assert "Stoppet: 2 av 5 vurderinger er importert." in text
    assert "Importer 3 vurderinger" in text
    with transaction.atomic():
        withdrawn = client.post(large + "withdraw/", follow=True).content.decode()
        assert "Vurderingene som allerede var importert, blir stående." in withdrawn
        assert (Review.objects.count(), Upload.objects.count()) == (2, 0)
        transaction.set_rollback(True)
    client.post(large)
    run_due()
    assert Review.objects.count() == 5
    assert not Review.being_imported.exists()
    call_command("verify_records", stdout=io.StringIO(), stderr=io.StringIO())


def test_a_review_that_comes_again_in_another_portion_is_a_fault_before_anything_is_imported(
    elsewhere: Callable[..., bytes], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_uploads, "MOST_ROWS", 2)
    lines = elsewhere("export_lines", years(2019, 2021)).splitlines()
    url = upload(world.client_of("coordinator"), world, b"\n".join([*lines, lines[0]]), "reviews.jsonl").headers[
        "Location"
    ]
    client = world.client_of("coordinator")
    assert client.get(url).context["page"].elsewhere == 1
    (fault,) = client.get(f"{url}?portion=2").context["page"].faults
    assert (fault.row, "rad 1" in fault.sentence) == ("4", True)
    client.post(url)
    run_due()
    assert not Review.objects.exists()


def test_a_name_that_comes_in_the_last_portion_only_is_asked_about_at_once(
    elsewhere: Callable[..., bytes], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_uploads, "MOST_ROWS", 2)

    def renamed(other: World) -> None:
        years(2019, 2020)(other)
        other.organisation.name = "IPS Oyvaer"
        other.organisation.save()
        years(2021, 2021)(other)

    client = world.client_of("coordinator")
    url = upload(client, world, elsewhere("export_lines", renamed), "reviews.jsonl").headers["Location"]
    (question,) = client.get(url).context["page"].questions
    client.post(url, {question.field: str(world.organisation.code)})
    run_due()
    assert Review.objects.of(world.organisation).count() == 3


def test_an_organisation_that_was_renamed_is_found_by_its_name_of_today(
    elsewhere: Callable[..., bytes], world: World
) -> None:
    def renamed(other: World) -> None:
        other.organisation.name = "IPS Gammelt navn"
        other.organisation.save()
        other.final_review(4)
        other.organisation.name = "IPS Øyvær"
        other.organisation.save()

    (review,) = imported(world, elsewhere("export_lines", renamed), "reviews.jsonl")
    assert review.organisation == world.organisation


# --- What is refused ------------------------------------------------------------


def sealed(line: dict[str, Any]) -> bytes:
    """Return a line of JSON with the fingerprint that fits it."""
    signed = {key: value for key, value in line.items() if key not in ("fingerprint", "valid", "current")}
    return json.dumps(line | {"fingerprint": digest(signed)}).encode()


@pytest.fixture
def line(elsewhere: Callable[..., bytes]) -> dict[str, Any]:
    return json.loads(elsewhere("export_lines", lambda other: other.final_review(4)).splitlines()[0])


@pytest.mark.parametrize("name", ["export_reviews", "export_items", "export_remarks"])
def test_a_table_of_an_export_is_refused_with_advice(elsewhere: Callable[..., bytes], world: World, name: str) -> None:
    for style in ("semicolon", "comma"):
        data = elsewhere(name, lambda other: other.final_review(4), f"?csv={style}")
        (reason,) = refusals(world.client_of("coordinator"), world, data, "items.csv")
        assert "JSON" in reason


def test_a_changed_line_is_refused(world: World, line: dict[str, Any]) -> None:
    line["items"][0]["evidence"] = "Noe annet"
    client = world.client_of("coordinator")
    (reason,) = refusals(client, world, json.dumps(line).encode(), "reviews.jsonl")
    assert "fingeravtrykk" in reason
    url = upload(client, world, sealed(line), "reviews.jsonl").headers["Location"]
    assert client.get(url).context["page"].may_be_imported


def test_reviews_by_a_scale_that_is_not_here_are_refused(world: World, line: dict[str, Any]) -> None:
    line["scale"]["slug"] = "ips-99"
    assert "ips-99" in refusals(world.client_of("coordinator"), world, sealed(line), "reviews.jsonl")[0]


def test_a_scale_of_the_same_name_with_other_words_is_refused(world: World, line: dict[str, Any]) -> None:
    line["scale"]["checksum"] = "0" * 64
    assert "ips-25-nb" in refusals(world.client_of("coordinator"), world, sealed(line), "reviews.jsonl")[0]


def test_names_that_no_export_has_are_counted_up_to_a_limit() -> None:
    summary = Summary()
    for review in range(3):
        summary.count_left(["signature", *(f"{review}.{number}" for number in range(1_000))])
    assert len(summary.left) == 1_000
    assert summary.left["signature"] == 3


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
MANY = 300_000


def made_of(replaced: dict[str, str], parts: int = 0) -> bytes:
    """Return a workbook like an export, with other texts for some of its parts and that many empty parts more."""
    names, relations = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "package/2006/relationships"
    sheets = [f'<sheet name="{name}" r:id="{name}"/>' for name in ("reviews", "items", "dictionary")]
    paths = [f'<Relationship Id="{name}" Target="{name}.xml"/>' for name in ("reviews", "items", "dictionary")]
    book, file = f'<workbook xmlns="{names}" xmlns:r="r"><sheets>{{}}</sheets></workbook>', io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        plain = {"xl/workbook.xml": book.format("".join([*sheets, replaced.get("sheets", "")]))}
        plain["xl/_rels/workbook.xml.rels"] = f'<R xmlns="{relations}">{"".join(paths)}</R>'
        plain |= {f"xl/{name}.xml": replaced.get(name, SHEET) for name in ("reviews", "items")}
        for name, text in plain.items():
            archive.writestr(name, text)
        for number in range(parts):
            archive.writestr(zipfile.ZipInfo(f"xl/{number}"), b"")
    return file.getvalue()


@pytest.mark.parametrize(
    ("replaced", "parts"),
    [
        ({"sheets": "<sheet/>" * MANY}, 0),
        ({}, 60_000),
        ({"reviews": SHEET + "<row/>" * MANY}, 0),
        ({"reviews": SHEET + "<a><row/></a>" * MANY}, 0),
        ({"reviews": SHEET + "<a>" * MANY}, 0),
    ],
    ids=["sheets", "parts", "rows", "rows within", "depth"],
)
def test_reading_a_workbook_of_a_thousand_times_its_size_takes_little_memory(
    replaced: dict[str, str], parts: int
) -> None:
    file = io.BytesIO(made_of(replaced, parts))
    tracemalloc.start()
    if is_own_export(file):
        with pytest.raises(UnreadableFile):
            list(read_own_export(file))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8_000_000


def test_a_sorted_workbook_is_refused(elsewhere: Callable[..., bytes], world: World) -> None:
    book = openpyxl.load_workbook(io.BytesIO(elsewhere("export_workbook", query="")))
    sheet = book["reviews"]
    first, second = ([cell.value for cell in sheet[row]] for row in (2, 3))
    for column, pair in enumerate(zip(first, second, strict=True), start=1):
        sheet.cell(2, column).value, sheet.cell(3, column).value = pair[::-1]
    out = io.BytesIO()
    book.save(out)
    assert "rekkefølge" in refusals(world.client_of("coordinator"), world, out.getvalue(), "reviews.xlsx")[0]


def test_a_workbook_that_a_spreadsheet_program_saved_again_is_read(
    elsewhere: Callable[..., bytes], world: World
) -> None:
    first, out = elsewhere("export_workbook"), io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(first)).save(out)
    review = imported(world, out.getvalue(), "reviews.xlsx")[-1]
    assert review.scores.get(item_number=1).evidence == HOSTILE


def test_a_text_with_an_identity_number_is_refused_and_not_kept(world: World, line: dict[str, Any]) -> None:
    line["items"][0]["evidence"] = "Født 01017012396? Nei: 15076500565"
    client = world.client_of("coordinator")
    sent = upload(client, world, sealed(line), "reviews.jsonl")
    (fault,) = client.get(sent.headers["Location"]).context["page"].faults
    assert fault.column == "note_1"
    assert "15076500565" not in json.dumps(list(Upload.objects.values_list("rows", flat=True)))


ODD = (None, True, -1, 99, 4.5, "", "x" * 6_000, [], [1], {}, {"a": 1}, "2026-13-40", "\0", [{}], "=1+1")


def paths(thing: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs = thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, list) else ()
    for key, value in pairs:
        yield (*path, key)
        yield from paths(value, (*path, key))


def test_a_line_with_odd_values_is_refused_or_has_a_preview(world: World, line: dict[str, Any]) -> None:
    """Every value of a line is replaced by others, with a fingerprint that fits: nothing of it is an error (500)."""
    client, chosen = world.client_of("coordinator"), random.Random(7)
    line["items"], rest = line["items"][:], line
    everywhere = [path for path in paths(rest) if path[0] != "items" or path[1:2] in ((), (3,), (16,))]
    line["items"][3]["observation"] = {"amount": "95", "caps": []}
    for path in everywhere:
        changed = json.loads(json.dumps(rest))
        inner = changed
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = chosen.choice(ODD)
        sent = upload(client, world, sealed(changed), "reviews.jsonl")
        assert client.get(sent.headers["Location"]).status_code == 200, path
        assert not Job.objects.unfinished().exists(), path


@pytest.mark.parametrize("data", [b"{", b"{}\n", b'{"review": 1}', b"{" * 100_000, b'{"a":' * 50_000])
def test_what_only_begins_like_an_export_is_refused(world: World, data: bytes) -> None:
    assert refusals(world.client_of("coordinator"), world, data, "reviews.jsonl")


# --- At the same time -------------------------------------------------------------


def at_the_same_moment(first: Job, second: Job) -> None:
    together([lambda: run(first), lambda: run(second)])


def the_second_between_portions_of_the_first(first: Job, second: Job) -> None:
    """Run the second job when two reviews of the first are final, outside its transactions."""
    waiting = [second]

    def run_the_other(execute: Any, sql: str, *rest: Any) -> Any:
        if waiting and not connection.in_atomic_block and "reviews_upload" in sql:
            job = waiting.pop()
            if Review.objects.filter(is_imported=True).count() == 2:
                run(job)
            else:
                waiting.append(job)
        return execute(sql, *rest)

    with connection.execute_wrapper(run_the_other):
        run(first)
    assert not waiting
    assert not Upload.objects.filter(refused_at__isnull=False).exists()  # the second waits, unchecked


@pytest.mark.django_db(transaction=True)
@pytest.mark.pdf
@pytest.mark.parametrize("run_both", [at_the_same_moment, the_second_between_portions_of_the_first])
def test_of_two_imports_of_the_same_originals_at_the_same_time_one_succeeds_and_the_other_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch, run_both: Callable[[Job, Job], None]
) -> None:
    """One is refused as a whole, although their portions hold the originals in different orders."""
    monkeypatch.setattr(own_uploads, "MOST_ROWS", 2)
    years(2019, 2023)(world)
    there = Network.objects.create(name="Annet fylke")
    Organisation.objects.create(network=there, name=world.organisation.name)
    Membership.objects.create(user=world.coordinator, network=there, role=Role.COORDINATOR)
    originals = list(Review.objects.values_list("code", flat=True))
    client, urls = world.client_of("coordinator"), []
    lines = export(world, "export_lines").splitlines(keepends=True)
    for name, data in (("first.jsonl", lines), ("second.jsonl", reversed(lines))):
        form = {"edition": world.scale.slug, "file": SimpleUploadedFile(name, b"".join(data))}
        urls.append(client.post(reverse("imports", args=[there.code]), form).headers["Location"])
    run_due()
    for url in urls:
        assert client.post(url).status_code == 302
    run_both(*(job for _file in urls if (job := claim_next("default"))))
    for _again in range(3):  # what has lost a race is tried again later
        Job.objects.filter(state=Job.State.WAITING).update(due_at=timezone.now())
        run_due()
    here = Review.objects.filter(organisation__network=there)
    assert set(here.values_list("code", flat=True)) == {code_here(there.code, str(code)) for code in originals}
    assert not Review.being_imported.exists()
    assert FinalRecord.objects.filter(review__in=here).count() == 5
    assert ItemScore.objects.filter(review__in=here).count() == 5 * 25
    first, second = sorted(Upload.objects.files(), key=lambda file: file.state)
    assert (first.state, second.state) == (Upload.State.DONE, Upload.State.REFUSED)
    assert not second.portions.filter(imported_at__isnull=False).exists()
    assert not Job.objects.unfinished().exists()
    call_command("verify_records", stdout=io.StringIO(), stderr=io.StringIO())
