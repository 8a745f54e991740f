"""The view of the inbox."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from ipsfidelity.errors import refuse
from reviews.access import SignedInRequest
from reviews.inbox.forms import SeenForm
from reviews.inbox.inbox_page import Place, inbox_of
from reviews.inbox.services import mark_seen


@require_http_methods(["GET", "HEAD", "POST"])
def inbox(request: SignedInRequest) -> HttpResponse:
    """Show what happened, newest first; for a POST, store that the person has seen the lines of the page.

    Opening the page changes nothing, because browsers open pages that nobody reads.
    """
    if request.method == "POST":
        form = SeenForm(request.POST)
        if not form.is_valid():
            return refuse(request, 422)
        mark_seen(user=request.user, until=form.cleaned_data["until"])
        return redirect("inbox")
    asked = request.GET.get("after", "")
    after = Place.parse(asked)
    if asked and after is None:
        raise Http404
    return render(request, "inbox/inbox.html", {"inbox": inbox_of(request.user, after=after), "is_first": not after})
