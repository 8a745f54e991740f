"""Refusals: what the program says when it does not do what was asked.

Each status means one thing (docs/decisions.md, "Status codes"): 400 unreadable, 403 may not
act, 404 may not know, 409 wrong moment or someone else was first, 413 too large, 422 bad input.
A refusal is one page with one sentence, or one JSON object for the scoring module.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class StateConflict(Exception):
    """The act is allowed in itself, but not in the state the thing is in: 409.

    `sentence` says what happened and what to do; `url` leads to where it can be done.
    """

    def __init__(self, sentence: str, url: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.url = url


SENTENCES = {
    400: gettext_lazy("The request could not be read. Nothing was saved. Go back and try again."),
    403: gettext_lazy("You may see this, but your role does not let you change it."),
    404: gettext_lazy("This page does not exist, or it is not yours to see."),
    422: gettext_lazy("Something in the form is not valid. Nothing was saved."),
    405: gettext_lazy("This address does not take what was sent to it. Nothing was changed."),
    429: gettext_lazy("Too many attempts in a short time. Wait a few minutes, then try again."),
    411: gettext_lazy("The request does not say how long it is. Nothing was saved."),
    413: gettext_lazy("This is more than the program accepts at once. Nothing was saved."),
}


def wants_json(request: HttpRequest) -> bool:
    """Return whether the scoring module asks, rather than a person's browser."""
    return request.headers.get("Accept", "") == "application/json"


def refuse(request: HttpRequest, status: int, sentence: str = "", url: str = "") -> HttpResponse:
    """Answer with `status` and a sentence, in the form that the asker reads."""
    sentence = sentence or str(SENTENCES[status])
    if wants_json(request):
        return JsonResponse({"error": sentence, "url": url}, status=status)
    context = {"status": status, "sentence": sentence, "url": url, "written": written_in(request)}
    return render(request, "refusal.html", context, status=status)


def written_in(request: HttpRequest) -> list[str]:
    """Return the texts of a form that was refused, so that nobody loses what they wrote: values of several words.

    Only of forms of our own, which the check against forged requests let through: another site's words are not ours
    to show. Never a password.
    """
    if request.method != "POST" or not getattr(request, "csrf_processing_done", False):
        return []
    sent = request.POST.lists()
    return [text for name, values in sent if "password" not in name for text in values if len(text.split()) > 1]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose protection token is missing or old (after signing in again)."""
    return refuse(
        request,
        403,
        _("You have signed in again since this form was made. Go back, copy what you have written, and open it anew."),
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, 404)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    return refuse(request, 429)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer without asking the database or the session: one of them may be what is broken."""
    context = {"request_id": getattr(request, "request_id", "")}
    return HttpResponse(render_to_string("500.html", context), status=500)
