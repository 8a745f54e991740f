"""`manage.py backup`: write a backup of the whole database into one file, while people work. Run it every day."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from reviews.maintenance.backups import back_up
from reviews.maintenance.faults import MaintenanceFault
from reviews.maintenance.state import record_success
from reviews.models import MaintenanceTask

KEPT = 14


class Command(BaseCommand):
    help = "Writes a backup of the whole database into one file and deletes the oldest ones."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=Path(settings.BACKUP_FOLDER), help="default: BACKUP_FOLDER")
        parser.add_argument("--keep", type=int, default=KEPT, help=f"backups that stay in the folder, default {KEPT}")

    def handle(self, *args: Any, folder: Path, keep: int, **options: Any) -> None:
        if keep < 1:
            raise CommandError("--keep is 1 or more: the backup that is being made stays.")
        try:
            backup = back_up(folder, keep=keep)
        except MaintenanceFault as fault:
            raise CommandError(str(fault)) from fault
        contents = backup.manifest.contents
        self.stdout.write(
            f"{backup.path}: {backup.size / 1_000_000:.1f} MB, {len(contents.heads)} reviews, "
            f"{contents.counts['reviews_reviewevent']} events."
        )
        for path in backup.deleted:
            self.stdout.write(f"Deleted: {path}")
        self.stdout.write(self.style.SUCCESS("The backup is complete. Copy it to another machine."))
        try:
            record_success(MaintenanceTask.Kind.BACKUP, name=backup.path.name, size=backup.size)
        except DatabaseError:  # the database is of an earlier version, or cannot be written
            self.stderr.write("The success could not be recorded in the database: /readyz shows the one before it.")
