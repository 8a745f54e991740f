"""The mail backend: Django's SMTP with a limit on the whole conversation.

The time-out of a socket applies to each read, so a server that sends one byte every few seconds could hold a worker for
ever. After `longest` seconds the connection is cut. Both are a TimeoutError.
"""

import smtplib
import socket
import threading
import time
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends import smtp


class LimitedSMTP(smtplib.SMTP):
    """An SMTP connection that is cut after `longest` seconds."""

    def __init__(self, *args: Any, longest: float, **kwargs: Any) -> None:
        self._longest = longest
        self._limit: threading.Timer | None = None
        super().__init__(*args, **kwargs)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connected: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        # A duplicate, because encryption replaces the socket object and keeps the connection.
        self._duplicate = connected.dup()
        self._limit = threading.Timer(self._longest, _cut, [self._duplicate])
        self._limit.daemon = True
        self._limit.start()
        return connected

    def close(self) -> None:
        """Close the connection."""
        if self._limit:
            self._limit.cancel()
            self._duplicate.close()
            self._limit = None
        super().close()


class EmailBackend(smtp.EmailBackend):
    """Sends by SMTP, with STARTTLS if MAIL_TLS is on. `longest` is the seconds from the connection to its end."""

    def __init__(self, *args: Any, longest: float = 30, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.longest = longest

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send mails and return their number. Raises TimeoutError for SMTPServerDisconnected after one."""
        begun = time.monotonic()
        try:
            return super().send_messages(email_messages)
        except smtplib.SMTPServerDisconnected as error:
            if isinstance(error.__context__, TimeoutError) or time.monotonic() - begun >= self.longest:
                raise TimeoutError from error
            raise

    @property
    def connection_class(self) -> Any:
        return partial(LimitedSMTP, longest=self.longest)


def _cut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it has ended by itself
