"""Notify people by mail that there is something for them to do.

Invitations, reminders and digests compose their mails themselves. Reminders store their keys in the same table.

A mail is plain text in the person's language: the given paragraphs, a link, and why the person gets it. It never
contains a score, a name or anything that a person wrote: the paragraphs are fixed texts, and the rest requires
signing in. Mails are queued in the transaction of the change that they announce (reviews/outbox.py).

    notify(
        users,                                 # a queryset or a list
        about=MailGroup.REMARKS,               # left out for a mail that nobody can switch off
        subject=_("A draft report waits …"),   # gettext_lazy, translated for each person
        lines=[_("The draft report of …")],    # gettext_lazy, one paragraph each
        path=reverse("remarks", args=[code]),  # the page of the link
        once=f"remarks:{code}:{day}",          # optional key; nobody is mailed twice with the same key
    )

A key has at most 120 characters and begins with a prefix of the room. The reminders have the prefix "due:".

People choose for each group of mails whether they get them at once, as one summary a day (reviews/inbox/digest.py), or
never (`User.mail_choices`); what these would say is in their inbox. A mail without a group is always sent at once: it
hands over work with a deadline or a place in a review, is about how somebody signs in, or about a review that the
person can no longer open.
"""

import logging
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import TextChoices
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reviews.models import Reminder, User
from reviews.outbox import queue_mail
from reviews.told import Outcome, collect

log = logging.getLogger(__name__)
Text = str | Promise


class MailGroup(TextChoices):
    """The groups of mails whose frequency a person chooses. Values are stored in `User.mail_choices`."""

    PLANS = "plans", gettext_lazy("the plan of a review was changed, or a review was cancelled")
    RATINGS = "ratings", gettext_lazy("all ratings are handed in, or a draft report was sent back")
    REMARKS = "remarks", gettext_lazy("the service has remarked on a draft report, or its remarks are answered")
    SIGNED = "signed", gettext_lazy("a review was signed, or replaced by its correction")


class Frequency(TextChoices):
    """How often a person gets the mails of a group. Values are stored in `User.mail_choices`; without one, at once."""

    AT_ONCE = "at_once", gettext_lazy("at once")
    DAILY = "daily", gettext_lazy("once a day")
    NEVER = "never", gettext_lazy("never")


def frequency_of(user: User, group: MailGroup) -> Frequency:
    """Return how often a person gets the mails of a group."""
    return Frequency(user.mail_choices.get(group.value, Frequency.AT_ONCE))


# What a mail without a group may be about, in words.
ALWAYS_MAILED = (
    gettext_lazy("You are to evaluate a review, or to decide in one, or no longer."),
    gettext_lazy("A draft report waits for you to check its facts until a certain day."),
    gettext_lazy("A draft report that you could read was taken back, or is not of your service."),
    gettext_lazy("Something about how you sign in was changed."),
    gettext_lazy("You are invited to a role, or something of yours is due."),
)


@transaction.atomic
def notify(
    users: Iterable[User],
    *,
    subject: Text,
    lines: Sequence[Text],
    path: str,
    about: MailGroup | None = None,
    once: str = "",
) -> list[User]:
    """Queue a mail to each of `users` who has an active account and an address, and gets `about` at once. Return those.

    What became of each is collected for the next page (reviews/told.py). `once` is stored for each person (Reminder)
    and leaves out people for whom it is already stored. Without settings.PUBLIC_URL there is no link to send, so no
    mail is sent.
    """
    outcomes = {user: _outcome(user, about) for user in users if user.is_active}
    if Outcome.NO_LINK in outcomes.values():
        log.warning("No mail was sent: PUBLIC_URL is not known.")
    recipients = []
    for user, outcome in outcomes.items():
        if outcome == Outcome.MAILED and not _is_first(user, once):
            outcomes[user] = Outcome.REPEATED
        elif outcome == Outcome.MAILED:
            recipients.append(user)
            _queue(user, subject, lines, path, about)
    collect(outcomes)
    return recipients


def reachable(users: Iterable[User], about: MailGroup | None = None) -> list[User]:
    """Return those of `users` whom a mail about this would reach: nobody without settings.PUBLIC_URL."""
    return [user for user in users if user.is_active and _outcome(user, about) == Outcome.MAILED]


def address_of(path: str) -> str:
    """Return the absolute URL of a page, for mails."""
    return f"{settings.PUBLIC_URL}{path}"


def public_address(request: HttpRequest, path: str) -> str:
    """Return the absolute URL of a page to pass on. The sender of the request does not choose its host.

    Only without settings.PUBLIC_URL it is the one of the request, which ALLOWED_HOSTS names.
    """
    return address_of(path) if settings.PUBLIC_URL else request.build_absolute_uri(path)


def _outcome(user: User, about: MailGroup | None) -> Outcome:
    """Return what would become of a mail to a person with an active account."""
    frequency = frequency_of(user, about) if about else Frequency.AT_ONCE
    if frequency == Frequency.NEVER:
        return Outcome.MUTED
    if not settings.PUBLIC_URL:
        return Outcome.NO_LINK
    if not user.email:
        return Outcome.NO_ADDRESS
    return Outcome.IN_DIGEST if frequency == Frequency.DAILY else Outcome.MAILED


def _is_first(user: User, once: str) -> bool:
    """Store the key `once` for a person. Return True if it is new, or if there is no key."""
    return not once or Reminder.objects.get_or_create(user=user, about=once)[1]


def _queue(user: User, subject: Text, lines: Sequence[Text], path: str, about: MailGroup | None) -> None:
    with translation.override(user.language or settings.LANGUAGE_CODE):
        why = _("You get this mail because of your role in IPS fidelity. What it is about is read after signing in.")
        if about:
            why += "\n" + choose_words()
        text = "\n\n".join([*map(str, lines), address_of(path), why]) + "\n"
        queue_mail(user.email, str(subject), text, user=user)


def choose_words() -> str:
    """Return where a person chooses which mails they get."""
    return _("Choose which mails you get: %(url)s") % {"url": address_of(reverse("notifications"))}
