"""The result for the wall: plain words, drawn, three actions, on one page."""

import io
import re
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pikepdf
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from reviews.actionplan.services import ActionFields, add_action
from reviews.models import Review
from reviews.reports.wall import Wall, wall_of
from reviews.workflow import Kind
from scales.loading import load
from tests.builders import CORRECTED, World, document_of, save, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.pdf]


@pytest.fixture
def final(world: World) -> Review:
    return world.final_review(dict.fromkeys(range(1, 26), 4) | {17: 2})


def plan(world: World, review: Review, what: str, **fields: Any) -> None:
    add_action(review=review, by=world.team_leader, code=uuid4(), item_number=17, fields=ActionFields(what, **fields))


def words(wall: Wall) -> str:
    return " ".join((wall.headline, wall.lead, *(f"{action.what} {action.when}" for action in wall.actions)))


def pages_of(client: Client, review: Review) -> int:
    answer = client.get(reverse("wall_pdf", args=[review.code]))
    assert answer.headers["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.content)) as document:
        return len(document.pages)


def test_names_and_headline_are_ours_and_come_from_the_newest_comparable_edition(final: Review) -> None:
    before = wall_of(final)
    assert before.headline == "Resultatet vårt: tilfredsstillende kvalitet"
    assert before.sections[0].items[0].name == "Størrelse på portefølje"
    load(document_of(CORRECTED))
    after = wall_of(final)
    assert after.headline == "Vi gir IPS med tilfredsstillende kvalitet"
    assert [item.name for item in after.sections[0].items] == [
        "Passe mange å følge opp",
        "Bare arbeid og jobb",
        "Samme person hele veien",
    ]


def test_it_is_in_the_language_of_the_scale_whoever_reads_it(final: Review) -> None:
    with translation.override("en"):
        wall = wall_of(final)
    assert wall.lead.startswith("2 evaluatorer besøkte oss i 2 dager og så på 25 sider ved arbeidet vårt.")
    assert wall.lead.endswith("2 til, og vi når «god kvalitet».")


def test_it_says_what_changed_since_last_time(world: World, final: Review) -> None:
    world.final_review(3, visit_start=date(2025, 9, 1), visit_end=date(2025, 9, 1))
    assert "Det er 23 poeng mer enn i september 2025." in wall_of(final).lead


def test_nobody_visited_a_service_that_assessed_itself(world: World) -> None:
    assert wall_of(world.final_review(4, kind=Kind.SELF)).lead.startswith("Vi så på 25 sider ved vårt eget arbeid.")


def test_the_first_three_open_actions_are_those_that_are_due_first(world: World, final: Review) -> None:
    plan(world, final, "Uten dato")
    plan(world, final, "Sist", due=date(2026, 9, 1), who="Teamlederen")
    plan(world, final, "Ferdig", due=date(2026, 3, 1), state="done")
    plan(world, final, "Først", due=date(2026, 6, 1))
    plan(world, final, "Også uten dato")
    actions = wall_of(final).actions
    assert [action.what for action in actions] == ["Først", "Sist", "Uten dato"]
    assert actions[1].when == "Teamlederen, innen 1. september 2026"


def test_without_a_plan_it_shows_the_recommendations_with_most_to_gain(world: World) -> None:
    review = world.score_review(dict.fromkeys(range(1, 26), 4) | {9: 5, 17: 2})
    texts = {3: "Bare jobb.", 9: "Fortsett.", 17: "Seks møter i uken.\nFor hver."}
    save(review, world.evaluator, {number: {"recommendation": text} for number, text in texts.items()})
    world.hand_out(review)
    world.sign(review)
    assert [action.what for action in wall_of(review).actions] == ["Seks møter i uken. For hver.", "Bare jobb."]


def test_with_neither_it_says_so(final: Review, as_evaluator: Client) -> None:
    assert wall_of(final).actions == ()
    page = text_of(as_evaluator.get(reverse("wall", args=[final.code])))
    assert "Vi har ikke bestemt hva vi gjør nå." in page


def test_every_score_is_drawn_and_said(final: Review) -> None:
    item = wall_of(final).sections[2].items[5]
    assert (item.words, item.bar.count('class="on"')) == ("2 av 5", 2)


@pytest.mark.parametrize("is_long", [False, True])
def test_the_pdf_is_one_page(world: World, final: Review, as_evaluator: Client, *, is_long: bool) -> None:
    if is_long:
        type(world.organisation).objects.filter(pk=world.organisation.pk).update(name="Jobb og aktivitet " * 7)
        for _each in range(3):
            plan(world, final, "Arbeidsgiverkontakter " * 20, due=date(2026, 6, 1), who="Jobbspesialistene og " * 4)
    assert pages_of(as_evaluator, final) == 1


def test_the_page_says_nothing_that_the_score_sheet_must_not(final: Review, as_evaluator: Client) -> None:
    load(document_of(CORRECTED))
    sheet = text_of(as_evaluator.get(reverse("sheet", args=[final.code])))
    assert "Passe mange å følge opp" not in sheet


def test_drawings_in_pdfs_have_the_colours_of_the_tokens() -> None:
    tokens = Path(settings.BASE_DIR, "static/css/tokens.css").read_text(encoding="utf-8").lower()
    templates = Path(settings.BASE_DIR, "templates/components")
    for name in ("ruler_print", "result_print", "score_bar"):
        used = set(re.findall(r"#[0-9a-f]{6}", (templates / f"{name}.html").read_text(encoding="utf-8")))
        assert used
        assert {colour for colour in used if colour not in tokens} == set(), name
