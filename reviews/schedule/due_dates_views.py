"""Views of a person's own due dates: the page, the calendar feed, and its secret address."""

from collections.abc import Sequence
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ipsfidelity.errors import SENTENCES
from ipsfidelity.prepared import prepared
from reviews.access import SignedInRequest
from reviews.components.empty_pages import no_dates
from reviews.mail import public_address
from reviews.models import CalendarFeed, User
from reviews.schedule.calendar_feed import calendar_of, etag_of, find_reader, make_feed, revoke_feed
from reviews.schedule.due_dates import DueItem, due_dates_of
from reviews.schedule.due_dates_page import due_dates_page

NO_STORE = "private, no-store"
REVALIDATE = "private, no-cache"  # may be kept, but is not shown again without asking


@require_safe
def dates(request: SignedInRequest) -> HttpResponse:
    """Show what is due for the signed-in person, and whether they have a calendar address."""
    feeds = _feeds(request.user.pk)
    page = due_dates_page(request.user)
    empty = None if page.sections else no_dates()
    return render(request, "schedule/dates.html", {"page": page, "empty": empty, "feed": feeds[0] if feeds else None})


@prepared
def _feeds(user: int) -> QuerySet[CalendarFeed]:
    """Return the calendar address of a person, if they have one."""
    return CalendarFeed.objects.filter(user=user)


@require_POST
def make_calendar(request: SignedInRequest) -> HttpResponse:
    """Make a secret address and show it. It is not stored, so no page can show it again."""
    url = public_address(request, reverse("calendar_feed", args=[make_feed(request.user)]))
    return render(request, "schedule/calendar.html", {"url": url})


@require_POST
def revoke_calendar(request: SignedInRequest) -> HttpResponse:
    """Revoke the secret address."""
    revoke_feed(request.user)
    messages.success(request, _("The calendar address was revoked. It opens nothing any more."))
    return redirect("dates")


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Return the feed to a calendar program that has the secret address. Any other address is the same 404.

    Programs ask again and again. One that sends the ETag of what it has gets 304, and no calendar is composed.
    """
    reader = find_reader(secret)
    if reader is None:
        response = HttpResponse(str(SENTENCES[404]), status=404, content_type="text/plain; charset=utf-8")
        response["Cache-Control"] = NO_STORE
        # Django logs the path of a 404; this one may contain the secret of a closed account.
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response
    items = due_dates_of(reader).items
    etag = etag_of(reader, items, public_address(request, "/"))
    response = get_conditional_response(request, etag=etag) or _calendar(request, reader, items)
    response["ETag"] = etag
    response["Cache-Control"] = REVALIDATE
    return response


def _calendar(request: HttpRequest, reader: User, items: Sequence[DueItem]) -> HttpResponse:
    content = calendar_of(reader, items, partial(public_address, request))
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Language"] = reader.language or request.LANGUAGE_CODE
    return response
