"""`manage.py delete_expired`: delete what the retention rules no longer keep.

`manage.py work` does this every night by itself. `--dry-run` counts what would be deleted. Idempotent.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

from reviews.maintenance.retention import apply_rules, rules


class Command(BaseCommand):
    help = "Deletes what the retention rules no longer keep, and prints how much."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count what would be deleted")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        counts = {rule.name: rule.due_now for rule in rules()} if dry_run else apply_rules()
        verb = "would be deleted" if dry_run else "deleted"
        with translation.override("en"):
            for rule in rules():
                self.stdout.write(f"{rule.label} (kept: {rule.kept}): {counts[rule.name]} {verb}")
