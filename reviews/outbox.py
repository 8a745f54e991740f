"""Mails that wait to be sent: one row each, written in the transaction that causes the mail and sent by the worker.

    queue_mail(address, subject, text, user=user, about="invitation:17")

No other module sends mail, except the test mail of an administrator. A mail is sent at least once: if the worker dies
after the mail server took the mail and before that is stored, it is sent again with the same Message-ID. Subject and
text are encrypted, because some mails contain a link that opens an account, and deleted when the mail is sent.
"""

import json
import smtplib
from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.tasks import task

from ipsfidelity.sealing import SealBroken, seal, unseal
from reviews.models import Job, Mail, PermanentFailure, User

PERMANENT = 500  # replies of a mail server from here on say that another attempt is of no use


@transaction.atomic
def queue_mail(address: str, subject: str, text: str, *, user: User | None = None, about: str = "") -> None:
    """Queue a mail to one address. `about` is the key by which `recall` finds it."""
    message_id = make_msgid(domain=urlsplit(settings.PUBLIC_URL).hostname or "localhost")
    queued = send_mail.enqueue(message_id)
    Mail.objects.create(
        job_id=int(queued.id),
        user=user,
        address=address,
        message_id=message_id,
        about=about,
        sealed=seal(json.dumps([" ".join(subject.split()), text])),  # a line end would begin another header
    )


def recall(about: str) -> None:
    """Delete the mails about something that have not been sent."""
    Job.objects.filter(mail__about=about).delete()


@task(queue_name="mail")
def send_mail(message_id: str) -> None:
    """Send a mail and delete it. Does nothing if it was sent or recalled.

    Raises OSError, as every SMTP error is one, and PermanentFailure if the server does not accept the recipient or the
    mail cannot be decrypted.
    """
    mail = Mail.objects.filter(message_id=message_id).first()
    if mail is None:
        return
    try:
        subject, text = json.loads(unseal(mail.sealed))
        EmailMessage(subject, text, to=[mail.address], headers={"Message-ID": mail.message_id}).send()
    except SealBroken as error:
        raise PermanentFailure(error) from error
    except smtplib.SMTPRecipientsRefused as error:
        if all(code >= PERMANENT for code, _reply in error.recipients.values()):
            raise PermanentFailure(error) from error
        raise
    mail.delete()
