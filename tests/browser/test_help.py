"""Help in the browser: from the scoring page to its part of the guide and back, and the list of keys."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from reviews.models import User
from tests.browser.test_every_page import RULES
from tests.builders import World

Window = Callable[..., Page]


def item_url(world: World) -> str:
    return reverse("item", args=[world.plan_review().code, 4])


def tab_to(page: Page, name: str) -> None:
    """Move the focus to a link by the tab key alone."""
    for _ in range(60):
        if page.evaluate("document.activeElement?.textContent.trim()") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} was not reached")


def test_the_guide_is_reached_from_the_scoring_page_by_keyboard_and_left_again(world: World, window: Window) -> None:
    page = window("evaluator")
    url = item_url(world)
    page.goto(url)
    page.locator(".self summary").focus()
    page.keyboard.press("Enter")
    tab_to(page, "Hjelp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Skår et kriterium")).to_be_visible()
    page.go_back()
    page.wait_for_url(f"**{url}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("4")


def test_the_guide_opens_without_an_account_and_without_scripts(world: World, window: Window) -> None:
    page = window(java_script_enabled=False)
    page.goto(reverse("account_login"))
    page.get_by_role("link", name="Hjelp").click()
    expect(page.get_by_role("heading", level=1, name="Logg inn for første gang")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "place"),
    [("item", "Skåre et kriterium"), ("consensus", "Konsensus"), ("heat_map", "Kriterium for kriterium")],
)
def test_the_question_mark_lists_the_keys_of_the_page(world: World, window: Window, name: str, place: str) -> None:
    review = world.consensus_review(4, dict.fromkeys(range(1, 26), 3)) if name == "consensus" else world.final_review(4)
    urls = {
        "item": item_url(world),
        "consensus": reverse("consensus", args=[review.code]),
        "heat_map": reverse("heat_map"),
    }
    page = window("coordinator" if name == "heat_map" else "evaluator")
    page.goto(urls[name])
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Taster")
    expect(sheet.get_by_role("heading", name=place)).to_be_visible()
    expect(sheet.get_by_role("heading", name="På alle sider")).to_be_visible()
    assert Axe().run(page, options=RULES).response["violations"] == []
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    assert page.url.endswith(urls[name])


def test_the_question_mark_is_a_sign_in_a_field_and_does_nothing_for_people_who_switched_it_off(
    world: World, window: Window
) -> None:
    page = window("evaluator")
    page.goto(reverse("search"))
    field = page.get_by_role("searchbox", name="Søk")
    field.press("?")
    expect(field).to_have_value("?")
    User.objects.filter(pk=world.evaluator.pk).update(page_keys=False)
    page.goto(item_url(world))
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.wait_for_timeout(300)
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name="Taster").first.click()
    expect(page.get_by_role("dialog", name="Taster")).to_be_visible()
