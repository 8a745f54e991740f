"""Interview notes in the browser: on a tablet, in any order, without a network, and by two people at once."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from reviews.models import Interview, Review
from tests.builders import World, hold_interview, note

Window = Callable[..., Page]
TABLET = {"viewport": {"width": 1024, "height": 768}, "has_touch": True}


def status_of(page: Page) -> Locator:
    return page.get_by_role("status")


def field(page: Page, key: str) -> Locator:
    return page.locator(f'[name="note-{key}"]')


def line(page: Page, number: int) -> Locator:
    return page.get_by_role("navigation", name="Kriterier").locator(f'a[href$="/{number}/"]')


def stored(interview: Interview) -> dict[str, str]:
    return dict(interview.notes.exclude(text="").values_list("question", "text"))


def step_url(interview: Interview, step: int) -> str:
    return f"/reviews/{interview.review.code}/interviews/{interview.code}/{step}/"


@pytest.fixture
def interview(review: Review, world: World) -> Interview:
    return hold_interview(review, world.evaluator)


def test_an_evaluator_takes_notes_in_any_order_on_a_tablet_and_finds_them_again(review: Review, window: Window) -> None:
    page = window("evaluator", **TABLET)
    page.goto(review.get_absolute_url())
    page.get_by_role("link", name="Intervjuer").click()
    page.get_by_label("Sted").fill("Møterom 2")
    page.get_by_role("button", name="Start intervjuet").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Åpning, og det som ellers ble sagt")
    page.get_by_label("Vad är din roll inom IPS?").fill("Jobbspesialist i to år")
    page.get_by_role("button", name="Neste →").click()
    expect(page).to_have_url(re.compile("/1/$"))
    line(page, 16).click()
    field(page, "16.2").fill("Etter det klienten vil")
    field(page, "16.6").fill("Ja, flere")
    expect(line(page, 16)).to_contain_text("2/6")
    line(page, 5).click()
    field(page, "5.1").fill("Hver uke, hele møtet")
    page.get_by_role("button", name="← Forrige").click()
    expect(page).to_have_url(re.compile("/4/$"))
    expect(page.get_by_text("3 av 106 spørsmål notert")).to_be_visible()
    line(page, 16).click()
    page.reload()
    expect(field(page, "16.2")).to_have_value("Etter det klienten vil")
    assert stored(review.interviews.get()) == {
        "0": "Jobbspesialist i to år",
        "16.2": "Etter det klienten vil",
        "16.6": "Ja, flere",
        "5.1": "Hver uke, hele møtet",
    }


def test_without_a_network_the_notes_stay_and_are_saved_later(interview: Interview, window: Window) -> None:
    page = window("evaluator", **TABLET)
    page.goto(step_url(interview, 5))
    page.context.set_offline(True)
    field(page, "5.1").fill("Skrevet i kjelleren")
    expect(status_of(page)).to_contain_text("Ingen nettforbindelse")
    field(page, "5.2").fill("Og videre")
    assert stored(interview) == {}
    page.context.set_offline(False)
    expect(page.get_by_text("2 av 106 spørsmål notert")).to_be_visible()
    assert stored(interview) == {"5.1": "Skrevet i kjelleren", "5.2": "Og videre"}


def test_several_notes_in_a_row_cause_no_conflict(interview: Interview, window: Window) -> None:
    page = window("evaluator")
    page.goto(step_url(interview, 5))
    for number in range(1, 9):
        field(page, f"5.{number}").fill(f"Svar {number}")
    field(page, "5.1").fill("Svar 1, rettet")
    page.get_by_role("button", name="Neste →").click()
    expect(page).to_have_url(re.compile("/6/$"))
    assert stored(interview) == {"5.1": "Svar 1, rettet"} | {f"5.{n}": f"Svar {n}" for n in range(2, 9)}


def test_two_evaluators_write_different_questions_of_one_step(interview: Interview, window: Window) -> None:
    mine, yours = window("evaluator"), window("colleague")
    mine.goto(step_url(interview, 5))
    yours.goto(step_url(interview, 5))
    field(mine, "5.1").fill("Min")
    expect(status_of(mine)).to_contain_text("Lagret")
    field(yours, "5.2").fill("Din")
    expect(yours.get_by_text("2 av 106 spørsmål notert")).to_be_visible()
    field(mine, "5.1").fill("Min igjen")
    expect(mine.get_by_text("2 av 106 spørsmål notert")).to_be_visible()
    assert stored(interview) == {"5.1": "Min igjen", "5.2": "Din"}


def test_two_evaluators_on_one_question_both_keep_their_texts(
    interview: Interview, window: Window, world: World
) -> None:
    page = window("evaluator")
    page.goto(step_url(interview, 5))
    note(interview, world.colleague, {"5.1": "Kollegaens"})
    field(page, "5.1").fill("Min")
    expect(status_of(page)).to_contain_text("Colleague")
    field(page, "5.2").fill("Skrevet mens jeg tenkte")
    page.get_by_role("button", name="Sammenlign").click()
    expect(page.get_by_role("alert")).to_contain_text("Ingenting er tapt")
    expect(page.get_by_text("Kollegaens")).to_be_visible()
    expect(field(page, "5.1")).to_have_value("Min")
    page.get_by_role("button", name="Behold det som er lagret").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    assert stored(interview) == {"5.1": "Kollegaens", "5.2": "Skrevet mens jeg tenkte"}


def test_interview_notes_can_be_taken_without_javascript(review: Review, window: Window) -> None:
    page = window("evaluator", java_script_enabled=False, viewport={"width": 360, "height": 740})
    page.goto(f"/reviews/{review.code}/interviews/")
    page.get_by_role("button", name="Start intervjuet").click()
    field(page, "0").fill("Uten skript")
    page.get_by_role("button", name="Neste →").click()
    field(page, "1.2").fill("Også her")
    page.get_by_role("button", name="Neste →").click()
    expect(page.get_by_text("1 av 106 spørsmål notert")).to_be_visible()
    assert stored(review.interviews.get()) == {"0": "Uten skript", "1.2": "Også her"}
