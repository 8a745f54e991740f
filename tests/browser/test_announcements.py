"""What a screen reader reads aloud without a change of focus: what is put into a live region that is there already."""

import re
from collections.abc import Callable

from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.conftest import item_url
from tests.builders import World, save

Window = Callable[..., Page]
# Collects what is put into live regions that the page has had before.
LISTEN = """() => {
  window.heard = [];
  const live = "[role=status], [role=alert], [aria-live]";
  const regions = new WeakSet(document.querySelectorAll(live));
  new MutationObserver((records) => {
    const changed = new Set();
    for (const { target, addedNodes } of records) {
      const element = target instanceof Element ? target : target.parentElement;
      const region = element?.closest(live);
      if (region && region.isConnected && (addedNodes.length || target instanceof Text)) changed.add(region);
    }
    for (const region of changed) {
      const text = region.textContent.replace(/\\s+/g, " ").trim();
      if (regions.has(region) && text) window.heard.push(text);
      regions.add(region);
    }
  }).observe(document, { childList: true, characterData: true, subtree: true });
}"""
SAVED = r"Lagret kl\. \d\d:\d\d"


def listen(page: Page) -> None:
    page.evaluate(LISTEN)


def expect_heard(page: Page, *patterns: str) -> None:
    """Exactly these sentences were heard since the last time."""
    page.wait_for_function("count => window.heard.length >= count", arg=len(patterns))
    page.wait_for_timeout(400)  # something more would be said twice
    heard = page.evaluate("window.heard.splice(0)")
    assert len(heard) == len(patterns), heard
    for pattern, sentence in zip(patterns, heard, strict=True):
        assert re.fullmatch(pattern, sentence), heard


def test_every_save_of_a_score_and_a_note_is_heard_once(world: World, window: Window) -> None:
    page = window("evaluator")
    page.goto(item_url(world.plan_review(), 1))
    listen(page)
    for score in ("4", "3"):  # in the same minute
        page.locator("[name=value]:checked").press(score)
        expect_heard(page, SAVED)
    page.get_by_label("Dokumentasjon").press_sequentially("Sett i journalen")
    expect_heard(page, SAVED)


def test_a_suggestion_is_heard_when_it_changes_and_only_then(world: World, window: Window) -> None:
    page = window("evaluator")
    page.goto(item_url(world.plan_review(), 4))
    listen(page)
    page.locator("#amount").press_sequentially("78")
    page.wait_for_function("() => window.heard.length >= 2")
    heard = page.evaluate("window.heard.splice(0)")
    assert any("Foreslått skåre 4" in each for each in heard), heard
    page.get_by_label("Dokumentasjon").fill("Listen")
    expect_heard(page, SAVED)


def test_being_offline_and_saved_again_is_heard(world: World, window: Window) -> None:
    page = window("evaluator")
    page.goto(item_url(world.plan_review(), 1))
    listen(page)
    page.context.set_offline(True)
    page.get_by_label("Dokumentasjon").fill("Uten nett")
    expect_heard(page, "Ingen nettforbindelse.*")
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect_heard(page, SAVED)


def test_a_conflict_is_heard_with_the_way_out(world: World, window: Window) -> None:
    review = world.plan_review()
    page = window("evaluator")
    page.goto(item_url(review, 1))
    save(review, world.colleague, {1: {"evidence": "Fra Colleague"}})
    listen(page)
    page.get_by_label("Dokumentasjon").fill("Fra meg")
    expect_heard(page, r"Colleague har lagret noe annet her\..* Sammenlign")


def test_rows_of_consensus_and_comments_are_heard_with_their_number(world: World, window: Window) -> None:
    review = world.consensus_review(4, dict.fromkeys(range(1, 26), 4) | {2: 3, 5: 3})
    page = window("evaluator")
    page.goto(reverse("consensus", args=[review.code]))
    listen(page)
    row = page.locator("#item-2")
    row.get_by_label("Begrunnelse").fill("Listen viste det.")
    expect_heard(page, f"2: {SAVED}")
    row.get_by_role("radio").nth(3).check(force=True)
    expect_heard(page, f"2: {SAVED}")
    row.locator("summary").click()
    row.get_by_label("Kommentar 2").fill("Enig.")
    row.get_by_role("button", name="Kommentar 2").click()
    expect_heard(page, r"Kommentaren er sendt\.")
    expect(row.locator(".talk")).to_contain_text("Enig.")
    save(review, world.colleague, {5: {"value": 3, "decision": "Fra Colleague"}})
    page.locator("#item-5").get_by_label("Begrunnelse").fill("Fra meg")
    expect_heard(page, r"5: Colleague har lagret noe annet her\..* Sammenlign")


def test_a_sent_remark_and_its_answer_are_heard_on_the_page_that_follows(world: World, window: Window) -> None:
    review = world.asked_review(4)
    for who, field, press in (
        ("team_leader", "Merknad", "Send merknaden"),
        ("evaluator", "Svar", "Svar på merknaden"),
    ):
        page = window(who)
        page.add_init_script(f"addEventListener('DOMContentLoaded', {LISTEN})")
        page.goto(reverse("remarks", args=[review.code]))
        page.locator("textarea").and_(page.get_by_label(field)).first.fill("Vi har tre team.")
        page.get_by_role("button", name=press).first.click()
        expect(page.locator("[data-message]").first).not_to_be_empty()
        page.wait_for_function("() => window.heard?.length")
        assert page.evaluate("window.heard") == page.locator("[data-message]").all_inner_texts()
