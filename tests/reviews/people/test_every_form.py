"""Every form of the program: what happens to what was typed if the session ends, the database is away, or all fails.

The forms are found on the pages themselves, so that a new one fails here until the table says what becomes of it.
"""

import html
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from urllib.parse import parse_qs, urlsplit

import lxml.html
import pytest
from django.apps import apps
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import F, PositiveIntegerField
from django.http import HttpResponse

from ipsfidelity.middleware import SessionLimits
from ipsfidelity.privacy import identity_numbers
from reviews.conduct.cancelling import cancel
from reviews.conduct.changing_plans import plan_version
from reviews.models import KeptPost, Review
from reviews.records import protection
from tests.builders import World, build_world, instrument
from tests.forms_on_pages import PageForm, confirmed_client, filled, forms_of_pages, open_form, sign_in
from tests.reviews.test_access import TABLE, TRANSITIONS_BY_NAME, arguments_of
from tests.test_privacy import REFUSED

pytestmark = pytest.mark.django_db
HOST = "https://testserver"

# Forms with something to type: it is kept for an hour if the session has ended.
TYPED = {
    *("item", "entry", "interview_step", "quick_notes", "report_text", "agree", "comment"),
    *("remarks", "remark", "remark_answer", "facts_until", "move", "correct", "cancel", "change_plan", "plan_review"),
    *("plan_add", "plan_action", "plan_save", "due", "rhythm", "interviews", "interview_head", "notes_retention"),
    *("preparation", "preparation_step", "timeline", "timeline_step"),
    *("invite", "paste_people", "new_network", "rename_network"),
    *("new_organisation", "rename_organisation", "paste_organisations", "own_name", "account_email"),
    "import_columns",
    *("admin:reviews_user_add", "admin:reviews_network_add", "admin:reviews_organisation_add"),
}
WITH_PASSWORD = {"admin:reviews_user_add"}
# Forms of rows with a version. The others add a row, or compare what their page showed in another way.
VERSIONED = {
    *("item", "entry", "agree", "report_text", "interview_step", "plan_action", "plan_save", "change_plan"),
    *("remark", "remark_answer"),
}
OF_OPEN_REVIEWS = {
    *("item", "entry", "interview_step", "quick_notes", "report_text", "agree", "comment", "remarks", "remark"),
    *("remark_answer", "facts_until", "move", "cancel", "change_plan", "interviews", "interview_head"),
}
NO_FAULT = {200, 302, 303, 409, 422}  # the form was refused or shown once more, or saved before the fault
SAVED_BY_ITSELF = {"item", "entry", "interview_step", "quick_notes", "report_text", "agree"}  # with JavaScript
# Forms with something to choose. Kept in the same way; of a file only that one was chosen.
CHOSEN = {"ask", "imports", "join_with", "notifications", "verify", "year"}
# Forms with passwords, codes or passkeys, and those of people without a session: nothing of them is ever kept.
NEVER_KEPT = {
    *("account_login", "account_reset_password", "account_reset_password_from_key", "account_signup"),
    *("account_change_password", "account_delete", "account_reauthenticate", "mfa_login_webauthn", "check_signed"),
    *("mfa_reauthenticate", "mfa_activate_totp", "mfa_add_webauthn", "socialaccount_connections"),
}
# Buttons: there is nothing to keep.
BUTTONS = {
    *("hand_in", "take_back", "take_over", "tick", "lay_out", "plan_begin", "plan_remove", "interview_remove"),
    *("remark_withdraw", "separate", "quick_notes_sort", "inbox", "import_preview", "withdraw_import"),
    *("withdraw_invitation", "renew_invitation", "person", "make_calendar", "revoke_calendar", "timeline_proposal"),
    *("export_sheets", "export_workbook", "export_reviews", "export_items", "export_remarks", "export_lines"),
    *("export_file_delete", "queue_again", "queue_give_up", "test_mail", "usersessions_list", "new_review"),
    *("language", "theme"),
}


@pytest.fixture(scope="module")
def built(module_transaction: None) -> tuple[World, dict[str, list[object]]]:
    world = build_world(instrument())
    return world, arguments_of(world)


@pytest.fixture(scope="module")
def forms(built: tuple[World, dict[str, list[object]]]) -> list[PageForm]:
    """Return a form of each kind."""
    with transaction.atomic():
        found = forms_of_pages(*built)
        transaction.set_rollback(True)
    return list(found.values())


@pytest.fixture
def world(built: tuple[World, dict[str, list[object]]], db: None) -> World:
    return deepcopy(built[0])


def form_name(name: str) -> str:
    """Return the name of an address of the table in test_access.py, which has a row for each transition."""
    return "move" if name in TRANSITIONS_BY_NAME else name


def test_the_table_says_of_every_form_what_becomes_of_it(forms: list[PageForm]) -> None:
    kept = [form for form in forms if form.name not in NEVER_KEPT]
    assert {form.name for form in kept if form.typed} == TYPED
    chosen = {form.name for form in kept if form.chosen and not form.name.endswith("changelist")} - TYPED
    assert chosen == CHOSEN
    takes = {
        form_name(name)
        for (name, _thing), (_gets, posts) in TABLE.items()
        if not {*posts} <= {302, 404, 405} and not name.startswith("admin:")
    }
    assert takes - TYPED - CHOSEN - NEVER_KEPT - BUTTONS == set()


# --- What becomes of it ---------------------------------------------------------------------------


class Sent:
    """A form that was opened and filled in: its values, and those that a person typed."""

    def __init__(self, world: World, form: PageForm) -> None:
        self.form, self.client = form, confirmed_client(world, form.who)
        self.client.handler.enforce_csrf_checks = True
        self.client.raise_request_exception = False
        element, _answer = open_form(self.client, form)
        self.values = filled(element)
        self.typed = {name: self.values[name] for name in form.typed}
        self.texts = [text for sent in self.typed.values() for text in sent if len(text.split()) > 1]

    def post(self) -> HttpResponse:
        headers = {"Referer": HOST + self.form.url, "Origin": HOST, "Sec-Fetch-Site": "same-origin"}
        return self.client.post(self.form.path, self.values, headers=headers, secure=True)

    def lacks(self, page: str) -> list[str]:
        """Return the texts that a page does not show."""
        shown = " ".join(lxml.html.document_fromstring(page).text_content().split())
        return [text for text in self.texts if text not in shown]


def each_of(world: World, forms: list[PageForm], names: set[str]) -> Iterator[Sent]:
    """Open and fill in each form with something to type; what a test does with one is undone before the next."""
    tried = set()
    for form in forms:
        if form.typed and form.name in names:
            with transaction.atomic():
                tried.add(form.name)
                yield Sent(world, form)
                transaction.set_rollback(True)
    assert tried == names


def test_what_was_typed_comes_back_after_the_session_has_ended(world: World, forms: list[PageForm]) -> None:
    lost = {}
    for sent in each_of(world, forms, TYPED):
        session = sent.client.session
        session[SessionLimits.LAST] -= settings.SESSION_IDLE + 60
        session.save()
        answer = sent.post()
        if not KeptPost.objects.exists():
            lost[str(sent.form)] = answer.status_code
            continue
        page = parse_qs(urlsplit(answer["Location"]).query)["next"][0]
        sign_in(sent.client, getattr(world, sent.form.who))
        element, _answer = open_form(sent.client, sent.form, page)
        back = {}
        for name, value in element.form_values():
            back.setdefault(name, []).append(value.removeprefix("\n"))
        if differing := {name: back.get(name) for name, value in sent.typed.items() if back.get(name) != value}:
            lost[str(sent.form)] = differing
    assert lost == {}


def test_while_the_database_is_away_the_page_has_the_text_and_sends_it_again(
    world: World, forms: list[PageForm]
) -> None:
    lost = {}
    for sent in each_of(world, forms, TYPED):
        with connection.execute_wrapper(_away):
            answer = sent.post()
        page = lxml.html.document_fromstring(answer.content.decode())
        if sent.form.name in WITH_PASSWORD:
            continue
        if answer.status_code != 503 or sent.lacks(answer.content.decode()) or not page.forms:
            lost[str(sent.form)] = (answer.status_code, sent.lacks(answer.content.decode()))
            continue
        again: dict[str, list[str]] = {}
        for name, value in page.forms[0].form_values():
            again.setdefault(name, []).append(value.removeprefix("\n"))
        if again != sent.values:
            lost[str(sent.form)] = {name for name in {*again, *sent.values} if again.get(name) != sent.values.get(name)}
    assert lost == {}


def test_while_the_database_is_away_a_form_with_a_password_shows_the_text_alone(
    world: World, forms: list[PageForm]
) -> None:
    for sent in each_of(world, forms, WITH_PASSWORD):
        sent.values["password1"] = ["rett hest batteri"]
        with connection.execute_wrapper(_away):
            page = sent.post().content.decode()
        assert sent.lacks(page) == []
        assert "<form" not in page
        assert "rett hest" not in page


@pytest.mark.parametrize("number", ["010190 12345", next(iter(REFUSED))])
def test_while_the_database_is_away_no_identity_number_is_shown(
    world: World, forms: list[PageForm], number: str
) -> None:
    for sent in each_of(world, forms, {"remarks"}):
        sent.values["text"] = [f"Kari, {number}"]
        with connection.execute_wrapper(_away):
            page = sent.post().content.decode()
        is_withheld = bool(identity_numbers(number))
        assert (number in page, "<form" in page, "fødselsnummer" in page) == (
            not is_withheld,
            not is_withheld,
            is_withheld,
        )


@pytest.mark.parametrize("token", ["x" * 64, ""])
def test_while_the_database_is_away_a_form_of_another_site_is_not_shown(
    world: World, forms: list[PageForm], token: str
) -> None:
    for sent in each_of(world, forms, {"remarks"}):
        sent.values["csrfmiddlewaretoken"] = [token]
        with connection.execute_wrapper(_away):
            assert sent.lacks(sent.post().content.decode()) == sent.texts


def test_a_fault_of_the_program_keeps_what_was_typed(world: World, forms: list[PageForm]) -> None:
    lost = {}
    for sent in each_of(world, forms, TYPED):
        with connection.execute_wrapper(_faulty):
            answer = sent.post()
        if answer.status_code == 500 and "kept=" not in answer.content.decode():
            lost[str(sent.form)] = sent.texts
        elif answer.status_code != 500 and answer.status_code not in NO_FAULT:
            lost[str(sent.form)] = answer.status_code
    assert lost == {}


def test_a_lost_token_loses_nothing(world: World, forms: list[PageForm]) -> None:
    lost = {}
    for sent in each_of(world, forms, TYPED):
        sent.client.cookies.pop(settings.CSRF_COOKIE_NAME)
        answer = sent.post()
        if answer.status_code != 303 or not KeptPost.objects.exists():
            lost[str(sent.form)] = answer.status_code
    assert lost == {}


def test_a_conflict_shows_what_was_typed(world: World, forms: list[PageForm]) -> None:
    """Somebody else has changed every row that has a version since the page was opened."""
    lost, conflicts = {}, set()
    versioned = [model for model in apps.get_models() if any(field.name == "version" for field in model._meta.fields)]
    for sent in each_of(world, forms, TYPED):
        protection.remove()
        for model in versioned:
            if isinstance(model._meta.get_field("version"), PositiveIntegerField):
                model._base_manager.update(version=F("version") + 1)
        answer = sent.post()
        if answer.status_code == 409:
            conflicts.add(sent.form.name)
            if sent.lacks(all_text(answer)):
                lost[str(sent.form)] = sent.lacks(all_text(answer))
    assert lost == {}
    assert conflicts == VERSIONED


def test_a_form_of_a_review_that_was_cancelled_meanwhile_shows_what_was_typed(
    world: World, forms: list[PageForm]
) -> None:
    lost = {}
    for sent in each_of(world, forms, OF_OPEN_REVIEWS):
        for review in Review.objects.open():
            cancel(review=review, by=world.coordinator, seen=plan_version(review), reason="Tjenesten er lagt ned.")
        answer = sent.post()
        if answer.status_code not in (403, 404, 409) or sent.lacks(all_text(answer)):
            lost[str(sent.form)] = (answer.status_code, sent.lacks(all_text(answer)))
    assert lost == {}


def all_text(answer: HttpResponse) -> str:
    """Return a page with the values of its fields as text."""
    page = lxml.html.document_fromstring(answer.content.decode())
    values = [field.get("value") or "" for field in page.iter("input")]
    return f"<p>{html.escape(' '.join([page.text_content(), *values]))}</p>"


def _faulty(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """Fail at the first change of a row that does not belong to the session, the cache or the kept form."""
    if sql.startswith(("UPDATE", "INSERT", "DELETE")) and not re.search("session|cache|keptpost|savepoint", sql):
        raise ValueError("a fault")
    return execute(sql, params, many, context)


def _away(*arguments: Any) -> None:
    raise OperationalError("the server closed the connection")
