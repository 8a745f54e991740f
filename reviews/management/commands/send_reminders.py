"""`manage.py send_reminders`: queue a mail to everybody who has newly due items.

`manage.py work` does this every morning by itself. Each person gets one mail, and each date is mailed once, so a second
run queues nothing, also at the same time. Prints user names and counts.
"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviews.schedule.reminders import pending_reminders, queue_reminder


class Command(BaseCommand):
    help = "Mails people how many dates are near or have passed, with a link."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only list who would be mailed about how many dates")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        if not settings.PUBLIC_URL:
            raise CommandError("PUBLIC_URL is missing: mails contain a link, whose host name is unknown.")
        mailed = unreachable = 0
        for reminder in pending_reminders():
            if not reminder.user.email:
                unreachable += 1
            elif dry_run or queue_reminder(reminder):
                mailed += 1
                self.stdout.write(f"{reminder.user.username}: {reminder.count}")
        verb = "would be mailed" if dry_run else "mailed"
        self.stdout.write(f"{mailed} people {verb}, {unreachable} without an e-mail address.")
