"""Scoring by keyboard: turning pages, adopting suggestions by a key, and the number of keys that it takes.

The keys are counted, printed (`pytest -s`) and limited. They are compared with a spreadsheet that has the same checks,
where every cell costs its characters and one key to leave it.
"""

import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route, expect

from reviews.conduct.submission import submit_ratings
from reviews.models import Rating, Review
from scales.rules import CountRule, ThresholdRule
from scales.suggestion import suggest
from tests.browser.conftest import item_url
from tests.builders import World, fresh, rate, save

Window = Callable[..., Page]


class Typist:
    """Presses keys in a window; counts them and the page loads."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys, self.loads = page, 0, 0
        page.on("load", self._loaded)

    def _loaded(self, _page: Page) -> None:
        self.loads += 1

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def type_text(self, text: str) -> None:
        """Type a text without counting its keys, because it takes the same keys everywhere."""
        self.page.keyboard.type(text)

    def report(self, what: str, spreadsheet: int) -> None:
        print(f"{what}: {self.keys} keys, {self.loads} page loads; a spreadsheet with the same checks: {spreadsheet}")


def observe(typist: Typist, review: Review, number: int) -> int:
    """Enter an observation of an item and go on with the suggestion; return the keys that a spreadsheet would take."""
    item, page = review.edition.scale.by_number[number], typist.page
    observed: dict[str, Any] = {}
    if isinstance(item.rule, ThresholdRule):
        typist.press("7", "8")
        observed, cells = {"amount": "78"}, 3
    elif isinstance(item.rule, CountRule):
        typist.press(*"abcd")
        observed, cells = {"met": [1, 2, 3, 4]}, 4 * 2 + len(item.rule.counts) - 5
    elif item.per_specialist:
        typist.press("4", "+")
        cells = 2
    else:
        typist.press("4")
        cells = 0
    if observed:
        suggestion = suggest(item, {"specialists": {"A": observed}} if item.per_specialist else observed, ("A",))
        assert suggestion is not None
        expect(page.locator(f"[data-suggested='{suggestion.score}']")).to_be_visible()
    else:
        expect(page.locator("input[name=value]:checked")).to_have_value("4")
    typist.press("Enter")
    return cells + 2 + 1  # the score and one key to leave it, and a key to skip the column for the reason


def test_25_items_with_suggestions_are_scored_without_leaving_the_keyboard_or_loading_a_page(
    world: World, window: Window
) -> None:
    review = world.plan_review()
    page = window("evaluator")
    page.goto(review.get_absolute_url())
    page.goto(item_url(review, 1), referer=page.url)
    typist, spreadsheet = Typist(page), 0
    for number in range(1, 26):
        expect(page).to_have_url(re.compile(rf"/items/{number}/$"))
        expect(page.locator("[data-scores] :focus")).to_have_count(1)
        spreadsheet += observe(typist, review, number)
    expect(page).to_have_url(re.compile(rf"/reviews/{review.code}/$"))
    typist.report("25 items with suggestions", spreadsheet)
    scores = review.scores.order_by("item_number")
    assert not scores.filter(value__isnull=True).exists()
    assert scores.get(item_number=4).observation == {"amount": "78"}
    assert scores.get(item_number=17).observation == {"specialists": {"A": {"amount": "78"}}}
    assert scores.get(item_number=18).observation == {"specialists": {"A": {"score": 4}}}
    assert not scores.exclude(departure="").exists()
    assert typist.loads <= 1  # the page of the review at the end
    assert typist.keys <= 85 < spreadsheet


def test_keys_act_only_where_they_belong(world: World, window: Window) -> None:
    """WCAG 2.1.4: a key of one character acts while its component has the focus, or while no field has it."""
    page = window("evaluator")
    page.goto(item_url(world.plan_review(), 13))
    checked = page.locator("input[name=value]:checked")
    for place in ("[name=sources]", "[name=evidence]", "[name=met]", ".dock .btn-primary", "h1"):
        page.locator(place).first.focus()
        page.keyboard.press("4")
        expect(checked).to_have_value("")
    for place in ("[data-anchors] input", "[name=sources]", "h1"):
        page.locator(place).first.focus()
        page.keyboard.press("b")
        expect(page.locator("[name=met]:checked")).to_have_count(0)
    page.locator("[name=sources]").first.focus()
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile(r"/items/13/$"))
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile(r"/items/14/$"))
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    expect(page).to_have_url(re.compile(r"/items/13/$"))
    page.evaluate("document.body.dataset.pageKeys = 'off'")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.wait_for_timeout(300)
    expect(page).to_have_url(re.compile(r"/items/13/$"))


def test_enter_never_uses_a_suggestion_that_was_not_shown(world: World, window: Window) -> None:
    review = world.plan_review()
    page = window("evaluator")
    page.goto(item_url(review, 4))
    page.locator("#amount").focus()
    page.keyboard.type("78")
    page.keyboard.press("Enter")
    expect(page.locator("[data-suggested='4']")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/items/4/$"))
    assert review.scores.get(item_number=4).value is None
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/items/5/$"))
    assert review.scores.get(item_number=4).value == 4


def test_list_score_and_evidence_are_in_sight_together(world: World, window: Window) -> None:
    """On a common laptop the list ends in the window, and long anchors scroll while the evidence stays."""
    review = world.plan_review()
    page = window("evaluator", viewport={"width": 1366, "height": 768})
    for number in (14, 14):  # the description folds after it was read once
        page.goto(item_url(review, number))
    expect(page.locator(".description")).not_to_have_attribute("open", "")
    bottom = page.locator(".rail-legend").bounding_box()
    assert bottom is not None
    assert bottom["y"] + bottom["height"] <= 768
    page.mouse.wheel(0, 500)
    expect(page.locator(".anchors-none")).to_be_in_viewport(ratio=1)
    expect(page.get_by_label("Dokumentasjon")).to_be_in_viewport(ratio=1)
    expect(page.locator(".dock .btn-primary")).to_be_in_viewport(ratio=1)


def test_a_consensus_with_six_differences_is_reached_by_keyboard(world: World, window: Window) -> None:
    """In the spreadsheet a formula adopts equal scores: the user moves down 25 rows and fills in six."""
    review = world.consensus_review(4, dict.fromkeys(range(1, 26), 4) | dict.fromkeys((2, 5, 9, 14, 20, 24), 3))
    page = window("evaluator")
    page.goto(review.get_absolute_url())
    page.get_by_role("link", name="Konsensus").focus()
    typist = Typist(page)
    typist.press("Enter")
    expect(page.get_by_role("button", name="19 kriterier")).to_be_focused()
    typist.press("Enter")
    expect(page.locator(".alert-success")).to_be_visible()
    for number in (2, 5, 9, 14, 20, 24):
        row = page.locator(f"#item-{number}")
        expect(row.locator(".agree-scores :focus")).to_have_count(1)
        typist.press("4", "Tab")
        expect(row.get_by_label("Begrunnelse for beslutningen")).to_be_focused()
        typist.type_text("Planene viste det samme begge dager.")
        typist.press("Enter")
    expect(page.get_by_role("link", name="Del ut")).to_be_visible()
    spreadsheet = 25 + 6 * 3  # to the next row; the agreed score, over to the reason, back
    typist.report("a consensus with 6 differences", spreadsheet)
    assert list(review.scores.values_list("value", flat=True)) == [4] * 25
    assert review.scores.exclude(decision="").count() == 6
    assert typist.loads <= 4
    assert typist.keys * 2 < spreadsheet


def test_turning_pages_keeps_the_window_and_back_and_forward_work(world: World, window: Window) -> None:
    review = world.plan_review()
    page = window("evaluator")
    page.goto(item_url(review, 4))
    page.evaluate("window.kept = true")
    page.get_by_label("Dokumentasjon").fill("Til fire")
    page.get_by_role("link", name=re.compile("^9 Ingen ekskludering")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("9 Ingen ekskludering")
    expect(page).to_have_title(re.compile("^9 Ingen ekskludering"))
    page.get_by_label("Dokumentasjon").fill("Til ni")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^4 "))
    expect(page.get_by_label("Dokumentasjon")).to_have_value("Til fire")
    page.go_forward()
    expect(page.get_by_label("Dokumentasjon")).to_have_value("Til ni")
    assert page.evaluate("window.kept") is True
    assert [review.scores.get(item_number=n).evidence for n in (4, 9)] == ["Til fire", "Til ni"]
    expect(page.locator(".bench-items [aria-current]")).to_have_count(1)
    expect(page.locator(".bench-items [aria-current]")).to_contain_text("Ingen ekskludering")


def test_after_turning_a_page_saving_and_reloading_work_as_before(world: World, window: Window) -> None:
    review = world.plan_review()
    page = window("evaluator")
    page.goto(item_url(review, 1))
    page.get_by_role("button", name=re.compile("^Neste: ")).click()
    expect(page).to_have_url(re.compile("/items/2/$"))
    page.locator("[data-anchors] input").first.focus()
    page.keyboard.press("3")
    expect(page.get_by_text("1 av 25 skåret")).to_be_visible()
    expect(page.locator(".bench-items [aria-current] .v")).to_have_text("3")
    page.reload()
    expect(page.get_by_role("radio", checked=True)).to_have_value("3")


def test_turning_a_page_without_a_network_keeps_the_typed_text(world: World, window: Window) -> None:
    review = world.plan_review()
    page = window("evaluator")
    page.goto(item_url(review, 1))
    page.context.set_offline(True)
    page.get_by_label("Dokumentasjon").fill("Uten nett")
    page.get_by_role("button", name=re.compile("^Neste: ")).click()
    expect(page.get_by_text("Ingen nettforbindelse")).to_be_visible()
    expect(page).to_have_url(re.compile("/items/1/$"))
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-save-state]")).to_contain_text("Lagret")
    assert review.scores.get(item_number=1).evidence == "Uten nett"


def test_a_suggestion_follows_what_is_typed_and_another_score_asks_why(world: World, window: Window) -> None:
    review = world.plan_review()
    page = window("evaluator")
    page.goto(item_url(review, 4))
    amount = page.get_by_label("Andel av jobbspesialistens portefølje")
    amount.press_sequentially("74,5")
    suggestion = page.locator(".suggestion")
    expect(suggestion).to_contain_text("3")
    expect(suggestion).to_contain_text("74,5 %")
    expect(suggestion).to_contain_text("høyeste")
    why = page.get_by_label("Hvorfor en annen skåre")
    expect(why).to_be_hidden()
    page.get_by_role("radio", name=re.compile("^4")).check()
    expect(why).to_be_visible()
    why.fill("Nyeste tall er 78.")
    with page.expect_response(re.compile("/items/4/")):
        why.blur()
    row = review.scores.get(item_number=4)
    assert (row.value, row.observation, row.departure) == (4, {"amount": "74.5"}, "Nyeste tall er 78.")
    page.get_by_role("button", name="Bruk").click()
    expect(page.get_by_role("radio", checked=True)).to_have_value("3")


def test_a_condition_caps_the_suggestion(world: World, window: Window) -> None:
    page = window("evaluator")
    page.goto(item_url(world.plan_review(), 4))
    page.get_by_label("Andel av jobbspesialistens portefølje").press_sequentially("95")
    expect(page.locator("[data-suggested='5']")).to_be_visible()
    page.get_by_role("checkbox", name=re.compile("tre eller flere behandlingsteam")).check()
    expect(page.locator("[data-suggested='2']")).to_be_visible()


def test_points_and_none_of_them_exclude_each_other(world: World, window: Window) -> None:
    review = world.plan_review()
    page = window("evaluator")
    page.goto(item_url(review, 13))
    none = page.get_by_label("Ingen av disse")
    none.check()
    expect(page.locator("[data-suggested='1']")).to_be_visible()
    page.get_by_label(re.compile("krever ikke at alle klienter")).check()
    expect(none).not_to_be_checked()
    expect(page.locator("[data-suggested='2']")).to_be_visible()
    assert review.scores.get(item_number=13).observation == {"met": [1]}


def test_specialists_are_the_same_for_all_three_items(world: World, window: Window) -> None:
    review = world.plan_review()
    page = window("evaluator")
    page.goto(item_url(review, 17))
    page.locator("#amount-A").press_sequentially("6")
    page.get_by_role("button", name="Legg til jobbspesialist B").click()
    page.locator("#amount-B").press_sequentially("3")
    expect(page.locator("[data-suggested]")).to_contain_text("3,5")
    expect(page.locator("[data-suggested='4']")).to_be_visible()
    page.goto(item_url(review, 18))
    page.locator("#score-A").select_option("5")
    page.locator("#score-B").select_option("2")
    expect(page.locator("[data-suggested='4']")).to_be_visible()
    page.get_by_role("button", name="Flytt B opp").click()
    expect(page.locator(".specialist:not([hidden]) .specialist-label").first).to_have_text("B")
    page.goto(item_url(review, 24))
    expect(page.locator(".specialist:not([hidden]) .specialist-label")).to_have_text(["B", "A"])
    page.locator("#part-A").press_sequentially("20")
    page.locator("#whole-A").press_sequentially("37,5")
    page.get_by_role("button", name="Ta ut B").click()
    expect(page.locator(".specialist:not([hidden]) .specialist-label")).to_have_text(["A"])
    expect(page.locator("[data-suggested='4']")).to_be_visible()
    page.goto(item_url(review, 17))
    expect(page.locator("[data-suggested='5']")).to_be_visible()
    page.get_by_role("button", name="Ta med B igjen").click()
    expect(page.locator("#amount-B")).to_have_value("3")


def test_an_item_that_awaits_data_shows_who_gets_what_by_when(world: World, window: Window) -> None:
    review = world.plan_review()
    page = window("evaluator")
    page.goto(item_url(review, 21))
    page.get_by_role("radio", name=re.compile("Ikke nok data")).check()
    page.get_by_label("Hva som mangler").fill("Liste over jobber siste halvår")
    page.get_by_label("Hvem som skaffer").fill("Teamlederen")
    page.get_by_label("Frist").fill("2026-12-01")
    page.get_by_role("link", name="IPS Øyvær").first.click()  # leaving the page waits for the save
    expect(page).to_have_url(re.compile(rf"/reviews/{review.code}/$"))
    expect(page.locator(".to-do")).to_contain_text("Liste over jobber siste halvår")
    expect(page.locator(".to-do")).to_contain_text("Teamlederen")
    expect(page.locator(".to-do")).to_contain_text("1. desember 2026")
    assert review.scores.get(item_number=21).value is None


def test_suggestions_specialists_and_consensus_work_without_javascript(world: World, window: Window) -> None:
    review = world.apart_review()
    for user, text in ((world.evaluator, "Fra A."), (world.colleague, "Fra B.")):
        rate(review, user, 4, evidence=text)
        submit_ratings(review=fresh(review), by=user)
    page = window("evaluator", java_script_enabled=False)
    page.goto(f"/reviews/{review.code}/consensus/17/")
    page.locator("#amount-A").fill("5")
    page.get_by_role("button", name="Legg til jobbspesialist B").click()
    page.locator("#score-B").select_option("3")
    page.get_by_role("button", name="Lagre", exact=True).click()
    page.get_by_role("button", name="Bruk").click()
    page.locator("[name=merge]").click()
    row = review.scores.get(item_number=17)
    assert row.evidence == "Fra A.\n\nFra B."
    assert (row.value, row.observation) == (4, {"specialists": {"A": {"amount": "5"}, "B": {"score": 3}}})


def test_two_evaluators_rate_alone_submit_and_agree_on_one_screen(world: World, window: Window) -> None:
    review = world.apart_review()
    rate(review, world.evaluator, dict.fromkeys(range(2, 26), 4))
    rate(review, world.colleague, 4)
    first, second = window("evaluator"), window("colleague")
    first.goto(item_url(review, 1))
    first.get_by_role("radio", name=re.compile("^2 ")).check()
    expect(first.get_by_text("25 av 25")).to_be_visible()
    first.goto(review.get_absolute_url())
    first.get_by_role("link", name=re.compile("Lever")).click()
    first.get_by_role("button", name=re.compile("^Lever")).click()
    expect(first.get_by_role("button", name=re.compile("tilbake"))).to_be_visible()
    second.goto(f"/reviews/{review.code}/hand-in/")
    second.get_by_role("button", name=re.compile("^Lever")).click()
    second.get_by_role("link", name="Konsensus").click()
    first.goto(f"/reviews/{review.code}/consensus/")
    second.locator(".take-over button").click()
    expect(first.locator(".take-over")).to_have_count(0, timeout=15_000)  # it appears here without a reload
    second.goto(f"/reviews/{review.code}/consensus/1/")
    first.goto(f"/reviews/{review.code}/consensus/1/")
    first.locator("[name=decision]").fill("Tallet fra listen.")
    first.get_by_role("radio", name=re.compile("^3 ")).check()
    expect(second.get_by_role("radio", checked=True)).to_have_value("3", timeout=15_000)
    second.get_by_role("link", name="Skårer side om side").click()
    expect(second.locator("#item-1 [name=value]:checked")).to_have_value("3")
    expect(second.get_by_role("link", name=re.compile("Del ut"))).to_be_visible()
    assert fresh(review).status == "consensus"
    assert set(Rating.objects.filter(item_number=1).values_list("value", flat=True)) == {2, 4}


def slow(page: Page, number: int, pause: int) -> None:
    """Delay the page of an item by some milliseconds."""

    def later(route: Route) -> None:
        if route.request.method == "GET":
            time.sleep(pause / 1000)
        route.continue_()

    page.route(re.compile(rf"/items/{number}/$"), later)


def test_slow_pages_do_not_mix_up_texts(world: World, window: Window) -> None:
    review = world.plan_review()
    page = window("evaluator")
    page.goto(item_url(review, 4))
    page.get_by_role("button", name=re.compile("^Neste: ")).click()
    expect(page).to_have_url(re.compile("/items/5/$"))
    slow(page, 9, 700)
    slow(page, 4, 1500)
    page.get_by_role("textbox", name="Dokumentasjon").fill("Til fem")
    page.get_by_role("link", name=re.compile("^9 Ingen ekskludering")).click()
    page.keyboard.type("5")  # meant for the next item: it must be stored nowhere
    page.go_back()
    page.wait_for_timeout(2600)
    number = page.get_by_role("heading", level=1).text_content()
    assert number is not None
    shown = number.split(" ")[0]
    expect(page).to_have_url(re.compile(rf"/items/{shown}/$"))
    page.get_by_role("textbox", name="Dokumentasjon").fill(f"Til {shown}")
    page.get_by_role("textbox", name="Dokumentasjon").blur()
    expect(page.locator("[data-save-state]")).to_contain_text("Lagret")
    texts = dict(review.scores.exclude(evidence="").values_list("item_number", "evidence"))
    assert texts == {5: "Til fem", int(shown): f"Til {shown}"}
    assert not review.scores.filter(value__isnull=False).exists()


def test_a_newly_added_specialist_is_on_the_next_page(world: World, window: Window) -> None:
    review = world.plan_review()
    page = window("evaluator")
    page.goto(item_url(review, 17))
    page.get_by_role("button", name="Legg til jobbspesialist B").click()
    expect(page.locator("#amount-B")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Neste: ")).click()
    expect(page.locator("#score-B")).to_be_visible()


def test_a_late_response_for_one_consensus_item_never_shows_on_the_next(world: World, window: Window) -> None:
    """The page polls for changes of others. A response may arrive after the reader has gone to the next item."""
    review = world.consensus_review(4, dict.fromkeys(range(1, 26), 4) | {2: 3, 5: 3})
    page, held = window("evaluator"), list[Route]()

    def hold(route: Route) -> None:
        if "x-asked-by-page" in route.request.headers and not held:
            held.append(route)
        else:
            route.continue_()

    page.goto(f"/reviews/{review.code}/consensus/2/")
    page.route(re.compile(r"/consensus/2/$"), hold)
    save(review, world.colleague, {2: {"value": 3, "decision": "Etter samtalen."}})
    for _tenth in range(150):
        if held:
            break
        page.wait_for_timeout(100)
    page.get_by_role("link", name=re.compile("^5 ")).click()
    expect(page).to_have_url(re.compile("/consensus/5/$"))
    with page.expect_response(re.compile(r"/consensus/2/$")):
        held[0].continue_()
    page.wait_for_timeout(500)
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^5 "))
