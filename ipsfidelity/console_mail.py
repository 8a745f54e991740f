"""The mail backend of the demo: print the decoded message on the console.

Django's console backend prints the encoded message, which breaks long links over two lines.
"""

from django.core.mail import EmailMessage
from django.core.mail.backends import console


class EmailBackend(console.EmailBackend):
    """Prints recipients, subject and body."""

    def write_message(self, message: EmailMessage) -> None:
        header = f"Mail to {', '.join(message.recipients())}: {message.subject}"
        self.stream.write(f"\n{'-' * 79}\n{header}\n\n{message.body.strip()}\n{'-' * 79}\n")
