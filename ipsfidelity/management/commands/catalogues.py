"""`manage.py catalogues`: update and compile the translations; `--check` only reports faults."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ipsfidelity.catalogue_faults import faults, unmarked_texts
from ipsfidelity.catalogues import UnreadableCatalogue, compile_all, update
from ipsfidelity.compiled import TRANSLATED


class Command(BaseCommand):
    help = "Collects the texts of code and templates into the catalogues and compiles them."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only report the faults of the catalogues, and fail")
        parser.add_argument("--compile", action="store_true", help="only compile the existing catalogues")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["check"]:
                self._check()
                return
            if not options["compile"]:
                for language in TRANSLATED:
                    update(language)
            compile_all()
            if not options["compile"]:
                self._count_faults()
        except (UnreadableCatalogue, OSError) as error:
            raise CommandError(f"{error}: the compiled texts are unchanged.") from error

    def _check(self) -> None:
        if sentences := _all_faults():
            raise CommandError("\n".join(sentences))
        self.stdout.write("The catalogues are complete.")

    def _count_faults(self) -> None:
        if count := len(_all_faults()):
            self.stdout.write(f"Texts left to translate: {count}. `manage.py catalogues --check` lists them.")


def _all_faults() -> list[str]:
    return unmarked_texts() + [fault for language in TRANSLATED for fault in faults(language)]
