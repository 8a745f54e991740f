"""The browser and the server recognise the same identity numbers and contact details."""

from collections.abc import Callable

import pytest
from django.templatetags.static import static
from playwright.sync_api import Page, expect

from ipsfidelity.privacy import contact_details, identity_numbers
from reviews.models import Review
from tests.browser.conftest import item_url
from tests.test_privacy import ALLOWED, REFUSED

Window = Callable[..., Page]
OTHERS = ["ring 12 34 56 78", "070-123 45 67", "ola@example.org", "kl. 12.30-14.00", "1 000 000 kr", "75–89 %"]


def test_the_module_and_the_server_agree_on_every_number(review: Review, window: Window) -> None:
    page = window("evaluator")
    page.goto(item_url(review, 1))
    texts = [*REFUSED, *ALLOWED, *OTHERS, *(f"Klienten ({number}), sett." for number in REFUSED)]
    said = page.evaluate(
        """async ([address, texts]) => {
            const rules = await import(address);
            return texts.map((text) => [rules.holdsIdentityNumber(text), rules.holdsContactDetails(text)]);
        }""",
        [static("js/privacy-rules.js"), texts],
    )
    expected = [[bool(identity_numbers(text)), bool(contact_details(text))] for text in texts]
    assert dict(zip(texts, said, strict=True)) == dict(zip(texts, expected, strict=True))


@pytest.mark.parametrize("javascript", [True, False])
def test_an_identity_number_is_reported_at_once_and_never_saved(
    review: Review, window: Window, javascript: bool
) -> None:
    page = window("evaluator", java_script_enabled=javascript)
    page.goto(item_url(review, 1))
    note = page.get_by_label("Dokumentasjon")
    note.fill("Klient 010190 10046 sa at")
    if javascript:
        expect(page.locator("#id_evidence-privacy")).to_contain_text("fødselsnummer")
        expect(page.get_by_role("status").first).to_contain_text("fødselsnummer")
    else:
        page.get_by_role("button", name="Lagre", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("fødselsnummer")
    expect(note).to_have_value("Klient 010190 10046 sa at")
    assert review.scores.get(item_number=1).evidence == ""
    note.fill("Klienten sa at")
    if javascript:
        expect(page.locator("#id_evidence-privacy")).to_be_hidden()
        expect(page.get_by_role("status").first).to_contain_text("Lagret")
        assert review.scores.get(item_number=1).evidence == "Klienten sa at"


def test_a_phone_number_causes_a_warning_and_is_saved(review: Review, window: Window) -> None:
    page = window("evaluator")
    page.goto(item_url(review, 1))
    page.get_by_label("Dokumentasjon").fill("Ring 12 34 56 78")
    expect(page.locator("#id_evidence-privacy")).to_contain_text("telefonnummer")
    expect(page.get_by_role("status").first).to_contain_text("Lagret")
    assert review.scores.get(item_number=1).evidence == "Ring 12 34 56 78"
