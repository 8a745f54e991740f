"""Who is mailed of what is newly due: once for each date, and never with what it is about.

Mail is read by others too. It says how many dates are new, and where to read them after signing in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from reviews.mail import address_of
from reviews.models import Membership, Reminder, User
from reviews.schedule.due_dates import Due, What, due_dates_of

# How many days before it is due somebody is told. A visit needs no reminder: its preparation has some.
TOLD_BEFORE = {What.REVIEW: 60, What.ACTION: 7, What.STEP: 7, What.REMARKS: 3}
OURS = "due"  # what marks of this room begin with
EVERYTHING = 10_000  # dates of one kind


@dataclass(frozen=True)
class News:
    """What a person has not been told of yet."""

    user: User
    dates: tuple[Due, ...]

    @property
    def count(self) -> int:
        return len(self.dates)


def news() -> Iterator[News]:
    """Yield what is newly due, person by person; nobody who has nothing new."""
    people = User.objects.filter(is_active=True, pk__in=Membership.objects.values("user"))
    for user in people.order_by("pk").iterator():
        if dates := newly_due(user):
            yield News(user, dates)


def newly_due(user: User) -> tuple[Due, ...]:
    """Return the dates of a person that are near or have passed, and that no mail told of."""
    today = timezone.localdate()
    told = set(Reminder.objects.filter(user=user).values_list("about", flat=True))
    until = today + timedelta(days=max(TOLD_BEFORE.values()))
    return tuple(
        due
        for due in due_dates_of(user, until, most=EVERYTHING).told
        if due.what in TOLD_BEFORE and (due.on - today).days <= TOLD_BEFORE[due.what] and key_of(due) not in told
    )


def key_of(due: Due) -> str:
    """Return by what it is known that somebody was told: the thing and its date. Another date is news again.

    It begins with a word of its own: other rooms keep marks of the same things (reviews/mail.py).
    """
    return f"{OURS}:{due.about}:{due.on.isoformat()}"


def remind(news: News) -> None:
    """Mail a person and write down what they were told of. Raises OSError when the mail server refuses: then nothing
    is written. No transaction is open while the server is asked, for it may take its time."""
    with translation.override(news.user.language or settings.LANGUAGE_CODE):
        subject = ngettext("IPS fidelity: %(count)s new date", "IPS fidelity: %(count)s new dates", news.count)
        context = {"user": news.user, "count": news.count, "url": address_of(reverse("dates"))}
        text = render_to_string("schedule/reminder.txt", context)
        EmailMessage(subject % {"count": str(news.count)}, text, to=[news.user.email]).send()
    Reminder.objects.bulk_create(
        (Reminder(user=news.user, about=key_of(due)) for due in news.dates), ignore_conflicts=True
    )
