"""The calendar feed of a person's due dates, and its secret address.

Anybody who has the address can read the feed. The address is shown once, and only its SHA-256 is stored. The feed
leaves the installation, so it contains organisations and days, but no score and no text that a person wrote.
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
from reviews.schedule.due_dates import DueItem, DueKind, group_steps

REFRESH = timedelta(hours=6)
FORM = "1"  # of the calendar: change it whenever the same items lead to another calendar
UID_PREFIX = "ips-fidelity-dates:"  # of the names from which identifiers of calendar entries are derived


def hash_of(secret: str) -> str:
    """Return the SHA-256 of a secret, as it is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_feed(user: User) -> str:
    """Create a new address for a person and return its secret. The previous address stops working."""
    secret = secrets.token_urlsafe(32)
    fields = {"secret_hash": hash_of(secret), "created_at": timezone.now()}
    CalendarFeed.objects.update_or_create(user=user, defaults=fields)
    access_log.record(AccessAction.FEED_MADE, user, person=user)
    return secret


@transaction.atomic
def revoke_feed(user: User) -> None:
    """Revoke a person's address. Idempotent."""
    deleted, _by_model = CalendarFeed.objects.filter(user=user).delete()
    if deleted:
        access_log.record(AccessAction.FEED_REVOKED, user, person=user)


def find_reader(secret: str) -> User | None:
    """Return the person whose address has this secret, or None.

    The lookup is by hash, so that its duration reveals nothing about the secret.
    """
    feed = CalendarFeed.objects.select_related("user").filter(secret_hash=hash_of(secret), user__is_active=True).first()
    return feed.user if feed else None


def etag_of(user: User, items: Iterable[DueItem], root: str) -> str:
    """Return the ETag of the calendar with these items and with links to `root`.

    It is weak, because each composed calendar is stamped with the time.
    """
    shown = [f"{item.about} {item.url} {item.on} {item.last} {item.organisation}" for item in items]
    return f'W/"{hash_of("\n".join((FORM, user.language, root, *shown)))[:32]}"'


def calendar_of(user: User, items: Iterable[DueItem], build_absolute_uri: Callable[[str], str]) -> bytes:
    """Return a person's due dates as an iCalendar file, in their language."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        calendar = Calendar.new(
            prodid="-//IPS fidelity//dates//",
            name=_("IPS fidelity: dates"),
            uid=uuid5(NAMESPACE_URL, f"{UID_PREFIX}{user.code}"),
        )
        calendar.add("REFRESH-INTERVAL", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
        calendar.add("X-PUBLISHED-TTL", vDuration(REFRESH))
        for event in _events(items, build_absolute_uri):
            calendar.add_component(event)
    return calendar.to_ical()


def _events(items: Iterable[DueItem], build_absolute_uri: Callable[[str], str]) -> Iterator[Event]:
    for group in group_steps(items):
        first = group[0]
        about = first.about if first.kind != DueKind.STEP else f"{first.kind}:{first.url}:{first.on}"
        yield Event.new(
            uid=uuid5(NAMESPACE_URL, f"{UID_PREFIX}{about}"),
            start=first.on,
            end=(first.last or first.on) + timedelta(days=1),
            stamp=timezone.now(),
            summary=_summary(group),
            url=build_absolute_uri(first.url),
            transparency=TRANSP.OPAQUE if first.kind == DueKind.VISIT else TRANSP.TRANSPARENT,
        )


def _summary(group: list[DueItem]) -> str:
    first = group[0]
    if len(group) == 1:
        return f"{first.kind.label}: {first.organisation}"
    words = ngettext("%(count)s step of preparation", "%(count)s steps of preparation", len(group))
    return f"{words % {'count': str(len(group))}}: {first.organisation}"
