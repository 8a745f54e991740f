"""`manage.py send_reminders`: mail everybody who has newly due items. Run it every morning.

Each person gets one mail, and each date is mailed once, so a second run sends nothing. Prints user names and counts.
Exits with 1 if the mail server refused a mail; the next run tries again.

Two runs at the same time would mail the same people, because reminders are stored after each mail. If runs can
overlap, start the command as `flock -n <file> manage.py send_reminders`.
"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviews.schedule.reminders import pending_reminders, send_reminder


class Command(BaseCommand):
    help = "Mails people how many dates are near or have passed, with a link."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only list who would be mailed about how many dates")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        if not settings.PUBLIC_URL:
            raise CommandError("PUBLIC_URL is missing: mails contain a link, whose host name is unknown.")
        sent = unreachable = failed = 0
        for reminder in pending_reminders():
            if not reminder.user.email:
                unreachable += 1
                continue
            try:
                if not dry_run:
                    send_reminder(reminder)
            except OSError as error:
                failed += 1
                self.stderr.write(f"{reminder.user.username}: the mail could not be sent ({type(error).__name__})")
                continue
            sent += 1
            self.stdout.write(f"{reminder.user.username}: {reminder.count}")
        verb = "would be mailed" if dry_run else "mailed"
        self.stdout.write(f"{sent} people {verb}, {unreachable} without an e-mail address.")
        if failed:
            raise CommandError(f"{failed} people could not be mailed: see above. The next run tries again.")
