"""Notify people by mail that there is something for them to do.

Invitations and reminders (reviews/schedule/reminders.py) send their mails themselves, because they need to know
immediately whether the server accepted them. Reminders use `address_of`, and store their keys in the same table.

A mail is plain text in the person's language: the given paragraphs, a link, and why the person gets it. It never
contains a score, a name or anything that a person wrote: the paragraphs are fixed texts, and the rest requires
signing in. Mails are sent after the transaction is committed. A refusal by the mail server is logged with the
person's code and has no other effect.

    notify(
        users,                                 # a queryset or a list
        subject=_("A draft report waits …"),   # gettext_lazy, translated for each person
        lines=[_("The draft report of …")],    # gettext_lazy, one paragraph each
        path=reverse("remarks", args=[code]),  # the page of the link
        once=f"remarks:{code}:{day}",          # optional key; nobody is mailed twice with the same key
    )

A key has at most 120 characters and begins with a prefix of the room. The reminders have the prefix "due:".
"""

import logging
from collections.abc import Iterable, Sequence
from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from reviews.models import Reminder, User

log = logging.getLogger(__name__)
Text = str | Promise


def notify(users: Iterable[User], *, subject: Text, lines: Sequence[Text], path: str, once: str = "") -> list[User]:
    """Mail each of `users` who has an e-mail address and an active account. Return those users.

    The mails are sent after the transaction is committed. `once` is stored for each person in the transaction
    (Reminder) and leaves out people for whom it is already stored. It is deleted if the mail server refuses, so that
    the next call tries again. Without settings.PUBLIC_URL there is no link to send, so no mail is sent.
    """
    if not settings.PUBLIC_URL:
        log.warning("No mail was sent: PUBLIC_URL is not known.")
        return []
    recipients = [user for user in reachable(users) if _is_first(user, once)]
    for user in recipients:
        transaction.on_commit(partial(_send, user, subject, tuple(lines), path, once), robust=True)
    return recipients


def reachable(users: Iterable[User]) -> list[User]:
    """Return those of `users` who can be mailed: nobody without settings.PUBLIC_URL."""
    return [user for user in users if user.is_active and user.email] if settings.PUBLIC_URL else []


def address_of(path: str) -> str:
    """Return the absolute URL of a page, for mails."""
    return f"{settings.PUBLIC_URL}{path}"


def _is_first(user: User, once: str) -> bool:
    """Store the key `once` for a person. Return True if it is new, or if there is no key."""
    return not once or Reminder.objects.get_or_create(user=user, about=once)[1]


def _send(user: User, subject: Text, lines: Sequence[Text], path: str, once: str) -> None:
    with translation.override(user.language or settings.LANGUAGE_CODE):
        why = _("You get this mail because of your role in IPS fidelity. What it is about is read after signing in.")
        text = "\n\n".join([*map(str, lines), address_of(path), why]) + "\n"
        message = EmailMessage(str(subject), text, to=[user.email])
    try:
        message.send()
    except OSError as error:  # every SMTP error is one
        log.warning("Mail to user %s was not sent: %s", user.code, type(error).__name__)
        Reminder.objects.filter(user=user, about=once).delete()
