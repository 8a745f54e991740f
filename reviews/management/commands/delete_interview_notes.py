"""`manage.py delete_interview_notes`: delete the interview notes whose time has come. Run it every day.

Lists what goes. Each review is a transaction of its own; running it again finds nothing more to do.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from reviews.interviews.retention import delete_notes, due_notes


class Command(BaseCommand):
    help = "Deletes interview notes that their network keeps no longer. Scores and evidence stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only list what would go")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        due = due_notes()
        for kept in due:
            notes = kept.notes if dry_run else delete_notes(kept.review)
            review, due_day = kept.review, timezone.localdate(kept.due)
            self.stdout.write(f"{review.organisation}, {review.visit_start}: {notes} notes, due {due_day}")
        verb = "would be deleted" if dry_run else "deleted"
        self.stdout.write(self.style.SUCCESS(f"Interview notes of {len(due)} reviews {verb}."))
