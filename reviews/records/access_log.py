"""Write the access log: reads, prints, exports, refusals, sign-ins and changes to memberships.

An event names people, reviews and pages, never content. Repeated reads of the same page of a review within an hour are
one event for each server process; everything else is an event each time.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

from reviews.models import AccessAction, AccessEvent, Network, Organisation, Review, User
from reviews.records import log_chain

HOUR = 3600  # seconds
REMEMBERED = 10_000  # reads in one process
_recent_reads: OrderedDict[tuple[int, str, str, int], float] = OrderedDict()


def record(action: AccessAction, by: User | None, **about: Any) -> None:
    """Write one event. `about` holds page, review, organisation, joined_to, network and person as far as they apply."""
    log_chain.append([AccessEvent(action=action, by=by, **about)])


def record_all(action: AccessAction, by: User, reviews: Iterable[int], page: str) -> None:
    """Write one event for each of many reviews, given by primary key. One statement for each 500."""
    log_chain.append(AccessEvent(action=action, by=by, review_id=review, page=page) for review in reviews)


def record_organisations(action: AccessAction, by: User, organisations: Iterable[Organisation], page: str = "") -> None:
    """Write one event for each of many organisations. One statement for each 500."""
    log_chain.append(
        AccessEvent(action=action, by=by, network_id=row.network_id, organisation=row, page=page)
        for row in organisations
    )


def record_people(action: AccessAction, by: User, people: Iterable[User], organisation: Organisation) -> None:
    """Write one event for each of many people, about something at an organisation. One statement for each 500."""
    network = organisation.network_id
    log_chain.append(
        AccessEvent(action=action, by=by, person=person, organisation=organisation, network_id=network)
        for person in people
    )


def record_reading(by: User, review: Review, page: str) -> None:
    """Record that a person has read a page of a review, unless this process did so within the last hour."""
    _record_once_an_hour(by, page, "review", review)


def record_reading_across(by: User, about: Organisation | Network, page: str) -> None:
    """Record that a person has read a page with the scores of several reviews of an organisation or a network."""
    _record_once_an_hour(by, page, "network" if isinstance(about, Network) else "organisation", about)


def _record_once_an_hour(by: User, page: str, field: str, about: Review | Organisation | Network) -> None:
    """Record a read. `field` is the field of AccessEvent that holds `about`."""
    key, now = (by.pk, page, field, about.pk), time.monotonic()
    if now - _recent_reads.get(key, -HOUR) < HOUR:
        return
    record(AccessAction.READ, by, page=page, **{field: about})
    _recent_reads[key] = now
    _recent_reads.move_to_end(key)
    if len(_recent_reads) > REMEMBERED:
        _recent_reads.popitem(last=False)


def forget() -> None:
    """Forget the recorded reads, so that the next one is recorded as in a new process. For tests."""
    _recent_reads.clear()


class RefusedAccess:
    """Middleware that records every 403 and 404 of a signed-in person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        is_refused = response.status_code in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
        if is_refused and match and request.user.is_authenticated:
            review = None
            if match.route.startswith("reviews/<"):
                review = Review.objects.filter(code=match.kwargs["code"]).only("pk").first()
            record(AccessAction.REFUSED, request.user, review=review, page=match.view_name)
        return response
