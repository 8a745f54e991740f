"""The page with what a person wrote in a form that was refused, if the form itself cannot be filled in again."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reviews.access import SignedInRequest
from reviews.people.browsers import browser_of
from reviews.people.kept_posts import find


@require_safe
def kept(request: SignedInRequest, code: object) -> HttpResponse:
    """Show the texts that were kept for this person in this browser."""
    sent = find(str(code), request.user, browser_of(request))
    if sent is None:
        raise Http404
    return render(request, "people/kept.html", {"texts": sent.texts, "page": sent.page})
