"""Forms that are refused because the session has ended: kept for an hour, for one person in one browser."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import lxml.html
import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ipsfidelity.sealing import unseal
from reviews.maintenance.retention import apply_rules
from reviews.models import Action, KeptPost, Remark, Review
from reviews.people.kept_posts import LONGEST, MOST
from tests.builders import World, remark
from tests.test_privacy import REFUSED

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
HOST = "https://testserver"
WRITTEN = "Dette skrev jeg over en hel time. Æøå & <tegn>"


@pytest.fixture(autouse=True)
def _no_attempts_before() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def _no_second_factor(world: World, settings: Any) -> None:
    settings.SECOND_FACTOR = "nobody"
    Authenticator.objects.all().delete()


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


class Browser:
    """A browser without JavaScript: it sends a form as its page has it, and checks of forged requests are on."""

    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.url, self.page = "", None

    def open(self, url: str) -> Any:
        return self._show(url, self.client.get(url, secure=True))

    def _show(self, url: str, answer: HttpResponse) -> Any:
        self.answer = answer
        while answer.status_code in (302, 303):
            url = urljoin(url, answer["Location"])
            answer = self.client.get(url, secure=True)
        self.shown, self.url = answer, url
        self.page = lxml.html.document_fromstring(answer.content.decode())
        return self.page

    def form_with(self, name: str, path: str = "") -> Any:
        """Return the form with a field of this name, and with this address if one is given."""
        return next(
            form
            for form in self.page.forms
            if name in form.fields and path in urljoin(self.url, form.get("action") or "") and form.method == "POST"
        )

    def send(self, name: str, path: str = "", headers: dict[str, str] | None = None, /, **typed: Any) -> HttpResponse:
        """Send the form with a field of this name, with what was typed; return the answer before any redirect."""
        form = self.form_with(name, path)
        values: dict[str, Any] = {}
        for field, value in form.form_values():
            values.setdefault(field, []).append(value)
        url = urljoin(self.url, form.get("action") or "")
        given = {"Referer": urljoin(HOST, self.url), "Origin": HOST, "Sec-Fetch-Site": "same-origin"}
        answer = self.client.post(url.partition("#")[0], values | typed, headers=given | (headers or {}), secure=True)
        self._show(url, answer)
        return answer

    def sign_in(self, who: str) -> None:
        who = "leader" if who == "team_leader" else who
        if "login" not in self.url:
            self.open(LOGIN)
        self.send("login", login=who, password=f"{who}-pw")

    def value(self, name: str, path: str = "") -> Any:
        value = self.form_with(name, path).fields[name]
        return value.removeprefix("\n") if value else value  # browsers drop the first line feed of a text area

    @property
    def text(self) -> str:
        return " ".join(self.page.text_content().split())


@pytest.fixture
def visitor() -> Browser:
    return Browser()


def after_an_hour(visitor: Browser, clock: Any, who: str, url: str, name: str, /, **typed: Any) -> None:
    """Sign in, open a form, fill it in for more than an hour, and send it. `name` is a field of the form."""
    visitor.sign_in(who)
    visitor.open(url)
    clock.shift(timedelta(minutes=61))
    visitor.send(name, **typed)


def own_name(visitor: Browser, clock: Any, name: str = "Nytt Navn Her") -> None:
    after_an_hour(visitor, clock, "evaluator", reverse("own_name"), "name", name=name)


# --- Each kind of form comes back ---------------------------------------------------------------


def draft(world: World) -> Review:
    return world.asked_review(4)


def a_remark(world: World) -> tuple[str, str, str]:
    return "team_leader", reverse("remarks", args=[draft(world).code]), "text"


def an_answer(world: World) -> tuple[str, str, str]:
    review = draft(world)
    remark(review, world.team_leader, None, "En merknad.")
    remark(review, world.team_leader, None, "En til.")
    return "evaluator", reverse("remarks", args=[review.code]), "answer"


def an_action(world: World) -> tuple[str, str, str]:
    return "team_leader", reverse("plan_add", args=[world.final_review(3).code, 4]), "what"


def a_comment(world: World) -> tuple[str, str, str]:
    return "evaluator", reverse("consensus", args=[world.consensus_review(4, 3).code]), "text"


def an_invitation(world: World) -> tuple[str, str, str]:
    return "coordinator", reverse("invite", args=[world.network.code]), "name"


def a_list_of_people(world: World) -> tuple[str, str, str]:
    return "coordinator", reverse("paste_people", args=[world.network.code]), "lines"


def a_reason_to_cancel(world: World) -> tuple[str, str, str]:
    return "evaluator", reverse("cancel", args=[world.plan_review().code]), "comment"


def an_evidence_note(world: World) -> tuple[str, str, str]:
    return "evaluator", reverse("item", args=[world.plan_review().code, 4]), "evidence"


def a_name(world: World) -> tuple[str, str, str]:
    return "evaluator", reverse("own_name"), "name"


@pytest.mark.parametrize(
    "kind",
    [
        a_remark,
        an_answer,
        an_action,
        a_comment,
        an_invitation,
        a_list_of_people,
        a_reason_to_cancel,
        an_evidence_note,
        a_name,
    ],
)
def test_what_was_typed_over_an_hour_comes_back_after_signing_in_and_nothing_is_done_by_itself(
    kind: Callable[[World], tuple[str, str, str]], world: World, visitor: Browser, clock: Any
) -> None:
    who, url, name = kind(world)
    visitor.sign_in(who)
    visitor.open(url)
    path = urlsplit(urljoin(url, visitor.form_with(name).get("action") or "")).path
    clock.shift(timedelta(minutes=61))
    answer = visitor.send(name, **{name: WRITTEN})
    assert urlsplit(answer["Location"]).path == LOGIN
    assert "Du er logget ut. Det du skrev er tatt vare på i én time" in visitor.text
    visitor.sign_in(who)
    assert urlsplit(visitor.url).path == url
    assert visitor.value(name, path) == WRITTEN
    assert "Dette er det du hadde skrevet. Det er ikke lagret ennå" in visitor.text
    visitor.send(name, path)
    assert visitor.answer.status_code in (200, 302, 303, 422)  # a name, an invitation and a list are refused as such
    assert "Det er ikke lagret ennå" not in visitor.text


def test_a_form_whose_hidden_code_looks_like_an_identity_number_comes_back(
    world: World, visitor: Browser, clock: Any
) -> None:
    who, url, name = an_evidence_note(world)
    code = "ab811228-9874-4ad1-8f3b-21cd11538bfa"
    after_an_hour(visitor, clock, who, url, name, evidence=WRITTEN, change=code)
    visitor.sign_in(who)
    assert visitor.value(name) == WRITTEN


def test_only_the_form_that_was_sent_is_filled_in(world: World, visitor: Browser, clock: Any) -> None:
    who, url, name = an_answer(world)
    visitor.sign_in(who)
    visitor.open(url)
    first, second = Remark.objects.order_by("pk")
    clock.shift(timedelta(minutes=61))
    visitor.send(name, reverse("remark_answer", args=[second.review.code, second.code]), answer=WRITTEN)
    visitor.sign_in(who)
    values = {
        each: visitor.value(name, reverse("remark_answer", args=[each.review.code, each.code]))
        for each in (first, second)
    }
    assert values == {first: "", second: WRITTEN}


def test_the_button_saves_what_came_back_once_and_then_nothing_is_kept(
    world: World, visitor: Browser, clock: Any
) -> None:
    who, url, name = an_action(world)
    after_an_hour(visitor, clock, who, url, name, what=WRITTEN, due="2027-01-31")
    visitor.sign_in(who)
    assert not Action.objects.exists()
    assert visitor.value("due") == "2027-01-31"
    visitor.send(name)
    assert Action.objects.get().what == WRITTEN
    assert not KeptPost.objects.exists()


def test_somebody_elses_change_of_that_hour_is_still_noticed(world: World, visitor: Browser, clock: Any) -> None:
    review = world.final_review(3)
    after_an_hour(visitor, clock, "team_leader", reverse("plan_add", args=[review.code, 4]), "what", what="Første")
    visitor.sign_in("team_leader")
    visitor.send("what")
    action = Action.objects.get()
    visitor.open(reverse("plan_action", args=[review.code, action.code]))
    clock.shift(timedelta(minutes=61))
    Action.objects.update(what="Av en annen", version=action.version + 1)
    visitor.send("what", what=WRITTEN)
    visitor.sign_in("team_leader")
    assert visitor.value("what") == WRITTEN
    visitor.send("what")
    assert visitor.answer.status_code == 409
    assert Action.objects.get().what == "Av en annen"


def test_choices_come_back_as_they_were_made(world: World, visitor: Browser, clock: Any) -> None:
    after_an_hour(visitor, clock, "evaluator", reverse("notifications"), "page_keys", page_keys=[])
    visitor.sign_in("evaluator")
    assert visitor.value("page_keys") is None
    assert visitor.page.xpath("//input[@name='page_keys'][@checked]") == []


def test_a_page_that_is_not_there_any_more_shows_the_text_alone(world: World, visitor: Browser, clock: Any) -> None:
    who, url, name = an_action(world)
    after_an_hour(visitor, clock, who, url, name, what=WRITTEN)
    world.network.memberships.filter(user=world.team_leader).delete()
    visitor.sign_in(who)
    assert urlsplit(visitor.url).path.startswith("/accounts/kept/")
    assert visitor.shown.status_code == 200
    assert WRITTEN in visitor.page.text_content()


def test_a_form_from_before_signing_in_again_is_filled_in_on_a_fresh_page(world: World, visitor: Browser) -> None:
    """Signing in again in another tab makes the token of an open page useless."""
    visitor.sign_in("evaluator")
    old = visitor.open(reverse("own_name"))
    visitor.open("/accounts/logout/")
    other = Browser()
    other.client.cookies = visitor.client.cookies
    visitor.client.cookies.pop(settings.SESSION_COOKIE_NAME)
    other.sign_in("evaluator")
    visitor.url, visitor.page = reverse("own_name"), old
    answer = visitor.send("name", name="Nytt Navn Her")
    assert answer.status_code == 303
    assert visitor.value("name") == "Nytt Navn Her"
    visitor.send("name")
    world.evaluator.refresh_from_db()
    assert world.evaluator.name == "Nytt Navn Her"


def test_a_form_whose_browser_has_lost_the_token_is_filled_in_again(world: World, visitor: Browser) -> None:
    visitor.sign_in("evaluator")
    visitor.open(reverse("own_name"))
    visitor.client.cookies.pop(settings.CSRF_COOKIE_NAME)
    assert visitor.send("name", name="Nytt Navn Her").status_code == 303
    assert visitor.value("name") == "Nytt Navn Her"
    world.evaluator.refresh_from_db()
    assert world.evaluator.name == "Evaluator"


def test_the_end_of_the_twelve_hours_keeps_the_form_too(world: World, visitor: Browser, clock: Any) -> None:
    visitor.sign_in("evaluator")
    for _half_hour in range(24):
        visitor.open(reverse("own_name"))
        clock.shift(timedelta(minutes=30))
    clock.shift(timedelta(minutes=1))
    visitor.send("name", name="Nytt Navn Her")
    visitor.sign_in("evaluator")
    assert visitor.value("name") == "Nytt Navn Her"


def test_of_an_upload_the_choices_are_kept_and_not_the_file(world: World, visitor: Browser, clock: Any) -> None:
    visitor.sign_in("coordinator")
    visitor.open(reverse("imports", args=[world.network.code]))
    edition = visitor.value("edition")
    clock.shift(timedelta(minutes=61))
    visitor.send("edition", file=SimpleUploadedFile("gamle.csv", b"hemmelig;1"), edition=edition)
    assert "hemmelig" not in unseal(KeptPost.objects.get().sealed)
    visitor.sign_in("coordinator")
    assert visitor.value("edition") == edition


def test_a_fault_of_the_program_keeps_the_form_too(
    world: World, visitor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.sign_in("evaluator")
    visitor.open(reverse("own_name"))
    visitor.client.raise_request_exception = False
    with monkeypatch.context() as broken, connection.execute_wrapper(_no_update):
        broken.setattr("django.conf.settings.DEBUG", False)
        visitor.send("name", name="Nytt Navn Her")
    assert visitor.answer.status_code == 500
    (link,) = visitor.page.xpath("//a[contains(@href, 'kept=')]/@href")
    visitor.open(link)
    assert visitor.value("name") == "Nytt Navn Her"


def _no_update(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    if sql.startswith('UPDATE "reviews_user"'):
        raise ValueError("a fault")
    return execute(sql, params, many, context)


# --- For nobody else ----------------------------------------------------------------------------


def test_somebody_else_who_signs_in_gets_nothing_and_it_is_deleted(world: World, visitor: Browser, clock: Any) -> None:
    own_name(visitor, clock)
    assert KeptPost.objects.count() == 1
    visitor.sign_in("colleague")
    assert "Nytt Navn Her" not in visitor.shown.content.decode()
    assert not KeptPost.objects.exists()


def test_signing_out_deletes_what_is_kept(world: World, visitor: Browser, clock: Any) -> None:
    own_name(visitor, clock)
    visitor.sign_in("evaluator")
    visitor.open(reverse("account_logout"))
    token = visitor.value("csrfmiddlewaretoken")
    visitor.client.post(
        reverse("account_logout"), {"csrfmiddlewaretoken": token}, headers={"Referer": HOST}, secure=True
    )
    assert not KeptPost.objects.exists()
    assert not visitor.client.cookies[settings.BROWSER_COOKIE_NAME].value


def test_signing_out_on_a_page_whose_session_has_ended_deletes_it_too(
    world: World, visitor: Browser, clock: Any
) -> None:
    visitor.sign_in("evaluator")
    visitor.open(reverse("own_name"))
    token = visitor.value("csrfmiddlewaretoken")
    clock.shift(timedelta(minutes=61))
    visitor.send("name", name="Nytt Navn Her")
    visitor.client.post(
        reverse("account_logout"), {"csrfmiddlewaretoken": token}, headers={"Referer": HOST}, secure=True
    )
    assert not KeptPost.objects.exists()


def test_after_an_hour_it_is_not_shown_and_the_next_run_deletes_it(world: World, visitor: Browser, clock: Any) -> None:
    own_name(visitor, clock)
    clock.shift(timedelta(minutes=61))
    visitor.sign_in("evaluator")
    assert "Nytt Navn Her" not in visitor.shown.content.decode()
    assert "Det som var tatt vare på, er slettet" in visitor.text
    assert apply_rules()["kept_posts"] == 1
    assert not KeptPost.objects.exists()


def test_the_same_person_in_another_browser_gets_nothing(world: World, visitor: Browser, clock: Any) -> None:
    own_name(visitor, clock)
    page = parse_qs(urlsplit(visitor.answer["Location"]).query)["next"][0]
    other = Browser()
    other.sign_in("evaluator")
    other.open(page)
    assert "Nytt Navn Her" not in other.shown.content.decode()
    assert other.client.get(reverse("kept", args=[KeptPost.objects.get().code]), secure=True).status_code == 404


def test_a_stolen_link_and_cookie_show_nothing_to_another_person(world: World, visitor: Browser, clock: Any) -> None:
    own_name(visitor, clock)
    page = parse_qs(urlsplit(visitor.answer["Location"]).query)["next"][0]
    thief = Browser()
    thief.sign_in("colleague")
    stolen = visitor.client.cookies[settings.BROWSER_COOKIE_NAME].value
    thief.client.cookies[settings.BROWSER_COOKIE_NAME] = stolen
    thief.open(page)
    assert "Nytt Navn Her" not in thief.shown.content.decode()


def test_the_database_alone_does_not_reveal_it(world: World, visitor: Browser, clock: Any) -> None:
    own_name(visitor, clock)
    assert "Nytt" not in repr(KeptPost.objects.values())


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ({"Origin": "https://evil.example", "Referer": "https://evil.example/", "Sec-Fetch-Site": "cross-site"}, "own"),
        ({"Sec-Fetch-Site": "same-site"}, "own"),
        ({}, "x" * 64),
        ({}, ""),
    ],
)
def test_a_forged_form_plants_nothing(
    headers: dict[str, str], token: str, world: World, visitor: Browser, clock: Any
) -> None:
    """The attacker has the victim's browser send a form, after the session has ended and before."""
    visitor.sign_in("evaluator")
    for minutes in (0, 61):
        visitor.open(reverse("own_name")) if not minutes else None
        clock.shift(timedelta(minutes=minutes))
        forged = {} if token == "own" else {"csrfmiddlewaretoken": token}
        page, url = visitor.page, visitor.url
        if token == "own" and not minutes and "Origin" not in headers:
            continue  # what the server takes as a form of its own while the session lasts
        visitor.send("name", "", headers, name="Plantet av andre", **forged)
        visitor.page, visitor.url = page, url
    assert not KeptPost.objects.exists()


def test_the_page_of_one_person_is_not_kept_for_the_next_one(world: World, visitor: Browser, clock: Any) -> None:
    """On a shared computer the page of the first one is still open in another tab."""
    visitor.sign_in("evaluator")
    old = visitor.open(reverse("own_name"))
    clock.shift(timedelta(minutes=61))
    visitor.open("/")
    visitor.sign_in("colleague")
    for minutes in (0, 61):
        clock.shift(timedelta(minutes=minutes))
        visitor.url, visitor.page = reverse("own_name"), old
        visitor.send("name", name="Nytt Navn Her")
    assert not KeptPost.objects.exists()


def test_a_browser_in_which_nobody_was_signed_in_keeps_nothing(world: World, visitor: Browser) -> None:
    visitor.open(LOGIN)
    token = visitor.value("csrfmiddlewaretoken")
    sent = {"csrfmiddlewaretoken": token, "name": "Nytt Navn Her"}
    visitor.client.post(reverse("own_name"), sent, headers={"Referer": HOST}, secure=True)
    assert not KeptPost.objects.exists()


# --- What is never kept, and how much -----------------------------------------------------------


def test_a_text_with_an_identity_number_is_not_kept_and_the_page_says_so(
    world: World, visitor: Browser, clock: Any
) -> None:
    own_name(visitor, clock, f"Ola {next(iter(REFUSED))}")
    assert not KeptPost.objects.exists()
    assert "fødselsnummer" in visitor.text


def test_no_password_is_kept(world: World, visitor: Browser, clock: Any) -> None:
    review = world.draft_review(4)
    url = reverse("move", args=[review.code, "finalise"])
    after_an_hour(visitor, clock, "evaluator", url, "password", password="evaluator-pw")
    visitor.sign_in("evaluator")
    assert visitor.value("password") in (None, "")
    assert not [row for row in KeptPost.objects.all() if "evaluator-pw" in unseal(row.sealed)]


def test_a_browser_keeps_only_the_last_forms_and_none_that_is_too_long(
    world: World, visitor: Browser, clock: Any
) -> None:
    visitor.sign_in("evaluator")
    old = visitor.open(reverse("own_name"))
    clock.shift(timedelta(minutes=61))
    for number in range(MOST + 2):
        visitor.url, visitor.page = reverse("own_name"), old
        visitor.send("name", name=f"Nytt Navn {number}")
    assert KeptPost.objects.count() == MOST
    visitor.url, visitor.page = reverse("own_name"), old
    visitor.send("name", name="x" * (LONGEST + 1))
    assert KeptPost.objects.count() == MOST
