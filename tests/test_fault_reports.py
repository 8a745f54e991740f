"""What is reported to a Sentry-compatible service, read by a server that takes its place."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import brotli
import pytest
import requests

from ipsfidelity.installation import version
from tests.served import CSRF, served
from tests.test_installation import manage

TYPED = "Kari fortalte om jobben"
SECRET = "sEcReT-0123456789"
ADDRESS = "203.0.113.77"  # of a reader
MAIL = "kari@example.org"


class Service(ThreadingHTTPServer):
    """Takes reports."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receiver)
        self.received: list[bytes] = []
        self.dsn = f"http://public@127.0.0.1:{self.server_port}/42"

    def reports(self, count: int) -> list[dict[str, Any]]:
        """Wait for this number of reports and return them."""
        for _attempt in range(100):
            if len(self.received) >= count:
                break
            time.sleep(0.1)
        assert len(self.received) == count
        return [json.loads(envelope.splitlines()[2]) for envelope in self.received]


class Receiver(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append(brotli.decompress(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        """Do not print anything."""


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_a_fault_is_reported_with_its_place_and_reference_and_with_nothing_of_the_request(
    service: Service, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/empty.sqlite3"
    cookie = f"__Host-sid={SECRET}; __Host-csrf={CSRF}"
    headers = {"Cookie": cookie, "X-Forwarded-For": ADDRESS, "User-Agent": f"{TYPED.encode()!r}"}
    with served(url, tmp_path, SENTRY_DSN=service.dsn, BEHIND_PROXY="on") as server:
        sent = {"login": MAIL, "password": SECRET, "note": TYPED, "csrfmiddlewaretoken": CSRF}
        login = f"{server.address}/accounts/login/?next=/{SECRET}/"
        answers = [
            server.get(f"/calendar/{SECRET}.ics?note={TYPED}", **headers | {"Cookie": ""}),
            requests.post(login, sent, headers=headers | {"Cookie": f"__Host-csrf={CSRF}"}, timeout=20),
            server.get(f"/?{SECRET}", **headers),
        ]
        server.get(f"/nowhere/{SECRET}/", **headers | {"Cookie": ""})  # no fault
        server.get("/", Host="elsewhere.example")  # an error in the log, and no fault either
        reports = service.reports(3)
    assert [answer.status_code for answer in answers] == [500, 500, 500]
    everything = b"\n".join(service.received).decode()
    for text in (TYPED, "Kari", SECRET, ADDRESS, "127.0.0.1", MAIL, "__Host", CSRF, "no such table"):
        assert text not in everything
    for answer, report in zip(answers, reports, strict=True):
        assert report["tags"]["request_id"] == answer.headers["X-Request-ID"]
        assert report["exception"]["values"][-1]["type"] == "OperationalError"
        assert report["release"] == f"ipsfidelity@{version()}"
        frames = [frame for error in report["exception"]["values"] for frame in error["stacktrace"]["frames"]]
        assert {key for frame in frames for key in frame} == {"filename", "lineno", "function", "in_app"}
        assert any(frame["in_app"] for frame in frames)
        assert report.keys() <= {
            "event_id", "timestamp", "platform", "level", "logger", "logentry", "tags", "exception", "release",
            "environment", "server_name", "sdk",
        }  # fmt: skip
        assert report.get("server_name", "") == ""
    assert reports[0]["tags"] == {
        "request_id": answers[0].headers["X-Request-ID"],
        "method": "GET",
        "route": "calendar/<str:secret>.ics",
        "status": "500",
    }


def test_a_service_that_does_not_answer_holds_nobody_up(tmp_path: Path) -> None:
    dsn = "http://public@127.0.0.1:1/42"
    with served(f"sqlite:///{tmp_path}/empty.sqlite3", tmp_path, SENTRY_DSN=dsn) as server:
        server.get("/calendar/x.ics")
        began = time.monotonic()
        answer = server.get("/calendar/x.ics")
        assert (answer.status_code, time.monotonic() - began < 5) == (500, True)


def test_a_malformed_dsn_stops_the_start() -> None:
    refused = manage(
        "check", SECRET_KEY="only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz", SENTRY_DSN="errors.example.org"
    )
    assert refused.returncode != 0
    assert "SENTRY_DSN" in refused.stderr
