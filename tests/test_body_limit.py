"""How much of a request the program reads: over a real socket, of which only the head is sent."""

import socket
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.builders import World
from tests.served import Server, cookie_of, served, url_of_test_database

FILE = 100_000_000  # bytes: an export
MULTIPART = "Content-Type: multipart/form-data; boundary=x"


def first_line(server: Server, path: str, cookie: str) -> bytes:
    """Announce a body and send none of it; return the first line of the answer, "" if the program waits for the body."""
    host, port = server.address.removeprefix("http://").split(":")
    lines = (f"POST {path} HTTP/1.1", f"Host: {host}", f"Content-Length: {FILE}", f"Cookie: {cookie}", MULTIPART)
    with socket.create_connection((host, int(port))) as one:
        one.settimeout(3)
        one.sendall("".join(f"{line}\r\n" for line in (*lines, "")).encode())
        try:
            return one.recv(4096).partition(b"\r\n")[0]
        except TimeoutError:
            return b""


@pytest.mark.django_db(transaction=True)
def test_only_a_coordinator_of_the_network_sends_more_than_a_form(world: World, tmp_path: Path) -> None:
    imports = reverse("imports", args=[world.network.code])
    with served(url_of_test_database(), tmp_path) as server:
        for cookie in ("", *(cookie_of(world, who) for who in ("evaluator", "team_leader", "admin", "stranger"))):
            assert b" 413 " in first_line(server, imports, cookie)
        for path in (reverse("home"), reverse("network", args=[world.network.code]), "/nowhere/"):
            assert b" 413 " in first_line(server, path, cookie_of(world, "coordinator"))
        assert first_line(server, imports, cookie_of(world, "coordinator")) == b""


@pytest.mark.django_db
def test_a_proxy_is_told_whether_to_take_a_body(world: World) -> None:
    imports, coordinator = reverse("imports", args=[world.network.code]), world.client_of("coordinator")

    def told(client: Client, length: object, path: str = imports) -> int:
        headers = {"X-Body-Path": path, "X-Body-Length": str(length)}
        return client.get(reverse("body_limit"), headers=headers).status_code

    largest = settings.LARGER_BODIES["imports"]
    assert [told(coordinator, length) for length in ("", "x", 1_000, FILE, largest, largest + 1)] == [204] * 5 + [403]
    assert [told(Client(), length) for length in ("", 1_000, FILE)] == [204, 204, 403]
    assert told(world.client_of("evaluator"), FILE) == 403
    assert told(coordinator, FILE, f"{imports}?a=1") == 204
    assert told(coordinator, FILE, reverse("home")) == 403
