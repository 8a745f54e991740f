"""The forms on all pages: found by opening every address of the table in tests/reviews/test_access.py as each person."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.html
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from ipsfidelity.entered import SECRET
from reviews.models import User
from tests.builders import World
from tests.reviews.test_access import CAST, TABLE, address_of

SENTENCE = "Dette skrev jeg over en hel time. Æøå & <tegn>"
WORDS = {"text", "search", "url", "tel"}
TYPED = WORDS | {"email", "number", "date", "time"}
NO_PAGE = re.compile("(pdf|docx|csv|xlsx|data|json|feed|download|pulse)$|^(livez|readyz|metrics|blank)")
OK = 200


@dataclass(frozen=True)
class PageForm:
    """A form on the page at `url`, as `who` sees it: the name of the address that it is sent to, and its path."""

    who: str
    url: str
    name: str
    path: str
    typed: tuple[str, ...]
    chosen: bool

    def __str__(self) -> str:
        return f"{self.name} ({self.who}, {self.url})"


def fields_of(form: Any) -> Iterator[tuple[str, str, Any]]:
    """Yield the name, the type and the element of each field of a form in which something is typed."""
    for element in form.iter("input", "textarea"):
        kind = "textarea" if element.tag == "textarea" else element.get("type", "text").lower()
        if element.get("name") and element.get("readonly") is None and element.get("disabled") is None:
            yield element.get("name"), kind, element


def forms_in(html: str, who: str, url: str) -> list[tuple[PageForm, Any]]:
    """Return the forms of a page that are sent by POST, each with its element."""
    found = []
    for form in lxml.html.document_fromstring(html).forms:
        path = urlsplit(urljoin(url, form.get("action") or "")).path
        if form.get("method", "").lower() != "post" or form.get("id") == "own-choices":
            continue  # that one is sent by buttons in the menu, to other addresses
        fields = list(fields_of(form))
        typed = tuple(sorted({n for n, kind, _ in fields if kind in TYPED | {"textarea"} and not SECRET.search(n)}))
        chosen = bool(form.xpath(".//select | .//input[@type='radio' or @type='checkbox' or @type='file']"))
        try:
            name = resolve(path).view_name
        except Resolver404:
            name = path
        found.append((PageForm(who, url, name, path, typed, chosen), form))
    return found


def forms_of_pages(world: World, things: dict[str, list[object]]) -> dict[tuple[str, tuple[str, ...]], PageForm]:
    """Return one form of each kind: by the name of the address that it is sent to, and the fields to type in."""
    found: dict[tuple[str, tuple[str, ...]], PageForm] = {}
    clients = {who: confirmed_client(world, who) for who in CAST}
    for who, url in pages(things):
        answer = clients[who].get(url)
        if answer.status_code == OK and answer.headers["Content-Type"].startswith("text/html"):
            for form, _element in forms_in(answer.content.decode(), who, url):
                found.setdefault((form.name, form.typed), form)
    return found


def pages(things: dict[str, list[object]]) -> Iterator[tuple[str, str]]:
    """Yield every page with the people who can open it, and those that need a confirmation or are Django's."""
    for (name, thing), (rows, _posts) in TABLE.items():
        if not NO_PAGE.search(name) and name != "account_logout":
            url = address_of(name, things[thing])
            yield from ((who, url) for who, status in zip(CAST, rows, strict=True) if status == OK)
    for name in ("mfa_activate_totp", "mfa_add_webauthn"):
        yield "evaluator", reverse(name)
    for model in ("user", "network", "organisation"):
        yield "admin", reverse(f"admin:reviews_{model}_add")


def confirmed_client(world: World, who: str) -> Client:
    """Return a client of a person who has just confirmed who they are."""
    client = Client()
    if who != "nobody":
        sign_in(client, getattr(world, who))
    return client


def sign_in(client: Client, person: User) -> None:
    """Sign a person in, as if by password a moment ago."""
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session.save()


def filled(form: Any) -> dict[str, list[str]]:
    """Return what a browser sends from a form in which every field was filled in and every last choice was made."""
    values: dict[str, list[str]] = {}
    for name, value in form.form_values():
        values.setdefault(name, []).append(value)
    for name, kind, element in fields_of(form):
        if kind in TYPED | {"textarea"} and not SECRET.search(name):
            values[name] = [*values.get(name, ["x"])[:-1], sample(kind, element)]
    for box in form.xpath(".//input[@type='radio' or @type='checkbox']"):
        values.setdefault(box.get("name"), [box.get("value", "on")])  # the first of those of which none is chosen
    for select in form.iter("select"):
        if options := [each.get("value") for each in select.iter("option") if each.get("value")]:
            values[select.get("name")] = options[-1:]
    return values


def sample(kind: str, element: Any) -> str:
    """Return a value that a field accepts."""
    if kind == "email":
        return "kari.nymoen@example.org"
    if kind == "number" or element.get("inputmode") in ("numeric", "decimal"):
        return element.get("min") or "3"
    if kind == "date":
        return (date.today() + timedelta(days=30)).isoformat()  # noqa: DTZ011 - any day
    if kind == "time":
        return "10:30"
    return SENTENCE[: int(element.get("maxlength") or 1_000)]


def open_form(client: Client, form: PageForm, url: str = "") -> tuple[Any, HttpResponse]:
    """Open the page of a form; return the form's element and the answer."""
    answer = client.get(url or form.url, secure=True, follow=True)
    for found, element in forms_in(answer.content.decode(), form.who, form.url):
        if (found.name, found.path, found.typed) == (form.name, form.path, form.typed):
            return element, answer
    raise AssertionError(f"the page has no form {form}")
