"""The score sheet as a page and as JSON, both from one read model."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews.models import Review
from scales.loading import load
from tests.builders import NO_EVIDENCE, World, post_transition, remark, save
from tests.scales.pocket import pocket_scale

pytestmark = [pytest.mark.django_db, pytest.mark.pdf]


def page_of(client: Client, review: Review, query: str = "") -> str:
    return client.get(reverse("sheet", args=[review.code]) + query).content.decode()


def json_of(client: Client, review: Review) -> dict:
    return client.get(reverse("sheet_json", args=[review.code])).json()


def test_the_sheet_matches_the_printed_form(world: World, as_evaluator: Client) -> None:
    page = page_of(as_evaluator, world.final_review(4))
    for printed in (
        "Skåringsskjema for kvalitetsskalaen i IPS",
        "07.01.2008",
        "Evaluator, Colleague",
        "IPS Øyvær",
        "10.–11. mars 2026",
    ):
        assert printed in page
    assert page.count('<th scope="row" lang="nb">') == 25
    assert page.count('scope="rowgroup"') == 3
    assert "gjennom teamarbeid" in page
    assert "gjennom samarbeid" not in page
    assert "73 og under" in page


def test_the_reached_band_is_marked_in_words(world: World, as_evaluator: Client) -> None:
    page = page_of(as_evaluator, world.final_review(4))
    reached = page.split('class="reached"')[1].split("</tr>")[0]
    assert "100–114" in reached
    assert "nivået i denne vurderingen" in reached


def test_a_final_sheet_is_not_marked_as_a_draft(world: World, as_evaluator: Client) -> None:
    assert "Utkast" not in page_of(as_evaluator, world.final_review(4))


def test_an_unfinished_sheet_says_so_and_has_neither_total_nor_band(world: World, as_evaluator: Client) -> None:
    page = page_of(as_evaluator, world.score_review(dict.fromkeys(range(1, 25), 4)))
    assert "Utkast" in page
    assert "24 av 25 skåret · sum så langt 96" in page
    assert 'class="reached"' not in page


def test_notes_are_the_second_part(world: World, as_evaluator: Client) -> None:
    review = world.score_review(4)
    save(
        review,
        world.evaluator,
        {4: {"evidence": "Sett i møtet.", "sources": ["OBS"], "recommendation": "Ett team til."}},
    )
    assert "Sett i møtet." not in page_of(as_evaluator, review)
    notes = page_of(as_evaluator, review, "?notes=1")
    assert "Sett i møtet." in notes
    assert "<b>Datakilder:</b> OBS" in notes
    assert "Ett team til." in notes
    assert "herfra kommer minst 75–89 %" in notes


def test_json_has_its_documented_shape(world: World, as_evaluator: Client) -> None:
    review = world.final_review({n: 5 if n <= 3 else 4 for n in range(1, 26)})
    sheet = json_of(as_evaluator, review)
    assert list(sheet) == [
        "scale",
        "review",
        "signature",
        "items",
        "sections",
        "total",
        "max",
        "band",
        "missing",
        "fingerprint",
        "valid",
        "imported",
        "remarks",
    ]
    assert sheet["scale"] == {"slug": "ips-25-nb", "title": "Kvalitetsskalaen i IPS", "version": "07.01.2008"}
    assert sheet["review"] == {
        "code": str(review.code),
        "organisation": "IPS Øyvær",
        "evaluators": ["Evaluator", "Colleague"],
        "kind": "independent",
        "method": "together",
        "status": "final",
        "visit_start": "2026-03-10",
        "visit_end": "2026-03-11",
        "finalised_at": review.finalised_at.isoformat(),
        "corrects": None,
    }
    assert sheet["signature"] == {
        "by": "Evaluator",
        "code": str(world.evaluator.code),
        "chain": review.events.get(type="drafted").hash,
        "gaps_reason": NO_EVIDENCE,
    }
    assert (sheet["fingerprint"], sheet["valid"]) == (review.record.fingerprint, True)
    assert list(sheet["items"][3]) == [
        "number",
        "section",
        "section_number",
        "title",
        "score",
        "anchor",
        "evidence",
        "sources",
        "recommendation",
        "observation",
        "suggested",
        "departure",
        "decision",
    ]
    assert sheet["items"][3]["section"] == "Organisering"
    assert sheet["sections"][0] == {"name": "Ansatte", "sum": 15, "max": 15, "mean": 5.0}
    assert (sheet["total"], sheet["max"], sheet["missing"]) == (103, 125, [])
    assert sheet["band"] == {"label": "god kvalitet", "min": 100, "max": 114}


def test_json_has_null_where_there_is_no_score(world: World, as_evaluator: Client) -> None:
    sheet = json_of(as_evaluator, world.score_review({1: 3}))
    assert (sheet["items"][1]["score"], sheet["items"][1]["anchor"]) == (None, None)
    assert (sheet["total"], sheet["band"]) == (None, None)
    assert sheet["sections"][0] == {"name": "Ansatte", "sum": None, "max": 15, "mean": None}
    assert sheet["missing"] == list(range(2, 26))
    assert sheet["review"]["finalised_at"] is None
    assert (sheet["signature"], sheet["fingerprint"], sheet["valid"]) == (None, None, False)


def test_a_scale_of_another_size_is_planned_scored_finalised_and_printed_without_code(world: World) -> None:
    pocket, _ = load(pocket_scale())
    review = world.plan_review(edition=pocket)
    client = world.client_of("evaluator")
    for number, value in ((1, "5"), (2, "4"), (3, "3")):
        url = reverse("item", args=[review.code, number])
        version = review.scores.get(item_number=number).version
        assert client.post(url, {"value": value, "version": version, "sources": ["ASK"]}).status_code == 303
    assert client.get(reverse("item", args=[review.code, 4])).status_code == 404
    post_transition(client, review, "draft")
    post_transition(client, review, "finalise", password="evaluator-pw")
    sheet = json_of(client, review)
    assert (sheet["total"], sheet["max"], sheet["band"]["label"]) == (12, 15, "fine")
    pdf = client.get(reverse("sheet_pdf", args=[review.code]))
    assert pdf.content.startswith(b"%PDF-1.7")


@pytest.mark.parametrize(
    ("name", "who", "spelling"),
    [
        ("review", "evaluator", "samarbeid"),
        ("remarks", "team_leader", "teamarbeid"),
        ("report", "team_leader", "teamarbeid"),
    ],
)
def test_a_page_has_one_spelling_of_a_title_that_the_sheet_prints_differently(
    world: World, name: str, who: str, spelling: str
) -> None:
    review = world.score_review(1)
    review.scores.filter(item_number=4).update(value=None, awaiting=True)
    if name != "review":
        review.scores.filter(item_number=4).update(value=1, awaiting=False)
        remark(world.hand_out(review, facts_until=timezone.localdate()), world.team_leader, 4)
    page = world.client_of(who).get(reverse(name, args=[review.code])).content.decode()
    assert set(re.findall("gjennom ((?:team|sam)arbeid)", page)) == {spelling}
    assert page.count(f"gjennom {spelling}") > 1
