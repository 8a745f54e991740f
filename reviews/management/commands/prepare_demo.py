"""`manage.py prepare_demo`: prepare the database of the demo before `make demo` serves it. Quick and idempotent."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.loader import MigrationLoader

ACCOUNTS = {
    "evaluator": "scores reviews of the network IPS-nettverket Nordfjella",
    "evaluator2": "her colleague",
    "teamleader": "checks the facts of a draft report of IPS Granlia, reads its finished reviews",
    "coordinator": "sees and exports everything of the network",
    "admin": "runs the installation at /admin/",
    "stranger": "evaluator of another network",
}
# SQLite's errors for a full disk or a file without write permission.
UNWRITABLE = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")


class Command(BaseCommand):
    help = "Prepares database, instruments and demo data for the demo."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._prepare()
        except (OSError, DatabaseError, InconsistentMigrationHistory) as error:
            raise CommandError(_explained(error)) from error
        self.stdout.write("\nAccounts (the password is the user name):")
        for name, purpose in ACCOUNTS.items():
            self.stdout.write(f"  {name:<12} {purpose}")

    def _prepare(self) -> None:
        """Run migrations and load instruments and demo data.

        An interrupted run can be repeated: every migration is one transaction, and so is the demo data.
        """
        _must_not_be_newer()
        for step, command, arguments in (
            ("Database", "migrate", {"verbosity": 0}),
            ("Instruments", "load_scales", {}),
            ("Demo data", "load_demo", {}),
        ):
            self.stdout.write(f"{step} …")
            call_command(command, **arguments, stdout=self.stdout)


def _must_not_be_newer() -> None:
    loader = MigrationLoader(connection)
    migrations = loader.disk_migrations
    known = {*migrations, *(name for migration in migrations.values() for name in migration.replaces)}
    if unknown := set(loader.applied_migrations) - known:
        raise InconsistentMigrationHistory(f"it has {'.'.join(min(unknown))}, which this version does not know")


def _explained(error: Exception) -> str:
    """Return the cause of an error of the demo's database and its remedy, as one message."""
    place = settings.DATABASES["default"]["NAME"]
    name = getattr(error.__cause__, "sqlite_errorname", "")
    if name == "SQLITE_BUSY":
        return f"{place} is in use by another process: stop the other demo, and try again."
    if isinstance(error, OSError) or name.startswith(UNWRITABLE):
        return f"{place} cannot be written ({error}): make room on the disk, or make the file yours, and try again."
    return (
        f"{place} does not fit this version ({error}): delete it, because it contains made-up data only, and try again."
    )
