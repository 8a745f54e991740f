"""`manage.py publish_heads`: write the heads of all chains to the log, HEADS_FILE and HEADS_MAIL, and print them.

`manage.py work` does this every night by itself.
"""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reviews.maintenance.heads import publish_heads


class Command(BaseCommand):
    help = "Writes the heads of all chains of records to places outside of the database."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Publish and print the heads. Raise CommandError if HEADS_FILE cannot be written."""
        try:
            self.stdout.write(json.dumps(publish_heads(), sort_keys=True))
        except OSError as error:
            raise CommandError(f"HEADS_FILE cannot be written: {error.strerror}.") from error
