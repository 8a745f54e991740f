"""`manage.py delete_expired`: delete what the retention rules no longer keep. Run it every day.

`--dry-run` counts what would be deleted. Idempotent; each rule has transactions of its own.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone, translation

from reviews.maintenance.retention import rules
from reviews.maintenance.state import record_success
from reviews.models import MaintenanceTask


class Command(BaseCommand):
    help = "Deletes what the retention rules no longer keep, and prints how much."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count what would be deleted")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        at, counts = timezone.now(), {}
        with translation.override("en"):
            for rule in rules():
                counts[rule.name] = rule.due(at) if dry_run else rule.delete(at)
                verb = "would be deleted" if dry_run else "deleted"
                self.stdout.write(f"{rule.label} (kept: {rule.kept}): {counts[rule.name]} {verb}")
        if not dry_run:
            record_success(MaintenanceTask.Kind.RETENTION, **counts)
