"""The installation as a Django app: checks before any process starts its work."""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, register
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.signals import connection_created

from ipsfidelity import databases, deployment, figures, health, write_checks
from ipsfidelity.compiled import outdated_languages, remove_damaged, require_compiled

COMMANDS = ("manage.py", "__main__.py", "django-admin")


class InstallationConfig(AppConfig):
    """Stops every process whose catalogues are not compiled, except the command that compiles them.

    In development, a process compiles them itself.
    """

    name = "ipsfidelity"

    def __init__(self, app_name: str, app_module: ModuleType) -> None:
        """Check the catalogues. `ready` would be too late, because Django reads them while it imports the models."""
        super().__init__(app_name, app_module)
        # The command that compiles the catalogues runs without them; it sends no text to anybody.
        if sys.argv[1:2] == ["catalogues"] and Path(sys.argv[0]).name in COMMANDS:
            remove_damaged()
            return
        if settings.DEBUG:
            _compile_outdated()
        require_compiled()

    def ready(self) -> None:
        """Register checks of the system and of health, the figure of the disk, and how connections are opened."""
        connection_created.connect(databases.keep_plans)
        register(fonts_are_installed)
        deployment.register_all()
        health.register(write_checks.disk_fault)
        health.register(write_checks.database_fault)
        figures.register(
            "ips_disk_free_bytes", "Free space on the disk of the program's data.", figures.free_disk_space
        )


def _compile_outdated() -> None:
    if outdated_languages():
        from ipsfidelity.catalogues import UnreadableCatalogue, compile_all  # imports Babel

        try:
            compile_all()
        except (UnreadableCatalogue, OSError) as error:
            raise ImproperlyConfigured(f"The interface's texts cannot be compiled: {error}.") from error


def fonts_are_installed(**_kwargs: Any) -> list[CheckMessage]:
    """Warn about missing fonts. The module is imported on first use, because it loads libraries for fonts."""
    from ipsfidelity.pdf_fonts import faults

    return faults()
