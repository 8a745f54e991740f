"""Agreement between evaluators in the browser: of one review, and across a network's reviews."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from scales.loading import load
from tests.browser.test_every_page import RULES
from tests.builders import World
from tests.scales.pocket import pocket_scale

Window = Callable[..., Page]
FIRST = {number: 1 + number % 5 for number in range(1, 26)}


def assert_accessible(page: Page) -> None:
    assert Axe().run(page, options=RULES).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_evaluators_see_how_far_they_agreed_and_open_the_items_that_differ(world: World, window: Window) -> None:
    review = world.consensus_review(FIRST, FIRST | {4: 3, 9: 1, 10: 2})
    page = window("evaluator", viewport={"width": 360, "height": 4000})  # the bar at the lower edge covers nothing
    page.goto(reverse("consensus", args=[review.code]))
    section = page.get_by_role("heading", name="Samsvar før konsensus").locator("..")
    for words in ("22 av 25 kriterier (88 %)", "23 av 25 kriterier (92 %)", "0,28 poeng"):
        expect(section.get_by_text(words)).to_be_visible()
    for name in ("Krippendorffs alfa", "Gwets AC2"):
        figure = section.locator("dl > div").filter(has_text=name)
        expect(figure.locator("dd").first).to_contain_text("95 % konfidensintervall: 0,")
    expect(section.get_by_text("Intervallet er bredt, fordi 25 kriterier er få.")).to_be_visible()
    assert_accessible(page)
    expect(section.get_by_role("table")).to_have_count(0)  # the list above has the items that differ
    page.locator("#title-9").click()
    expect(page).to_have_url(re.compile(r"/consensus/9/$"))


@pytest.mark.parametrize("language", ["nb", "sv", "en"])
def test_a_coordinator_reads_the_agreement_of_the_network(world: World, window: Window, language: str) -> None:
    pocket = load(pocket_scale())[0]
    totals = [(1, 1), (2, 2), (3, 4), (4, 4), (5, 5), (2, 1), (3, 3), (4, 5), (1, 2), (5, 4)]
    for year, (first, second) in enumerate(totals, 2010):
        world.final_apart(first, second, year=year, edition=pocket)
    world.coordinator.language = language
    world.coordinator.save()
    page = window("coordinator", viewport={"width": 360, "height": 740})
    page.goto(reverse("agreement", args=[world.network.code]))
    expect(page.get_by_text("ICC(1,1)")).to_be_visible()
    expect(page.get_by_text("AC2", exact=False).first).to_be_visible()
    expect(page.locator("main table tbody tr")).to_have_count(3)
    assert_accessible(page)
