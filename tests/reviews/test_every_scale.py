"""Scales of other sizes and bands, and a new edition of a scale in use: from the document to due dates and figures."""

import csv
import io
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format

from reviews.conduct.submission import submit_ratings
from reviews.models import Organisation, Review
from reviews.reports.report import report_of
from reviews.schedule.organisation_summary import summary_fields_of
from reviews.schedule.rhythm import months_after
from reviews.schedule.services import rhythm_version, set_rhythm
from reviews.workflow import Kind, Method
from scales.loading import load
from scales.models import ScaleEdition
from tests.builders import SCALE, World, document_of, rate, text_of
from tests.scales.built import built_scale, with_months

pytestmark = pytest.mark.django_db

SMALL = built_scale(15, (("good", 60), ("fair", 40), ("poor", 15)))
LARGE = with_months(
    built_scale(35, (("excellent", 160), ("good", 140), ("fair", 100), ("weak", 70), ("poor", 35))), 24, 12, 6, 6, 3
)
BEST = [(SMALL, 75, "good", 12), (LARGE, 175, "excellent", 24)]
WORST = [(SMALL, 15, "poor", 6), (LARGE, 35, "poor", 3)]


def on(year: int, month: int = 3) -> dict[str, date]:
    return {"visit_start": date(year, month, 10), "visit_end": date(year, month, 11)}


def loaded(document: dict[str, Any], tmp_path: Path) -> ScaleEdition:
    """Load a document by the command of an administrator, and return its edition."""
    path = tmp_path / f"{document['slug']}.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    call_command("load_scales", str(path))
    return ScaleEdition.objects.get(slug=document["slug"])


def stored(review: Review) -> Organisation:
    return Organisation.objects.get(pk=review.organisation_id)


def context_of(client: Client, name: str, **query: str) -> Any:
    return client.get(reverse(name), query).context


# --- Fifteen and thirty-five items ---------------------------------------------------------


@pytest.mark.parametrize(("document", "total", "band", "months"), [*BEST, *WORST])
def test_a_scale_of_any_size_goes_from_its_document_to_the_due_date(
    world: World, tmp_path: Path, document: dict[str, Any], total: int, band: str, months: int
) -> None:
    edition = loaded(document, tmp_path)
    review = world.final_review(total // len(edition.scale.items), edition=edition)
    assert (review.total, review.band) == (total, band)
    assert stored(review).next_due == months_after(review.visit_start, months)
    page = world.client_of("coordinator").get(reverse("due", args=[review.code])).content.decode()
    assert f"{months} måneder etter besøket, fordi kvalitetsnivået er «{band}»" in page


@pytest.mark.parametrize(("document", "total", "band", "months"), BEST)
def test_overview_heat_map_and_exports_take_the_numbers_from_the_scale(
    world: World, tmp_path: Path, document: dict[str, Any], total: int, band: str, months: int
) -> None:
    edition = loaded(document, tmp_path)
    world.final_review(5, edition=edition)
    count = len(edition.scale.items)
    client = world.client_of("coordinator")
    (scale,) = context_of(client, "overview")["summary"].scales
    assert [(each.label, each.n) for each in scale.bands] == [(band, "1")]
    heat = context_of(client, "heat_map")["heat"]
    assert [row.total for row in heat.rows] == [str(total)]
    assert len(heat.items) == len(heat.rows[0].scores) == len(heat.medians) == count
    sent = client.post(reverse("export_items", args=[world.network.code]))
    rows = list(csv.DictReader(io.StringIO(b"".join(sent.streaming_content).decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == count


@pytest.mark.pdf
@pytest.mark.parametrize("document", [SMALL, LARGE])
def test_sheet_and_report_print_every_item(world: World, tmp_path: Path, document: dict[str, Any]) -> None:
    review = world.final_review(5, edition=loaded(document, tmp_path))
    client, numbers = world.client_of("coordinator"), [item.number for item in review.scale.items]
    for name in ("sheet", "sheet_pdf", "report", "report_pdf", "report_docx"):
        text = text_of(client.get(reverse(name, args=[review.code])))
        missing = [number for number in numbers if not re.search(rf"Pocket item {number}\b", text)]
        assert not missing, name


def test_bands_of_different_scales_are_counted_apart(world: World, tmp_path: Path) -> None:
    world.final_review(5, edition=loaded(SMALL, tmp_path))
    world.final_review(5, organisation=world.sister, edition=loaded(LARGE, tmp_path))
    client = world.client_of("coordinator")
    summary = context_of(client, "overview")["summary"]
    assert {scale.title: [(band.label, band.n) for band in scale.bands] for scale in summary.scales} == {
        "Scale of 15 items (1)": [("good", "1")],
        "Scale of 35 items (1)": [("excellent", "1")],
    }
    rows = context_of(client, "overview", band="built-15:3")["page"].rows
    assert [row.name for row in rows] == ["IPS Øyvær"]


def test_the_network_chooses_the_months_of_each_scale(world: World, tmp_path: Path) -> None:
    small, large = loaded(SMALL, tmp_path), loaded(LARGE, tmp_path)
    first = world.final_review(5, edition=small)
    second = world.final_review(5, organisation=world.sister, edition=large)
    page = world.client_of("coordinator").get(reverse("rhythm", args=[world.network.code]))
    assert [form.edition for form in page.context["forms"]] == [world.scale, small, large]
    seen, months = rhythm_version({3: 12, 2: 6, 1: 6}), {3: 18, 2: 6, 1: 3}
    set_rhythm(network=world.network, edition=small, by=world.coordinator, seen=seen, months=months)
    assert stored(first).next_due == months_after(first.visit_start, 18)
    assert stored(second).next_due == months_after(second.visit_start, 24)


# --- A new edition of a scale in use -------------------------------------------------------


@pytest.fixture
def newer(world: World) -> ScaleEdition:
    """Return a comparable edition of the scale, in which the words of item 1 are corrected."""
    document = document_of(SCALE) | {"slug": "ips-25-next", "version": "2030", "comparable_with": ["ips-25-nb"]}
    document |= {"replaces": ["ips-25-nb"]}
    document["sections"][0]["items"][0]["title"] = "Størrelse på porteføljen"
    return load(document)[0]  # type: ignore[return-value]


JOINED = "2 utgaver av skalaen med de samme kriteriene og nivåene er slått sammen: 07.01.2008 · 2030."


@pytest.fixture
def upgraded(world: World, newer: ScaleEdition) -> Review:
    """Return a review of 100 points by the new edition, after one of 75 points by the old one."""
    world.final_review(3, **on(2025))
    return world.final_review(4, edition=newer, **on(2026))


def test_the_change_is_computed_across_comparable_editions(world: World, upgraded: Review) -> None:
    assert stored(upgraded).last_change == 25
    (row,) = context_of(world.client_of("coordinator"), "overview", q="Øyvær")["page"].rows
    assert row.change.signed == "+25"
    for name, value in summary_fields_of(stored(upgraded)).items():
        assert getattr(stored(upgraded), name) == value


def test_trends_join_comparable_editions_and_say_so(world: World, upgraded: Review) -> None:
    answer = world.client_of("coordinator").get(world.organisation.get_absolute_url())
    assert [point.total for series in answer.context["trend"].series for point in series.points] == ["75", "100"]
    assert len(answer.context["development"].visits) == 2
    assert answer.content.decode().count(JOINED) == 2  # below totals, and above the items


def test_heat_map_figures_and_bands_join_comparable_editions_and_say_so(
    world: World, upgraded: Review, newer: ScaleEdition
) -> None:
    world.final_review(4, organisation=world.sister, **on(2026))
    for name in "ABC":
        other = Organisation.objects.create(network=world.network, name=f"IPS {name}")
        world.final_review(3, organisation=other, **on(2026))
    client = world.client_of("coordinator")
    for name, query in (("heat_map", {}), ("heat_map", {"scale": "ips-25-nb"}), ("benchmarks", {}), ("overview", {})):
        page = client.get(reverse(name), query)
        assert page.status_code == 200
        assert JOINED in page.content.decode(), name
    heat = context_of(client, "heat_map")["heat"]
    assert (len(heat.rows), heat.left_out, heat.scale.slug) == (5, 0, "ips-25-next")
    assert context_of(client, "benchmarks")["figures"].n == "5"
    (scale,) = context_of(client, "overview")["summary"].scales
    assert [(band.label, band.n) for band in scale.bands] == [
        ("god kvalitet", "2"),
        ("tilfredsstillende kvalitet", "3"),
    ]
    filtered = context_of(client, "overview", band="ips-25-next:3")["page"].rows
    assert [row.total for row in filtered] == ["100", "100"]


def test_the_report_compares_comparable_editions_and_says_so(upgraded: Review) -> None:
    report = report_of(upgraded)
    assert (report.previous.total, report.change.signed) == (75, "+25")
    assert [row.total for row in report.totals] == ["75", "100"]
    assert "med de samme kriteriene og nivåene" in report.comparison_note
    assert JOINED in report.left_out


def test_two_reviews_by_comparable_editions_are_compared_item_by_item(world: World, upgraded: Review) -> None:
    url = reverse("compare", args=[world.organisation.code])
    answer = world.client_of("coordinator").get(url)
    comparison = answer.context["comparison"]
    assert (comparison.editions_differ, comparison.unmatched, comparison.total_change.signed) == (False, (), "+25")
    assert len(comparison.differing) == 25
    assert JOINED in answer.content.decode()


def test_consensus_shows_the_last_scores_of_a_comparable_edition_and_says_so(world: World, newer: ScaleEdition) -> None:
    world.final_review(3, **on(2025))
    review = world.plan_review(method=Method.APART, edition=newer)
    for user in (world.evaluator, world.colleague):
        rate(review, user, 4)
        submit_ratings(review=Review.objects.get(pk=review.pk), by=user)
    page = world.client_of("evaluator").get(reverse("consensus", args=[review.code]))
    assert page.context["page"].joined
    assert JOINED in page.content.decode()


def test_another_kind_is_not_mixed_in_because_editions_are_joined(world: World, newer: ScaleEdition) -> None:
    world.final_review(3, kind=Kind.SELF, **on(2025))
    review = world.final_review(4, edition=newer, **on(2026))
    assert stored(review).last_change is None
    assert report_of(review).previous is None


def test_months_chosen_for_the_old_edition_apply_to_the_new_one(world: World, newer: ScaleEdition) -> None:
    months = {4: 12, 3: 9, 2: 6, 1: 6}
    seen = rhythm_version(months | {3: 12})
    set_rhythm(network=world.network, edition=world.scale, by=world.coordinator, seen=seen, months=months)
    review = world.final_review(4, edition=newer)
    assert stored(review).next_due == months_after(review.visit_start, 9)


def test_a_planned_review_is_offered_the_new_edition_until_its_first_score(world: World, newer: ScaleEdition) -> None:
    planned, scored = world.plan_review(), world.score_review({1: 3})
    offer = "En nyere utgave av skalaen kan brukes: «Kvalitetsskalaen i IPS» (2030)"
    for who in ("evaluator", "coordinator"):
        assert offer in world.client_of(who).get(planned.get_absolute_url()).content.decode()
        assert offer not in world.client_of(who).get(scored.get_absolute_url()).content.decode()
    assert offer not in world.client_of("evaluator").get(
        world.plan_review(edition=newer).get_absolute_url()
    ).content.decode()  # fmt: skip
    offers = world.client_of("coordinator").get(reverse("newer_editions", args=[world.network.code])).context["offers"]
    assert [(each.review, each.edition) for each in offers] == [(planned, newer)]


def test_a_signed_review_keeps_the_words_it_was_scored_by(world: World, newer: ScaleEdition) -> None:
    old = world.final_review(3, **on(2025))
    world.final_review(4, edition=newer, **on(2026))
    page = world.client_of("coordinator").get(reverse("sheet", args=[old.code])).content.decode()
    assert "Størrelse på portefølje<" in page
    assert "Størrelse på porteføljen" not in page
    assert date_format(old.visit_start, "Y") in page


def test_the_number_of_items_stands_in_no_code_and_no_template() -> None:
    rooms = ("reviews", "scales", "templates", "static/js", "ipsfidelity")
    files = (path for room in rooms for path in (settings.BASE_DIR / room).rglob("*") if path.is_file())
    texts = (
        path
        for path in files
        if path.suffix in (".py", ".html", ".js", ".po", ".txt") and "migrations" not in path.parts
    )
    number = re.compile(r"\b25 (items|kriteri\w+)|of 25\b|\b125\b")
    assert [str(path) for path in texts if number.search(path.read_text(encoding="utf-8"))] == []
