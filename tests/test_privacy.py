"""National identity numbers are refused and contact details cause a warning. Refused numbers are not stored or repeated.

The numbers are made up: they have valid check digits and belong to nobody. The rules in the browser are tested with
the same table.
"""

import json
import logging
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from ipsfidelity.privacy import contact_details, form_holds_identity_number, identity_numbers
from reviews.models import Review, ReviewEvent
from tests.builders import item_post

CASES = json.loads((Path(__file__).parent / "js" / "privacy-cases.json").read_text(encoding="utf-8"))
REFUSED: dict[str, str] = CASES["identity_numbers"]
ALLOWED: dict[str, str] = CASES["no_identity_numbers"]


@pytest.mark.parametrize("number", REFUSED, ids=REFUSED.values())
def test_valid_numbers_of_three_countries_are_found(number: str) -> None:
    assert identity_numbers(number) == 1
    assert identity_numbers(f"Klienten ({number}), sett i møtet.") == 1


@pytest.mark.parametrize("text", ALLOWED, ids=ALLOWED.values())
def test_other_numbers_are_left_alone(text: str) -> None:
    assert identity_numbers(text) == 0


@pytest.mark.parametrize(
    "generated",
    ["ab811228-9874-4ad1-8f3b-21cd11538bfa", "01019010046abcde", "f" * 40 + "01019010046" + "a" * 13],
    ids=["code of a row", "short digest", "digest"],
)
def test_digits_of_hidden_fields_are_no_identity_numbers(generated: str) -> None:
    assert identity_numbers(generated) == 1
    assert not form_holds_identity_number(["Et notat.", generated])
    assert form_holds_identity_number([f"Klient {generated}", generated])


@pytest.mark.parametrize("text", CASES["contact_details"])
def test_contact_details_are_recognised(text: str) -> None:
    assert contact_details(text) == 1


@pytest.mark.parametrize("text", CASES["no_contact_details"])
def test_figures_and_dates_are_not_taken_for_contact_details(text: str) -> None:
    assert contact_details(text) == 0


# --- On the pages -------------------------------------------------------------------------

NUMBER = "01019010046"
JSON = {"Accept": "application/json"}


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["evidence", "recommendation"])
@pytest.mark.parametrize("headers", [{}, JSON], ids=["page", "module"])
def test_a_note_with_such_a_number_is_refused_kept_on_the_page_and_written_nowhere(
    review: Review, as_evaluator: Client, field: str, headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url = reverse("item", args=[review.code, 4])
    answer = as_evaluator.post(url, item_post(review, 4, value="4", **{field: f"Klient {NUMBER}"}), headers=headers)
    assert answer.status_code == 422
    told = answer.json()["error"] if headers else answer.content.decode()
    assert "fødselsnummer" in told
    # the page shows the text in its field; the message never repeats it
    assert (NUMBER in told) is (not headers)
    assert review.scores.get(item_number=4).version == 0
    assert not ReviewEvent.objects.filter(review=review, type="scored").exists()
    assert NUMBER not in caplog.text


@pytest.mark.django_db
def test_a_phone_number_is_saved_with_a_warning(review: Review, as_evaluator: Client) -> None:
    url = reverse("item", args=[review.code, 4])
    sent = item_post(review, 4, value="4", evidence="Ring 12 34 56 78")
    answer = as_evaluator.post(url, sent, headers=JSON)
    assert answer.status_code == 200
    assert "telefonnummer" in answer.json()["warning"]
    page = as_evaluator.post(url, item_post(review, 4, value="5", evidence="Ring 12 34 56 78"), follow=True)
    assert "telefonnummer" in page.content.decode().split("<main")[1]
