"""Reminders by mail of items that are newly due: once per item and date, without saying what is due.

Other people may read a mail. It contains the number of new dates and a link to the page that lists them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.tasks import task
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from reviews.mail import address_of
from reviews.models import Membership, Reminder, User
from reviews.outbox import queue_mail
from reviews.schedule.due_dates import DueItem, DueKind, due_dates_of

# Days before the due date. A visit needs no reminder: the steps of its preparation have theirs.
DAYS_BEFORE = {DueKind.REVIEW: 60, DueKind.ACTION: 7, DueKind.STEP: 7, DueKind.REMARKS: 3}
KEY_PREFIX = "due"  # of the keys of this room in Reminder.about
NO_LIMIT = 10_000  # items of one kind


@dataclass(frozen=True)
class PendingReminder:
    """The items about which a person has not been mailed yet."""

    user: User
    items: tuple[DueItem, ...]

    @property
    def count(self) -> int:
        return len(self.items)


def pending_reminders() -> Iterator[PendingReminder]:
    """Yield a reminder for each person with newly due items."""
    people = User.objects.filter(is_active=True, pk__in=Membership.objects.values("user"))
    for user in people.order_by("pk").iterator():
        if items := new_items(user):
            yield PendingReminder(user, items)


def new_items(user: User) -> tuple[DueItem, ...]:
    """Return the items of a person that are due soon or overdue, and that no mail has covered."""
    today = timezone.localdate()
    sent = set(Reminder.objects.filter(user=user).values_list("about", flat=True))
    until = today + timedelta(days=max(DAYS_BEFORE.values()))
    return tuple(
        item
        for item in due_dates_of(user, until, most=NO_LIMIT).items
        if item.kind in DAYS_BEFORE
        and (item.on - today).days <= DAYS_BEFORE[item.kind]
        and reminder_key(item) not in sent
    )


def reminder_key(item: DueItem) -> str:
    """Return the key under which a reminder is stored. It includes the date, so that a new date is mailed again.

    The prefix keeps it apart from the keys of other rooms, which store theirs in the same table (reviews/mail.py).
    """
    return f"{KEY_PREFIX}:{item.about}:{item.on.isoformat()}"


@task
def send_reminders() -> None:
    """Queue a reminder for each person with newly due items and an address. Idempotent, also while it runs twice."""
    if settings.PUBLIC_URL:
        for reminder in pending_reminders():
            if reminder.user.email:
                queue_reminder(reminder)


@transaction.atomic
def queue_reminder(reminder: PendingReminder) -> bool:
    """Queue the mail to a person and store the keys of the items. Return False if another run has done so meanwhile."""
    # Locks the person: of two runs, the second one finds the keys of the first.
    person = User.objects.select_for_update().get(pk=reminder.user.pk)
    keys = {reminder_key(item) for item in reminder.items}
    if Reminder.objects.filter(user=person, about__in=keys).exists():
        return False
    Reminder.objects.bulk_create(Reminder(user=person, about=key) for key in keys)
    with translation.override(person.language or settings.LANGUAGE_CODE):
        subject = ngettext("IPS fidelity: %(count)s new date", "IPS fidelity: %(count)s new dates", reminder.count)
        context = {"user": person, "count": reminder.count, "url": address_of(reverse("dates"))}
        text = render_to_string("schedule/reminder.txt", context)
        queue_mail(person.email, subject % {"count": str(reminder.count)}, text, user=person)
    return True
