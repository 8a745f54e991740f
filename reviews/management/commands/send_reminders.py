"""`manage.py send_reminders`: mail everybody who has something newly due. Run it every morning.

One mail a person, each date once: running it again sends nothing more. Lists user names and numbers. Exits with 1
when the mail server refused somebody; those are tried again at the next run.

Never start it beside a run that goes on: what was told is written down after each mail, so both would mail the
same people. Where runs could meet, start it as `flock -n <file> manage.py send_reminders`.
"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviews.schedule.reminders import news, remind


class Command(BaseCommand):
    help = "Mails people that something has come near or has passed: how many dates, and a link."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only list who would be told of how many dates")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        if not settings.PUBLIC_URL:
            raise CommandError("PUBLIC_URL is missing: mails hold a link, and no host name is known to make it from.")
        told = unreachable = failed = 0
        for each in news():
            if not each.user.email:
                unreachable += 1
                continue
            try:
                if not dry_run:
                    remind(each)
            except OSError as error:
                failed += 1
                self.stderr.write(f"{each.user.username}: the mail could not be sent ({type(error).__name__})")
                continue
            told += 1
            self.stdout.write(f"{each.user.username}: {each.count}")
        verb = "would be told" if dry_run else "told"
        self.stdout.write(f"{told} people {verb}, {unreachable} without an e-mail address.")
        if failed:
            raise CommandError(f"{failed} people could not be told: see above. They are tried again at the next run.")
