"""`manage.py load_scales`: the instruments of fixtures/, or other documents by path."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from scales.document import DocumentFaults
from scales.loading import EditionInUse, Outcome, load, read
from scales.models import Edition


class Command(BaseCommand):
    help = "Loads scales and interview guides. Repeating it changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path, help="JSON documents; without any, those of fixtures/")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.BASE_DIR / "fixtures"
        paths = options["paths"] or [*sorted(folder.glob("scales/*.json")), *sorted(folder.glob("guides/*.json"))]
        with transaction.atomic():
            done = [_load(path) for path in paths]
        for edition, outcome in done:
            self.stdout.write(f"{edition}: {outcome}")


def _load(path: Path) -> tuple[Edition, Outcome]:
    try:
        return load(read(path))
    except DocumentFaults as error:
        raise CommandError(f"{path} has {len(error.faults)} faults; nothing was loaded:\n{error}") from error
    except EditionInUse as error:
        raise CommandError(f"{path}: {error} Nothing was loaded.") from error
