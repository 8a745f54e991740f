"""Files as people keep them: titles above, averages below, the reviews side by side, other names, other encodings."""

import io
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
import xlsxwriter
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment

from reviews.imports import views
from reviews.imports.columns_page import ColumnsPage
from reviews.imports.names import Names
from reviews.imports.preview import preview_of
from reviews.imports.reader import read
from reviews.imports.services import FaultyRows, import_reviews, queue_import
from reviews.imports.tables import Budget, UnreadableFile
from reviews.imports.uploads import check_upload, match_columns, store_upload
from reviews.models import ColumnMatching, Network, Organisation, Review, Upload
from reviews.queue.worker import run_due
from tests.builders import World
from tests.import_files import (
    HEAD,
    ITEMS,
    Row,
    csv_file,
    faults,
    preview,
    refusals,
    row_of,
    sheet,
    stored,
    upload,
    url_of,
    xlsx_file,
)

pytestmark = pytest.mark.django_db
TOTALLED = (*HEAD, "total")
SWEDISH = ("Verksamhet", "Startdatum", "Slutdatum", "Typ", "Granskare", *(f"Kriterium {n}" for n in ITEMS))
ENGLISH = ("Agency", "Date of Fidelity Review", "End", "Type of review", "Fidelity Reviewers", *(f"{n}. Item" for n in ITEMS))  # fmt: skip


@pytest.fixture
def client(world: World) -> Client:
    return world.client_of("coordinator")


# --- Titles above, averages below ---------------------------------------------------------------


def test_the_header_is_found_below_titles_and_what_is_no_review_is_shown(client: Client, world: World) -> None:
    rows = (["Vurderinger 2024"], [], HEAD, row_of(4), ["Snitt", *[""] * 4, *[4.5] * 25], [], ["Målt av to"])
    page = preview(client, world, sheet(*rows))
    assert ([row.number for row in page.rows], page.faults, page.may_be_imported) == (["4"], (), True)
    assert [(each.place, each.beginning) for each in page.not_read] == [
        ("rad 1", "Vurderinger 2024"),
        ("rad 5", "Snitt · 4.5 · 4.5"),
        ("rad 7", "Målt av to"),
    ]
    assert "rad 3" in page.notices[0]


def test_what_is_shown_as_no_review_is_not_imported(world: World) -> None:
    data = csv_file(row_of(4), ["Snitt", *[""] * 4, *[4] * 25], row_of(3, visit_start="2023-01-01", visit_end=""))
    assert import_reviews(upload=stored(world, data), by=world.coordinator) == 2


@pytest.mark.parametrize(
    "missing", [{"visit_start": ""}, {"organisation": "", "visit_start": ""}, {"visit_start": "x"}]
)
def test_a_review_that_lacks_its_day_is_a_fault_and_not_left_out(
    client: Client, world: World, missing: dict[str, str]
) -> None:
    page = preview(client, world, csv_file(row_of([9, *[4] * 24], **missing), row_of(4)), "gamle.csv")
    assert (len(page.rows), page.not_read) == (2, ())
    assert ("2", "visit_start") in [(fault.row, fault.column) for fault in page.faults]


def test_a_header_that_is_repeated_on_a_printed_page_is_left_out(client: Client, world: World) -> None:
    page = preview(client, world, csv_file(row_of(4), HEAD, row_of(4, visit_start="2023-01-01", visit_end="")))
    assert ([row.number for row in page.rows], page.not_read[0].place) == (["2", "4"], "rad 3")


def test_merged_titles_are_no_fault(client: Client, world: World) -> None:
    def merge(active: Any) -> None:
        for cells in ("A1:AF1", "F2:H2", "I2:P2", "A2:A3"):
            active.merge_cells(cells)

    groups = ["organisation", *[""] * 4, "Ansatte", "", "", "Organisering"]
    page = preview(client, world, sheet(["Kvalitetsvurderinger"], groups, ["", *HEAD[1:]], row_of(4), change=merge))
    assert (page.faults, page.rows[0].organisation) == ((), "IPS Øyvær")


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"'])
def test_a_line_that_names_the_separator_is_no_row(client: Client, world: World, line: str) -> None:
    data = f"{line}\r\n".encode("utf-8-sig") + csv_file(row_of([9, *[4] * 24]), encoding="utf-8")
    assert [fault[:2] for fault in faults(client, world, data)] == [("3", "item_1")]


# --- What a file lacks, and names that are not certain ------------------------------------------------


def test_the_kind_and_the_organisation_are_asked_once_if_the_file_has_none(client: Client, world: World) -> None:
    rows = [[*row_of(4, visit_start=f"{year}-01-01")[1:3], *row_of(4)[4:]] for year in (2022, 2023)]
    for row in rows:
        row[1] = ""
    waiting = stored(world, csv_file(*rows, head=[*HEAD[1:3], *HEAD[4:]]))
    page = client.get(url_of(waiting)).context["page"]
    assert ([question.field for question in page.questions], page.faults) == (["organisation", "kind"], ())
    assert client.post(url_of(waiting), {"kind": "nonsense", "organisation": "x"}).status_code == 422
    sent = {"kind": "peer", "organisation": str(world.organisation.code)}
    assert client.post(url_of(waiting), sent).status_code == 302
    run_due()
    assert {(each.kind, each.organisation) for each in Review.objects.all()} == {("peer", world.organisation)}


@pytest.mark.parametrize("name", ["IPS Oyvaer", "IPS Øyvær, Nordfjella HF", "IPS Øyver"])
def test_a_name_near_an_organisation_is_asked_about_and_never_taken_for_it(
    client: Client, world: World, name: str
) -> None:
    waiting = stored(world, csv_file(row_of(4, organisation=name)))
    page = client.get(url_of(waiting)).context["page"]
    assert (page.faults, page.rows[0].organisation_url, len(page.questions)) == ((), "", 1)
    assert f"«{name}»" in page.questions[0].label
    assert client.post(url_of(waiting)).status_code == 422
    elsewhere = Organisation.objects.create(network=Network.objects.get(name="Lyngheim"), name="IPS Oyvar")
    assert client.post(url_of(waiting), {page.questions[0].field: str(elsewhere.code)}).status_code == 422
    assert client.post(url_of(waiting), {page.questions[0].field: str(world.organisation.code)}).status_code == 302
    run_due()
    assert Review.objects.get().organisation == world.organisation


def test_a_name_that_is_near_none_is_a_fault(client: Client, world: World) -> None:
    assert [fault[1] for fault in faults(client, world, csv_file(row_of(4, organisation="Et annet sted")))] == [
        "organisation"
    ]


# --- Other names of columns -----------------------------------------------------------------------


@pytest.mark.parametrize("head", [SWEDISH, ENGLISH, [name.upper() for name in SWEDISH]])
def test_names_in_other_languages_are_matched_shown_confirmed_and_remembered(
    client: Client, world: World, head: Sequence[str]
) -> None:
    location = upload(client, world, csv_file(row_of(4), head=head), "a.csv").headers["Location"]
    columns = client.get(location).headers["Location"]
    page = client.get(columns)
    chosen = sent_by(page.context["page"])
    assert list(Upload.objects.get().rows["columns"].values()) == list(HEAD)
    assert client.post(columns, chosen).headers["Location"] == location
    assert client.get(location).context["page"].faults == ()
    again = upload(client, world, csv_file(row_of(3), head=head), "b.csv").headers["Location"]
    assert client.get(again).context["page"].rows[0].total == "75"


def test_a_matching_is_remembered_for_its_own_network_only(world: World) -> None:
    waiting = stored(world, csv_file(row_of(4), head=SWEDISH))
    match_columns(upload=waiting, by=world.coordinator, columns=waiting.rows["columns"])
    elsewhere = Network.objects.get(name="Lyngheim")
    given = {"by": world.coordinator, "edition": world.scale, "file_name": "x.csv"}
    other = store_upload(network=elsewhere, data=csv_file(row_of(4), head=SWEDISH), **given)
    assert (waiting.rows["is_matched"], other.rows["is_matched"]) == (False, False)
    assert stored(world, csv_file(row_of(4), head=SWEDISH), "b.csv").rows["is_matched"]
    assert "Verksamhet" not in str(list(ColumnMatching.objects.values_list()))


def test_what_is_not_certain_is_left_to_the_coordinator_who_cannot_choose_a_column_twice(
    client: Client, world: World
) -> None:
    head = [*HEAD[:5], *(f"item_{n}" for n in range(1, 24)), "item_23", "kommentar"]
    columns = url_of(stored(world, csv_file(row_of(4), head=head)), "import_columns")
    chosen = sent_by(client.get(columns).context["page"])
    unread = ["column:AB", "column:AC", "column:AD"]
    assert [name for name, value in chosen.items() if name.startswith("column:") and not value] == unread
    of_items = chosen | dict.fromkeys(unread, "item")
    answer = client.post(columns, of_items | {"item:AB": "23", "item:AC": "23", "item:AD": "25"})
    assert answer.status_code == 422
    assert len(answer.context["page"].errors) == 2
    assert client.post(columns, of_items | {"item:AB": "23", "item:AC": "24", "item:AD": "25"}).status_code == 302


@pytest.mark.parametrize("typed", ["", "26", "0", "tjuefire", "x" * 1_000])
def test_what_is_no_item_is_refused_with_its_place_and_what_was_typed(client: Client, world: World, typed: str) -> None:
    head = [*HEAD[:5], *(f"item_{n}" for n in range(1, 25)), "siste"]
    columns = url_of(stored(world, csv_file(row_of(4), head=head)), "import_columns")
    chosen = sent_by(client.get(columns).context["page"]) | {"column:AD": "item", "item:AD": typed}
    answer = client.post(columns, chosen)
    assert answer.status_code == 422
    assert "kolonne AD: Skriv nummeret på et kriterium, fra 1 til 25." in answer.context["page"].errors
    (wrong,) = [column for column in answer.context["page"].columns if column.is_wrong]
    assert (wrong.kind_field, wrong.item) == ("column:AD", typed[:200])
    assert client.post(columns, chosen | {"item:AD": " 025 Siste"}).status_code == 302


def test_the_page_of_a_wide_file_is_short(client: Client, world: World) -> None:
    numbers = range(1, 26)
    wide = [*HEAD[:5], *(f"{name}_{n}" for name in ("item", "note", "recommendation") for n in numbers), "merknad"]
    answer = client.get(url_of(stored(world, csv_file(row_of(4), head=wide)), "import_columns"))
    assert len(answer.context["page"].columns) == 81
    assert len(answer.content) < 100_000


def sent_by(page: ColumnsPage) -> dict[str, str]:
    """Return the fields of the form, as a browser sends them."""
    kinds = {each.kind_field: next(c.value for c in each.choices if c.is_chosen) for each in page.columns}
    return kinds | {each.item_field: each.item for each in page.columns}


def test_scores_without_known_names_are_matched_by_their_position(world: World) -> None:
    head = ["Enhet", "Dato", "Slutt", "Type", "Vurdert av", *(f"spørsmål om {chr(64 + n)}" for n in ITEMS)]
    assert list(stored(world, csv_file(row_of(4), head=head)).rows["columns"].values()) == list(HEAD)


def test_items_are_matched_by_the_titles_of_the_scale(world: World) -> None:
    titles = [item.title for item in world.scale.scale.items]
    sections = [f"{item.section_number}. {item.sheet_title}" for item in world.scale.scale.items]
    for name, head in (("a", titles), ("b", sections), ("c", [f"{n}. {t}" for n, t in enumerate(titles, start=1)])):
        upload = stored(world, csv_file(row_of(4), head=[*HEAD[:5], *head]), name)
        assert list(upload.rows["columns"].values()) == list(HEAD)


def test_a_file_is_not_imported_before_its_columns_are_confirmed(client: Client, world: World) -> None:
    waiting = stored(world, csv_file(row_of(4), head=SWEDISH))
    with pytest.raises(FaultyRows):
        queue_import(upload=waiting, by=world.coordinator)
    assert client.get(url_of(waiting)).status_code == 302


def test_columns_that_are_not_read_stand_in_the_preview(client: Client, world: World) -> None:
    waiting = stored(world, csv_file([*row_of(4), "noe", "uten navn"], head=[*HEAD, "Merknader"]))
    match_columns(upload=waiting, by=world.coordinator, columns=waiting.rows["columns"])
    page = client.get(url_of(waiting)).context["page"]
    assert [(each.place, each.beginning) for each in page.not_read] == [
        ("kolonne AE", "Merknader"),
        ("kolonne AF", "uten navn"),
    ]


def test_columns_cannot_be_changed_while_the_import_waits(client: Client, world: World) -> None:
    waiting = stored(world, csv_file(row_of(4)))
    queue_import(upload=waiting, by=world.coordinator)
    assert client.get(url_of(waiting, "import_columns")).status_code == 409


def test_national_identity_numbers_in_titles_and_above_them_are_not_kept(client: Client, world: World) -> None:
    number = "01019010046"
    waiting = stored(world, csv_file(HEAD, [*row_of(4), "x"], head=[f"for {number}"]))
    other = stored(world, csv_file([*row_of(4), "x"], head=[*HEAD, f"om {number}"]), "b.csv")
    assert number not in str(waiting.rows) + str(other.rows)
    assert number not in client.get(url_of(other, "import_columns")).content.decode()


# --- Reviews side by side -------------------------------------------------------------------------


def side_by_side(world: World, *reviews: tuple[str, Sequence[int]]) -> list[Row]:
    """Return the rows of a score sheet: items down, reviews across, section by section."""
    rows: list[Row] = [["Kriterium", *(name for name, _scores in reviews)]]
    for section in world.scale.scale.sections:
        rows.append([section.name])
        rows += [
            [f"{item.number}. {item.sheet_title}", *(scores[item.number - 1] for _name, scores in reviews)]
            for item in section.items
        ]
    return [*rows, ["Totalskåre", *(sum(scores) for _name, scores in reviews)]]


def test_items_down_and_reviews_across_are_turned(client: Client, world: World) -> None:
    rows = side_by_side(world, ("IPS Øyvær 05.11.2024", [4] * 25), ("IPS Granlia 12.11.2024", [*range(1, 6)] * 5))
    waiting = stored(world, sheet(*rows))
    page = client.get(url_of(waiting, "import_columns")).context["page"]
    assert page.is_turned
    assert client.post(url_of(waiting, "import_columns"), sent_by(page)).status_code == 302
    page = client.get(url_of(waiting)).context["page"]
    assert [(row.number, row.organisation, row.visit, row.total) for row in page.rows] == [
        ("B", "IPS Øyvær", "5. november 2024", "100"),
        ("C", "IPS Granlia", "12. november 2024", "75"),
    ]
    assert ([question.field for question in page.questions], page.faults) == (["kind"], ())
    assert client.post(url_of(waiting), {"kind": "independent"}).status_code == 302
    run_due()
    assert set(Review.objects.values_list("total", flat=True)) == {100, 75}


# --- As services in the Nordic countries write ------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "item", "total"),
    [
        (("Virksomhed", "Startdato", "Slutdato", "Type", "Bedømt af"), "Kriterium {}", "Samlet score"),
        (("Organisaatio", "Päivämäärä", "Päättymispäivä", "Tyyppi", "Arvioijat"), "Kriteeri {}", "Yhteensä"),
        (("Verksemd", "Fyrste dag", "Siste dag", "Slag vurdering", "Vurdert av"), "K{:02}", "Sum"),
        (("Verksamhet", "Datum", "Slutdatum", "Typ", "Granskare"), "Fråga {}", "Summa"),
    ],
)
def test_titles_of_neighbouring_languages_are_matched(
    world: World, first: Sequence[str], item: str, total: str
) -> None:
    head = [*first, *(item.format(n) for n in ITEMS), total]
    waiting = stored(world, csv_file([*row_of(4), 100], head=head))
    assert sorted(waiting.rows["columns"].values()) == sorted([*HEAD, "total"])


def test_a_header_of_two_rows_is_read_as_one(world: World) -> None:
    upper, lower = ["Enhet", "Dato", "Skåre", *[""] * 24, "Kommentar"], ["", "", *ITEMS, ""]
    waiting = stored(world, sheet(upper, lower, ["IPS Øyvær", "2024-11-05", *[4] * 25, "Fint"]))
    titles, matched_as = dict(waiting.rows["titles"]), waiting.rows["columns"]
    assert (matched_as["A"], matched_as["B"], titles["AB"]) == ("organisation", "visit_start", "Kommentar")


def test_names_above_reviews_that_stand_side_by_side_are_organisations(world: World) -> None:
    items = ([f"{n}. Et kriterium", 4, 3] for n in ITEMS)
    waiting = stored(world, sheet(["", "IPS Øyvær", "IPS Granlia"], ["Dato", "2024-11-05", "2024-11-06"], *items))
    assert waiting.rows["columns"]["1"] == "organisation"


@pytest.mark.parametrize("text", ["Ola Ås og Kari Li", "Ola Ås & Kari Li", "Ola Ås / Kari Li", "Ola Ås och Kari Li"])
def test_two_evaluators_in_a_cell_are_two_people(world: World, text: str) -> None:
    checked = check_upload(stored(world, csv_file(row_of(4, evaluators=text))), world.scale, {})
    assert checked.rows[0].evaluators == ("Ola Ås", "Kari Li")


@pytest.mark.parametrize("start", [b"<html>", b"\xef\xbb\xbf<table>", b"<?xml version='1.0'?>", b"\r\n<!DOCTYPE html>"])
def test_a_web_page_that_another_program_calls_a_workbook_is_refused_with_advice(
    client: Client, world: World, start: bytes
) -> None:
    assert "lagre den på nytt som XLSX" in refusals(client, world, start + b"<tr><td>1</td></tr>", "gamle.xls")[0]


# --- Nothing is dropped without a word ----------------------------------------------------------------


def test_hidden_parts_comments_formulas_and_other_sheets_stand_in_the_preview(client: Client, world: World) -> None:
    def hide(active: Any) -> None:
        active.row_dimensions[3].hidden = True
        active.column_dimensions["E"].hidden = True
        active["F2"].comment = Comment("usikker", "KN")
        active["G3"].comment = Comment("Per Berg 15076500565", "KN")
        active.parent.create_sheet("Eldre")
        active.parent.create_sheet("Skjult").sheet_state = "hidden"

    page = preview(client, world, sheet(HEAD, row_of(4), row_of(4, visit_start="2023-01-01"), change=hide))
    words = " ".join(page.notices)
    for told in ("Eldre, Skjult", ": 3.", ": E."):
        assert told in words
    assert len(page.rows) == 2
    assert [(each.place, each.beginning) for each in page.not_read] == [
        ("kommentar til F2", "usikker"),
        ("kommentar til G3", "tekst med fødselsnummer"),
    ]
    assert "15076500565" not in str(Upload.objects.get().rows)


def test_only_the_first_of_very_many_comments_are_shown_and_all_are_counted(client: Client, world: World) -> None:
    def comment_on_all(active: Any) -> None:
        for row in range(2, 24):
            for cell in active[row]:
                cell.comment = Comment("Lang kommentar " * 40, "KN")

    days = [f"20{10 + n}-01-01" for n in range(22)]
    page = preview(client, world, sheet(HEAD, *(row_of(4, visit_start=day) for day in days), change=comment_on_all))
    assert "Av 660 kommentarer til celler vises de første 500 nedenfor." in page.notices
    comments = [each for each in page.not_read if each.place.startswith("kommentar")]
    assert (len(comments), max(len(each.beginning) for each in comments)) == (500, 301)


def test_a_fault_names_the_cell_and_the_title_that_the_file_has(client: Client, world: World) -> None:
    head = ["Virksomhet", "Dato", *(f"Poeng {n}" for n in ITEMS), "Type"]
    waiting = stored(world, sheet(head, ["IPS Øyvær", "2024-13-45", 4, 9, *[""] * 3, *[4] * 20, "egen"]))
    match_columns(upload=waiting, by=world.coordinator, columns=waiting.rows["columns"])
    page = client.get(url_of(waiting))
    places = {fault.column.partition(",")[0]: fault.place for fault in page.context["page"].faults}
    assert places == {
        "visit_start": "B2, kolonne «Dato»",
        "item_2": "D2, kolonne «Poeng 2»",
        "item_3": "E2, F2, G2",
        "kind": "AB2, kolonne «Type»",
    }
    assert "D2, kolonne «Poeng 2»" in page.content.decode()
    listed = client.get(url_of(waiting, "import_faults")).content.decode()
    assert "2;item_2;D2, kolonne «Poeng 2»;" in listed


def test_a_fault_in_a_sheet_with_the_reviews_side_by_side_names_its_cell(client: Client, world: World) -> None:
    rows = list(zip(HEAD, row_of(4), row_of(4, item_12=6, visit_start="2023-01-01"), strict=True))
    (fault,) = preview(client, world, sheet(*rows)).faults
    assert (fault.row, fault.place) == ("C", "C17, rad «item_12»")


@pytest.mark.parametrize(("value", "told"), [(100, []), (99, ["total"])])
def test_the_stored_value_of_a_formula_is_read_and_compared(
    client: Client, world: World, value: int, told: list[str]
) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        active = book.add_worksheet()
        active.write_row(0, 0, TOTALLED)
        active.write_row(1, 0, row_of(4))
        active.write_formula(1, 30, "=SUM(F2:AD2)", value=value)
    page = preview(client, world, out.getvalue())
    assert [fault.column for fault in page.faults] == told
    assert "1" in page.notices[0]


def test_a_formula_without_a_stored_value_is_refused_with_advice(client: Client, world: World) -> None:
    found = faults(client, world, sheet(TOTALLED, [*row_of(4), "=SUM(F2:AD2)"]))
    assert [fault[:2] for fault in found] == [("2", "total")]


def test_rows_that_are_only_formatted_do_not_count(client: Client, world: World) -> None:
    def colour(active: Any) -> None:
        for number in range(3, 30_000):
            active.row_dimensions[number].height = 20
        active.cell(1_048_576, 3).number_format = "0.0"

    assert preview(client, world, sheet(HEAD, row_of(4), change=colour)).may_be_imported


# --- Any layout reads as the same rows -----------------------------------------------------------------


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_table_reads_as_the_same_reviews_however_it_is_laid_out(world: World, data: st.DataObject) -> None:
    scores = data.draw(st.lists(st.lists(st.integers(1, 5), min_size=25, max_size=25), min_size=1, max_size=3))
    days = [f"{year}-03-10" for year in range(2020, 2020 + len(scores))]
    rows: list[Row] = [row_of(values, visit_start=day, visit_end="") for values, day in zip(scores, days, strict=True)]
    head: Row = data.draw(st.sampled_from([HEAD, SWEDISH, ENGLISH]))
    order = data.draw(st.permutations(range(len(head))))
    table = [[row[place] for place in order] for row in (head, *rows)]
    left, above = data.draw(st.integers(0, 3)), data.draw(st.integers(0, 3))
    table = [[""] * left + row for row in table]
    if data.draw(st.booleans()):
        table = [list(column) for column in zip(*table, strict=True)]
    table = [[f"Tittel {number}"] for number in range(above)] + table
    if data.draw(st.booleans()):
        content = sheet(*table)
    else:
        encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "mac_roman", "utf-16", "utf-16-le"]))
        delimiter = data.draw(st.sampled_from([";", ",", "\t"]))
        content = csv_file(*table[1:], head=table[0], delimiter=delimiter, encoding=encoding)
    checked = check_upload(stored(world, content), world.scale, {})
    found = [(str(row.visit_start), list(row.scores.values()), row.kind, row.name) for row in checked.rows]
    assert found == [(day, values, "independent", "IPS Øyvær") for values, day in zip(scores, days, strict=True)]


@pytest.mark.parametrize("column", ["organisation", "kind", "evaluators", "visit_start", "item_1"])
def test_signs_that_stand_for_many_cost_little_time(world: World, column: str) -> None:
    many = "\ufdfa" * 32_000  # each is 18 characters once it is normalised
    begun = time.process_time()
    waiting = stored(world, csv_file(row_of(4, **{column: many}), *[row_of(4) for _ in range(5)]))
    checked = check_upload(waiting, world.scale, {})
    assert time.process_time() - begun < 2  # seconds
    assert checked.rows[0].faults[0].column == column


def test_titles_of_signs_that_stand_for_many_cost_little_time(world: World) -> None:
    begun = time.process_time()
    stored(world, csv_file([*row_of(4), *["x"] * 20], head=[*HEAD, *("\ufdfa" * 11_000 for _ in range(20))]))
    assert time.process_time() - begun < 3  # seconds


def test_a_cell_longer_than_any_note_is_refused_with_its_row(client: Client, world: World) -> None:
    assert "2" in refusals(client, world, csv_file(row_of(4, organisation="x" * 140_000)))[0]


def test_reading_stops_when_its_time_is_used_up(world: World) -> None:
    for data in (csv_file(row_of(4)), xlsx_file(row_of(4))):
        with pytest.raises(UnreadableFile) as stopped:
            read(data, Names(world.scale.scale), Budget(seconds=0))
        assert [fault.code for fault in stopped.value.faults] == ["takes_too_long"]


def test_checking_and_showing_a_file_have_the_time_of_one_request(world: World) -> None:
    """The worker, which hinders nobody, has no limit."""
    waiting = stored(world, csv_file(row_of(4)))
    used_up = Budget(seconds=0)
    with pytest.raises(UnreadableFile, match="takes_too_long"):
        check_upload(waiting, world.scale, {}, used_up)
    with pytest.raises(UnreadableFile, match="takes_too_long"):
        preview_of(waiting, budget=used_up)
    with pytest.raises(UnreadableFile, match="takes_too_long"):
        queue_import(upload=waiting, by=world.coordinator, budget=used_up)
    with pytest.raises(UnreadableFile, match="takes_too_long"):
        Names(world.scale.scale, used_up).column("Virksomhet")
    assert check_upload(waiting, world.scale, {}).may_be_imported


def test_a_page_that_takes_too_long_says_so_and_keeps_the_file(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = stored(world, csv_file(row_of(9)))
    monkeypatch.setattr(views, "Budget", partial(Budget, seconds=0))
    for answer in (client.get(url_of(waiting)), client.post(url_of(waiting))):
        assert answer.status_code == 422
        assert "tok for lang tid" in answer.content.decode()
    assert Upload.objects.filter(pk=waiting.pk).exists()


def test_names_that_are_near_many_others_cost_little_time(world: World) -> None:
    names = [f"IPS-team nummer {number:04} i Nordfjella" for number in range(1_500)]
    Organisation.objects.bulk_create(Organisation(network=world.network, name=name) for name in names)
    rows = [row_of(4, organisation=f"IPS-team numer {number:04} i Nordfjela") for number in range(60)]
    waiting = stored(world, csv_file(*rows))
    begun = time.process_time()
    with suppress(UnreadableFile):
        check_upload(waiting, world.scale, {}, Budget(seconds=1))
    assert time.process_time() - begun < 3  # seconds
