"""A network's year as a Word file: what it contains, what it leaves out, and the record of its export."""

import io
import zipfile
from datetime import date
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import docx
import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx.document import Document
from docx.oxml.ns import qn

from reviews.actionplan.services import ActionFields, add_action
from reviews.exports import services
from reviews.models import AccessAction, AccessEvent, Export, Organisation, Review
from reviews.overview.joining import join
from reviews.reports.year import year_report
from reviews.workflow import Kind
from scales.loading import load
from tests.builders import World, corrected, many_finals
from tests.scales.pocket import pocket_scale

pytestmark = pytest.mark.django_db
EVIL = '=HYPERLINK("http://x.example")<w:p>&amp;\x07'


@pytest.fixture
def coordinator(world: World) -> Client:
    return world.client_of("coordinator")


def post(client: Client, world: World, year: str = "2026") -> HttpResponse:
    return client.post(reverse("year", args=[world.network.code]), {"year": year})


def opened(answer: HttpResponse) -> Document:
    assert answer.status_code == 200, answer.content.decode()[:500]
    return docx.Document(io.BytesIO(answer.content))


def tables(document: Document) -> dict[str, list[list[str]]]:
    """Return the cells of each table by its caption, which is the paragraph before it."""
    captions = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Caption"]
    cells = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    return dict(zip(captions, cells, strict=True))


def text_of(document: Document) -> str:
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def visit(year: int, month: int = 3) -> dict[str, Any]:
    return {"visit_start": date(year, month, 1), "visit_end": date(year, month, 1)}


def several(world: World, count: int = 5, **fields: Any) -> list[Review]:
    """Return final reviews of new organisations: the first gives every item 1, the second 2, and so on."""
    return [
        world.final_review(
            score, organisation=Organisation.objects.create(network=world.network, name=f"IPS {score}"), **fields
        )
        for score in range(1, count + 1)
    ]


def test_the_reviews_of_the_year_are_listed_with_the_change_since_the_last(world: World, coordinator: Client) -> None:
    world.final_review(3, **visit(2024))
    world.final_review(4, **visit(2026))
    world.final_review(2, kind=Kind.PEER, **visit(2026, 5))
    found = tables(opened(post(coordinator, world)))["Vurderingene i året, ordnet etter besøk"]
    assert found == [
        ["Organisasjon", "Besøk", "Type", "Totalskåre", "Kvalitetsnivå", "Endring"],
        ["IPS Øyvær", "01.03.2026", "uavhengig vurdering", "100", "god kvalitet", "+25"],
        ["IPS Øyvær", "01.05.2026", "kollegavurdering", "50", "ikke IPS", "–"],
    ]


def test_only_valid_reviews_of_the_year_and_the_network_count(world: World, coordinator: Client) -> None:
    old = world.final_review(3, **visit(2026))
    new = corrected(old, world)
    world.final_review(4, **visit(2025, 12))
    world.draft_review(4, **visit(2026))
    world.final_review(5, organisation=world.others, evaluators=[world.stranger], by=world.stranger, **visit(2026))
    found = tables(opened(post(coordinator, world)))["Vurderingene i året, ordnet etter besøk"]
    assert [row[3] for row in found[1:]] == [str(new.total)]


def test_bands_and_medians_are_those_of_the_last_review_of_each_organisation(world: World, coordinator: Client) -> None:
    several(world, **visit(2026))
    again = Organisation.objects.get(name="IPS 1")
    world.final_review(4, organisation=again, **visit(2026, 6))
    document = opened(post(coordinator, world))
    found = tables(document)
    assert found["Kvalitetsnivåer"][1:] == [
        ["svært god kvalitet", "1"],
        ["god kvalitet", "2"],
        ["tilfredsstillende kvalitet", "1"],
        ["ikke IPS", "1"],
    ]
    assert found["Medianer for delene"][1] == ["Ansatte", "12", "15"]
    assert found["Medianer for kriteriene"][1][1:] == ["4", "5"]
    assert len(found["Medianer for kriteriene"]) == 26
    assert "5 organisasjoner, median for totalskårene: 100" in text_of(document)


def test_medians_of_few_organisations_are_withheld(world: World, coordinator: Client) -> None:
    several(world, 4, **visit(2026))
    document = opened(post(coordinator, world))
    assert "Medianer for kriteriene" not in tables(document)
    assert "For få vurderinger til medianer: Det er 4 organisasjoner, og medianer vises fra og med 5." in text_of(
        document
    )


def test_kinds_have_results_of_their_own(world: World) -> None:
    reviews = [*several(world, **visit(2026)), world.final_review(1, kind=Kind.PEER, **visit(2026))]
    results = year_report(world.network, 2026, [review.pk for review in reviews]).results
    assert [(each.kind, each.organisations, each.median, bool(each.withheld)) for each in results] == [
        ("uavhengig vurdering", "5", "75", False),
        ("kollegavurdering", "1", "", True),
    ]


def test_an_organisation_that_was_joined_counts_once_under_its_new_name(world: World) -> None:
    twin = Organisation.objects.create(network=world.network, name="Øyvær IPS")
    first = world.final_review(3, organisation=twin, **visit(2026, 2))
    second = world.final_review(4, **visit(2026, 8))
    join(organisation=twin, to=world.organisation, by=world.coordinator)
    report = year_report(world.network, 2026, [first.pk, second.pk])
    assert (report.reviewed, report.organisations) == ("1", "2")
    assert [(row.organisation, row.change) for row in report.reviews] == [("IPS Øyvær", ""), ("IPS Øyvær", "+25")]
    assert [each.organisations for each in report.results] == ["1"]


def test_training_due_dates_and_open_actions_are_those_of_today(world: World, coordinator: Client) -> None:
    final = world.final_review(4, **visit(2026))
    several(world, **visit(2026, 4))
    for due in (date(2026, 4, 1), date(2027, 9, 1)):
        fields = ActionFields("Et møte til med Kari", "Teamleder", due)
        add_action(review=final, by=world.team_leader, code=uuid4(), item_number=4, fields=fields)
    with time_machine.travel("2026-11-29 12:00Z"):
        document = opened(post(coordinator, world))
    found = tables(document)
    assert ["IPS Øyvær", "01.03.2027", "100"] in found["Neste vurderinger, slik det ser ut i dag"]
    assert found["Neste vurderinger, slik det ser ut i dag"][1][1].startswith("over fristen siden")
    assert found["Åpne tiltak i handlingsplanene, slik de er i dag"][1:] == [["IPS Øyvær", "2", "1"]]
    assert found["Øv med tjenestene"][1][1:] == ["3,5", "6"]
    assert "For få vurderinger: Det er 0, og kriterier nevnes fra og med 10." in text_of(document)
    assert "IPS Granlia" in text_of(document)  # without a final review


def test_neither_evaluators_nor_free_texts_are_in_the_file(world: World, coordinator: Client) -> None:
    final = world.final_review(4, **visit(2026))
    fields = ActionFields("Et møte til med Kari", "Teamleder")
    add_action(review=final, by=world.team_leader, code=uuid4(), item_number=4, fields=fields)
    answer = post(coordinator, world)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        everything = b"".join(file.read(name) for name in file.namelist()).decode(errors="replace")
    names = (world.evaluator.name, world.colleague.name, world.coordinator.name, "Kari")
    assert [name for name in names if name in everything] == []


@pytest.mark.parametrize(
    ("language", "title", "tag"),
    [("nb", "Nettverkets år", "nb-NO"), ("sv", "Nätverkets år", "sv-SE"), ("en", "The network’s year", "en-GB")],
)
def test_the_file_is_in_the_language_of_the_reader(world: World, language: str, title: str, tag: str) -> None:
    world.final_review(4, **visit(2026))
    world.coordinator.language = language
    world.coordinator.save()
    answer = post(world.client_of("coordinator"), world)
    document = opened(answer)
    assert document.paragraphs[0].text == title
    assert document.core_properties.language == tag
    assert title.split(maxsplit=1)[1] in unquote(answer.headers["Content-Disposition"])


def test_the_words_of_each_scale_are_marked_with_its_language(world: World, coordinator: Client) -> None:
    world.final_review(4, **visit(2026))
    pocket: Any = load(pocket_scale())[0]
    world.final_review(4, edition=pocket, **visit(2026, 5))
    document = opened(post(coordinator, world))
    marked = {(run.text, tag) for run in document.element.iter(qn("w:r")) for tag in run.xpath("w:rPr/w:lang/@w:val")}
    assert {("god kvalitet", "nb-NO"), ("fine", "en-GB")} <= marked


def test_every_table_has_a_header_row_and_headings_are_styles(world: World, coordinator: Client) -> None:
    several(world, **visit(2026))
    document = opened(post(coordinator, world))
    for table in document.tables:
        assert table.rows[0]._tr.trPr.xpath("w:tblHeader")
    headings = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Heading 1"]
    assert headings == [
        "Kort fortalt",
        "Vurderinger",
        "Resultater",
        "Hva det bør øves på",
        "Vurderinger som skal gjøres innen utgangen av 2027",
        "Åpne tiltak",
    ]


def test_names_are_text_and_never_markup_or_a_formula(world: World, coordinator: Client) -> None:
    Organisation.objects.filter(pk=world.organisation.pk).update(name=EVIL)
    world.final_review(4, **visit(2026))
    answer = post(coordinator, world)
    found = tables(opened(answer))["Vurderingene i året, ordnet etter besøk"]
    assert found[1][0] == EVIL.replace("\x07", "")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        assert file.read("word/document.xml").count(b"instrText") == 2  # one element: the table of contents


def test_the_export_is_recorded_before_the_file_is_made(world: World, coordinator: Client) -> None:
    final = world.final_review(4, **visit(2026))
    with CaptureQueriesContext(connection) as captured:
        post(coordinator, world)
    statements = [query["sql"] for query in captured.captured_queries]
    recorded = next(i for i, sql in enumerate(statements) if sql.startswith('INSERT INTO "reviews_export"'))
    read = next(i for i, sql in enumerate(statements) if 'FROM "reviews_itemscore"' in sql)
    assert recorded < read
    export = Export.objects.get()
    assert (export.by, export.network, export.form, export.reviews) == (world.coordinator, world.network, "docx", 1)
    assert (export.selection["since"], export.selection["until"]) == ("2026-01-01", "2026-12-31")
    assert AccessEvent.objects.filter(action=AccessAction.EXPORTED, review=final, by=world.coordinator).count() == 1


def test_the_page_of_exports_names_the_export(world: World, coordinator: Client) -> None:
    world.final_review(4, **visit(2026))
    post(coordinator, world)
    page = coordinator.get(reverse("exports", args=[world.network.code])).content.decode()
    assert "nettverkets år (Word)" in page
    assert "fra 01.01.2026" in page


def test_years_without_reviews_are_not_offered_and_not_taken(world: World, coordinator: Client) -> None:
    world.final_review(4, **visit(2024))
    world.final_review(4, **visit(2026))
    page = coordinator.get(reverse("year", args=[world.network.code]))
    assert [value for value, _label in page.context["form"].fields["year"].choices] == ["2026", "2024"]
    for year in ("2025", "x", ""):
        assert post(coordinator, world, year).status_code == 422
    assert not Export.objects.exists()


def test_without_reviews_there_is_a_sentence_and_no_form(world: World, coordinator: Client) -> None:
    page = coordinator.get(reverse("year", args=[world.network.code])).content.decode()
    assert "Ingen organisasjon i nettverket har en endelig vurdering ennå." in page
    assert "Last ned året" not in page


@pytest.mark.parametrize("who", ["evaluator", "team_leader", "stranger", "admin"])
def test_only_the_coordinator_of_the_network_gets_the_year(world: World, who: str) -> None:
    world.final_review(4, **visit(2026))
    assert post(world.client_of(who), world).status_code == 404
    assert not Export.objects.exists()


def test_more_reviews_than_a_file_holds_are_refused_with_a_sentence(
    world: World, coordinator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    many_finals(world.final_review(4, **visit(2026)), 2)
    monkeypatch.setitem(services.MOST, Export.Form.DOCX, 2)
    answer = post(coordinator, world)
    assert answer.status_code == 422
    assert "høyst 2 vurderinger" in answer.content.decode()
