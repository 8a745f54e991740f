"""The program as an installation serves it: gunicorn with its settings, in a process of its own."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.db import connection

from tests.builders import World
from tests.log_check import secrets_in

CSRF = "c" * 32  # the token of the cookie and of the form


@dataclass(frozen=True)
class Server:
    """A running server: its address, its master process, and the file with its output."""

    address: str
    process: subprocess.Popen
    output: Path

    def get(self, path: str, **headers: str) -> requests.Response:
        return requests.get(self.address + path, headers=headers, timeout=60)

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines of the log so far. Everything that the server prints must be one."""
        return [json.loads(line) for line in self.output.read_text(encoding="utf-8").splitlines()]


def environment(url: str) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "tests.served_settings",
        "PYTHONWARNINGS": "ignore",
    }


def url_of_test_database() -> str:
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


@contextmanager
def served(url: str, folder: Path, *, workers: int = 1, **variables: str) -> Iterator[Server]:
    """Serve the database `url` with these environment variables. The output goes to a file in `folder`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    options = ("--config", "python:ipsfidelity.gunicorn", "--bind", address, "--workers", str(workers))
    output = folder / "output.jsonl"
    with output.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *options, "--access-logfile", "-", "ipsfidelity.wsgi"],
            cwd=settings.BASE_DIR,
            env=environment(url) | {"WORKER_BESIDE_SERVER": "off"} | variables,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    server = Server(f"http://{address}", process, output)
    try:
        for _attempt in range(200):
            with suppress(requests.ConnectionError):
                server.get("/livez")
                break
            time.sleep(0.1)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=30)
    assert [line for line in server.lines() if secrets_in(line)] == []


def cookie_of(world: World, who: str) -> str:
    """Return the header Cookie of a member of the cast who is signed in, for a form too."""
    session = world.client_of(who).cookies[settings.SESSION_COOKIE_NAME].value
    return f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}"
