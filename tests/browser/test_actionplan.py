"""The action plan in the browser: a service keeps it, and the evaluators of the next review see its outcome."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from reviews.models import Action, Review
from tests.builders import World, fresh, save

Window = Callable[..., Page]


@pytest.fixture
def final(world: World) -> Review:
    review = world.score_review(3)
    save(review, world.evaluator, {4: {"recommendation": "Møt teamet hver uke."}, 17: {"recommendation": "Gå ut."}})
    world.hand_out(review)
    world.sign(review)
    return fresh(review)


def follow_up(page: Page, what: str) -> None:
    page.get_by_role("row").filter(has_text=what).get_by_role("link", name="Følg opp").click()


def test_the_next_evaluators_see_the_outcome_of_a_team_leaders_plan(
    final: Review, world: World, window: Window
) -> None:
    page = window("team_leader")
    page.goto(final.get_absolute_url())
    page.get_by_role("link", name="Handlingsplan").click()
    page.get_by_role("button", name="Begynn med anbefalingene").click()
    expect(page.get_by_text("0 av 2 ferdig")).to_be_visible()
    follow_up(page, "Møt teamet hver uke.")
    page.get_by_label("Hva som skal gjøres").fill("Møt teamet hver onsdag")
    page.get_by_label("Hvem").fill("Teamleder")
    page.get_by_label("Frist").fill("2020-05-01")
    page.get_by_role("button", name="Lagre").click()
    action = page.get_by_role("row").filter(has_text="Møt teamet hver onsdag")
    expect(action).to_contain_text("Teamleder")
    expect(action.get_by_label("Frist")).to_have_value("2020-05-01")
    expect(action).to_contain_text("over fristen")
    follow_up(page, "Møt teamet hver onsdag")
    page.get_by_label("Nytt notat").fill("Møtet er fast nå")
    page.get_by_label("Status").select_option(label="ferdig")
    page.get_by_role("button", name="Lagre").click()
    expect(page.get_by_text("1 av 2 ferdig")).to_be_visible()
    action.get_by_text("1 notat").click()
    expect(action.get_by_text("Møtet er fast nå")).to_be_visible()
    new = world.plan_review(visit_start=date(2026, 9, 8), visit_end=date(2026, 9, 9))
    evaluator = window("evaluator")
    evaluator.goto(new.get_absolute_url())
    evaluator.get_by_role("link", name="1 av 2 ferdig").click()
    became = evaluator.get_by_role("row").filter(has_text="Møt teamet hver onsdag")
    expect(became).to_contain_text("ferdig")
    expect(became).to_contain_text("Møtet er fast nå")


@pytest.mark.parametrize("scripts", [True, False])
def test_several_actions_are_set_at_once_in_the_table(final: Review, window: Window, scripts: bool) -> None:
    page = window("team_leader", java_script_enabled=scripts, viewport={"width": 360, "height": 740})
    page.goto(reverse("plan", args=[final.code]))
    page.get_by_role("button", name="Begynn med anbefalingene").click()
    for box in page.get_by_role("checkbox").all():
        box.check()
    chosen = page.get_by_role("group", name="For de valgte")
    chosen.get_by_label("Status").select_option(label="i gang")
    chosen.get_by_label("Frist").fill("2020-05-01")
    page.get_by_role("button", name="Lagre").click()
    expect(page.get_by_text("2 tiltak ble lagret")).to_be_visible()
    expect(page.get_by_text("0 av 2 ferdig, 2 over fristen")).to_be_visible()
    page.get_by_role("row").filter(has_text="Gå ut.").get_by_label("Status").select_option(label="ferdig")
    page.get_by_role("button", name="Lagre").click()
    expect(page.get_by_text("1 av 2 ferdig, 1 over fristen")).to_be_visible()
    if scripts:
        assert Axe().run(page).response["violations"] == []


def test_an_action_added_by_keyboard_stays_in_view(final: Review, window: Window) -> None:
    page = window("team_leader", viewport={"width": 360, "height": 740})
    page.goto(reverse("plan", args=[final.code]))
    page.locator('a[href$="/plan/add/12/"]').focus()
    page.keyboard.press("Enter")
    page.get_by_label("Hva som skal gjøres").fill("Veiledning hver måned")
    page.get_by_role("button", name="Legg til tiltaket").click()
    expect(page.get_by_text("Veiledning hver måned", exact=True).first).to_be_in_viewport()


def test_an_identity_number_is_refused_while_typing(final: Review, window: Window) -> None:
    page = window("team_leader")
    page.goto(reverse("plan_add", args=[final.code, 4]))
    page.get_by_label("Hva som skal gjøres").fill("Om 010190 10046")
    expect(page.get_by_text("ser ut som et fødselsnummer")).to_be_visible()
    page.get_by_role("button", name="Legg til tiltaket").click()
    expect(page.get_by_label("Hva som skal gjøres")).to_have_value("Om 010190 10046")
    assert not Action.objects.exists()


def test_two_windows_on_one_action_show_both_texts(final: Review, window: Window) -> None:
    leader, coordinator = window("team_leader"), window("coordinator")
    leader.goto(reverse("plan", args=[final.code]))
    leader.get_by_role("button", name="Begynn med anbefalingene").click()
    follow_up(leader, "Gå ut.")
    coordinator.goto(leader.url)
    for page, text in ((leader, "Lederens"), (coordinator, "Koordinatorens")):
        page.get_by_label("Hva som skal gjøres").fill(text)
    leader.get_by_role("button", name="Lagre").click()
    expect(leader).to_have_url(re.compile("#action-"))
    coordinator.get_by_role("button", name="Lagre").click()
    expect(coordinator.get_by_role("alert")).to_contain_text("Lederens")
    expect(coordinator.get_by_label("Hva som skal gjøres")).to_have_value("Koordinatorens")
    assert Axe().run(coordinator).response["violations"] == []
    coordinator.get_by_role("button", name="Lagre").click()
    expect(coordinator.get_by_text("Koordinatorens", exact=True).first).to_be_visible()


def test_a_coordinator_sets_when_the_next_review_is_due(final: Review, window: Window) -> None:
    page = window("coordinator")
    page.goto(final.get_absolute_url())
    page.locator('a[href$="/due/"]').click()
    expect(page.get_by_text("fordi kvalitetsnivået er")).to_be_visible()
    page.get_by_label("Frist for neste vurdering").fill("2026-12-01")
    page.get_by_label("Begrunnelse").fill("Leder er i permisjon.")
    page.get_by_role("button", name="Lagre").click()
    expect(page.get_by_text("1. desember 2026")).to_be_visible()
    page.locator('a[href$="/due/"]').click()
    page.get_by_role("button", name="Gå tilbake til regelen").click()
    expect(page.get_by_text("10. september 2026")).to_be_visible()
