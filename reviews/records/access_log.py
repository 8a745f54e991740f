"""The access log: who read, printed, exported what, who was refused, who came and went.

It names people, reviews and addresses, never a text. Reading the same review again within the
hour is one line (per server process); everything else is a line each time.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

from reviews.models import AccessAction, AccessEvent, Network, Organisation, Review, User

HOUR = 3600  # seconds
BATCH = 500  # lines in one statement
REMEMBERED = 10_000  # readings, in one process
_lately: OrderedDict[tuple[int, str, str, int], float] = OrderedDict()


def record(action: AccessAction, by: User | None, **about: Any) -> None:
    """Write one line; `about` holds page, review, organisation, network, person as far as they apply."""
    AccessEvent.objects.create(action=action, by=by, **about)


def record_all(action: AccessAction, by: User, reviews: Iterable[int], page: str) -> None:
    """Write one line for each of many reviews, given by their keys, by few statements."""
    lines = (AccessEvent(action=action, by=by, review_id=review, page=page) for review in reviews)
    AccessEvent.objects.bulk_create(lines, batch_size=BATCH)


def record_reading(by: User, review: Review, page: str) -> None:
    """Write that a person has read a review, unless they did so within the hour."""
    _record_once_an_hour(by, page, "review", review)


def record_reading_across(by: User, about: Organisation | Network, page: str) -> None:
    """The same of a page on which an organisation's or a network's scores stand together."""
    _record_once_an_hour(by, page, "network" if isinstance(about, Network) else "organisation", about)


def _record_once_an_hour(by: User, page: str, what: str, about: Review | Organisation | Network) -> None:
    key, now = (by.pk, page, what, about.pk), time.monotonic()
    if now - _lately.get(key, -HOUR) < HOUR:
        return
    record(AccessAction.READ, by, page=page, **{what: about})
    _lately[key] = now
    _lately.move_to_end(key)
    if len(_lately) > REMEMBERED:
        _lately.popitem(last=False)


def forget() -> None:
    """Start anew, as a fresh process does."""
    _lately.clear()


class RefusedAccess:
    """Write down what signed-in people were refused: pages and reviews that are not theirs, or not there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        refused = response.status_code in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
        if refused and match and request.user.is_authenticated:
            review = None
            if match.route.startswith("reviews/<"):
                review = Review.objects.filter(code=match.kwargs["code"]).only("pk").first()
            record(AccessAction.REFUSED, request.user, review=review, page=match.view_name)
        return response
