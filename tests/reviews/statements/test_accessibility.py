"""The accessibility statement: what Sweden and Finland ask for, filled from the settings, open to everybody."""

import re
from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override

from ipsfidelity.owner import Owner
from reviews.statements.accessibility import FEATURES, GAPS, LISTED, statement
from reviews.statements.countries import COUNTRIES
from tests.reviews.statements.owners import STATED

CODES = [code for code, _name in settings.LANGUAGES]
QUOTED = re.compile("[“«”](.+?)[”»]")


def unstated(code: str) -> str:
    """Return what a page says where nothing is configured."""
    with override(code):
        return gettext("not stated by the owner yet")


def page_in(code: str) -> str:
    """Return the page as somebody reads it who is not signed in, with single spaces."""
    reader = Client()
    reader.cookies[settings.LANGUAGE_COOKIE_NAME] = code
    answer = reader.get(reverse("accessibility"))
    assert answer.status_code == 200
    return " ".join(unescape(answer.content.decode()).split())


@pytest.mark.parametrize("code", CODES)
def test_what_the_owner_states_is_shown_in_every_language(settings: Any, code: str) -> None:
    settings.OWNER = STATED
    page = page_in(code)
    assert f'<html lang="{code}">' in page
    assert '<dd lang="nb"> Tindvik <fylkeskommune> </dd>' in page
    assert f'<a href="{STATED.statement_url}">' in page
    assert "tel:+4722000000" in page
    assert "Postboks 1, 0001 Oslo" in page
    assert "Bilder i egne rapporter mangler tekst." in page
    assert unstated(code) not in page
    with override(code):
        for text in (statement().status, statement().method, *(gap.what for gap in GAPS), *FEATURES):
            assert str(text) in page


def test_markup_in_a_setting_is_text(settings: Any) -> None:
    settings.OWNER = STATED
    assert b"Tindvik &lt;fylkeskommune&gt;" in Client().get(reverse("accessibility")).content


@pytest.mark.parametrize("code", CODES)
def test_what_is_not_configured_is_said_plainly(settings: Any, code: str) -> None:
    settings.OWNER = Owner()
    page = page_in(code)
    assert page.count(unstated(code)) == 5  # owner, day, assessment, method, law
    assert "mailto:" not in page.replace("mailto:saavutettavuus@traficom.fi", "")
    for country in COUNTRIES:
        assert country.complaints.url in page
        assert country.law in page


def test_a_norwegian_owner_who_has_filed_nothing_at_uustatus_is_said_not_to_have(settings: Any) -> None:
    settings.OWNER = replace(STATED, statement_url="")
    assert "Eierens tilgjengelighetserklæring på uustatus.no: <strong>ikke oppgitt av eieren ennå</strong>" in page_in(
        "nb"
    )


@pytest.mark.parametrize("country", COUNTRIES, ids=lambda country: country.code)
def test_a_country_has_its_own_law_and_authority_and_no_other(settings: Any, country: Any) -> None:
    settings.OWNER = replace(STATED, country=country.code)
    page = page_in("en")
    assert [other.code for other in COUNTRIES if other.complaints.url in page] == [country.code]
    assert [other.code for other in COUNTRIES if other.law in page] == [country.code]
    assert ("14 days" in page) == (country.code == "FI")
    assert f'lang="{country.language}">{country.complaints.name}</a>' in page


def test_another_authority_replaces_the_one_that_the_program_knows(settings: Any) -> None:
    named = {"authority": "Post- och telestyrelsen", "authority_url": "https://www.pts.se"}
    settings.OWNER = replace(STATED, country="SE", **named)
    page = page_in("sv")
    assert '<a href="https://www.pts.se" lang="sv">Post- och telestyrelsen</a>' in page
    assert "digg.se" not in page


@pytest.mark.parametrize("code", CODES)
def test_a_report_is_a_mail_with_questions_that_names_nothing(settings: Any, code: str) -> None:
    settings.OWNER = STATED
    (url,) = re.findall(r'href="(mailto:hjelp[^"?]+\?[^"]+)"', page_in(code))
    parts = parse_qs(urlsplit(url).query)
    assert urlsplit(url).path == "hjelp%40tindvik.example.org"
    assert parts.keys() == {"subject", "body"}
    questions = parts["body"][0].split("\r\n\r\n")
    assert len(questions) == 4
    assert "http" not in parts["body"][0]
    assert all(len(question) > 10 for question in questions)


def test_it_is_as_new_as_the_owners_assessment_or_the_list_of_gaps(settings: Any) -> None:
    settings.OWNER = STATED
    assert statement().updated == date(2026, 12, 24)
    settings.OWNER = replace(STATED, assessed=date(2020, 1, 1))
    assert statement().updated == LISTED


@pytest.mark.parametrize("code", [code for code in CODES if code != "en"])
def test_labels_are_named_as_the_interface_shows_them(code: str) -> None:
    for text in (*FEATURES, *(gap.what for gap in GAPS)):
        with override("en"):
            labels = QUOTED.findall(str(text))
        with override(code):
            assert QUOTED.findall(str(text)) == [gettext(label) if len(label) > 1 else label for label in labels]
