"""Responses to failures: a fault of the program (500), an outage of the database (503), and the pages of the proxy.

None uses the database or the session, which may be what failed. `manage.py error_pages` writes the pages that the proxy
shows when the program cannot answer.
"""

import sys
from http import HTTPStatus
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ipsfidelity.entered import entered
from ipsfidelity.errors import SENTENCES, refuse, wants_json
from ipsfidelity.outages import is_outage
from ipsfidelity.own_choices import language_of

RETRY_AFTER = 10  # seconds


class Failure(NamedTuple):
    """Heading and sentence of a page; `sentence_for_script` is shown on the page that sent a script's request."""

    heading: Promise
    sentence: Promise
    sentence_for_script: Promise | str = ""


FAILURES = {
    500: Failure(
        _("Something went wrong"),
        _("The fault is ours. What was saved before is kept. Go back and try again."),
        _("Something went wrong. The fault is ours. Your text is kept here; try again."),
    ),
    503: Failure(
        _("Not available right now"),
        _("The database does not answer. What was saved before is kept. Wait a minute, then try again."),
        _("The database does not answer right now. Your text is kept here."),
    ),
}
_NO_ANSWER = Failure(
    _("Not available right now"),
    _("The program does not answer. What was saved before is kept. Wait a minute, then go back and try again."),
)
# What the proxy answers without the program.
OF_PROXY = {413: Failure(_("Too large"), SENTENCES[413]), 502: _NO_ANSWER, 503: _NO_ANSWER, 504: _NO_ANSWER}


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the response for handler500, which Django calls while it handles the exception."""
    return _response(request, 503 if is_outage(sys.exception()) else 500)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the response for handler400. Django raises BadRequest also when the database cannot store a session."""
    return _response(request, 503) if is_outage(exception) else refuse(request, 400)


def _response(request: HttpRequest, status: int) -> HttpResponse:
    failure, reference = FAILURES[status], getattr(request, "request_id", "")
    language = getattr(request, "LANGUAGE_CODE", "") or language_of(request)  # a failure may come before it is known
    with translation.override(language):
        if wants_json(request):
            error = str(failure.sentence_for_script)
            response: HttpResponse = JsonResponse({"error": error, "reference": reference}, status=status)
        else:
            kept_url = getattr(request, "kept_url", "")  # set if the form is filled in again on its page
            shown = {
                "reference": reference,
                "entered": None if kept_url else entered(request),
                "retry": request.get_full_path() if status == HTTPStatus.SERVICE_UNAVAILABLE else "",
                "is_read": request.method == "GET",
                "kept_url": kept_url,
            }
            headers = {"Content-Language": language, "Cache-Control": "private, no-store"}
            response = HttpResponse(failure_page(failure, **shown), status=status, headers=headers)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def failure_page(failure: Failure, **context: object) -> str:
    """Return a page in the active language.

    `context`: reference, entered (what was typed), retry, the URL to repeat, is_read, whether that is a GET, and
    kept_url, where the form is filled in again.
    """
    return render_to_string("failure.html", {"failure": failure, "owner": settings.OWNER} | context)
