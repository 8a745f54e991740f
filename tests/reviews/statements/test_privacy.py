"""The privacy notice has the numbers of the rules in force, the cookies of the settings, and what the owner states."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as of_program
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from ipsfidelity.owner import PURPOSES, Owner
from reviews.maintenance.retention import rules
from reviews.models import Network
from reviews.statements import privacy
from reviews.statements.privacy import notice
from tests.builders import World
from tests.reviews.statements.owners import STATED
from tests.reviews.statements.test_accessibility import CODES, unstated

pytestmark = pytest.mark.django_db
# What the notice describes as remembered by the browser. Code that stores something else describes it there.
STORING = {"fold.js", "question-folds.js"}


def page_in(code: str) -> str:
    reader = Client()
    reader.cookies[of_program.LANGUAGE_COOKIE_NAME] = code
    return " ".join(unescape(reader.get(reverse("privacy")).content.decode()).split())


def kept(code: str = "en") -> dict[str, str]:
    with override(code):
        return {line.what: line.period for line in notice().kept}


@pytest.mark.parametrize("code", CODES)
def test_what_the_owner_states_is_shown_in_every_language(settings: Any, code: str) -> None:
    settings.OWNER = STATED
    page = page_in(code)
    assert f'<html lang="{code}">' in page
    assert "mailto:pvo%40tindvik.example.org" in page
    assert [f'<span lang="nb">Lovhjemmel for {purpose}</span>' in page for purpose in PURPOSES] == [True] * 5
    assert "https://www.datatilsynet.no" in page
    assert unstated(code) not in page


@pytest.mark.parametrize("code", CODES)
def test_what_is_not_configured_is_said_plainly(settings: Any, code: str) -> None:
    settings.OWNER = Owner()
    assert page_in(code).count(unstated(code)) == 2 + len(PURPOSES)  # controller, officer
    settings.OWNER = replace(STATED, grounds=STATED.grounds[:2])
    assert page_in(code).count(unstated(code)) == len(PURPOSES) - 2


@pytest.mark.parametrize("code", CODES)
def test_every_retention_rule_is_shown_with_the_period_of_its_setting(settings: Any, code: str) -> None:
    settings.KEEP_INVITATIONS_DAYS, settings.KEEP_CANCELLED_DAYS, settings.KEEP_ACCESS_LOG_DAYS = 31, 400, 500
    lines, page = kept(code), page_in(code)
    with override(code):
        for rule in rules():
            assert str(rule.label) in lines
            assert str(rule.label) in page
            assert rule.name == "interview_notes" or lines[str(rule.label)] == rule.kept
    assert all(any(str(days) in period for period in lines.values()) for days in (31, 400, 500))


def test_the_weeks_of_interview_notes_are_those_of_the_networks(world: World) -> None:
    label = "Interview notes of closed reviews"
    assert kept()[label] == "2 weeks after the review was signed or cancelled"
    Network.objects.filter(pk=world.network.pk).update(keep_notes_weeks=F("keep_notes_weeks") + 4)
    assert kept()[label] == "2 to 6 weeks after the review was signed or cancelled, by network"
    Network.objects.update(keep_notes_weeks=1)
    assert kept()[label] == "1 week after the review was signed or cancelled"


def test_before_the_first_network_the_weeks_are_those_that_it_will_begin_with() -> None:
    assert not Network.objects.exists()
    assert kept()["Interview notes of closed reviews"].startswith("2 weeks")


def test_every_cookie_of_the_settings_is_named_with_its_name_here(settings: Any) -> None:
    names = {name for name in dir(of_program) if name.endswith("_COOKIE_NAME")}
    settings.THEME_COOKIE_NAME = "colours-of-this-installation"
    assert {cookie.name for cookie in notice().cookies} == {getattr(settings, name) for name in names}
    assert "colours-of-this-installation" in page_in("en")


def test_the_life_of_cookies_and_sessions_comes_from_the_settings(settings: Any) -> None:
    settings.SESSION_IDLE, settings.SESSION_COOKIE_AGE, settings.LANGUAGE_COOKIE_AGE = 7200, 5 * 3600, 9 * 24 * 3600
    with override("en"):
        lives = {cookie.name: cookie.life for cookie in notice().cookies}
    assert kept()["Sessions, with IP address and browser"] == "2 hours without a request, 5 hours at most"
    assert lives[settings.SESSION_COOKIE_NAME] == "until the browser is closed, 5 hours at most"
    assert lives[settings.LANGUAGE_COOKIE_NAME] == "9 days"


def test_nothing_else_is_stored_in_the_browser_than_the_notice_says() -> None:
    scripts = (Path(of_program.BASE_DIR) / "static" / "js").rglob("*.js")
    storage = re.compile(r"localStorage|sessionStorage|indexedDB|caches\.|document\.cookie|serviceWorker")
    reading = {"posting.js"}  # reads a cookie
    found = {path.name for path in scripts if storage.search(path.read_text(encoding="utf-8"))}
    assert found - reading == STORING


def test_the_providers_of_sign_in_are_named(settings: Any) -> None:
    settings.OIDC_PROVIDERS = [{"id": "fylket", "name": "Tindvik fylke"}]
    assert "it learns that you do: Tindvik fylke" in page_in("en")


def test_the_notice_takes_one_query(django_assert_num_queries: Callable[..., Any]) -> None:
    with django_assert_num_queries(1):
        notice()


def test_every_purpose_is_described() -> None:
    assert set(privacy.PURPOSES) == set(PURPOSES)
