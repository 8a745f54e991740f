"""Views of the queue, for administrators: what waits and why, try again, give up."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from ipsfidelity.errors import refuse
from reviews.access import SignedInRequest, check_administrator
from reviews.fields import parse_key
from reviews.queue.page import queue_page
from reviews.queue.services import give_up, try_again


@require_safe
def queue(request: SignedInRequest) -> HttpResponse:
    """Show which jobs wait or have failed, and when the daily tasks were done."""
    check_administrator(request)
    return render(request, "queue/queue.html", {"page": queue_page()})


@require_POST
def again(request: SignedInRequest) -> HttpResponse:
    """Try a job again now, or all of them if none is named."""
    check_administrator(request)
    named = "job" in request.POST
    pk = parse_key(request.POST.get("job", ""))
    if named and pk is None:
        return refuse(request, 422)
    count = try_again([pk] if pk else None)
    said = ngettext("%(n)s job is tried again now.", "%(n)s jobs are tried again now.", count) % {"n": str(count)}
    messages.success(request, said)
    return redirect("queue")


@require_POST
def abandon(request: SignedInRequest) -> HttpResponse:
    """Give up a job: it is deleted, with its mail."""
    check_administrator(request)
    pk = parse_key(request.POST.get("job", ""))
    if pk is None:
        return refuse(request, 422)
    count = give_up([pk], by=request.user)
    said = ngettext("%(n)s job was deleted.", "%(n)s jobs were deleted.", count) % {"n": str(count)}
    messages.success(request, said)
    return redirect("queue")
