"""Mail of the demo, printed where the server runs, as its reader would see it.

Django's own console backend prints the encoded message, which breaks long links over two lines.
"""

from django.core.mail import EmailMessage
from django.core.mail.backends import console


class EmailBackend(console.EmailBackend):
    def write_message(self, message: EmailMessage) -> None:
        head = f"Mail to {', '.join(message.recipients())}: {message.subject}"
        self.stream.write(f"\n{'-' * 79}\n{head}\n\n{message.body.strip()}\n{'-' * 79}\n")
