"""`manage.py prepare_demo`: what `make demo` needs before it serves. Quick and harmless to repeat."""

import socket
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

ACCOUNTS = {
    "evaluator": "scores reviews of the network IPS-nettverket Nordfjella",
    "evaluator2": "her colleague",
    "teamleader": "checks the facts of a draft report of IPS Granlia, reads its finished reviews",
    "coordinator": "sees and exports everything of the network",
    "admin": "runs the installation at /admin/",
    "stranger": "evaluator of another network",
}


class Command(BaseCommand):
    help = "Prepares database, instruments and demo data for the demo."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        port = options["port"]
        _must_be_free(port)
        for step, command, arguments in (
            ("Database", "migrate", {"verbosity": 0}),
            ("Instruments", "load_scales", {}),
            ("Demo data", "load_demo", {}),
        ):
            self.stdout.write(f"{step} …")
            call_command(command, **arguments, stdout=self.stdout)
        self.stdout.write("\nAccounts (the password is the user name):")
        for name, purpose in ACCOUNTS.items():
            self.stdout.write(f"  {name:<12} {purpose}")
        self.stdout.write(self.style.SUCCESS(f"\nReady: http://127.0.0.1:{port}   (stop with Ctrl+C)"))


def _must_be_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"Port {port} cannot be used ({error}): choose another one, as in: make demo PORT=8001"
            ) from error
