"""The daily summary: how many new lines of which kinds the inbox has, for people who chose that for some mails.

It counts the lines of the inbox that are of the chosen kinds, that the person has not seen, and that no summary has
counted. Like every mail, it names no service, review or person.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models.functions import TruncDate
from django.tasks import task
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from reviews.inbox.news import review_news, start_of_inbox
from reviews.mail import Frequency, MailGroup, address_of, choose_words, frequency_of
from reviews.models import EventType, User
from reviews.outbox import queue_mail

# The lines of the inbox that say what the mails of a group would say.
LINES = {
    MailGroup.PLANS: {EventType.PLAN_CHANGED, EventType.CANCELLED, EventType.WITHDRAWN},
    MailGroup.RATINGS: {EventType.COMPARED, EventType.REOPENED},
    MailGroup.REMARKS: {EventType.REMARKED, EventType.ANSWERED},
    MailGroup.SIGNED: {EventType.FINALISED, EventType.SUPERSEDED, EventType.MOVED},
}
GROUP_OF = {kind: group for group, kinds in LINES.items() for kind in kinds}


@dataclass(frozen=True)
class DigestLine:
    """A kind of news, and how many new lines the inbox has of it."""

    count: int
    label: str


@task
def send_digests() -> None:
    """Queue today's summaries. Idempotent, also while it runs twice."""
    if settings.PUBLIC_URL:
        until = timezone.now()
        for person in people_with_digest():
            queue_digest(person, until)


def people_with_digest() -> list[User]:
    """Return the people with an address who chose the summary for a kind of mail."""
    people = User.objects.filter(is_active=True).exclude(email="").exclude(mail_choices={})
    return [person for person in people.order_by("pk") if daily_groups(person)]


def daily_groups(user: User) -> list[MailGroup]:
    """Return the groups of mails that a person gets once a day."""
    return [group for group in MailGroup if frequency_of(user, group) == Frequency.DAILY]


@transaction.atomic
def queue_digest(user: User, until: datetime) -> bool:
    """Queue the summary of a person's news until a time. Return False if there are none or another run was first."""
    person = User.objects.select_for_update().get(pk=user.pk)
    if person.digest_until >= until:
        return False
    counts = _counts(person, until)
    User.objects.filter(pk=person.pk).update(digest_until=until)
    if not counts:
        return False
    with translation.override(person.language or settings.LANGUAGE_CODE):
        total = sum(counts.values())
        subject = ngettext(
            "IPS fidelity: %(n)s new line in your inbox", "IPS fidelity: %(n)s new lines in your inbox", total
        )
        context = {
            "user": person,
            "lines": [DigestLine(counts[group], str(group.label)) for group in MailGroup if group in counts],
            "url": address_of(reverse("inbox")),
            "choose": choose_words(),
        }
        queue_mail(
            person.email, subject % {"n": str(total)}, render_to_string("inbox/digest.txt", context), user=person
        )
    return True


def _counts(user: User, until: datetime) -> Counter[MailGroup]:
    """Return how many lines of the inbox are new, by group. One query."""
    kinds = set().union(*(LINES[group] for group in daily_groups(user)))
    since = start_of_inbox(max(user.inbox_seen_at, user.digest_until))
    events = review_news(user, since).filter(type__in=kinds, at__lte=until).order_by()
    lines = events.values_list("type", "review", "by", TruncDate("at")).distinct()
    return Counter(GROUP_OF[EventType(kind)] for kind, *_rest in lines)
