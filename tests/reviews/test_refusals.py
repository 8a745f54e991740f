"""A refusal shows the typed text that could not be saved, and nothing else that was sent."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tests.builders import World, corrected
from tests.test_privacy import REFUSED

pytestmark = pytest.mark.django_db
WRITTEN = "Møt teamet hver onsdag, i stedet for annenhver."
HEADING = "Det du hadde skrevet"


def test_text_that_its_writer_may_no_longer_save_is_shown_again(world: World) -> None:
    final = world.final_review(4)
    sent = {"code": str(uuid4()), "what": WRITTEN, "who": "Teamleder"}
    answer = world.client_of("evaluator").post(reverse("plan_add", args=[final.code, 4]), sent)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert HEADING in page
    assert WRITTEN in page


def test_text_that_looks_like_markup_is_shown_as_text(world: World) -> None:
    url = reverse("plan_add", args=[world.final_review(4).code, 4])
    page = world.client_of("evaluator").post(url, {"what": "<b onclick=x>fet skrift</b>"}).content.decode()
    assert "<b onclick" not in page
    assert "&lt;b onclick=x&gt;fet skrift&lt;/b&gt;" in page


def test_a_password_is_never_shown(world: World) -> None:
    final = world.final_review(4)
    corrected(final, world)
    sent = {"password": "rett hest batteri", "comment": WRITTEN}
    page = world.client_of("evaluator").post(reverse("move", args=[final.code, "finalise"]), sent).content.decode()
    assert WRITTEN in page
    assert "rett hest" not in page


def test_a_text_with_an_identity_number_is_not_shown_and_the_page_says_so(world: World) -> None:
    number = next(iter(REFUSED))
    url = reverse("plan_add", args=[world.final_review(4).code, 4])
    page = world.client_of("evaluator").post(url, {"what": f"Møt {number}", "who": "Leder og NAV"}).content.decode()
    assert number not in page
    assert "inneholder et fødselsnummer og vises derfor ikke her" in page
    assert "Leder og NAV" in page


def test_text_sent_by_another_site_is_not_shown(world: World) -> None:
    signed_in = world.client_of("evaluator")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in.cookies
    urls = (reverse("plan_add", args=[world.final_review(4).code, 4]), "/finnes/ikke/")
    assert [WRITTEN in strict.post(url, {"what": WRITTEN}).content.decode() for url in urls] == [False, False]


def test_a_refused_get_request_shows_nothing_of_its_address(world: World) -> None:
    page = world.client_of("stranger").get(reverse("plan", args=[world.final_review(4).code]), {"what": WRITTEN})
    assert page.status_code == 404
    assert HEADING not in page.content.decode()
