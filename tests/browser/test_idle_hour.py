"""An hour's pause on each kind of form: the warning before it, and the text that comes back after signing in again."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from ipsfidelity.middleware import SessionLimits
from ipsfidelity.sessions import SessionStore
from reviews.models import KeptPost
from tests.browser.conftest import open_own_menu
from tests.browser.test_every_page import RULES
from tests.builders import World

Window = Callable[..., Page]
WRITTEN = "Dette skrev jeg over en hel time. Æøå & <tegn>"


@pytest.fixture(autouse=True)
def _no_attempts_before(site: str) -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def _no_second_factor(world: World, settings: Any) -> None:
    settings.SECOND_FACTOR = "nobody"
    Authenticator.objects.all().delete()


def wait_on_server(**pause: int) -> None:
    """Let a time pass in all sessions."""
    seconds = int(timedelta(**pause).total_seconds())
    for row in Session.objects.all():
        data = row.get_decoded()
        for limit in (SessionLimits.BEGAN, SessionLimits.LAST):
            data[limit] = data.get(limit, int(time.time())) - seconds
        row.session_data = SessionStore().encode(data)
        row.save()


def field_of(page: Page, label: str) -> Locator:
    dates = page.locator("input[type=date]").and_(page.get_by_label(label))
    return page.get_by_role("textbox", name=label).or_(dates).first


def violations(page: Page) -> list[str]:
    return [violation["id"] for violation in Axe().run(page, options=RULES).response["violations"]]


def sign_in(page: Page, who: str) -> None:
    who = "leader" if who == "team_leader" else who
    page.get_by_label("Brukernavn").fill(who)
    page.get_by_label("Passord").fill(f"{who}-pw")
    page.get_by_role("button", name="Logg inn", exact=True).click()


# --- Each kind of form --------------------------------------------------------------------------

Form = tuple[str, str, str, str, str]  # who, address, label of the field, text, button


def a_remark(world: World) -> Form:
    return "team_leader", reverse("remarks", args=[world.asked_review(4).code]), "Merknad", WRITTEN, "Send merknaden"


def an_action(world: World) -> Form:
    url = reverse("plan_add", args=[world.final_review(3).code, 4])
    return "team_leader", url, "Hva som skal gjøres", WRITTEN, "Legg til tiltaket"


def an_invitation(world: World) -> Form:
    return "coordinator", reverse("invite", args=[world.network.code]), "Navn", "Kari Ny", "Send invitasjon"


def a_plan(world: World) -> Form:
    return (
        "evaluator",
        reverse("new_review", args=[world.organisation.code]),
        "Første besøksdag",
        "2027-03-10",
        "Vis hvem som er ledig",
    )


def a_comment(world: World) -> Form:
    url = reverse("agree", args=[world.consensus_review(4, 3).code, 4])
    return "evaluator", url, "Kommentar 4", WRITTEN, "Kommentar 4"


def a_name(world: World) -> Form:
    return "evaluator", reverse("own_name"), "Navn", "Nytt Navn Her", "Lagre"


KINDS = [a_remark, an_action, an_invitation, a_plan, a_comment, a_name]


@pytest.mark.parametrize("kind", KINDS)
def test_an_hours_pause_loses_nothing(kind: Callable[[World], Form], world: World, window: Window) -> None:
    """Without JavaScript, so that the server alone has to keep the text."""
    who, url, label, text, button = kind(world)
    page = window(who, java_script_enabled=False)
    page.goto(url)
    field_of(page, label).fill(text)
    for role in page.locator("main select[name=role]").all():  # an invitation needs a role and an address too
        role.select_option("evaluator")
        page.locator("main [name=email]").fill("kari@example.org")
    wait_on_server(minutes=61)
    page.get_by_role("button", name=button).first.click()
    expect(page.get_by_text("Du er logget ut. Det du skrev er tatt vare på i én time")).to_be_visible()
    sign_in(page, who)
    expect(page).to_have_url(re.compile(re.escape(url)))
    expect(field_of(page, label)).to_have_value(text)
    expect(page.get_by_role("status").filter(has_text="Det er ikke lagret ennå")).to_be_visible()
    page.get_by_role("button", name=button).first.click()
    expect(page.get_by_text("Det er ikke lagret ennå")).to_have_count(0)


@pytest.mark.parametrize("kind", [a_remark, an_action, a_name])
def test_with_scripts_the_text_comes_back_too_and_the_page_passes_axe(
    kind: Callable[[World], Form], world: World, window: Window
) -> None:
    who, url, label, text, button = kind(world)
    page = window(who)
    page.goto(url)
    field_of(page, label).fill(text)
    wait_on_server(minutes=61)
    page.get_by_role("button", name=button).first.click()
    sign_in(page, who)
    expect(field_of(page, label)).to_have_value(text)
    assert violations(page) == []
    page.get_by_role("link", name="Gå til teksten").click()
    page.get_by_role("button", name=button).first.click()
    expect(page.get_by_text("Det er ikke lagret ennå")).to_have_count(0)
    assert not KeptPost.objects.exists()


def test_a_colleague_who_signs_in_at_the_same_computer_sees_nothing_of_it(world: World, window: Window) -> None:
    page = window("evaluator")
    page.goto(reverse("own_name"))
    page.get_by_label("Navn").fill("Nytt Navn Her")
    wait_on_server(minutes=61)
    page.get_by_role("button", name="Lagre").click()
    sign_in(page, "colleague")
    expect(page.locator("details.menu.self")).to_be_visible()
    assert "Nytt Navn Her" not in page.content()
    assert not KeptPost.objects.exists()


def test_signing_out_deletes_what_was_kept(world: World, window: Window) -> None:
    page = window("evaluator")
    page.goto(reverse("own_name"))
    page.get_by_label("Navn").fill("Nytt Navn Her")
    wait_on_server(minutes=61)
    page.get_by_role("button", name="Lagre").click()
    sign_in(page, "evaluator")
    expect(page.get_by_label("Navn")).to_have_value("Nytt Navn Her")
    open_own_menu(page).get_by_role("button", name="Logg ut").click()
    expect(page.get_by_role("heading", name="Logg inn")).to_be_visible()
    assert not KeptPost.objects.exists()


# --- The warning --------------------------------------------------------------------------------

FIRST_QUESTION = (60 - 5 - 2) * 60 * 1000  # milliseconds: the last request may be stored five minutes late


@pytest.fixture
def page(world: World, window: Window) -> Page:
    """Return the page of a form, on which somebody has begun to write, with a clock of its own."""
    page = window("evaluator")
    page.clock.install()
    page.goto(reverse("own_name"))
    page.get_by_label("Navn").fill("Nytt Navn Her")
    return page


def warning(page: Page) -> Any:
    return page.get_by_role("alertdialog")


def test_two_minutes_before_the_end_a_dialog_offers_to_go_on(page: Page) -> None:
    wait_on_server(minutes=58, seconds=30)
    page.clock.fast_forward(FIRST_QUESTION)
    expect(warning(page)).to_be_visible()
    expect(warning(page)).to_have_accessible_name("Du blir snart logget ut")
    expect(warning(page)).to_contain_text(re.compile(r"blir du logget ut kl\. \d\d[:.]\d\d"))
    expect(warning(page)).to_contain_text(re.compile(r"Du kan fortsette til kl\. \d\d[:.]\d\d"))
    expect(warning(page).get_by_role("button", name="Bli innlogget")).to_be_focused()
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(warning(page)).to_be_hidden()
    expect(page.get_by_label("Navn")).to_be_focused()
    wait_on_server(minutes=55)
    page.get_by_role("button", name="Lagre").click()
    expect(page).to_have_url(re.compile(f"{reverse('account')}$"))


def test_the_dialog_can_be_closed_and_says_when_the_session_has_ended(page: Page) -> None:
    wait_on_server(minutes=58, seconds=30)
    page.clock.fast_forward(FIRST_QUESTION)
    expect(warning(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(warning(page)).to_be_hidden()
    expect(page.get_by_label("Navn")).to_be_focused()
    wait_on_server(minutes=3)
    page.clock.fast_forward(120_000)
    expect(warning(page)).to_have_accessible_name("Du er logget ut")
    expect(warning(page).get_by_role("button", name="Bli innlogget")).to_have_count(0)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Lagre").click()
    expect(page.get_by_text("Det du skrev er tatt vare på i én time")).to_be_visible()


def test_the_twelve_hours_cannot_be_extended(page: Page) -> None:
    wait_on_server(hours=11, minutes=59)
    for row in Session.objects.all():
        data = row.get_decoded()
        row.session_data = SessionStore().encode(data | {SessionLimits.LAST: int(time.time())})
        row.save()
    page.clock.fast_forward(FIRST_QUESTION)
    expect(warning(page)).to_contain_text("tolv timer etter at du logget inn. Det kan ikke forlenges")
    expect(warning(page).get_by_role("button", name="Bli innlogget")).to_have_count(0)
    expect(warning(page).get_by_role("button", name="Lukk")).to_be_focused()
    assert violations(page) == []


def test_who_works_in_another_tab_is_not_warned(page: Page) -> None:
    page.clock.fast_forward(FIRST_QUESTION)
    page.clock.run_for(1000)
    expect(warning(page)).to_be_hidden()


def test_the_question_of_the_page_prolongs_nothing(page: Page) -> None:
    wait_on_server(minutes=50)
    page.clock.fast_forward(FIRST_QUESTION)
    page.wait_for_timeout(500)
    wait_on_server(minutes=11)
    page.reload()
    expect(page.get_by_role("heading", name="Logg inn")).to_be_visible()
