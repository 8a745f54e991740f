"""Consensus with differences: what the evaluators wrote reaches the signed sheet, regardless of who decides where."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

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
    expect(page.get_by_role("heading", name="6 kriterier dere skåret ulikt")).to_be_visible()
    expect(page.locator("#item-21 .agree-lacks")).to_contain_text("ikke nok data")
    page.locator(".take-over button").click()
    expect(page.get_by_role("heading", name="Bli enige om 6 kriterier til")).to_be_visible()
    page.goto(f"/reviews/{opened.code}/consensus/2/")
    decide_on_the_page(page)
    page.get_by_role("link", name="Skårer side om side").click()
    for number in (4, 9, 18, 21):
        decide_in_the_list(page, number)
    expect(page.get_by_role("heading", level=1)).to_have_text("Dere er enige om alle kriteriene")
    world.hand_out(opened)
    world.render = render_pdf
    world.sign(opened)
    signed = text_of(world.client_of("evaluator").get(f"/reviews/{opened.code}/sheet.pdf"))
    for number in DIFFERING:
        for word in ("Sett", "Hørt"):
            assert f"{word} om {number}." in signed
            assert f"Råd {number} ({word})." in signed
    page.goto(f"/reviews/{opened.code}/consensus/")
    page.locator("#item-9 .agree-more summary").click()
    expect(page.locator("#item-9 .agree-more")).to_contain_text(re.compile("Colleague: 2.*Hørt om 9.", re.DOTALL))


def decide_on_the_page(page: Page) -> None:
    """Decide the first differing item, whose reason is asked for, and item 15, whose observation is chosen."""
    expect(page.locator("h1")).to_contain_text("2 ")
    expect(page.get_by_label("Dokumentasjon")).to_have_value("Sett om 2.\n\nHørt om 2.")
    page.locator("[data-anchors] input").first.focus()
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
    """Decide an item in its row: one click for the score, and the reason is typed."""
    row = page.locator(f"#item-{number}")
    row.locator(".agree-score").nth(2).click()
    row.get_by_label("Begrunnelse").press_sequentially("Vi så på listene.")
    if row.get_by_role("button", name="Lagre").is_visible():  # without scripts
        row.get_by_role("button", name="Lagre").click()
    expect(page.locator(f"#item-{number}[data-open]")).to_have_count(0)


def test_a_differing_item_takes_two_actions(opened: Review, window: Window) -> None:
    page, actions = window("evaluator"), 0
    page.goto(f"/reviews/{opened.code}/consensus/")
    row = page.locator("#item-4")
    row.locator(".agree-score").nth(2).click()
    actions += 1
    expect(row.get_by_text("Ikke alle hadde gitt denne skåren")).to_be_visible()
    reason = row.get_by_label("Begrunnelse")
    page.get_by_role("link", name="Neste åpne kriterium").click()
    expect(reason).to_be_focused()  # "next" stops on a missing reason: no action is needed to find it
    page.keyboard.type("Etter planene.")
    actions += 1
    expect(row.locator("[data-row-state]")).to_contain_text("Lagret")
    expect(page.locator("#item-4[data-open]")).to_have_count(0)
    page.wait_for_timeout(1000)
    score = opened.scores.get(item_number=4)
    assert (score.value, score.decision, score.evidence) == (3, "Etter planene.", "Sett om 4.\n\nHørt om 4.")
    assert actions == 2


def test_a_score_pressed_while_the_row_above_is_saved_counts(opened: Review, window: Window) -> None:
    page = window("evaluator", viewport={"width": 1366, "height": 900})
    page.goto(f"/reviews/{opened.code}/consensus/")
    row, score = page.locator("#item-4"), page.locator("#item-9 .agree-score").nth(2)
    row.locator(".agree-score").nth(2).click()
    expect(row.get_by_text("Ikke alle hadde gitt denne skåren")).to_be_visible()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/consensus/4/", hold)
    with page.expect_request("**/consensus/4/"):
        row.get_by_label("Begrunnelse").press_sequentially("Etter planene.")
    score.hover()
    page.mouse.down()
    held[0].continue_()
    expect(row.locator("[data-row-state]")).to_contain_text("Lagret")
    page.mouse.up()
    expect(score.locator("input")).to_be_checked()


def test_an_opened_item_shows_what_differs_and_the_evaluators_talk(
    world: World, opened: Review, window: Window
) -> None:
    page, other = window("evaluator"), window("colleague")
    for each in (page, other):
        each.goto(f"/reviews/{opened.code}/consensus/")
        each.locator("#item-9 .agree-more summary").click()
    row = page.locator("#item-9")
    expect(row.locator(".apart dt")).to_have_text(["2", "3", "4"])
    expect(row.locator(".opened")).to_contain_text(re.compile("Evaluator: 4.*Sett om 9.*Colleague: 2", re.DOTALL))
    row.get_by_label("Kommentar 9").fill("Klienten 01019010046 sa det.")
    row.get_by_role("button", name="Kommentar 9").click()
    expect(row.locator("[data-error]")).not_to_be_empty()
    row.get_by_label("Kommentar 9").fill("Fikk du se planen?")
    row.get_by_role("button", name="Kommentar 9").click()
    expect(row.get_by_text("Fikk du se planen?")).to_be_visible()
    expect(row.get_by_label("Kommentar 9")).to_have_value("")
    expect(other.locator("#item-9").get_by_text("Fikk du se planen?")).to_be_visible()  # without a reload


def test_two_evaluators_who_decide_the_same_item_see_both_texts(world: World, opened: Review, window: Window) -> None:
    page = window("evaluator")
    page.goto(f"/reviews/{opened.code}/consensus/")
    page.locator("#item-4 [name=decision]").fill("Min grunn")
    save(opened, world.colleague, {4: {"value": 2, "decision": "Først."}})
    page.locator("#item-4 .agree-score").nth(2).click()
    page.locator("#item-4 [data-compare]").click()
    expect(page.locator(".conflict")).to_contain_text("Først.")
    expect(page.get_by_label("Begrunnelse for beslutningen")).to_have_value("Min grunn")


def test_a_decision_in_the_list_is_not_lost_when_somebody_else_saves(
    world: World, opened: Review, window: Window
) -> None:
    page = window("evaluator")
    page.goto(f"/reviews/{opened.code}/consensus/")
    page.locator("#item-4 [name=decision]").press_sequentially("Skrives ennå")
    save(opened, world.colleague, {9: {"value": 3, "decision": "Sett."}})
    page.wait_for_timeout(5000)  # the page asks every four seconds
    expect(page.locator("#item-4 [name=decision]")).to_have_value("Skrives ennå")
    expect(page.locator("#item-9 [name=decision]")).to_have_value("Sett.")
    expect(page.locator("#item-9[data-open]")).to_have_count(0)


def test_a_difference_is_decided_without_javascript(opened: Review, window: Window) -> None:
    page = window("evaluator", java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.goto(f"/reviews/{opened.code}/consensus/")
    decide_in_the_list(page, 15)
    assert opened.scores.get(item_number=15).evidence == "Sett om 15.\n\nHørt om 15."
    page.goto(f"/reviews/{opened.code}/consensus/9/")
    page.get_by_role("radio", name=re.compile("^3")).check()
    page.get_by_role("button", name=re.compile("^Neste åpne: ")).click()
    expect(page.locator(".alert-warning")).to_contain_text("Skriv hvorfor det ble denne")
    expect(page.locator("h1")).to_contain_text("9 ")
