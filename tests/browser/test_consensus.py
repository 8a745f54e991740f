"""Consensus with differences: what the evaluators wrote reaches the signed sheet, whoever decides where."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from ipsfidelity.pdf import render_pdf
from reviews.conduct.submission import submit_ratings
from reviews.models import Review
from tests.builders import World, fresh, rate, save, text_of

Window = Callable[..., Page]
DIFFERING = (2, 4, 9, 15, 18, 21)


@pytest.fixture
def opened(world: World) -> Review:
    """Return a review with six differences. On item 15 the observations differ, on item 21 somebody awaits data."""
    review = world.apart_review()
    for user, word, value in ((world.evaluator, "Sett", 4), (world.colleague, "Hørt", 2)):
        rate(review, user, 4, evidence=f"{word} overalt.", sources=["OBS"])
        for number in DIFFERING:
            note = {"value": value, "evidence": f"{word} om {number}.", "recommendation": f"Råd {number} ({word})."}
            save(fresh(review), user, {number: note | {"sources": ["OBS"] if value == 4 else ["ADM"]}})
    save(fresh(review), world.evaluator, {15: {"observation": {"amount": "40"}}})
    save(fresh(review), world.colleague, {15: {"observation": {"amount": "200"}}})
    save(fresh(review), world.colleague, {21: {"value": None, "awaiting": True, "awaited": "Jobblisten"}})
    for user in (world.evaluator, world.colleague):
        submit_ratings(review=fresh(review), by=user)
    return fresh(review)


def test_a_consensus_with_six_differences_keeps_all_notes_up_to_the_signed_sheet(
    world: World, opened: Review, window: Window
) -> None:
    page = window("evaluator", viewport={"width": 1366, "height": 860})
    page.goto(f"/reviews/{opened.code}/consensus/")
    expect(page.get_by_role("link", name="Kriterier med ulik skåre (6)")).to_be_visible()
    expect(page.locator("#item-21 td").nth(1)).to_contain_text("?")
    page.locator(".take-over button").click()
    decide_on_the_page(page)
    page.get_by_role("link", name="Skårer side om side").click()
    page.get_by_role("link", name="Gjenstår å bli enige om (4)").click()
    for number in (4, 9, 18, 21):
        decide_in_the_list(page, number)
    expect(page.locator("[role=status]").first).to_contain_text("enige om: 0.")
    world.hand_out(opened)
    world.render = render_pdf
    world.sign(opened)
    signed = text_of(world.client_of("evaluator").get(f"/reviews/{opened.code}/sheet.pdf"))
    for number in DIFFERING:
        for word in ("Sett", "Hørt"):
            assert f"{word} om {number}." in signed
            assert f"Råd {number} ({word})." in signed
    page.goto(f"/reviews/{opened.code}/consensus/?show=differences")
    page.locator("#item-9 + tr .rated-notes summary").click()
    expect(page.locator("#item-9 + tr .rated-notes")).to_contain_text(re.compile("Colleague: 2.*Hørt om 9.", re.DOTALL))


def decide_on_the_page(page: Page) -> None:
    """Decide the first differing item, whose reason is asked for, and item 15, whose observation is chosen."""
    expect(page.locator("h1")).to_contain_text("2 ")
    expect(page.get_by_label("Dokumentasjon")).to_have_value("Sett om 2.\n\nHørt om 2.")
    expect(page.locator("h1")).to_be_focused()
    page.keyboard.press("3")
    page.keyboard.press("Enter")  # next open item
    reason = page.get_by_label("Begrunnelse for beslutningen")
    expect(reason).to_be_focused()
    expect(page.locator("h1")).to_contain_text("2 ")
    reason.fill("Etter planene.")
    reason.press("Enter")
    expect(page.locator("h1")).to_contain_text("4 ")
    page.get_by_role("link", name=re.compile("^15 ")).click()
    expect(page.locator("h1")).to_contain_text("15 ")
    page.get_by_role("button", name=re.compile("Bruk denne.*Evaluator")).click()
    expect(page.locator("#amount")).to_have_value("40")
    page.get_by_label("Begrunnelse for beslutningen").fill("Listen er ny.")
    page.get_by_role("radio", name=re.compile("^4")).check()
    page.get_by_role("button", name=re.compile("^Neste åpne: ")).click()
    expect(page.locator("h1")).to_contain_text("18 ")


def decide_in_the_list(page: Page, number: int) -> None:
    decision = page.locator(f"#item-{number} + tr .decide")
    decision.get_by_label("Skåre").select_option("3")
    decision.get_by_label("Begrunnelse").fill("Vi så på listene.")
    decision.get_by_role("button").click()
    expect(page.locator(f"#item-{number}")).to_contain_text("avgjort")


def test_a_decision_in_the_list_is_not_lost_when_somebody_else_saves(
    world: World, opened: Review, window: Window
) -> None:
    page = window("evaluator")
    page.goto(f"/reviews/{opened.code}/consensus/")
    page.locator("#item-4 + tr .decide [name=decision]").fill("Skrives ennå")
    save(opened, world.colleague, {9: {"value": 3, "decision": "Sett."}})
    page.wait_for_timeout(5000)  # the page asks every four seconds
    expect(page.locator("#item-4 + tr .decide [name=decision]")).to_have_value("Skrives ennå")
    page.locator("#item-4 + tr .decide [name=decision]").fill("")
    page.locator("h1").click()
    expect(page.locator("#item-9")).to_contain_text("avgjort")


def test_a_difference_is_decided_without_javascript(opened: Review, window: Window) -> None:
    page = window("evaluator", java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.goto(f"/reviews/{opened.code}/consensus/?show=open")
    decide_in_the_list(page, 15)
    assert opened.scores.get(item_number=15).evidence == "Sett om 15.\n\nHørt om 15."
    page.goto(f"/reviews/{opened.code}/consensus/9/")
    page.get_by_role("radio", name=re.compile("^3")).check()
    page.get_by_role("button", name=re.compile("^Neste åpne: ")).click()
    expect(page.locator(".alert-warning")).to_contain_text("Skriv hvorfor det ble denne")
    expect(page.locator("h1")).to_contain_text("9 ")
