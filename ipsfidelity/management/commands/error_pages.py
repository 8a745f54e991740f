"""`manage.py error_pages FOLDER`: write the pages that the proxy shows when the program cannot answer.

FOLDER gets one folder for each language, with one page for each status, for example sv/503.html. Run it after
`collectstatic`, because the pages link to the style sheet.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

from ipsfidelity.failures import OF_PROXY, failure_page


class Command(BaseCommand):
    help = "Writes the error pages of the proxy, in all languages, into a folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="is made if it does not exist")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        for language, _name in settings.LANGUAGES:
            of_language = folder / language
            of_language.mkdir(parents=True, exist_ok=True)
            with translation.override(language):
                for status, failure in OF_PROXY.items():
                    (of_language / f"{status}.html").write_text(failure_page(failure), encoding="utf-8")
