"""What was typed in a form that failed, for the page that says so. Needs no database and no session.

Passwords, codes, files and texts with a national identity number are never shown again. Nothing is shown unless the
form carries the CSRF token of this browser, because a page must not show texts of another site.
"""

import re
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import CsrfViewMiddleware

from ipsfidelity.privacy import form_holds_identity_number, identity_numbers

SECRET = re.compile("password|code|secret|token|credential", re.IGNORECASE)  # names of fields that are never shown
TOKEN = "csrfmiddlewaretoken"  # noqa: S105
UUID_FORM = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True)
class Value:
    """A value by the name of its field. A text has several words, and is shown."""

    name: str
    value: str

    @property
    def is_text(self) -> bool:
        return len(self.value.split()) > 1

    @property
    def is_secret(self) -> bool:
        """Whether somebody has typed a secret. The hidden code of a new row is a UUID."""
        is_hidden = self.name == TOKEN or UUID_FORM.fullmatch(self.value)
        return bool(self.value and not is_hidden and SECRET.search(self.name))


@dataclass(frozen=True)
class Entered:
    """What was typed: the texts to copy, and all values if the same form can be sent again from the page.

    `is_withheld` says that a text holds an identity number and is not shown.
    """

    texts: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    is_withheld: bool = False


class _TokenCheck(CsrfViewMiddleware):
    """Compares the token of a form with that of the cookie, and answers nothing itself."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponseForbidden()


def _no_view(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def entered_in_refused(request: HttpRequest) -> Entered:
    """Return the texts of several words in a refused form, so that nobody loses what they wrote.

    Return nothing if the CSRF check has not passed.
    """
    if request.method != "POST" or not getattr(request, "csrf_processing_done", False):
        return Entered()
    texts = _texts(request)
    shown = tuple(text for text in texts if not identity_numbers(text))
    return Entered(shown, is_withheld=len(shown) < len(texts))


def entered(request: HttpRequest) -> Entered:
    """Return what was typed in a form that met a failure, which may have come before the CSRF check."""
    if request.method != "POST" or not _is_own(request):
        return Entered()
    values = [Value(name, value) for name, sent in request.POST.lists() for value in sent]
    texts = tuple(text for text in _texts(request) if not identity_numbers(text))
    if form_holds_identity_number(each.value for each in values):
        return Entered(texts, is_withheld=True)
    has_secret = any(each.is_secret for each in values)
    return Entered(texts) if has_secret or request.FILES else Entered(texts, tuple(values))


def _texts(request: HttpRequest) -> list[str]:
    values = (Value(name, value) for name, sent in request.POST.lists() for value in sent)
    return [each.value for each in values if each.is_text and not SECRET.search(each.name)]


def _is_own(request: HttpRequest) -> bool:
    """Return whether the form comes from a page of this program in this browser, and can be read."""
    if getattr(request, "csrf_processing_done", False):
        return True
    length = request.headers.get("Content-Length", "")
    if not length.isdigit() or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE or request.content_type not in FORMS:
        return False
    check = _TokenCheck(_no_view)
    try:
        check.process_request(request)
        return check.process_view(request, _no_view, (), {}) is None
    except (SuspiciousOperation, UnreadablePostError, MultiPartParserError):
        return False
