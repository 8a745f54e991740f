"""Somebody meets a barrier and reports it: without an account, without scripts, by keyboard; and the cookies."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.test_every_page import RULES
from tests.browser.test_people import PASSWORD
from tests.builders import World
from tests.reviews.statements.owners import STATED

Window = Callable[..., Page]


@pytest.fixture(autouse=True)
def _stated(settings: Any) -> None:
    settings.OWNER = STATED


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the link of this name has the focus, and follow it."""
    for _attempt in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            page.keyboard.press("Enter")
            return
    pytest.fail(f"{name} is not reached by keyboard")


@pytest.mark.parametrize("width", [360, 1280])
def test_somebody_who_cannot_sign_in_reports_a_barrier_by_keyboard_and_without_scripts(
    window: Window, width: int
) -> None:
    page = window("nobody", viewport={"width": width, "height": 720})
    page.goto(reverse("account_login"))
    tab_to(page, "Tilgjengelighet")
    expect(page.get_by_role("heading", name="Tilgjengelighetserklæring")).to_be_visible()
    tab_to(page, "Meld fra om et hinder")
    heading = page.get_by_role("heading", name="Meld fra om et hinder")
    expect(heading).to_be_in_viewport()
    mail = page.locator("main").get_by_role("link", name=STATED.email)
    expect(mail).to_be_in_viewport()
    parts = parse_qs(urlsplit(mail.get_attribute("href") or "").query)
    assert parts["subject"] == ["Hinder i IPS-kvalitet"]
    assert "Hvilken side?" in parts["body"][0]
    assert "Ikke skriv navnet på klienter." in parts["body"][0]
    expect(page.locator("main").get_by_role("link", name=STATED.phone)).to_have_attribute("href", "tel:+4722000000")
    assert Axe().run(page, options=RULES).response["violations"] == []
    page = window("nobody", viewport={"width": width, "height": 720}, java_script_enabled=False)
    page.goto(reverse("account_login"))
    page.get_by_role("link", name="Tilgjengelighet").click()
    expect(page.locator("main").get_by_role("link", name=STATED.email)).to_be_visible()


def test_an_evaluator_finds_help_below_the_item_that_cannot_be_read(world: World, window: Window) -> None:
    page = window("evaluator", viewport={"width": 1366, "height": 768})
    page.goto(reverse("item", args=[world.plan_review().code, 4]))
    foot = page.get_by_role("contentinfo")
    expect(foot.get_by_role("link", name=STATED.email)).to_have_attribute("href", STATED.mail_url)
    foot.get_by_role("link", name="Tilgjengelighet").click()
    page.get_by_role("link", name="Hvis svaret ikke hjelper").click()
    expect(page.get_by_role("link", name="Diskrimineringsnemnda")).to_be_in_viewport()
    filed = page.get_by_role("link", name="Eierens tilgjengelighetserklæring på uustatus.no")
    expect(filed).to_have_attribute("href", STATED.statement_url)
    page.get_by_role("contentinfo").get_by_role("link", name="Personvern").click()
    expect(page.get_by_role("heading", name="Personvernerklæring")).to_be_visible()


def test_every_cookie_that_a_browser_gets_is_in_the_privacy_notice(world: World, window: Window) -> None:
    world.evaluator.set_password(PASSWORD)
    world.evaluator.save()
    page = window("nobody")
    page.goto(reverse("account_login"))
    page.get_by_label("Brukernavn").fill(world.evaluator.username)
    page.get_by_label("Passord").fill(PASSWORD)
    page.get_by_role("button", name="Logg inn", exact=True).click()
    page.locator("details.menu.self summary").click()
    page.get_by_role("button", name="Mørk").click()
    expect(page.locator("meta[name=color-scheme][content=dark]")).to_have_count(1)
    page.locator("details.menu.self summary").click()
    page.get_by_role("button", name="Svenska").click()
    expect(page.locator("html[lang=sv]")).to_be_visible()
    page.goto(reverse("privacy"))
    named = set(page.locator("#cookies ~ dl").first.locator("code").all_inner_texts())
    got = {cookie["name"] for cookie in page.context.cookies()}
    assert len(got) >= 5
    assert got <= named
