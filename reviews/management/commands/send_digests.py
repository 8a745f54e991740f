"""`manage.py send_digests`: queue the daily summaries. `manage.py work` does this every morning by itself.

News are counted once, so a second run queues only what has happened since.
"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reviews.inbox.digest import people_with_digest, queue_digest


class Command(BaseCommand):
    help = "Queues a summary of their inbox for people who chose to get mails once a day."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.PUBLIC_URL:
            raise CommandError("PUBLIC_URL is missing: mails contain a link, whose host name is unknown.")
        until = timezone.now()
        count = sum(queue_digest(person, until) for person in people_with_digest())
        self.stdout.write(f"{count} summaries queued.")
