"""A PostgreSQL that is killed, and connections that are cut, while people save."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests.builders import World
from tests.served import served
from tests.soak.database import database
from tests.soak.people import Request, Site, compare, hire, progress, saving

pytestmark = pytest.mark.django_db(transaction=True)
postgres_only = pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL")


@postgres_only
def test_postgresql_is_killed_while_people_save(world: World, tmp_path: Path) -> None:
    from tests import postgres  # its package is for PostgreSQL only

    people = hire(world, 6)
    with database(tmp_path) as stored:
        with served(stored.url, tmp_path, workers=2) as server, saving(people, Site((server.address,))):
            for _kill in range(3):
                progress(people, more=40)
                postgres.kill(stored.server)
                time.sleep(1)
                postgres.start(stored.server)
            progress(people, more=40)
        assert compare(people, stored) > 150


class Wire:
    """A way over TCP to the PostgreSQL server at `url`, which listens on a local socket."""

    def __init__(self, url: str) -> None:
        self.socket = f"{urlsplit(url).query.removeprefix('host=')}/.s.PGSQL.5432"
        self.is_cut = False
        self.ends: list[socket.socket] = []

    def accept(self, listening: socket.socket) -> None:
        """Connect every client, until `listening` is closed. Runs in a thread."""
        with suppress(OSError):
            while True:
                near, _address = listening.accept()
                if self.is_cut:
                    near.close()
                    continue
                far = socket.socket(socket.AF_UNIX)
                far.connect(self.socket)
                self.ends += (near, far)
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=copy, args=pair, daemon=True).start()

    def cut(self) -> None:
        """End all connections and refuse new ones, until `is_cut` is false again."""
        self.is_cut = True
        while self.ends:
            end_connection(self.ends.pop())


def copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for end in (source, target):
        end_connection(end)
    source.close()


def end_connection(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


@contextmanager
def wire_to(url: str) -> Iterator[tuple[Wire, str]]:
    """Return a wire to a PostgreSQL server, and the address at its near end."""
    wire = Wire(url)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=wire.accept, args=(listening,), daemon=True).start()
        yield wire, f"postgresql://postgres:@127.0.0.1:{listening.getsockname()[1]}/postgres"
        wire.cut()


@postgres_only
def test_the_network_to_the_database_is_cut_while_people_save(world: World, tmp_path: Path) -> None:
    people = hire(world, 6)
    with database(tmp_path) as stored, wire_to(stored.url) as (wire, url):
        with served(url, tmp_path, workers=2) as server, saving(people, Site((server.address,))):
            for _cut in range(3):
                progress(people, more=40)
                wire.cut()
                time.sleep(1)
                wire.is_cut = False
            progress(people, more=40)
        assert compare(people, stored) > 150


def test_people_whose_connection_ends_before_the_answer_save_once(world: World, tmp_path: Path) -> None:
    """Each save is first sent by a browser that hangs up, then again with the same id."""
    (person,) = hire(world, 1)
    with database(tmp_path) as stored:
        with served(stored.url, tmp_path, workers=2) as server:
            for number in range(25):
                person.save(
                    Site((server.address,)), first=lambda request, number=number: hang_up(request, number / 500)
                )
        assert compare([person], stored) == 25


def hang_up(request: Request, seconds: float) -> None:
    """Send a request, and leave after `seconds`."""
    address = urlsplit(request.address)
    lines = [f"POST {request.path} HTTP/1.1", f"Host: {address.netloc}", f"Content-Length: {len(request.body)}"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    with socket.create_connection((address.hostname, address.port)) as browser:
        browser.sendall(("\r\n".join(lines) + "\r\n\r\n" + request.body).encode())
        time.sleep(seconds)
