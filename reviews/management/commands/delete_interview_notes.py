"""`manage.py delete_interview_notes`: delete the interview notes that are due for deletion.

`manage.py work` does this every night by itself.
Lists the reviews. Each review has its own transaction. Idempotent.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from reviews.interviews.retention import delete_notes, due_notes


class Command(BaseCommand):
    help = "Deletes interview notes whose retention period has ended. Scores and evidence stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only list what would be deleted")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        due = due_notes()
        for notes in due:
            count = notes.count if dry_run else delete_notes(notes.review)
            review, due_day = notes.review, timezone.localdate(notes.due)
            self.stdout.write(f"{review.organisation}, {review.visit_start}: {count} notes, due {due_day}")
        verb = "would be deleted" if dry_run else "deleted"
        self.stdout.write(self.style.SUCCESS(f"Interview notes of {len(due)} reviews {verb}."))
