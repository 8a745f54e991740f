"""Middleware: request ids, limits, language, headers, sessions and error responses. Knows no review."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from structlog.contextvars import bind_contextvars, clear_contextvars

from ipsfidelity.errors import Moved, StateConflict, refuse, wants_json
from ipsfidelity.own_choices import language_of, remember

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestLog:
    """Assign an id to each request and log one line for it. The id is also returned as X-Request-ID.

    A trusted proxy may supply the id. The logging context is cleared at the start of the next request and not at the
    end, because streaming may fail after the response has begun.
    """

    LOG = logging.getLogger("ipsfidelity.requests")
    METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
    PATTERN = re.compile(r"[A-Za-z0-9-]{8,64}", re.ASCII)

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "") if settings.ALLAUTH_TRUSTED_PROXY_COUNT else ""
        request_id = given if self.PATTERN.fullmatch(given) else uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]  # shown on error pages (failure.html)
        began = time.perf_counter()
        clear_contextvars()
        method = request.method if request.method in self.METHODS else ""  # a client may send any text as method
        bind_contextvars(request_id=request_id, method=method, path=request.path_info)
        response = self.get_response(request)
        response.headers["X-Request-ID"] = request_id
        seconds = round(time.perf_counter() - began, 4)
        self.LOG.info("Request", extra={"status_code": response.status_code, "seconds": seconds})
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Add the URL pattern, and the code of a signed-in person, to log lines."""
        bind_contextvars(route=request.resolver_match.route)  # type: ignore[union-attr]  # resolved before any view
        if request.user.is_authenticated:
            bind_contextvars(person=str(request.user.code))


class ChosenLanguage:
    """Activate the language of the reader.

    The language of an account is copied to the browser's cookie, because error pages cannot read the account while the
    database is away.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name, account = settings.LANGUAGE_COOKIE_NAME, getattr(request.user, "language", "")
        language = language_of(request, account=account)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if not account:
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        if account and request.COOKIES.get(name) != language and name not in response.cookies:
            remember(response, name, language)
        return response


class SecurityHeaders:
    """Add security headers for which Django has no setting to every response."""

    HEADERS: ClassVar = {
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Cross-Origin-Resource-Policy": "same-origin",
    }

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class SessionLimits:
    """End a session after SESSION_IDLE seconds without a request, and after SESSION_COOKIE_AGE seconds in any case.

    Typed text stays in the page, which gets 401 and saves it after the person has signed in again. The time of the last
    request is stored at most every PRECISION seconds, so that most page views write nothing. Requests that a page
    sends by itself do not count (static/js/live.js marks them with a header).
    """

    BEGAN, LAST, PRECISION = "began", "last", 300  # seconds

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now, session = int(time.time()), request.session
            began, last = session.get(self.BEGAN, now), session.get(self.LAST, now)
            if now - last > settings.SESSION_IDLE or now - began > settings.SESSION_COOKIE_AGE:
                logout(request)
            elif self.BEGAN not in session or last > now + self.PRECISION:
                # New, or from a clock that was ahead and has been set back: its limits would never be reached.
                self.begin(request)
            elif now - last > self.PRECISION and "X-Asked-By-Page" not in request.headers:
                session[self.LAST] = now
        return self.get_response(request)

    @classmethod
    def begin(cls, request: HttpRequest) -> None:
        """Start both limits now, at sign-in."""
        request.session[cls.BEGAN] = request.session[cls.LAST] = int(time.time())

    @classmethod
    def seconds_left(cls, request: HttpRequest) -> tuple[int, int]:
        """Return the seconds until the session ends without a request, and until it ends in any case."""
        now, session = int(time.time()), request.session
        idle = session.get(cls.LAST, now) + settings.SESSION_IDLE - now
        return idle, session.get(cls.BEGAN, now) + settings.SESSION_COOKIE_AGE - now


class NoCaching:
    """Keep pages of signed-in people out of caches, and clear the browser's cache and storage at sign-out.

    Computers are often shared on site visits. A session that expires clears nothing, because the browser may hold text
    that has not been saved.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_signed_in = request.user.is_authenticated
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        elif was_signed_in:
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


class SignInRequired(LoginRequiredMiddleware):
    """Require sign-in by default. A script gets 401, so that it can keep the text and tell the person."""

    def handle_no_permission(  # type: ignore[override]  # a redirect, or 401 in JSON
        self, request: HttpRequest, view_func: Callable
    ) -> HttpResponse:
        request.post_refused = request.method == "POST"  # type: ignore[attr-defined]  # see csrf_failure
        if wants_json(request):
            return refuse(request, 401, _("You are signed out. Your text is still here: sign in in a new tab."))
        return super().handle_no_permission(request, view_func)


class ErrorResponses:
    """Turn exceptions of views into error responses (ipsfidelity/errors.py), and name errors in the title of a page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content:
            allowed = response.headers["Allow"]
            response = refuse(request, 405)
            response.headers["Allow"] = allowed
        is_error = response.status_code in (HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY)
        if is_error and response.headers["Content-Type"].startswith("text/html"):
            title = f"<title>{_('Error:')} ".encode()
            response.content = response.content.replace(b"<title>", title, 1)
        return response

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        """Set the status of an invalid form to 422, also in views of packages that return 200."""
        context = response.context_data or {}
        form = context.get("form")
        if context.get("token_fail"):  # a used link for a new password: allauth's page says so and shows no form
            context["form"], response.status_code = None, HTTPStatus.CONFLICT
        elif request.method == "POST" and response.status_code == HTTPStatus.OK and getattr(form, "errors", None):
            response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the error response for an exception, None for an unexpected one."""
        match exception:
            case Moved() if request.method in ("GET", "HEAD") and not wants_json(request):
                messages.info(request, exception.sentence)
                return redirect(exception.url)
            case StateConflict():
                return refuse(request, 409, exception.sentence, exception.url)
            case PermissionDenied():
                return refuse(request, 403, str(exception))
            case Http404():
                return refuse(request, 404)
        return None
