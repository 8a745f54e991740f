"""Exports of reviews: what the files contain, what they do not contain, and the record of each export."""

import csv
import hashlib
import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode

import openpyxl
import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.exports import services
from reviews.exports.page import MOST_PARTS, offers, selection_summary
from reviews.exports.rows import CHUNK
from reviews.exports.selection import PART, Selection
from reviews.exports.zips import name_of
from reviews.models import AccessAction, AccessEvent, Export, Organisation, Remark, ReportText, Review
from reviews.records.chain import digest
from reviews.schedule.next_review import next_due
from reviews.schedule.services import set_due
from reviews.workflow import Kind
from tests.builders import World, fresh, many_finals, save
from tests.crowd import crowd

pytestmark = pytest.mark.django_db
FORMATS = ("export_sheets", "export_workbook", "export_reviews", "export_items", "export_remarks", "export_lines")
EVIL = '=HYPERLINK("http://x.example")<script>alert(1)</script>\'; DROP TABLE reviews_review; --'


@pytest.fixture
def coordinator(world: World) -> Client:
    return world.client_of("coordinator")


def url_of(world: World, name: str, query: str = "") -> str:
    return reverse(name, args=[world.network.code]) + query


def body(answer: HttpResponseBase) -> bytes:
    assert answer.status_code == 200, answer.content.decode()[:500]
    return b"".join(answer.streaming_content)


def take(world: World, name: str, query: str = "", **sent: str) -> bytes:
    return body(world.client_of("coordinator").post(url_of(world, name, query), sent))


def table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def archive(data: bytes) -> zipfile.ZipFile:
    opened = zipfile.ZipFile(io.BytesIO(data))
    assert opened.testzip() is None
    return opened


def contents(data: bytes) -> list[dict[str, str]]:
    return table(archive(data).read("contents.csv"))


def book(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def rows(sheet: Any) -> list[dict[str, Any]]:
    names, *lines = sheet.iter_rows(values_only=True)
    return [dict(zip(names, line, strict=True)) for line in lines]


@pytest.fixture
def signed_review(world: World) -> Review:
    """Return a final review with notes, a remark and a report, in which some texts look like formulas."""
    review = world.score_review(4)
    notes = {"evidence": EVIL, "recommendation": "Neste år:\n«én plan»\u2028ny linje", "sources": ["INT", "DOK"]}
    save(review, world.evaluator, {4: notes, 5: {"evidence": "-5 møter", "value": 3}})
    ReportText.objects.filter(review=review).update(summary="@sum", strengths="Godt team")
    Remark.objects.create(
        review=review, item_number=4, kind="fact", text="+47 nei", by=world.team_leader,
        answer="Rettet", answered_by=world.evaluator, answered_at=datetime(2026, 3, 15, 9, 30, tzinfo=UTC),
    )  # fmt: skip
    return signed(world, review)


def signed(world: World, review: Review) -> Review:
    world.hand_out(review)
    world.sign(review)
    return fresh(review)


# --- The archive of PDFs -------------------------------------------------------


def test_the_archive_holds_the_stored_pdfs_to_the_last_byte_after_a_list_of_them(world: World) -> None:
    review = world.final_review(4)
    data = take(world, "export_sheets")
    name = f"2026-03-10_ips-oeyvaer_independent_100_{str(review.code)[:8]}.pdf"
    assert archive(data).namelist() == ["contents.csv", name]
    stored = bytes(review.record.pdf)
    assert archive(data).read(name) == stored
    (line,) = contents(data)
    assert line["file"] == name
    assert line["pdf_sha256"] == hashlib.sha256(stored).hexdigest() == review.record.sha256
    assert (line["review"], line["organisation"], line["total"], line["valid"]) == (
        str(review.code), "IPS Øyvær", "100", "1",
    )  # fmt: skip


def test_the_length_is_declared_beforehand_and_correct(world: World, coordinator: Client) -> None:
    many_finals(world.final_review(4), 3)
    answer = coordinator.post(url_of(world, "export_sheets"))
    assert answer.streaming
    assert int(answer.headers["Content-Length"]) == len(body(answer))
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="nordfjella_')


def test_the_same_reviews_give_the_same_bytes_on_another_day(world: World) -> None:
    world.final_review(4)
    again = [name for name in FORMATS if name != "export_workbook"]
    with time_machine.travel(datetime(2026, 11, 1, 12, tzinfo=UTC), tick=False):
        first = {name: take(world, name) for name in again}
    with time_machine.travel(datetime(2026, 12, 1, 12, tzinfo=UTC), tick=False):
        assert {name: take(world, name) for name in again} == first
    world.organisation.name = "Et nytt navn"
    world.organisation.save()
    assert take(world, "export_sheets") == first["export_sheets"]


def test_files_in_the_archive_have_the_time_of_the_signature(world: World) -> None:
    review = world.draft_review(4)
    at = datetime(2026, 3, 20, 13, 5, 40, tzinfo=UTC)
    world.sign(review, at=at)
    assert {info.date_time for info in archive(take(world, "export_sheets")).infolist()} == {(2026, 3, 20, 14, 5, 40)}


def test_reviews_without_a_pdf_are_listed_as_having_none(world: World, coordinator: Client) -> None:
    (imported,) = many_finals(world.final_review(4), 1, pdf=b"")
    data = take(world, "export_sheets")
    assert len(archive(data).namelist()) == 2
    line = contents(data)[1]
    assert (line["review"], line["has_pdf"], line["file"], line["pdf_sha256"]) == (str(imported.code), "0", "", "")
    assert "1 importert vurdering har ingen PDF" in coordinator.get(url_of(world, "exports")).content.decode()


def test_pdfs_are_read_from_the_database_one_at_a_time(world: World, coordinator: Client) -> None:
    megabyte = b"%PDF" + bytes(1_000_000)
    many_finals(world.final_review(4), 20, pdf=megabyte)
    answer = coordinator.post(url_of(world, "export_sheets"))
    tracemalloc.start()
    with CaptureQueriesContext(connection) as asked:
        length = sum(len(piece) for piece in answer.streaming_content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert length > 20_000_000
    assert peak < 6_000_000
    assert len(asked.captured_queries) == 21


def test_many_score_sheets_come_in_numbered_parts_that_do_not_overlap(world: World, coordinator: Client) -> None:
    first = world.final_review(4)
    reviews = [first, *many_finals(first, PART + 4, pdf=b"%PDF-1.7")]
    summary = coordinator.get(url_of(world, "exports")).context["summary"]
    assert [(part.number, part.count) for part in summary.parts] == [("1", "200 vurderinger"), ("2", "5 vurderinger")]
    assert summary.parts[0].first == "10.03.2026, IPS Øyvær"
    taken = [
        line["review"]
        for part in summary.parts
        for line in contents(take(world, "export_sheets", part=part.number, seen=part.version))
    ]
    assert taken == [str(review.code) for review in reviews]
    assert list(Export.objects.values_list("reviews", "selection__part", "selection__parts")) == [
        (5, 2, 2),
        (200, 1, 2),
    ]
    assert "del 2 av 2" in coordinator.get(url_of(world, "exports")).content.decode()


def test_a_part_is_refused_if_the_reviews_differ_from_those_of_the_page(world: World, coordinator: Client) -> None:
    last = many_finals(world.final_review(4), PART, pdf=b"%PDF")[-1]
    seen = coordinator.get(url_of(world, "exports")).context["summary"].parts[1].version
    many_finals(last, 1, pdf=b"%PDF")
    answer = coordinator.post(url_of(world, "export_sheets"), {"part": "2", "seen": seen})
    assert answer.status_code == 409
    assert "Ingenting ble lastet ned" in answer.content.decode()
    assert not Export.objects.exists()


def test_of_many_parts_the_first_are_listed_and_the_page_says_how_to_reach_the_others(
    world: World, coordinator: Client
) -> None:
    crowd(
        world.network, world.scale, world.coordinator, organisations=50, reviews=MOST_PARTS * PART + 500, scored=False
    )
    page = coordinator.get(url_of(world, "exports"))
    assert len(page.context["summary"].parts) == MOST_PARTS
    assert page.context["summary"].left_out in page.content.decode()
    later = coordinator.get(url_of(world, "exports", "?since=2026-01-01")).context["summary"]
    assert (later.number > 0, later.left_out) == (True, "")


def test_more_reviews_than_a_file_holds_are_not_counted_and_not_offered(world: World) -> None:
    many_finals(world.final_review(4), 3)
    selection = Selection(world.network)
    assert selection_summary(selection, most=4).count == "4 vurderinger"
    summary = selection_summary(selection, most=3)
    assert summary.too_many.startswith("Over 3 vurderinger passer")
    assert offers(world.network, selection, summary) == ()


@pytest.mark.parametrize("part", ["0", "2", "-1", "x", "9" * 30, ""])
def test_a_part_that_does_not_exist_is_refused_in_words(world: World, coordinator: Client, part: str) -> None:
    world.final_review(4)
    answer = coordinator.post(url_of(world, "export_sheets"), {"part": part})
    assert answer.status_code == 422
    assert "Den delen finnes ikke" in answer.content.decode()


def test_file_names_are_plain_and_short_and_mark_superseded_reviews() -> None:
    name = name_of(
        visit=date(2026, 3, 10), organisation="Ålesund/Ørsta ../" + "æ" * 150, kind=Kind.GUIDED_SELF, total=88,
        code="12345678-aaaa", is_valid=False,
    )  # fmt: skip
    assert name.isascii()
    assert len(name) < 150
    assert name.startswith("2026-03-10_aalesundoersta-aeae")
    assert name.endswith("_guided-self_88_12345678_superseded.pdf")


# --- Tables and data ------------------------------------------------------------


def test_the_table_of_reviews_has_what_was_signed_and_what_is_due(world: World, signed_review: Review) -> None:
    (row,) = table(take(world, "export_reviews"))
    assert (row["review"], row["organisation"], row["kind"]) == (str(signed_review.code), "IPS Øyvær", "independent")
    assert (row["total"], row["mean"], row["band"]) == ("99", "3,96", signed_review.band)
    assert [row[f"section_{n}_sum"] for n in (1, 2, 3)] == ["12", "31", "56"]
    assert (row["item_4"], row["item_5"], row["item_25"]) == ("4", "3", "4")
    assert (row["evaluators"], row["evaluator_count"]) == ("Evaluator; Colleague", "2")
    assert (row["valid"], row["imported"], row["corrected_by"]) == ("1", "0", "")
    assert (row["summary"], row["strengths"]) == ("'@sum", "Godt team")
    assert row["next_due"] == next_due(signed_review).isoformat() == "2026-09-10"
    assert row["fingerprint"] == signed_review.record.fingerprint


def test_a_date_set_by_hand_is_the_due_date(world: World, signed_review: Review) -> None:
    set_due(
        review=signed_review,
        by=world.coordinator,
        seen=next_due(signed_review),
        on=date(2026, 12, 1),
        reason="Ny leder",
    )
    assert table(take(world, "export_reviews"))[0]["next_due"] == "2026-12-01"


def test_the_table_of_items_has_every_item_with_anchor_and_notes(world: World, signed_review: Review) -> None:
    lines = table(take(world, "export_items"))
    assert [line["item"] for line in lines] == [str(number) for number in range(1, 26)]
    item = signed_review.scale.by_number[4]
    line = lines[3]
    assert (line["title"], line["score"], line["anchor"]) == (item.sheet_title, "4", item.anchor(4))
    assert line["sources"] == "INT; DOK"
    assert line["evidence"] == "'" + EVIL.replace("; --", "; '--")
    assert line["recommendation"] == "Neste år:\n«én plan»\u2028ny linje"
    assert lines[4]["evidence"] == "'-5 møter"


@pytest.mark.parametrize(
    ("language", "query", "mean"),
    [("nb", "", "3,96"), ("sv", "", "3,96"), ("en", "", "3.96"), ("nb", "?csv=comma", "3.96"), ("en", "?csv=semicolon", "3,96")],
)  # fmt: skip
def test_the_signs_in_csv_are_those_of_the_reader_or_those_that_are_chosen(
    world: World, signed_review: Review, language: str, query: str, mean: str
) -> None:
    world.coordinator.language = language
    world.coordinator.save()
    separator = ";" if "," in mean else ","
    lines = take(world, "export_reviews", query).decode("utf-8-sig").splitlines()
    assert lines[0].split(separator)[:2] == ["review", "organisation_code"]
    assert f"{separator}{mean}{separator}" in lines[1]
    contents_csv = archive(take(world, "export_sheets", query)).read("contents.csv").decode("utf-8-sig")
    assert contents_csv.startswith(f"file{separator}has_pdf{separator}")


def test_the_page_has_the_readers_signs_chosen_and_stores_the_choice_with_the_export(world: World) -> None:
    world.final_review(4)
    page = world.client_of("coordinator").get(url_of(world, "exports"))
    assert page.context["form"]["csv"].value() == "semicolon"
    assert all("csv=semicolon" in offer.url for offer in page.context["offers"])
    take(world, "export_reviews", "?csv=comma")
    assert Export.objects.get().selection["csv"] == "comma"


def test_observations_are_in_the_language_of_the_scale(world: World) -> None:
    review = world.score_review(4)
    save(review, world.evaluator, {4: {"observation": {"amount": "95"}, "departure": "Ett team"}})
    signed(world, review)
    world.coordinator.language = "en"
    world.coordinator.save()
    line = table(take(world, "export_items", "?csv=semicolon"))[3]
    assert line["observed"] == "95 %"
    assert line["suggested"] == str(review.record.content["items"][3]["suggested"])
    assert line["departure"] == "Ett team"


def test_the_workbook_has_reviews_items_remarks_and_what_they_mean(world: World, signed_review: Review) -> None:
    opened = book(take(world, "export_workbook"))
    assert opened.sheetnames == ["reviews", "items", "remarks", "dictionary"]
    (review,) = rows(opened["reviews"])
    assert (review["total"], review["mean"], review["visit_start"]) == (99, 3.96, datetime(2026, 3, 10))  # noqa: DTZ001  Excel has no time zones
    assert review["summary"] == "@sum"
    items = rows(opened["items"])
    assert len(items) == 25
    assert items[3]["evidence"] == EVIL
    (remark,) = rows(opened["remarks"])
    assert (remark["item"], remark["remark"], remark["answer"]) == (4, "+47 nei", "Rettet")
    assert remark["answered_at"] == datetime(2026, 3, 15, 9, 30)  # noqa: DTZ001
    assert {line["sheet"] for line in rows(opened["dictionary"])} == set(opened.sheetnames)
    assert {sheet.freeze_panes for sheet in opened} == {"B2"}


def test_no_cell_of_the_workbook_is_a_formula_or_a_link(world: World, signed_review: Review) -> None:
    opened = book(take(world, "export_workbook"))
    cells = [cell for sheet in opened for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n", "d"}
    assert not [cell for cell in cells if cell.hyperlink]


def test_without_remarks_the_workbook_has_no_sheet_of_them(world: World) -> None:
    world.final_review(4)
    assert book(take(world, "export_workbook")).sheetnames == ["reviews", "items", "dictionary"]


def test_a_line_of_json_is_the_signed_record_with_its_fingerprint(world: World, signed_review: Review) -> None:
    data = take(world, "export_lines")
    (text,) = data.decode().splitlines()
    line = json.loads(text)
    assert line["fingerprint"] == signed_review.record.fingerprint
    assert line["items"][3]["recommendation"] == "Neste år:\n«én plan»\u2028ny linje"
    assert line["valid"] is True
    assert digest({key: line[key] for key in line.keys() - {"fingerprint", "valid", "current"}}) == line["fingerprint"]


def test_a_line_of_json_has_every_key_of_the_sheet_as_data(
    world: World, signed_review: Review, coordinator: Client
) -> None:
    sheet = coordinator.get(reverse("sheet_json", args=[signed_review.code])).json()
    line = json.loads(take(world, "export_lines"))
    assert sheet.keys() - {"imported"} <= line.keys()  # the current state, in addition to what was signed
    assert line["current"]["imported"] is sheet["imported"] is False
    assert line["items"] == sheet["items"]
    assert line["sections"] == sheet["sections"]


# --- Which reviews ---------------------------------------------------------------


def test_open_reviews_are_never_exported(world: World) -> None:
    world.plan_review(), world.score_review(4), world.draft_review(4), world.consensus_review(4, 3)
    final = world.final_review(4)
    for name in ("export_reviews", "export_lines"):
        assert str(final.code).encode() in take(world, name)
    assert [row["review"] for row in table(take(world, "export_reviews"))] == [str(final.code)]


def test_superseded_reviews_are_exported_only_on_request_and_are_marked(world: World) -> None:
    old = world.superseded_review()
    assert [row["valid"] for row in table(take(world, "export_reviews"))] == ["1"]
    first, second = table(take(world, "export_reviews", "?superseded=on"))
    assert (first["review"], first["status"], first["valid"]) == (str(old.code), "superseded", "0")
    assert (first["corrected_by"], first["next_due"], second["corrects"]) == (second["review"], "", first["review"])
    names = archive(take(world, "export_sheets", "?superseded=on")).namelist()
    assert [name.endswith("_superseded.pdf") for name in names] == [False, True, False]


def test_filters_narrow_the_reviews_down(world: World, coordinator: Client) -> None:
    peer = world.final_review(4, kind=Kind.PEER)
    sister = world.final_review(4, organisation=world.sister, visit_start=date(2025, 5, 1), visit_end=date(2025, 5, 2))
    chosen = {
        "": {peer, sister},
        "?kind=peer": {peer},
        f"?organisation={world.sister.code}": {sister},
        f"?organisation={world.sister.code}&organisation={world.organisation.code}": {peer, sister},
        "?since=2026-01-01": {peer},
        "?until=2025-05-01": {sister},
        f"?edition={world.scale.slug}": {peer, sister},
        "?kind=peer&until=2025-12-31": set(),
    }
    for query, reviews in chosen.items():
        selection = coordinator.get(url_of(world, "exports", query)).context["selection"]
        assert set(selection.reviews()) == reviews, query
        assert set(coordinator.get(selection.url).context["selection"].reviews()) == reviews, query


def test_organisations_are_found_by_a_part_of_their_name(world: World, coordinator: Client) -> None:
    there = world.final_review(4)
    world.final_review(4, organisation=world.sister)
    answer = coordinator.get(url_of(world, "exports", "?name=ØY"))
    assert list(answer.context["selection"].reviews()) == [there]
    assert list(coordinator.get(answer.context["selection"].url).context["selection"].reviews()) == [there]
    assert [row["review"] for row in table(take(world, "export_reviews", "?name=ØY"))] == [str(there.code)]
    assert "organisasjoner med «ØY» i navnet" in coordinator.get(url_of(world, "exports")).content.decode()


def test_ticked_organisations_count_and_the_search_text_does_not(world: World, coordinator: Client) -> None:
    world.final_review(4)
    sister = world.final_review(4, organisation=world.sister)
    answer = coordinator.get(url_of(world, "exports", f"?name=øyvær&organisation={world.sister.code}"))
    assert list(answer.context["selection"].reviews()) == [sister]
    assert answer.content.decode().count('name="organisation"') == 2


def test_few_of_many_organisations_are_listed_and_the_others_can_be_searched(world: World, coordinator: Client) -> None:
    Organisation.objects.bulk_create(Organisation(network=world.network, name=f"Enhet {n:03}") for n in range(200))
    page = coordinator.get(url_of(world, "exports")).content.decode()
    assert page.count('name="organisation"') == 50
    assert "152 til er ikke listet opp" in page
    last = Organisation.objects.get(name="Enhet 199")
    page = coordinator.get(url_of(world, "exports", f"?organisation={last.code}&name=enhet+10")).content.decode()
    assert [name in page for name in ("Enhet 199", "Enhet 109", "Enhet 110")] == [True, True, False]
    assert "er ikke listet opp" not in page


def test_the_longest_selection_fits_into_a_url(world: World, coordinator: Client) -> None:
    many = [Organisation(network=world.network, name=f"Enhet {n:03}") for n in range(51)]
    Organisation.objects.bulk_create(many)
    fields = {
        "name": "中" * 60,
        "kind": "guided_self",
        "since": "2020-01-01",
        "until": "2026-01-01",
        "superseded": "on",
    }
    chosen = urlencode(
        fields | {"edition": world.scale.slug, "organisation": [one.code for one in many[:50]]}, doseq=True
    )
    world.final_review(4)
    answer = coordinator.get(url_of(world, "exports", f"?{chosen}"))
    assert answer.status_code == 200
    assert len(f"POST {url_of(world, 'export_sheets', f'?{chosen}')} HTTP/1.1\r\n") < 4_094
    assert len(answer.context["selection"].url) < 4_000
    for name in ("exports", "export_reviews"):
        url = url_of(world, name, f"?{chosen}&organisation={many[50].code}")
        refused = coordinator.get(url) if name == "exports" else coordinator.post(url)
        assert refused.status_code == 422
        assert "Du kan krysse av høyst 50 organisasjoner" in refused.content.decode()
    assert not Export.objects.exists()


def test_the_page_names_the_kinds_that_would_be_mixed(world: World, coordinator: Client) -> None:
    many_finals(world.final_review(4), 2)
    world.final_review(3, kind=Kind.SELF, evaluators=[world.evaluator])
    summary = coordinator.get(url_of(world, "exports")).context["summary"]
    assert summary.count == "4 vurderinger"
    assert summary.kinds == ("uavhengig vurdering: 3", "egenvurdering: 1")


def test_reviews_of_other_networks_cannot_be_exported(world: World, coordinator: Client) -> None:
    world.final_review(4)
    answer = coordinator.get(url_of(world, "exports", f"?organisation={world.others.code}"))
    assert answer.status_code == 422
    assert answer.context["summary"] is None
    other = reverse("export_reviews", args=[world.others.network.code])
    assert coordinator.post(other).status_code == 404


@pytest.mark.parametrize("who", ["evaluator", "team_leader", "stranger", "admin"])
@pytest.mark.parametrize("name", FORMATS)
def test_only_the_networks_coordinator_can_export(world: World, who: str, name: str) -> None:
    world.final_review(4)
    assert world.client_of(who).post(url_of(world, name)).status_code == 404
    assert not Export.objects.exists()


@pytest.mark.parametrize("name", FORMATS)
def test_following_a_link_exports_nothing(world: World, coordinator: Client, name: str) -> None:
    world.final_review(4)
    assert coordinator.get(url_of(world, name)).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = coordinator.cookies
    assert strict.post(url_of(world, name)).status_code == 403
    assert not Export.objects.exists()


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_selection_is_refused_in_words_and_not_recorded(world: World, coordinator: Client, name: str) -> None:
    world.draft_review(4)
    answer = coordinator.post(url_of(world, name))
    assert answer.status_code == 422
    assert "Ingen endelig vurdering passer" in answer.content.decode()
    assert not Export.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        "?kind=x",
        "?since=i+går",
        "?since=2026-02-30",
        "?edition=x'--",
        "?organisation=x",
        f"?name={'x' * 61}",
        "?name=%00",
        "?since=2026-05-01&until=2026-04-01",
    ],
)
def test_an_invalid_filter_exports_nothing(world: World, coordinator: Client, query: str) -> None:
    world.final_review(4)
    assert coordinator.get(url_of(world, "exports", query)).status_code == 422
    assert coordinator.post(url_of(world, "export_reviews", query)).status_code == 422
    assert not Export.objects.exists()


def test_text_in_names_is_shown_as_text(world: World, coordinator: Client) -> None:
    world.sister.name = "<script>alert(1)</script>"
    world.sister.save()
    world.final_review(4, organisation=world.sister)
    take(world, "export_reviews", f"?organisation={world.sister.code}")
    page = coordinator.get(url_of(world, "exports")).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


# --- Records ---------------------------------------------------------------------


def test_each_export_is_recorded_with_its_filters_and_its_reviews(world: World, coordinator: Client) -> None:
    reviews = [(like := world.final_review(4)), *many_finals(like, 2)]
    take(world, "export_items", "?kind=independent&since=2026-01-01")
    export = Export.objects.get()
    assert (export.by, export.network, export.form, export.reviews) == (world.coordinator, world.network, "csv", 3)
    assert export.selection["table"] == "items"
    lines = AccessEvent.objects.filter(action=AccessAction.EXPORTED, page="exports", by=world.coordinator)
    assert set(lines.values_list("review", flat=True)) == {review.pk for review in reviews}
    (line,) = coordinator.get(url_of(world, "exports")).context["past"].exports
    assert (line.by, line.reviews) == ("Coordinator", "3")
    assert line.form == "kriterieskårer som tabell (CSV)"
    assert line.filters == "uavhengig vurdering · fra 01.01.2026"


def test_the_access_log_of_a_review_shows_the_export(world: World) -> None:
    review = world.final_review(4)
    take(world, "export_workbook")
    for who in ("coordinator", "team_leader"):
        page = world.client_of(who).get(reverse("access", args=[review.code])).content.decode()
        assert "et utvalg vurderinger der denne er med" in page


def test_an_export_is_recorded_before_the_first_byte_is_sent(world: World, coordinator: Client) -> None:
    world.final_review(4)
    coordinator.post(url_of(world, "export_reviews"))  # the response is not read
    assert Export.objects.count() == AccessEvent.objects.filter(page="exports").count() == 1


def test_a_record_of_an_export_cannot_be_changed(world: World) -> None:
    world.final_review(4)
    take(world, "export_reviews")
    with pytest.raises(DatabaseError), transaction.atomic():
        Export.objects.update(reviews=0)


def test_the_data_of_a_person_list_their_exports(world: World, coordinator: Client) -> None:
    world.final_review(4)
    take(world, "export_lines")
    (made,) = coordinator.get(reverse("account_data")).json()["exports_made"]
    assert (made["network__name"], made["form"], made["reviews"]) == ("Nordfjella", "jsonl", 1)


def test_past_exports_are_shown_a_page_at_a_time(world: World, coordinator: Client) -> None:
    for number in range(1, 53):
        selection = {"organisations": [], "kind": "", "edition": "", "since": "", "until": "", "superseded": False}
        Export.objects.create(
            by=world.coordinator, network=world.network, form="csv", selection=selection, reviews=number
        )
    past = coordinator.get(url_of(world, "exports")).context["past"]
    assert [line.reviews for line in past.exports] == [str(number) for number in range(52, 2, -1)]
    older = coordinator.get(url_of(world, "exports", f"?before={past.older}")).context["past"]
    assert ([line.reviews for line in older.exports], older.older) == (["2", "1"], "")
    assert coordinator.get(url_of(world, "exports", "?before=x")).status_code == 404


# --- Many reviews ------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["export_workbook", "export_reviews", "export_items", "export_remarks", "export_lines"]
)
def test_queries_grow_with_chunks_and_not_with_reviews(world: World, coordinator: Client, name: str) -> None:
    like = world.final_review(4)

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            body(coordinator.post(url_of(world, name)))
        return len(captured.captured_queries)

    asked()  # the process caches the scale
    one = asked()
    many_finals(like, CHUNK - 1, pdf=b"")
    assert asked() == one
    many_finals(like, CHUNK, pdf=b"")
    assert asked() == one + 1


def test_the_page_takes_as_many_queries_for_one_review_as_for_many(
    world: World, coordinator: Client, django_assert_max_num_queries: Callable
) -> None:
    like = world.final_review(4)
    take(world, "export_reviews", f"?organisation={world.organisation.code}&edition={world.scale.slug}")
    coordinator.get(url_of(world, "exports"))
    with CaptureQueriesContext(connection) as asked:
        coordinator.get(url_of(world, "exports"))
    few = len(asked.captured_queries)
    assert few <= 14
    many_finals(like, 150, pdf=b"")
    take(world, "export_reviews", f"?organisation={world.sister.code}&organisation={world.organisation.code}")
    with django_assert_max_num_queries(few):
        coordinator.get(url_of(world, "exports"))


@pytest.mark.parametrize(
    "name", ["export_workbook", "export_reviews", "export_items", "export_remarks", "export_lines"]
)
def test_tables_have_a_limit_so_that_no_worker_is_stopped_while_sending(
    world: World, coordinator: Client, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for form in (Export.Form.XLSX, Export.Form.CSV, Export.Form.JSONL):
        monkeypatch.setitem(services.MOST, form, 1)
    many_finals(world.final_review(4), 1, pdf=b"")
    answer = coordinator.post(url_of(world, name))
    assert answer.status_code == 422
    assert "høyst 1 vurderinger" in answer.content.decode()
    assert not Export.objects.exists()
