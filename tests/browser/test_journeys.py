"""Complete tasks of each role in the browser, from start to finish."""

import io
import re
import subprocess
from collections.abc import Callable

import pikepdf
from django.utils import timezone
from playwright.sync_api import Page, expect

from reviews.models import Review
from tests.browser.conftest import choose_in_menu, open_own_menu
from tests.builders import World, fresh

Window = Callable[..., Page]


def sign_in_by_password(page: Page, name: str) -> None:
    page.get_by_label("Brukernavn").fill(name)
    page.get_by_label("Passord").fill(f"{name}-pw")
    page.keyboard.press("Enter")


def test_an_evaluator_plans_scores_25_items_by_keyboard_finalises_and_opens_the_pdf(
    world: World, window: Window
) -> None:
    page = window()
    page.goto("/")
    sign_in_by_password(page, "evaluator")
    page.get_by_role("link", name="Planlegg en vurdering").press("Enter")
    page.get_by_label("Organisasjon").select_option("IPS Øyvær")
    page.get_by_label("Type").select_option("independent")
    today = timezone.localdate().isoformat()
    page.get_by_label("Første besøksdag").fill(today)
    page.get_by_label("Siste besøksdag").fill(today)
    page.get_by_label("Evaluator", exact=True).press("Space")
    page.get_by_role("button", name="Opprett vurdering").press("Enter")
    page.get_by_role("link", name="Start skåringen").press("Enter")
    for number in range(1, 26):
        expect(page).to_have_url(re.compile(rf"/items/{number}/$"))
        expect(page.locator("[data-scores] :focus")).to_have_count(1)
        page.locator("[data-anchors] input").first.press(str(number % 5 + 1))
        page.keyboard.press("Enter")
    page.get_by_role("link", name="Del ut").press("Enter")
    page.get_by_label("Hvorfor dette mangler").fill("Notatene er på papir.")
    page.get_by_role("button", name="Del ut").press("Enter")
    page.get_by_role("link", name="Ferdigstill").press("Enter")
    expect(page.locator(".statement")).to_contain_text("75 av 125")
    page.get_by_label("Passordet ditt").fill("evaluator-pw")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Resultat")).to_contain_text("75")
    expect(page.get_by_text("Signert av Evaluator")).to_be_visible()
    page.locator(".actions summary", has_text="Last ned").click()
    href = page.get_by_role("link", name="PDF Skåringsskjema").get_attribute("href")
    pdf = page.request.get(href or "").body()
    assert len(pikepdf.open(io.BytesIO(pdf)).pages) > 1
    text = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    assert "IPS Øyvær" in text
    assert fresh(Review.objects.get()).total == 75


def test_a_team_leader_reads_the_finished_review_but_not_the_open_one(world: World, window: Window) -> None:
    world.final_review(4)
    world.plan_review()
    page = window("team_leader")
    page.goto("/")
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("link", name="10.–11. mars 2026").first.click()
    page.get_by_role("link", name="Skåringsskjema", exact=True).click()
    page.get_by_role("link", name="Med notater").click()
    expect(page.get_by_role("heading", name="Kriterium for kriterium")).to_be_visible()


def test_a_team_leader_puts_the_result_on_the_wall(world: World, window: Window) -> None:
    review = world.final_review(4)
    page = window("team_leader")
    page.goto(review.get_absolute_url())
    expect(page.get_by_role("region", name="Resultat")).to_contain_text("100")
    choose_in_menu(page, "Mer", "Resultatet til veggen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Resultatet vårt: god kvalitet")
    expect(page.get_by_text("Vi har ikke bestemt hva vi gjør nå.")).to_be_visible()
    href = page.get_by_role("link", name="Last ned som PDF").get_attribute("href")
    assert len(pikepdf.open(io.BytesIO(page.request.get(href or "").body())).pages) == 1


def test_a_coordinator_filters_and_exports_the_pdf(world: World, window: Window) -> None:
    world.final_review(4)
    world.plan_review(organisation=world.sister)
    page = window("coordinator")
    page.goto("/reviews/")
    page.get_by_label("Status").select_option("final")
    page.get_by_role("button", name="Vis").click()
    expect(page.get_by_role("row")).to_have_count(2)
    href = page.get_by_role("link", name="PDF: IPS Øyvær").get_attribute("href")
    answer = page.request.get(href or "")
    assert answer.headers["content-type"] == "application/pdf"
    assert "ips-oeyvaer-2026-03-10-skaaringsskjema.pdf" in answer.headers["content-disposition"]


def test_a_paper_sheet_is_entered_with_25_keys_and_one_more(world: World, window: Window) -> None:
    review = world.plan_review()
    page = window("evaluator")
    page.goto(f"/reviews/{review.code}/entry/")
    page.get_by_label("Størrelse på portefølje").focus()
    for number in range(1, 26):
        page.keyboard.press(str(number % 5 + 1))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/reviews/{review.code}/$"))
    assert dict(review.scores.values_list("item_number", "value")) == {n: n % 5 + 1 for n in range(1, 26)}


def test_arrows_move_and_other_keys_change_nothing_on_the_paper_sheet(world: World, window: Window) -> None:
    review = world.plan_review()
    page = window("evaluator")
    page.goto(f"/reviews/{review.code}/entry/")
    first, second = page.locator("#score-1"), page.locator("#score-2")
    first.focus()
    page.keyboard.press("7")
    expect(first).to_have_value("")
    page.keyboard.press("ArrowDown")
    expect(second).to_be_focused()
    page.keyboard.press("3")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(first).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text("Lagret")
    assert review.scores.get(item_number=2).value == 3


def test_the_language_changes_everywhere_except_in_the_scale(world: World, window: Window) -> None:
    review = world.plan_review()
    page = window("evaluator")
    page.goto(f"/reviews/{review.code}/items/1/")
    open_own_menu(page).get_by_role("button", name="Svenska").click()
    expect(page.get_by_role("button", name="Nästa", exact=False).first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 Størrelse på portefølje")
    assert page.get_by_role("heading", level=1).evaluate("node => node.closest('[lang]').lang") == "nb"


def test_a_first_visit_is_in_the_browsers_language_and_a_choice_at_the_foot_stays(world: World, window: Window) -> None:
    page = window("nobody", java_script_enabled=False, locale="sv-FI")
    page.goto("/accounts/login/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Logga in")
    page.get_by_role("contentinfo").get_by_role("button", name="Suomi").click()
    page.get_by_role("textbox", name="Käyttäjätunnus").fill("evaluator")
    page.get_by_label("Salasana").fill("evaluator-pw")
    page.get_by_role("button", name="Kirjaudu sisään", exact=True).click()
    expect(page.get_by_role("navigation").get_by_role("link", name="Etusivu")).to_be_visible()


def test_everything_can_be_done_without_javascript(world: World, window: Window) -> None:
    review = world.plan_review()
    page = window("evaluator", java_script_enabled=False)
    page.goto(f"/reviews/{review.code}/items/24/")
    page.get_by_role("radio", name="Jobbspesialisten bruker 40–49 %").check()
    page.get_by_label("Dokumentasjon").fill("Uten skript.")
    page.get_by_role("button", name=re.compile("^Neste: ")).click()
    expect(page).to_have_url(re.compile("/items/25/"))
    expect(page.get_by_text("1 av 25 skåret")).to_be_visible()
    page.goto(f"/reviews/{review.code}/entry/")
    page.locator("#score-1").fill("5")
    page.get_by_role("button", name="Lagre og gå til vurderingen").click()
    expect(page).to_have_url(re.compile(rf"/reviews/{review.code}/$"))
    row = review.scores.get(item_number=24)
    assert (row.value, row.evidence) == (3, "Uten skript.")
    assert review.scores.get(item_number=1).value == 5
