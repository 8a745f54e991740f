"""`manage.py load_scales`: the instruments of fixtures/, or other documents by path."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from scales.document import DocumentFaults
from scales.loading import EditionInUse, load, read


class Command(BaseCommand):
    help = "Loads scales and interview guides. Repeating it changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path, help="JSON documents; without any, those of fixtures/")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.BASE_DIR / "fixtures"
        paths = options["paths"] or [*sorted(folder.glob("scales/*.json")), *sorted(folder.glob("guides/*.json"))]
        for path in paths:
            try:
                edition, outcome = load(read(path))
            except DocumentFaults as error:
                raise CommandError(f"{path} has {len(error.faults)} faults; nothing was loaded:\n{error}") from error
            except EditionInUse as error:
                raise CommandError(f"{path}: {error}") from error
            self.stdout.write(f"{edition}: {outcome}")
