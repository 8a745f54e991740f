"""Typed text is never lost: at pauses, on leaving, with two people, without a network, after signing out."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections
from playwright.sync_api import Locator, Page, Route, expect

from ipsfidelity import failures
from reviews.models import Review
from tests.browser.conftest import item_url, open_own_menu
from tests.builders import World, save
from tests.test_outages import locked

Window = Callable[..., Page]


def evidence(page: Page) -> Locator:
    return page.get_by_label("Dokumentasjon")


def status_of(page: Page) -> Locator:
    return page.get_by_role("status")


def stored(review: Review, number: int = 1) -> str:
    return review.scores.get(item_number=number).evidence


def wait_until_stored(page: Page, review: Review, text: str) -> None:
    """Wait until the database contains a text. The page may still report that an older text is saved."""
    for _ in range(80):
        if stored(review) == text:
            return
        page.wait_for_timeout(100)
    raise AssertionError(
        f"stored is {stored(review)!r}, not {text!r}; the page says {status_of(page).text_content()!r}"
    )


def drop_response(route: Route) -> None:
    """Send the request to the server and drop its response."""
    route.fetch()
    route.abort("internetdisconnected")


def sign_in_elsewhere(page: Page) -> None:
    """Sign in in another tab of the same browser, as the page suggests."""
    tab = page.context.new_page()
    tab.goto("/accounts/login/")
    tab.get_by_label("Brukernavn").fill("evaluator")
    tab.get_by_label("Passord").fill("evaluator-pw")
    tab.get_by_role("button", name="Logg inn", exact=True).click()
    expect(tab.locator("details.menu.self")).to_be_visible()
    tab.close()


def test_a_pause_saves_and_shows_the_time(review: Review, window: Window) -> None:
    page = window("evaluator")
    page.goto(item_url(review, 1))
    evidence(page).press_sequentially("Sett i journalen")
    expect(status_of(page)).to_have_text(re.compile(r"^Lagret kl. \d\d:\d\d$"))
    assert stored(review) == "Sett i journalen"


def test_while_the_database_is_locked_the_text_is_kept_and_then_saved_without_doing_anything(
    review: Review, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connections.settings["default"]["OPTIONS"], "timeout", 1)
    monkeypatch.setattr(failures, "RETRY_AFTER", 1)
    page = window("evaluator")
    page.goto(item_url(review, 1))
    with locked(Path(connection.settings_dict["NAME"])):
        evidence(page).press_sequentially("Sett i journalen")
        expect(status_of(page)).to_have_text("Databasen svarer ikke akkurat nå. Teksten din står fortsatt her.")
    expect(status_of(page)).to_have_text(re.compile(r"^Lagret kl. \d\d:\d\d$"))
    assert stored(review) == "Sett i journalen"


def test_a_choice_is_saved_at_once_and_progress_follows(review: Review, window: Window) -> None:
    page = window("evaluator")
    page.goto(item_url(review, 1))
    page.get_by_role("radio", name="21 – 25 klienter per jobbspesialist").check()
    expect(page.get_by_text("1 av 25 skåret · sum så langt 4")).to_be_visible()
    expect(page.locator("[data-value]")).to_have_text("4")
    page.get_by_role("radio", name="Ingen skåre ennå").check()
    expect(page.get_by_text("0 av 25 skåret · sum så langt 0")).to_be_visible()
    assert review.scores.get(item_number=1).value is None


def test_several_saves_in_a_row_cause_no_conflict(review: Review, window: Window) -> None:
    page = window("evaluator")
    page.goto(item_url(review, 1))
    for key in "12345":
        page.locator("[data-anchors] input").first.focus()
        page.keyboard.press(key)
    evidence(page).fill("Rask")
    page.get_by_role("checkbox", name="INT").check()
    page.get_by_role("button", name=re.compile("^Neste: ")).click()
    expect(page).to_have_url(re.compile("/items/2/"))
    row = review.scores.get(item_number=1)
    assert (row.value, row.evidence, row.sources) == (5, "Rask", ["INT"])


def test_leaving_by_a_link_waits_for_the_save(review: Review, window: Window) -> None:
    page = window("evaluator")
    page.goto(item_url(review, 1))
    evidence(page).fill("Siste ord")
    page.get_by_role("link", name="IPS Øyvær").click()
    expect(page).to_have_url(re.compile(f"{review.get_absolute_url()}$"))
    assert stored(review) == "Siste ord"


def test_signing_out_waits_for_the_save(review: Review, window: Window) -> None:
    page = window("evaluator")
    page.goto(item_url(review, 1))
    evidence(page).fill("Før jeg går")
    open_own_menu(page).get_by_role("button", name="Logg ut").click()
    expect(page.get_by_role("heading", name="Logg inn")).to_be_visible()
    assert stored(review) == "Før jeg går"


def test_going_back_shows_what_was_saved_and_can_be_saved_again(review: Review, window: Window) -> None:
    page = window("evaluator")
    page.goto(item_url(review, 1))
    evidence(page).fill("Først")
    page.get_by_role("button", name=re.compile("^Neste: ")).click()
    expect(page).to_have_url(re.compile("/items/2/"))
    page.go_back()
    expect(evidence(page)).to_have_value("Først")
    evidence(page).fill("Først og sist")
    wait_until_stored(page, review, "Først og sist")


def test_going_back_from_another_page_shows_what_was_saved_and_can_be_saved_again(
    review: Review, window: Window
) -> None:
    page = window("evaluator")
    page.goto(item_url(review, 1))
    evidence(page).fill("Først")
    page.get_by_role("link", name="IPS Øyvær").first.click()
    expect(page).to_have_url(re.compile(rf"/reviews/{review.code}/$"))
    save(review, review.evaluators.first(), {1: {"evidence": "Fra en annen maskin"}})
    page.go_back()
    # the browser may have cached the page: then it reloads before anything can be typed
    expect(evidence(page)).to_have_value("Fra en annen maskin")
    evidence(page).fill("Først og sist")
    wait_until_stored(page, review, "Først og sist")


def test_two_people_on_one_item_both_keep_their_texts(review: Review, window: Window) -> None:
    mine, yours = window("evaluator"), window("colleague")
    mine.goto(item_url(review, 1))
    yours.goto(item_url(review, 1))
    evidence(mine).fill("Min tekst")
    expect(status_of(mine)).to_contain_text("Lagret")
    evidence(yours).fill("Din tekst")
    expect(status_of(yours)).to_contain_text("Evaluator")
    expect(evidence(yours)).to_have_value("Din tekst")
    assert stored(review) == "Min tekst"

    yours.get_by_role("button", name="Sammenlign").click()
    conflict = yours.get_by_role("alert")
    expect(conflict).to_contain_text("Min tekst")
    expect(evidence(yours)).to_have_value("Din tekst")
    evidence(yours).fill("Min tekst. Din tekst.")
    yours.get_by_role("button", name="Lagre min").click()
    expect(conflict).to_have_count(0)
    assert stored(review) == "Min tekst. Din tekst."


def test_keeping_the_stored_text_deliberately_discards_ones_own(review: Review, window: Window, world: World) -> None:
    page = window("evaluator")
    page.goto(item_url(review, 1))
    save(review, world.colleague, {1: {"evidence": "Det som står"}})
    evidence(page).fill("Mitt")
    page.get_by_role("button", name="Sammenlign").click()
    page.get_by_role("link", name="Behold").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(evidence(page)).to_have_value("Det som står")
    assert stored(review) == "Det som står"


def test_without_a_network_the_text_stays_and_is_saved_later(review: Review, window: Window) -> None:
    page = window("evaluator")
    page.goto(item_url(review, 1))
    page.context.set_offline(True)
    evidence(page).fill("Skrevet i kjelleren")
    expect(status_of(page)).to_contain_text("Ingen nettforbindelse")
    assert stored(review) == ""
    page.context.set_offline(False)
    expect(status_of(page)).to_contain_text("Lagret")
    assert stored(review) == "Skrevet i kjelleren"


def test_a_save_whose_response_was_lost_is_repeated_without_harm(review: Review, window: Window) -> None:
    """The server saves, its response is lost, and the module sends the same change again."""
    page = window("evaluator")
    page.goto(item_url(review, 1))
    page.route("**/items/1/", drop_response, times=1)
    evidence(page).fill("En gang")
    expect(status_of(page)).to_contain_text("Ingen nettforbindelse")
    expect(status_of(page)).to_contain_text("Lagret")
    row = review.scores.get(item_number=1)
    assert (row.evidence, row.version) == ("En gang", 1)


def test_text_typed_after_a_lost_response_replaces_the_saved_text(review: Review, window: Window) -> None:
    """The server has the first text and the page does not know: the writer must not get a conflict with herself."""
    page = window("evaluator")
    page.goto(item_url(review, 1))
    page.route("**/items/1/", drop_response, times=1)
    evidence(page).fill("Et navn som må bort")
    expect(status_of(page)).to_contain_text("Ingen nettforbindelse")
    evidence(page).fill("")
    wait_until_stored(page, review, "")
    assert review.scores.get(item_number=1).version == 2
    expect(page.get_by_role("button", name="Sammenlign")).to_be_hidden()


def test_input_made_before_the_scripts_load_is_saved(review: Review, window: Window) -> None:
    page = window("evaluator")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/js/autosave*.js", hold)
    page.goto(item_url(review, 1), wait_until="commit")
    evidence(page).fill("Før skriptene")
    page.get_by_role("radio", name="21 – 25 klienter").check()
    assert stored(review) == ""
    held.pop().continue_()
    wait_until_stored(page, review, "Før skriptene")
    assert review.scores.get(item_number=1).value == 4


def test_comparing_after_signing_in_again_keeps_the_text(review: Review, window: Window, world: World) -> None:
    page = window("evaluator")
    page.goto(item_url(review, 1))
    page.wait_for_load_state("networkidle")  # the response to a prefetched page would set a cookie again
    page.context.clear_cookies()
    sign_in_elsewhere(page)
    save(review, world.colleague, {1: {"evidence": "Kollegaens"}})
    evidence(page).fill("Min egen")
    page.get_by_role("button", name="Sammenlign").click()
    expect(page.get_by_role("alert")).to_contain_text("Kollegaens")
    expect(evidence(page)).to_have_value("Min egen")


def test_saving_the_paper_sheet_keeps_a_colleagues_scores(review: Review, window: Window, world: World) -> None:
    page = window("evaluator")
    page.goto(f"/reviews/{review.code}/entry/")
    save(review, world.colleague, {1: {"value": 5}, 2: {"value": 5}})
    page.locator("#score-2").focus()
    page.keyboard.press("3")
    page.get_by_role("button", name="Sammenlign").click()
    expect(page.locator("#score-1")).to_have_value("5")
    expect(page.locator("#score-2")).to_have_value("3")
    expect(page.get_by_text("Colleague har lagret 5.")).to_have_count(1)
    page.get_by_role("button", name="Lagre og gå til vurderingen").click()
    expect(page.get_by_role("region", name="Framdrift")).to_contain_text("sum så langt 8")


def test_after_signing_out_elsewhere_the_text_is_kept_until_signing_in_again(review: Review, window: Window) -> None:
    page = window("evaluator")
    page.goto(item_url(review, 1))
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    evidence(page).fill("Ikke mist meg")
    expect(status_of(page)).to_contain_text("logget ut")
    sign_in_elsewhere(page)
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(status_of(page)).to_contain_text("Lagret")
    assert stored(review) == "Ikke mist meg"


def test_a_text_that_is_too_long_is_reported_and_kept(review: Review, window: Window) -> None:
    page = window("evaluator")
    page.goto(item_url(review, 1))
    evidence(page).fill("x" * 5001)
    expect(page.get_by_text("5001 / 5000")).to_be_visible()
    expect(status_of(page)).to_contain_text("5000")
    evidence(page).fill("x" * 5000)
    expect(status_of(page)).to_contain_text("Lagret")
    assert len(stored(review)) == 5000


def test_the_page_reports_that_the_review_was_closed_meanwhile(world: World, window: Window) -> None:
    review = world.score_review(4)
    page = window("evaluator")
    page.goto(item_url(review, 1))
    other = window("colleague")
    other.goto(f"/reviews/{review.code}/moves/draft/")
    other.get_by_label("Hvorfor dette mangler").fill("Notatene er på papir.")
    other.get_by_role("button", name="Del ut").click()
    expect(other.get_by_text("rapportutkast").first).to_be_visible()
    evidence(page).fill("For sent")
    expect(status_of(page)).to_contain_text("Rapportutkastet er delt ut")
    expect(evidence(page)).to_have_value("For sent")
    assert stored(review) == ""
