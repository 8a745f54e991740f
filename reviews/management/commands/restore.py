"""`manage.py restore --verify FILE`: restore a backup into an empty database.

Migrates it if it is older than the program. With `--verify` it ends with `verify_records`.
"""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviews.maintenance.faults import MaintenanceFault
from reviews.maintenance.restoring import restore, restore_plain_copy


class Command(BaseCommand):
    help = "Restores a backup into an empty database. Never overwrites anything."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--verify", action="store_true", help="verify all records at the end")
        parser.add_argument(
            "--plain-copy", action="store_true", help="FILE is a copied SQLite file, because there is no backup"
        )
        parser.add_argument("--against", type=Path, help="with --plain-copy: an earlier backup to compare with")

    def handle(self, *args: Any, file: Path, verify: bool, plain_copy: bool, against: Path | None, **opts: Any) -> None:
        try:
            if plain_copy:
                contents, not_shown = restore_plain_copy(file, against)
                self.stdout.write(self.style.WARNING(not_shown))
            else:
                manifest = restore(file)
                contents = manifest.contents
                self.stdout.write(f"Backup of {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC, version {manifest.program}.")
        except MaintenanceFault as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(
            f"{len(contents.heads)} reviews, {contents.counts['reviews_reviewevent']} events and "
            f"{len(contents.records)} signed records are restored."
        )
        call_command("migrate", verbosity=0)
        if verify:
            call_command("verify_records", stdout=self.stdout, stderr=self.stderr)
            self.stdout.write(self.style.SUCCESS("Everybody signs in again: a backup contains no sessions."))
        else:
            self.stdout.write("Run `manage.py verify_records` before you start the server.")
