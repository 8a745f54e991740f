"""People who cannot see an error hear it, and get from it to the field that it concerns (WCAG 3.3.1, 3.3.3)."""

from collections.abc import Callable

from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.builders import World

Window = Callable[..., Page]


def test_a_refused_form_says_so_and_leads_to_each_field_by_keyboard(world: World, window: Window) -> None:
    page = window("evaluator")
    page.goto(reverse("plan_review"))
    page.locator("main form").evaluate("form => form.noValidate = true")
    page.get_by_role("button", name="Opprett vurdering").click()
    expect(page).to_have_title("Feil: Ny vurdering – IPS-kvalitet")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Organisasjon:").press("Enter")
    field = page.get_by_label("Organisasjon")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description("Fyll ut feltet.")


def test_a_wrong_password_is_told_before_anything_else(world: World, window: Window) -> None:
    page = window()
    page.goto(reverse("account_login"))
    page.get_by_label("Brukernavn").fill("evaluator")
    page.get_by_label("Passord").fill("feil passord her")
    page.keyboard.press("Enter")
    expect(page).to_have_title("Feil: Logg inn – IPS-kvalitet")
    expect(page.get_by_role("alert")).to_be_focused()
