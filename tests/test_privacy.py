"""National identity numbers are refused, contact details warned of; neither stored nor repeated.

The numbers here are made up: they have valid check digits and belong to no one.
"""

import logging

import pytest
from django.test import Client
from django.urls import reverse

from ipsfidelity.privacy import contact_details, identity_numbers
from reviews.models import Review, ReviewEvent
from tests.builders import item_post

REFUSED = {
    "01019010046": "Norwegian, a birth number",
    "010190 10046": "with a space",
    "01.01.90 10046": "with dots",
    "010190-10046": "with a hyphen",
    "41019010110": "Norwegian, a D-number (day + 40)",
    "01419010029": "Norwegian, an H-number (month + 40)",
    "81019010023": "Norwegian, an FH-number (day from 80)",
    "01.01.1990 10046": "with the whole year",
    "01-01-90-10046": "with hyphens between",
    "010190 – 10046": "with a dash and spaces, as word processors write it",
    "01/01/90 10046": "with slashes",
    "010190\u200b10046": "with an invisible sign",
    "０１０１９０１００４６": "in wide digits",
    "1981-12-18-9876": "Swedish, with hyphens between",
    "811218–9876": "Swedish, with a dash",
    "8112189876": "Swedish, ten digits",
    "811218-9876": "Swedish, with a hyphen",
    "811218+9876": "Swedish, over a hundred",
    "19811218-9876": "Swedish, twelve digits",
    "198112189876": "Swedish, twelve digits together",
    "701063-2391": "Swedish, a coordination number (day + 60)",
    "131052-308T": "Finnish",
    "131052-308t": "Finnish, small letter",
    "131052Y308T": "Finnish, a new sign for the century",
    "010101A900R": "Finnish, temporary",
}
ALLOWED = {
    "01019010047": "one digit wrong",
    "811218-9877": "one digit wrong",
    "131052-308U": "wrong sign",
    "99999999999": "no date",
    "12345678901": "a case number",
    "101019010046": "twelve digits",
    "0101901004": "ten digits that are no Swedish number",
    "987654321": "a Norwegian organisation number",
    "556036-0793": "a Swedish organisation number",
    "78 % av 25": "figures",
    "2026-03-10": "a date",
    "": "nothing",
}


@pytest.mark.parametrize("number", REFUSED, ids=REFUSED.values())
def test_valid_numbers_of_three_countries_are_found(number: str) -> None:
    assert identity_numbers(number) == 1
    assert identity_numbers(f"Klienten ({number}), sett i møtet.") == 1


@pytest.mark.parametrize("text", ALLOWED, ids=ALLOWED.values())
def test_other_numbers_are_left_alone(text: str) -> None:
    assert identity_numbers(text) == 0


@pytest.mark.parametrize(
    "text", ["ring 12 34 56 78", "tlf. +47 12345678", "070-123 45 67", "ola@example.org", "spør ola.nordmann@nav.no."]
)
def test_contact_details_are_noticed(text: str) -> None:
    assert contact_details(text) == 1


@pytest.mark.parametrize(
    "text", ["2026-03-10", "10.03.2026", "25 av 25", "1 000 000 kr", "75–89 %", "kl. 12.30-14.00", "@teamet", "3,5"]
)
def test_figures_and_dates_are_no_contact_details(text: str) -> None:
    assert contact_details(text) == 0


# --- Where it matters ---------------------------------------------------------------------

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
    # the page gives the text back; the sentence never repeats it
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
