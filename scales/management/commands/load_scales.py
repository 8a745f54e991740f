"""`manage.py load_scales`: load the instruments in fixtures/, or other documents by path."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.module_loading import import_string

from scales.document import DocumentFaults
from scales.loading import EditionInUse, load, read


class Command(BaseCommand):
    help = "Loads scales and interview guides. Repeating it changes nothing, and editions in use stay as they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path, help="JSON documents; without any, those of fixtures/")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.BASE_DIR / "fixtures"
        shipped = [*sorted(folder.glob("scales/*.json")), *sorted(folder.glob("guides/*.json"))]
        with transaction.atomic():
            outcomes = [_load(path, may_be_in_use=not options["paths"]) for path in options["paths"] or shipped]
            import_string(settings.TASK_AFTER_LOADING).enqueue()
        for outcome in outcomes:
            self.stdout.write(outcome)


def _load(path: Path, *, may_be_in_use: bool) -> str:
    """Load one document and return the outcome as text. Raise CommandError if it cannot be loaded.

    With `may_be_in_use`, an edition in use is left as it is.
    """
    try:
        edition, outcome = load(read(path))
    except DocumentFaults as error:
        raise CommandError(f"{path} has {len(error.faults)} faults; nothing was loaded:\n{error}") from error
    except EditionInUse as error:
        if may_be_in_use:
            # An upgrade may contain a better transcription. Existing reviews keep the edition they use.
            return f"{path.name}: kept as it is here. {error}"
        raise CommandError(f"{path}: {error} Nothing was loaded.") from error
    return f"{edition}: {outcome}"
