"""Tell people by mail that something waits for them. Rooms call `notify`.

Invitations and the morning's reminders (reviews/schedule/reminders.py) send mails of their own, for they have to know
at once whether the server took them. The reminders use `address_of` and keep their marks in the same table.

A mail is plain text in the person's own language: the sentences it is given, the link, and a word on why. It never
holds what was written, scored or judged, nor of whom: sentences are fixed texts, and everything else is behind
the sign-in. Mails leave after the transaction has ended, and not if it is taken back. A mail server that
refuses is logged, by the person's number, and breaks nothing.

    tell(
        users,                                     # a query or list of users
        subject=_("A draft report waits …"),       # gettext_lazy: it is read in each person's language
        lines=[_("The draft report of …")],        # the same; one paragraph each
        path=reverse("remarks", args=[code]),      # where it can be done
        once=f"remarks:{code}:{day}",              # may be left out: nobody is told twice about this (120 characters;
                                               begun with the room's own word, "due:" is of the reminders)
    )
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
    """Mail each of `users` who has an address and an open account, after the transaction; return whom.

    With `once` a person who was told about it before is left out, and the mark is kept in the same
    transaction (Reminder); it is taken away when the mail server refuses, so that the next occasion tells again.
    Where nobody knows the installation's address (settings.PUBLIC_URL) there is no link to send, so nothing is.
    """
    if not settings.PUBLIC_URL:
        log.warning("No mail was sent: PUBLIC_URL is not known.")
        return []
    told = [user for user in users if user.is_active and user.email and _is_first(user, once)]
    for user in told:
        transaction.on_commit(partial(_send, user, subject, tuple(lines), path, once), robust=True)
    return told


def address_of(path: str) -> str:
    """Return the absolute address of a page, as it stands in a mail."""
    return f"{settings.PUBLIC_URL}{path}"


def _is_first(user: User, once: str) -> bool:
    return not once or Reminder.objects.get_or_create(user=user, about=once)[1]


def _send(user: User, subject: Text, lines: Sequence[Text], path: str, once: str) -> None:
    with translation.override(user.language or settings.LANGUAGE_CODE):
        why = _("You get this mail because of your role in IPS fidelity. What it is about is read after signing in.")
        text = "\n\n".join([*map(str, lines), address_of(path), why]) + "\n"
        message = EmailMessage(str(subject), text, to=[user.email])
    try:
        message.send()
    except OSError as refused:  # every error of SMTP is one
        log.warning("Mail to user %s was not sent: %s", user.code, type(refused).__name__)
        Reminder.objects.filter(user=user, about=once).delete()
