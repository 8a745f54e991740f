"""`manage.py delete_uploads`: delete files of past reviews that were not imported within a day.

`manage.py work` does this every night by itself.
Prints the affected files. Idempotent.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from reviews.imports.uploads import withdraw_upload
from reviews.models import Upload


class Command(BaseCommand):
    help = "Deletes files of past reviews that were neither imported nor withdrawn within a day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only list what would be deleted")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        expired = list(Upload.objects.expired().select_related("network").order_by("pk"))
        for upload in expired:
            if not dry_run:
                withdraw_upload(upload=upload)
            self.stdout.write(f"{upload.network}: {upload.file_name}, {timezone.localtime(upload.at):%Y-%m-%d %H:%M}")
        verb = "would be deleted" if dry_run else "deleted"
        self.stdout.write(self.style.SUCCESS(f"{len(expired)} files {verb}."))
