"""What happens around every request: size, language, sign-in, refusals. Knows no review."""

import re
import time
import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import gettext as _
from structlog.contextvars import bind_contextvars, clear_contextvars

from ipsfidelity.errors import StateConflict, refuse, wants_json

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestId:
    """Assign an id to each request; it is returned as X-Request-ID and added to log lines.

    A trusted proxy may supply it. The context is cleared at the start of the next request, not at the end, because
    streaming may fail after the response has begun.
    """

    METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
    GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}", re.ASCII)

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "") if settings.ALLAUTH_TRUSTED_PROXY_COUNT else ""
        name = given if self.GIVEN.fullmatch(given) else uuid.uuid4().hex
        request.request_id = name  # type: ignore[attr-defined]  # shown by the page of errors
        clear_contextvars()
        method = request.method if request.method in self.METHODS else ""  # a client may send any word
        bind_contextvars(request_id=name, method=method, path=request.path_info)
        response = self.get_response(request)
        response.headers["X-Request-ID"] = name
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if request.user.is_authenticated:
            bind_contextvars(person=str(request.user.code))


class BodyLimit:
    """Refuse a body that is larger than any of our forms, or of unknown size, before it is read.

    Addresses that take files may take more: settings.LARGER_BODIES names them.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
            return refuse(request, 411)
        length = request.headers.get("Content-Length") or "0"
        size = int(length) if length.isdigit() else 0
        # The address is looked up for the few bodies that are large.
        if size > settings.DATA_UPLOAD_MAX_MEMORY_SIZE and size > self.most_at(request.path_info):
            return refuse(request, 413)
        return self.get_response(request)

    @staticmethod
    def most_at(path: str) -> int:
        """Return how many bytes an address takes."""
        try:
            name = resolve(path).view_name
        except Resolver404:
            name = ""
        return settings.LARGER_BODIES.get(name, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


class ChosenLanguage:
    """Speak the language a person chose: kept with the account, else in a cookie, else bokmål.

    The browser's own list of languages is not asked: many Norwegian machines are set to English.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = getattr(request.user, "language", "") or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class FurtherHeaders:
    """Headers of every answer that Django has no setting for."""

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
    """End a session after an hour without a request, and after twelve hours whatever happens.

    What was typed stays in the page, which gets 401 and saves once its writer has signed in again.
    The last request is written down at most every five minutes: reading pages stays reading. What a page
    asks by itself (static/js/live.js says so in a header) is no sign of a person and does not count.
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
            elif self.BEGAN not in session:
                self.begin(request)
            elif now - last > self.PRECISION and "X-Asked-By-Page" not in request.headers:
                session[self.LAST] = now
        return self.get_response(request)

    @classmethod
    def begin(cls, request: HttpRequest) -> None:
        """Count from now on: at sign-in."""
        request.session[cls.BEGAN] = request.session[cls.LAST] = int(time.time())


class KeptOutOfCaches:
    """Shared machines are common on site visits: nothing that was read signed in stays in a cache, and
    signing out clears what the browser has kept. A session that ran out does not: work may wait there."""

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
    """Closed by default; the scoring module gets 401, so that it can keep the text and say so."""

    def handle_no_permission(  # type: ignore[override]  # a redirect, or 401 in JSON
        self, request: HttpRequest, view_func: Callable
    ) -> HttpResponse:
        if wants_json(request):
            return refuse(request, 401, _("You are signed out. Your text is still here: sign in in a new tab."))
        return super().handle_no_permission(request, view_func)


class Refusals:
    """Turn what views raise into a page with the right status and a sentence."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content:
            allowed = response.headers["Allow"]
            response = refuse(request, 405)
            response.headers["Allow"] = allowed
        return response

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        """A form that was refused answers 422, also where a library would say 200."""
        form = (response.context_data or {}).get("form")
        if request.method == "POST" and response.status_code == HTTPStatus.OK and getattr(form, "errors", None):
            response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        match exception:
            case StateConflict():
                return refuse(request, 409, exception.sentence, exception.url)
            case PermissionDenied():
                return refuse(request, 403, str(exception))
            case Http404():
                return refuse(request, 404)
        return None
