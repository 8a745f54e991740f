"""The installation as a Django app: what must hold before any process does its work."""

import sys
from pathlib import Path
from types import ModuleType

from django.apps import AppConfig

from ipsfidelity.compiled import remove_damaged, require_compiled

COMMANDS = ("manage.py", "__main__.py", "django-admin")


class InstallationConfig(AppConfig):
    name = "ipsfidelity"

    def __init__(self, app_name: str, app_module: ModuleType) -> None:
        """Check the catalogues now and not in `ready`: Django reads them while it imports the models."""
        super().__init__(app_name, app_module)
        # The command that compiles the catalogues cannot wait for them; it signs, prints and mails nothing.
        if sys.argv[1:2] == ["catalogues"] and Path(sys.argv[0]).name in COMMANDS:
            remove_damaged()
        else:
            require_compiled()
