"""Error responses: a page with one sentence, or a JSON object for the scripts.

Each status has one meaning (docs/decisions.md, "Status codes have one meaning each"):

- 400: the request cannot be parsed.
- 401: a script's request is not signed in. A navigation is redirected to the sign-in page instead.
- 403: the person may know of the object but may not do this.
- 404: the object does not exist, or the person may not know of it.
- 405: the URL does not accept this method.
- 409: the object is in another state, or somebody else has changed it first.
- 411: the length of the body is not declared.
- 413: the body is too large.
- 422: the input is invalid.
- 429: too many attempts.

Failures of the program and of the database (500 and 503) are in ipsfidelity/failures.py.
"""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ipsfidelity.entered import entered_in_refused


class StateConflict(Exception):
    """The person may do this, but not in the current state of the object: 409.

    `sentence` says what happened and what to do. `url` is the page on which to do it, "" if there is none.
    """

    def __init__(self, sentence: str, url: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.url = url


class Moved(StateConflict):
    """The object is found at another URL now. A read is redirected to `url` with the sentence, a write gets 409."""


SENTENCES = {
    400: gettext_lazy("The request could not be read. Nothing was saved. Go back and try again."),
    403: gettext_lazy("You may see this, but your role does not let you change it."),
    404: gettext_lazy("This page does not exist, or it is not yours to see."),
    405: gettext_lazy("This address does not take what was sent to it. Nothing was changed."),
    411: gettext_lazy("The request does not say how long it is. Nothing was saved."),
    413: gettext_lazy("This is more than the program accepts at once. Nothing was saved."),
    422: gettext_lazy("Something in the form is not valid. Nothing was saved."),
    429: gettext_lazy("Too many attempts in a short time. Wait a few minutes, then try again."),
}


def wants_json(request: HttpRequest) -> bool:
    """Return whether the request comes from a script (static/js) and not from a navigation of the browser."""
    return request.headers.get("Accept", "") == "application/json"


def refuse(request: HttpRequest, status: int, sentence: str = "", url: str = "") -> HttpResponse:
    """Return an error response as HTML or JSON. `sentence` replaces the general sentence of the status."""
    sentence = sentence or str(SENTENCES[status])
    if wants_json(request):
        return JsonResponse({"error": sentence, "url": url}, status=status)
    context = {"status": status, "sentence": sentence, "url": url, "entered": entered_in_refused(request)}
    return render(request, "refusal.html", context, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the response to a form whose CSRF token is missing or outdated: 403, or the sign-in page once more."""
    request.post_refused = True  # type: ignore[attr-defined]  # reviews/people/kept_posts_middleware.py
    if request.resolver_match and request.resolver_match.view_name == settings.LOGIN_URL:
        return _sign_in_again(request)
    if request.user.is_authenticated:
        sentence = _(
            "You have signed in again since this form was made. Go back, copy what you have written, and open it again."
        )
        return refuse(request, 403, sentence)
    sentence = _("This page was open for too long, or your browser takes no cookies. Nothing was saved. Open it again.")
    return refuse(request, 403, sentence, request.get_full_path())


def _sign_in_again(request: HttpRequest) -> HttpResponse:
    """Return to the sign-in page, which leads on a person who has signed in in another tab."""
    if not request.user.is_authenticated:
        sentence = _("This page was open for too long, or your browser takes no cookies. Sign in once more.")
        messages.warning(request, sentence)
    target = request.POST.get(REDIRECT_FIELD_NAME, "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = ""
    return HttpResponseRedirect(
        f"{request.path}?{urlencode({REDIRECT_FIELD_NAME: target})}" if target else request.path, status=303
    )


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the response for handler403."""
    return refuse(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the response for handler404."""
    return refuse(request, 404)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Return the response for handler429, which allauth calls."""
    return refuse(request, 429)
