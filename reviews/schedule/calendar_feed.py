"""A person's dates for their own calendar: a secret address, and what is found there.

Whoever has the address reads the dates, so it is told once and only its SHA-256 is kept. What stands there leaves
the house: organisations and days, no score and nothing that anybody wrote.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from icalendar import Calendar, Event
from icalendar.enums import TRANSP
from icalendar.prop import vDuration

from reviews.models import AccessAction, CalendarFeed, User
from reviews.records import access_log
from reviews.schedule.due_dates import Due, What, due_dates_of, together

REFRESH = timedelta(hours=6)
SAME = "ips-fidelity-dates:"  # what identifiers of entries are made of, with what they are about


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_feed(user: User) -> str:
    """Give a person a new address and return its secret, which is told nowhere else. The old one opens nothing."""
    secret = secrets.token_urlsafe(32)
    fields = {"secret_hash": hash_of(secret), "created_at": timezone.now()}
    CalendarFeed.objects.update_or_create(user=user, defaults=fields)
    access_log.record(AccessAction.FEED_MADE, user, person=user)
    return secret


@transaction.atomic
def revoke_feed(user: User) -> None:
    """Make a person's address useless. Whoever comes second finds nothing left to do."""
    deleted, _by_model = CalendarFeed.objects.filter(user=user).delete()
    if deleted:
        access_log.record(AccessAction.FEED_REVOKED, user, person=user)


def reader_of(secret: str) -> User | None:
    """Return whose address it is, or None if it is nobody's (any more). Looked up by hash: how long that takes
    tells nothing of the secret."""
    feed = CalendarFeed.objects.select_related("user").filter(secret_hash=hash_of(secret), user__is_active=True).first()
    return feed.user if feed else None


def calendar_of(user: User, absolute: Callable[[str], str]) -> bytes:
    """Return a person's dates as an iCalendar file, in their language. `absolute` makes whole addresses of ours."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        calendar = Calendar.new(
            prodid="-//IPS fidelity//dates//",
            name=_("IPS fidelity: dates"),
            uid=uuid5(NAMESPACE_URL, f"{SAME}{user.code}"),
        )
        calendar.add("REFRESH-INTERVAL", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
        calendar.add("X-PUBLISHED-TTL", vDuration(REFRESH))
        for event in _events(due_dates_of(user).told, absolute):
            calendar.add_component(event)
    return calendar.to_ical()


def _events(dates: Iterable[Due], absolute: Callable[[str], str]) -> Iterator[Event]:
    for found in together(dates):
        due = found[0]
        about = due.about if due.what != What.STEP else f"{due.what}:{due.url}:{due.on}"
        yield Event.new(
            uid=uuid5(NAMESPACE_URL, f"{SAME}{about}"),
            start=due.on,
            end=(due.last or due.on) + timedelta(days=1),
            stamp=timezone.now(),
            summary=_summary(found),
            url=absolute(due.url),
            transparency=TRANSP.OPAQUE if due.what == What.VISIT else TRANSP.TRANSPARENT,
        )


def _summary(found: list[Due]) -> str:
    due = found[0]
    if len(found) == 1:
        return f"{due.what.label}: {due.organisation}"
    words = ngettext("%(count)s step of preparation", "%(count)s steps of preparation", len(found))
    return f"{words % {'count': str(len(found))}}: {due.organisation}"
