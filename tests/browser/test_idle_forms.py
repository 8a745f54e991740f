"""An hour's pause on each form of the program, in a real browser, with and without JavaScript."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_idle_hour import sign_in, wait_on_server
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
    form_on(page, form).locator("button:not([type=button]), input[type=submit]").last.click()
    sign_in(page, form.who)
    expect(page.get_by_text("Det er ikke lagret ennå")).to_be_visible()
    fields = form_on(page, form)
    return {
        name: text for name, text in typed.items() if fields.locator(f"[name='{name}']").first.input_value() != text
    }
