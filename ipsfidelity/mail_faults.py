"""Why a mail could not be sent, in plain words, and which setting decides it. Knows nothing of what was to be sent."""

import builtins
import smtplib
import socket
import ssl
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class MailFault:
    """A sentence without names, addresses or values of settings, and the names of the settings to check."""

    reason: Promise
    settings: tuple[str, ...] = ()

    @property
    def settings_words(self) -> str:
        """The names of the settings, "" if none is at fault."""
        return ", ".join(self.settings)


# The first class that fits an error counts, so subclasses come before their bases.
_FAULTS: tuple[tuple[type[Exception], Promise, str], ...] = (
    (smtplib.SMTPAuthenticationError, _("The mail server refuses name or password."), "MAIL_USER MAIL_PASSWORD"),
    (smtplib.SMTPSenderRefused, _("The mail server refuses the sender’s address."), "MAIL_FROM"),
    (smtplib.SMTPRecipientsRefused, _("The mail server refuses the recipient’s address."), ""),
    (smtplib.SMTPNotSupportedError, _("The mail server cannot do what the settings ask for."), "MAIL_TLS MAIL_USER"),
    (smtplib.SMTPServerDisconnected, _("The mail server broke off the connection."), "MAIL_PORT MAIL_TLS"),
    (smtplib.SMTPException, _("The mail server refused the mail."), "MAIL_HOST MAIL_USER MAIL_FROM"),
    (ssl.SSLError, _("An encrypted connection to the mail server could not be made."), "MAIL_TLS MAIL_PORT"),
    (socket.gaierror, _("No mail server has the name in the settings."), "MAIL_HOST"),
    (ConnectionRefusedError, _("Nothing answers where the mail server should be."), "MAIL_HOST MAIL_PORT"),
    (TimeoutError, _("The mail server does not answer."), "MAIL_HOST MAIL_PORT"),
    (OSError, _("The mail server cannot be reached."), "MAIL_HOST MAIL_PORT"),
)


def fault_of(error: OSError) -> MailFault:
    """Return what an error of a mail backend means. Every SMTP error is an OSError."""
    return _fault(type(error))


def fault_named(name: str) -> MailFault | None:
    """Return what an error means whose class has this name, None if it is none of a mail backend."""
    kind = next((getattr(module, name) for module in (builtins, smtplib, ssl, socket) if hasattr(module, name)), None)
    return _fault(kind) if isinstance(kind, type) and issubclass(kind, OSError) else None


def _fault(kind: type[OSError]) -> MailFault:
    return next(MailFault(reason, tuple(names.split())) for base, reason, names in _FAULTS if issubclass(kind, base))
