"""An hour's pause on each form of the program, in a real browser, with and without JavaScript."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Locator, Page, Route, expect

from reviews.models import Remark
from tests.browser.test_idle_hour import sign_in, violations, wait_on_server
from tests.builders import World
from tests.forms_on_pages import PageForm, forms_of_pages
from tests.reviews.people.test_every_form import SAVED_BY_ITSELF, TYPED
from tests.reviews.test_access import arguments_of

Window = Callable[..., Page]
TYPED_IN = "textarea, input[type=text], input:not([type]), input[type=email]"
TEXT = "Skrevet i en time"


@pytest.fixture(autouse=True)
def _no_second_factor(world: World, settings: Any) -> None:
    settings.SECOND_FACTOR = "nobody"
    Authenticator.objects.all().delete()
    cache.clear()


@pytest.fixture
def forms(world: World) -> list[PageForm]:
    """Return the forms in which text is typed. Numbers and dates alone come back in the same way."""
    found = forms_of_pages(world, arguments_of(world)).values()
    return [form for form in found if form.typed and form.name in TYPED - {"account_email"}]


def form_on(page: Page, form: PageForm) -> Locator:
    """Return a form of the page that is sent to the same address and has the same fields."""
    forms = page.locator(f"main form[method=post]:has([name='{form.typed[0]}'])")
    return forms.filter(has=page.locator(f"[name='{form.typed[-1]}']")).first


def type_in(form: Locator) -> dict[str, str]:
    """Type in every text field of a form that can be seen, and return the values by name."""
    typed = {}
    for field in form.locator(TYPED_IN).all():
        name = field.get_attribute("name")
        if name and field.is_visible() and field.is_editable() and field.get_attribute("inputmode") is None:
            field.fill("kari@example.org" if field.get_attribute("type") == "email" else TEXT)
            typed[name] = field.input_value()
    return typed


@pytest.mark.parametrize("who", ["evaluator", "coordinator", "team_leader", "admin"])
def test_an_hours_pause_loses_no_text_in_any_form(forms: list[PageForm], window: Window, who: str) -> None:
    """Pages that save by themselves keep the text on the page if scripts run: see test_saving.py."""
    with_scripts, without, lost = window(who), window(who, java_script_enabled=False), {}
    own = [form for form in forms if form.who == who]
    assert own
    for form in own:
        for page in (without,) if form.name in SAVED_BY_ITSELF else (with_scripts, without):
            if missing := after_an_hour(page, form):
                lost[str(form), page is without] = missing
    assert lost == {}


def after_an_hour(page: Page, form: PageForm) -> dict[str, str]:
    """Type in a form, send it an hour later, and sign in. Return the texts that did not come back, by field."""
    page.goto(form.url)
    typed = type_in(form_on(page, form))
    if not typed:
        return {}
    wait_on_server(minutes=61)
    form_on(page, form).evaluate("form => { form.noValidate = true; }")
    form_on(page, form).locator("button:not([type=button], [form]), input[type=submit]").last.click()
    sign_in(page, form.who)
    expect(page.get_by_text("Det er ikke lagret ennå")).to_be_visible()
    fields = form_on(page, form)
    return {
        name: text for name, text in typed.items() if fields.locator(f"[name='{name}']").first.input_value() != text
    }


# --- While the database is away -----------------------------------------------------------------


def _away(*arguments: Any) -> None:
    raise OperationalError("the server closed the connection")


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
def test_the_page_of_an_outage_sends_the_form_again(world: World, window: Window, *, scripts: bool) -> None:
    """The answer of the outage is made by the program, with the cookies and the form of the browser."""
    review = world.asked_review(4)
    page = window("team_leader", java_script_enabled=scripts)

    def answer_without_database(route: Route) -> None:
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        client.cookies.load({cookie["name"]: cookie["value"] for cookie in page.context.cookies()})
        host, form = urlsplit(page.url).netloc, "application/x-www-form-urlencoded"
        with connection.execute_wrapper(_away):
            answer = client.post(
                reverse("remarks", args=[review.code]),
                route.request.post_data,
                content_type=form,
                secure=True,
                headers={"Host": host, "Referer": page.url},
            )
        connection.close()  # that of the handler, not that of the test
        route.fulfill(status=answer.status_code, body=answer.content, content_type="text/html; charset=utf-8")

    page.goto(reverse("remarks", args=[review.code]))
    page.get_by_role("textbox", name="Merknad").fill("Vi møter NAV hver uke.\nSe vedlegget.")
    page.route("**/remarks/", answer_without_database)
    page.get_by_role("button", name="Send merknaden").click()
    expect(page.get_by_role("heading", name="Ikke tilgjengelig akkurat nå")).to_be_visible()
    expect(page.get_by_role("textbox", name="Tekst")).to_have_value("Vi møter NAV hver uke.\nSe vedlegget.")
    assert not scripts or violations(page) == []
    page.unroute("**/remarks/")
    page.get_by_role("button", name="Send på nytt").click()
    expect(page.get_by_text("Se vedlegget.").first).to_be_visible()
    assert Remark.objects.get().text == "Vi møter NAV hver uke.\nSe vedlegget."
