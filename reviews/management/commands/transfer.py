"""`manage.py transfer`: transfer the whole database to the empty one that TARGET_DATABASE_URL names.

From SQLite to PostgreSQL or back. Stop the server first: what is saved afterwards is saved in the old database.
"""

import os
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from reviews.maintenance.faults import MaintenanceFault
from reviews.maintenance.transferring import TARGET, check_target, transfer


class Command(BaseCommand):
    help = "Transfers the whole database to the empty one that TARGET_DATABASE_URL names."

    def handle(self, *args: Any, **options: Any) -> None:
        if TARGET not in settings.DATABASES:
            raise CommandError("Name the empty database by TARGET_DATABASE_URL, or TARGET_DATABASE_URL_FILE.")
        try:
            check_target()
            self._run_on_target("migrate", "--verbosity=0")
            copied = transfer(tell=lambda table: self.stdout.write(f"{table} …"))
        except MaintenanceFault as fault:
            raise CommandError(str(fault)) from fault
        except (DatabaseError, ValueError) as error:  # the driver refuses some values itself
            raise CommandError(f"The transfer failed ({error}). The source is as it was, the target empty.") from error
        self.stdout.write(f"{copied} rows are transferred and compared. Verifying the records of the target:")
        self._run_on_target("verify_records")
        self.stdout.write(self.style.SUCCESS("Set DATABASE_URL to the target and start the server. Keep the source."))

    def _run_on_target(self, *arguments: str) -> None:
        """Run a command in a process whose database is the target. Raises CommandError if it fails."""
        environment = {name: value for name, value in os.environ.items() if "DATABASE_URL" not in name}
        prefix = "TARGET_"
        environment |= {
            name.removeprefix(prefix): value
            for name, value in os.environ.items()
            if name in (f"{prefix}DATABASE_URL", f"{prefix}DATABASE_URL_FILE")
        }
        self.stdout.flush()
        run = subprocess.run([sys.executable, sys.argv[0], *arguments], env=environment, check=False)  # noqa: S603
        if run.returncode:
            raise CommandError(f"`{arguments[0]}` failed on the target, see above. The source is unchanged.")
