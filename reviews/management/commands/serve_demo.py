"""`manage.py serve_demo PORT`: prepare the demo and serve it on this machine, for `make demo`.

One process does both, because loading the program is most of the work of a second start.
"""

import socket
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from gunicorn.app import wsgiapp

SERVER = (
    "gunicorn", "ipsfidelity.wsgi", "--config", "python:ipsfidelity.gunicorn",
    "--workers", "2", "--timeout", "120", "--log-level", "warning",
)  # fmt: skip


class Command(BaseCommand):
    help = "Prepares the demo and serves it on http://127.0.0.1:PORT."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("port", type=int)

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        listener = _reserved(port)  # before the data is loaded, which can take minutes
        call_command("prepare_demo", stdout=self.stdout)
        connection.close()  # processes must not share it
        self.stdout.write(f"Ready: http://127.0.0.1:{port}   (stop with Ctrl+C)")
        self.stdout.flush()
        sys.argv = [*SERVER, "--bind", f"fd://{listener.detach()}"]
        wsgiapp.run()


def _reserved(port: int) -> socket.socket:
    """Return a socket that holds the port. Raise CommandError if that is impossible."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise CommandError(f"Port {port} cannot be used ({error}): choose another one.") from error
    return listener
