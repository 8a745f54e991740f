"""The development of an organisation, item by item, and the comparison of two of its reviews."""

from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse

from reviews.models import AccessEvent, Organisation, Review
from reviews.workflow import Kind
from scales.loading import load
from tests.builders import SCALE, World, document_of, save

pytestmark = pytest.mark.django_db

FOURS = dict.fromkeys(range(1, 26), 4)


def on(year: int, month: int = 3) -> dict[str, date]:
    return {"visit_start": date(year, month, 1), "visit_end": date(year, month, 2)}


def page_of(client: Client, organisation: Organisation, **query: str) -> Any:
    return client.get(organisation.get_absolute_url(), query)


def compared(client: Client, organisation: Organisation, **query: object) -> Any:
    return client.get(reverse("compare", args=[organisation.code]), query)


@pytest.fixture
def two(world: World) -> tuple[Review, Review]:
    """Return a review of 2025 with 4 everywhere and one of 2026: items 7 and 9 better, item 3 much worse."""
    before = world.final_review(4, **on(2025))
    return before, world.final_review(FOURS | {3: 1, 7: 5, 9: 5}, **on(2026))


def test_every_item_has_a_small_chart_and_the_same_numbers_in_a_table(world: World, two: tuple[Review, Review]) -> None:
    answer = page_of(world.client_of("team_leader"), world.organisation)
    sections = answer.context["page"].development.sections
    items = [item for section in sections for item in section.rows]
    assert next((section.name, section.sum, section.max) for section in sections) == ("Ansatte", "9", "15")
    assert len(items) == 25
    assert [(each.number, each.scores) for each in items if each.scores != ("4", "4")] == [
        (3, ("4", "1")),
        (7, ("4", "5")),
        (9, ("4", "5")),
    ]
    page = answer.content.decode()
    pictures = [part.split("</svg>")[0] for part in page.split("<svg")[1:] if "small-title-" in part]
    assert len(pictures) == 25
    for picture in pictures:
        root = ElementTree.fromstring(f"<svg{picture}</svg>")
        assert root.findtext("title")
        assert root.findtext("desc")
    assert "Fra den eldste vurderingen til den nyeste: 4, 1." in page
    assert page.count('<td class="heat-4">4</td>') == 47


def test_only_one_kind_is_drawn_and_the_others_are_a_link_away(world: World, two: tuple[Review, Review]) -> None:
    world.final_review(5, kind=Kind.SELF, **on(2026, 9))
    client = world.client_of("coordinator")
    own = page_of(client, world.organisation)
    assert own.context["page"].development.kind == "egenvurdering"  # of the newest review
    assert "Ett punkt er ingen utvikling" in own.content.decode()
    assert "small-title-1" not in own.content.decode()
    assert len(page_of(client, world.organisation, kind="independent").context["page"].development.visits) == 2


def test_another_edition_and_superseded_reviews_are_left_out_and_the_page_says_so(
    world: World, two: tuple[Review, Review]
) -> None:
    other, _ = load(document_of(SCALE) | {"slug": "ips-25-other", "version": "2030"})
    world.final_review(3, edition=other, **on(2023))
    world.superseded_review(**on(2024))
    answer = page_of(world.client_of("coordinator"), world.organisation)
    assert len(answer.context["page"].development.visits) == 3
    assert "1 vurdering etter en annen utgave av skalaen er utelatt." in answer.content.decode()
    assert "1 vurdering er erstattet av en rettelse og er utelatt." in answer.content.decode()


def test_a_kind_that_was_not_reviewed_is_refused_in_words(world: World, two: tuple[Review, Review]) -> None:
    answer = page_of(world.client_of("coordinator"), world.organisation, kind="<x>")
    assert answer.status_code == 422
    assert "«&lt;x&gt;» er ikke et av valgene" in answer.content.decode()


def test_the_due_date_is_shown_to_those_who_may_know_of_the_last_review(world: World) -> None:
    world.final_review(3, evaluators=[world.evaluator], **on(2025))
    for who, is_told in (("coordinator", True), ("team_leader", True), ("evaluator", True), ("colleague", False)):
        page = page_of(world.client_of(who), world.organisation).content.decode()
        assert ("Fristen for neste vurdering var 1. september 2025" in page) is is_told, who
        assert ("Handlingsplan (0 åpne)" in page) is is_told, who


def test_reading_scores_of_several_reviews_is_logged(world: World, two: tuple[Review, Review]) -> None:
    client = world.client_of("team_leader")
    for _ in range(2):
        page_of(client, world.organisation)
        compared(client, world.organisation)
    lines = AccessEvent.objects.filter(by=world.team_leader, action="read").values_list(
        "page", "review", "organisation"
    )
    assert set(lines) == {
        ("compare", two[0].pk, None),
        ("compare", two[1].pk, None),
        ("organisation", None, world.organisation.pk),
    }
    assert len(lines) == 3


# Two reviews


def test_the_last_two_are_compared_with_the_largest_difference_first(world: World, two: tuple[Review, Review]) -> None:
    found = compared(world.client_of("team_leader"), world.organisation).context["comparison"]
    assert (found.a, found.b) == two
    assert [(line.item.number, line.change.signed) for line in found.differing] == [(3, "−3"), (7, "+1"), (9, "+1")]
    assert len(found.equal) == 22
    assert (found.total_change.signed, found.total_change.words) == ("−1", "1 poeng ned")
    assert [(section.a, section.b, section.change.signed) for section in found.sections] == [
        ("12/15", "9/15", "−3"),
        ("32/40", "34/40", "+2"),
        ("56/70", "56/70", "±0"),
    ]


def test_both_anchors_and_both_notes_are_shown_side_by_side(world: World) -> None:
    draft = world.score_review(4, **on(2024))
    save(draft, world.evaluator, {3: {"evidence": "<b>Fire</b> av seks"}})
    world.hand_out(draft)
    draft.refresh_from_db()
    world.sign(draft)
    world.final_review(FOURS | {3: 2}, **on(2025))
    answer = compared(world.client_of("evaluator"), world.organisation)
    line = answer.context["comparison"].differing[0]
    item = world.scale.scale.by_number[3]
    assert (line.a.anchor, line.b.anchor) == (item.anchor(4), item.anchor(2))
    assert line.a.evidence == "<b>Fire</b> av seks"
    assert "&lt;b&gt;Fire&lt;/b&gt; av seks" in answer.content.decode()
    page = answer.content.decode()
    assert page.index("3 Jobbspesialistenes arbeidsoppgaver") < page.index("1 Størrelse på portefølje")


def test_two_kinds_are_compared_with_a_prominent_note(world: World, two: tuple[Review, Review]) -> None:
    own = world.final_review(5, kind=Kind.SELF, **on(2026, 9))
    page = compared(world.client_of("coordinator"), world.organisation, a=two[1].code, b=own.code).content.decode()
    assert "To typer av vurdering, uavhengig vurdering og egenvurdering: Tallene betyr ikke det samme." in page


def test_items_of_two_editions_are_matched_where_number_and_title_agree(
    world: World, two: tuple[Review, Review]
) -> None:
    document = document_of(SCALE) | {"slug": "ips-25-other", "version": "2030"}
    document["sections"][0]["items"][0] |= {"title": "Noe helt annet", "sheet_title": "Noe helt annet"}
    other, _ = load(document)
    new = world.final_review(5, edition=other, **on(2026, 9))
    answer = compared(world.client_of("coordinator"), world.organisation, a=two[1].code, b=new.code)
    found = answer.context["comparison"]
    assert len(found.differing) + len(found.equal) == 24
    assert [(each.item.number, each.side, each.scored.score) for each in found.unmatched] == [
        (1, "a", "4"),
        (1, "b", "5"),
    ]
    assert found.total_change.signed == ""
    assert {section.change.signed for section in found.sections} == {""}
    assert "To utgaver av skalaen" in answer.content.decode()


def test_a_superseded_review_can_be_compared_and_is_named_as_such(world: World) -> None:
    old = world.superseded_review()
    page = compared(world.client_of("coordinator"), world.organisation, a=old.code, b=old.correction.code)
    assert page.status_code == 200
    assert "erstattet av en rettelse" in page.content.decode()


def test_one_review_alone_is_not_compared(world: World) -> None:
    world.final_review(4)
    world.plan_review(**on(2026, 12))
    answer = compared(world.client_of("coordinator"), world.organisation)
    assert "Det må til to endelige vurderinger" in answer.content.decode()


def test_an_invalid_comparison_is_refused_in_words(world: World, two: tuple[Review, Review]) -> None:
    client = world.client_of("team_leader")
    planned = world.plan_review(**on(2026, 12))
    others = world.final_review(3, organisation=world.sister)
    same = compared(client, world.organisation, a=two[0].code, b=two[0].code)
    assert same.status_code == 422
    assert "Velg to forskjellige" in same.content.decode()
    for code in ("x", "", planned.code, others.code):
        answer = compared(client, world.organisation, a=code)
        assert answer.status_code == 422, code
        assert "invalid-feedback" in answer.content.decode()


def test_an_evaluator_compares_only_the_reviews_they_may_know(world: World) -> None:
    world.final_review(4, evaluators=[world.evaluator], **on(2025))
    known = world.final_review(4, **on(2026))
    answer = compared(world.client_of("colleague"), world.organisation, a=known.code)
    assert "comparison" not in answer.context
    assert compared(world.client_of("stranger"), world.organisation).status_code == 404
    assert compared(world.client_of("other_leader"), world.organisation).status_code == 404
