"""Middleware that keeps refused forms (kept_posts.py) and fills them in again after signing in."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from ipsfidelity.errors import wants_json
from ipsfidelity.form_filling import as_html, fill, insert_first
from ipsfidelity.outages import is_outage
from reviews.people.browsers import Browser, browser_of, forget_browser, remember_browser
from reviews.people.kept_posts import QUERY, NotKept, Sent, delete_kept, find, keep, page_of, page_with

SAVED = (HTTPStatus.FOUND, HTTPStatus.SEE_OTHER)


class KeptPosts:
    """Keep forms that were refused for their session or their token, and fill them in again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        browser, was_signed_in = browser_of(request), request.user.is_authenticated
        code = request.GET.get(QUERY, "") if request.method == "GET" and was_signed_in else ""
        sent = find(code, request.user, browser) if code else None
        if code and sent is None:
            messages.warning(request, _("There is nothing left to fill in here: what was kept was deleted."))
        if sent is not None:
            request.sent_before = sent.values  # type: ignore[attr-defined]  # ipsfidelity/form_page.py
        response = self.get_response(request)
        if getattr(request, "post_refused", False):
            response = _answer_refused(request, response, browser)
        elif sent is not None:
            response = _filled(request, response, sent, code)
        elif request.method == "POST" and browser and response.status_code in SAVED and (used := _used(request)):
            delete_kept(browser, used)
        return _with_cookie(request, response, browser, was_signed_in=was_signed_in)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Keep a form that a fault of the program has stopped. ipsfidelity/failures.py shows the link."""
        browser = browser_of(request)
        if browser is None or is_outage(exception) or not _may_be_kept(request, browser):
            return
        try:
            request.kept_url = page_with(keep(request, browser))  # type: ignore[attr-defined]
        except (NotKept, DatabaseError):
            return


def _may_be_kept(request: HttpRequest, browser: Browser) -> bool:
    """Return whether a form was sent by a page of this program that was made for the person of the cookie.

    A script keeps the text on its page.
    """
    is_own = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    origin = request.headers.get("Origin", "")
    return (
        request.method == "POST"
        and not wants_json(request)
        and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
        and is_own
        and origin in ("", f"{request.scheme}://{request.get_host()}")
        and (not request.user.is_authenticated or request.user.pk == browser.person)
        and browser.has_made(request.POST.get("csrfmiddlewaretoken", ""))
    )


def _answer_refused(request: HttpRequest, response: HttpResponse, browser: Browser | None) -> HttpResponse:
    """Keep the form and lead the person to sign in, or back to its page if they have signed in meanwhile."""
    if browser is None or not _may_be_kept(request, browser):
        return response
    try:
        url = page_with(keep(request, browser))
    except NotKept as reason:
        if request.user.is_authenticated or not reason.holds_identity_number:
            return response
        messages.warning(
            request,
            _(
                "You are signed out. What you wrote holds a national identity number, so it was not kept. Go back, "
                "copy it without the number, and sign in."
            ),
        )
        return redirect_to_login(page_of(request))
    if request.user.is_authenticated:
        return HttpResponseRedirect(url, status=303)
    messages.warning(
        request,
        _("You are signed out. What you wrote is kept for one hour: sign in, and it is filled in again."),
    )
    return redirect_to_login(url)


def _filled(request: HttpRequest, response: HttpResponse, sent: Sent, code: str) -> HttpResponse:
    """Return the page with its form filled in. If there is no such page now, redirect to the texts alone."""
    if response.status_code != HTTPStatus.OK or not response.headers["Content-Type"].startswith("text/html"):
        return redirect("kept", code=code)
    page, first, left = fill(response.content.decode(), request.path, sent.path, sent.values)
    texts = [value for value in left if len(value.split()) > 1]
    insert_first(page, render_to_string("people/_kept.html", {"first": first, "texts": texts}))
    response.content = as_html(page).encode()
    return response


def _used(request: HttpRequest) -> str:
    """Return the code of the kept form that was filled in on the page that sent this one, "" if none was."""
    if code := request.GET.get(QUERY):
        return code
    return next(iter(parse_qs(urlsplit(request.headers.get("Referer", "")).query).get(QUERY, ())), "")


def _with_cookie(
    request: HttpRequest, response: HttpResponse, browser: Browser | None, *, was_signed_in: bool
) -> HttpResponse:
    """Keep the cookie in step with who is signed in, and delete what is kept when they sign out or somebody else in."""
    match = request.resolver_match
    signs_out = request.method == "POST" and match is not None and match.view_name == "account_logout"
    if request.user.is_authenticated:
        if browser and browser.person != request.user.pk:
            delete_kept(browser)
        remember_browser(request, response, browser, request.user)
    elif browser and (was_signed_in or signs_out):
        delete_kept(browser)
        forget_browser(response)
    return response
