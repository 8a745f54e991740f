"""Filled-in score sheets as people keep them: one review in a file, its items down, its organisation and day above."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from reviews.imports.columns_page import columns_page
from reviews.imports.preview import preview_of
from reviews.imports.uploads import match_columns, store_upload
from reviews.models import Review, Upload
from reviews.queue.worker import run_due
from tests.builders import World
from tests.import_files import ITEMS, Row, csv_file, refusals, upload, xlsx_file

pytestmark = pytest.mark.django_db

LANGUAGES: dict[str, tuple[Sequence[str], Sequence[str], str]] = {
    "nb": (("Organisasjon:", "Dato:", "Evaluatorer:"), ("Nr.", "Kriterium", "Skåre (1–5)", "Kommentar"), "Totalskåre"),
    "nn": (("Verksemd", "Vurderingsdato", "Vurdert av"), ("Nr", "Kriterium", "Poeng", "Grunngjeving"), "Sum"),
    "sv": (("Verksamhet:", "Datum:", "Granskare:"), ("Nr", "Kriterium", "Poäng", "Kommentar"), "Summa"),
    "da": (("Virksomhed", "Dato", "Bedømt af"), ("Nr.", "Kriterium", "Score", "Kommentar"), "Samlet score"),
    "fi": (("Organisaatio:", "Päivämäärä:", "Arvioijat:"), ("Nro", "Kriteeri", "Pisteet", "Perustelut"), "Yhteensä"),
    "en": (("Agency", "Date of review", "Reviewers"), ("No.", "Item", "Rating", "Comments"), "Total score"),
}


def score_sheet(world: World, language: str = "nb", scores: Mapping[int, Any] | None = None) -> list[Row]:
    """Return the rows of a sheet with 4 for every item, or the `scores` of some."""
    (organisation, day, evaluators), head, total = LANGUAGES[language]
    rows: list[Row] = [
        ["IPS kvalitetsvurdering"],
        [organisation, "IPS Øyvær"],
        [day, "05.11.2024"],
        [evaluators, "Kari Nymoen; Per Berg"],
        [],
        head,
    ]
    for section in world.scale.scale.sections:
        rows.append([section.name])
        rows += [
            [item.number, item.sheet_title, (scores or {}).get(item.number, 4), f"Sett i {item.number} mapper"]
            for item in section.items
        ]
    return [*rows, [total, "", 100 if scores is None else ""], ["Kvalitetsnivå", "", "God"]]


def stored(world: World, rows: Sequence[Row], form: str = "xlsx") -> Upload:
    data = (xlsx_file if form == "xlsx" else csv_file)(*rows[1:], head=rows[0])
    return store_upload(
        network=world.network, by=world.coordinator, edition=world.scale, file_name=f"ark.{form}", data=data
    )


def confirmed(upload: Upload, world: World) -> Upload:
    """Store the columns that were recognised, as the page offers them."""
    match_columns(upload=upload, by=world.coordinator, columns=upload.rows["columns"])
    upload.refresh_from_db()
    return upload


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filled_in_score_sheet_is_one_review(world: World, language: str, form: str) -> None:
    page = preview_of(confirmed(stored(world, score_sheet(world, language), form), world), {"kind": "peer"})
    (row,) = page.rows
    assert (row.organisation, row.visit, row.kind) == ("IPS Øyvær", "5. november 2024", "kollegavurdering")
    assert (row.evaluators, row.total, row.notes) == ("Kari Nymoen, Per Berg", "100", "25")
    assert (page.faults, page.may_be_imported) == ((), True)


def test_a_score_sheet_is_imported_once_its_kind_is_chosen(world: World) -> None:
    client = world.client_of("coordinator")
    data = xlsx_file(*score_sheet(world)[1:], head=score_sheet(world)[0])
    location = upload(client, world, data, "ark.xlsx").headers["Location"]
    columns = client.get(location).headers["Location"]
    page = client.get(columns).context["page"]
    chosen = {each.kind_field: next(c.value for c in each.choices if c.is_chosen) for each in page.columns}
    chosen |= {each.item_field: each.item for each in page.columns}
    assert client.post(columns, chosen).headers["Location"] == location
    (question,) = client.get(location).context["page"].questions
    assert (question.field, client.post(location).status_code) == ("kind", 422)
    assert client.post(location, {"kind": "self"}).status_code == 302
    run_due()
    review = Review.objects.get()
    assert (review.kind, review.total, review.visit_start.isoformat()) == ("self", 100, "2024-11-05")
    assert review.scores.get(item_number=12).evidence == "Sett i 12 mapper"


def test_what_is_not_read_of_a_score_sheet_stands_in_the_preview(world: World) -> None:
    rows = [list(row) for row in score_sheet(world)]
    rows[5].append("Frist")
    rows[7].append("1. mars")
    rows[3] += ["", "Sted: Bodø"]
    page = preview_of(confirmed(stored(world, rows), world))
    assert [(each.place, each.beginning) for each in page.not_read] == [
        ("rad 7", "Ansatte"),
        ("rad 11", "Organisering"),
        ("rad 20", "Tjenester"),
        ("rad 36", "Kvalitetsnivå · God"),
        ("kolonne E", "Frist"),
        ("A1", "IPS kvalitetsvurdering"),
        ("D4", "Sted: Bodø"),
    ]


def test_a_fault_in_a_score_sheet_names_its_cell(world: World) -> None:
    page = preview_of(confirmed(stored(world, score_sheet(world, scores={3: 9, 4: ""})), world))
    assert [(fault.column, fault.place) for fault in page.faults] == [("item_3", "C10"), ("item_4", "C12")]


def test_label_and_value_may_share_a_cell_and_stand_side_by_side(world: World) -> None:
    rows = score_sheet(world)
    rows[1:4] = [["Organisasjon: IPS Øyvær", "", "Dato:", "05.11.2024"], ["Type vurdering: Egenvurdering"], ["x"]]
    rows.append(["Evaluatorer: Kari Nymoen"])
    (row,) = preview_of(confirmed(stored(world, rows), world)).rows
    assert (row.organisation, row.visit, row.kind) == ("IPS Øyvær", "5. november 2024", "egenvurdering")
    assert row.evaluators == "Kari Nymoen"


def test_an_organisation_and_a_day_without_labels_can_be_chosen(world: World) -> None:
    rows = [["IPS Øyvær 05.11.2024"], *score_sheet(world)[4:]]
    waiting = stored(world, rows)
    assert "første besøksdag" in columns_page(waiting).missing
    columns = waiting.rows["columns"] | {"A1": "organisation_and_start"}
    match_columns(upload=waiting, by=world.coordinator, columns=columns)
    waiting.refresh_from_db()
    (row,) = preview_of(waiting).rows
    assert (row.organisation, row.visit) == ("IPS Øyvær", "5. november 2024")


def test_numbers_that_begin_again_in_each_section_are_no_numbers_of_items(world: World) -> None:
    rows = [list(row) for row in score_sheet(world)]
    for item in world.scale.scale.items:
        (row,) = (row for row in rows if len(row) > 1 and row[1] == item.sheet_title)
        row[0] = item.section_number
        row[2] = item.number % 5 + 1
    rows[-2][2] = ""
    (review,) = preview_of(confirmed(stored(world, rows), world)).rows
    assert "".join(review.scores).replace(" ", "") == "2345123451234512345123451"


def test_an_item_whose_number_and_name_contradict_each_other_is_not_guessed(world: World) -> None:
    rows = [list(row) for row in score_sheet(world)]
    rows[7][0], rows[8][0] = rows[8][0], rows[7][0]
    waiting = stored(world, rows)
    assert "item_1" not in waiting.rows["columns"].values()
    assert "1: " in columns_page(waiting).missing


def test_a_label_of_a_section_sum_is_no_total(world: World) -> None:
    rows = score_sheet(world)
    rows.insert(10, ["Sum", "", 12])
    page = preview_of(confirmed(stored(world, rows), world))
    assert (page.faults, [each.beginning for each in page.not_read if each.place == "rad 11"]) == ((), ["Sum · 12"])


def test_the_next_score_sheet_of_the_same_form_needs_no_look_at_its_columns(world: World) -> None:
    confirmed(stored(world, score_sheet(world)), world)
    rows = [["En annen tittel"], *score_sheet(world, scores={1: 5})[1:]]
    assert stored(world, rows).rows["is_matched"]


@pytest.mark.parametrize("head", [("Organisasjon", "Dato", "Kriterium", "Skåre"), ("Agency", "Date", "Item", "Score")])
def test_a_file_with_an_item_a_row_is_refused_with_advice(world: World, head: Row) -> None:
    rows = [["IPS Øyvær", day, n, 4] for day in ("2023-03-10", "2024-03-10") for n in ITEMS]
    for data in (csv_file(*rows, head=head), xlsx_file(*rows, head=head)):
        (reason,) = refusals(world.client_of("coordinator"), world, data)
        assert "Each row of the file is one item" in reason or "Hver rad i filen er ett kriterium" in reason
