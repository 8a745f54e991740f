"""What the log contains when something fails, and what it must never contain."""

import io
import json
import logging
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.log import AdminEmailHandler

from ipsfidelity.logs import JsonFormatter
from tests.builders import World

TYPED = "Kari fortalte om jobben"  # a text that a person wrote
SECRET = "sEcReT-0123456789"  # a secret that gives access
Log = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Log]:
    """Return the lines that this process logs, as they appear on stdout."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def environment(url: str) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "tests.served_settings",
        "PYTHONWARNINGS": "ignore",
    }


# --- The served program -------------------------------------------------------------------


def served_during_an_outage(folder: Path, ask: Callable[[str], None]) -> str:
    """Serve with a database that does not respond, send requests, and return the whole output of the server."""
    url = f"sqlite:///{folder}/empty.sqlite3" if connection.vendor == "sqlite" else "postgres://x:x@127.0.0.1:1/x"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "python:ipsfidelity.gunicorn",
        "ipsfidelity.wsgi",
        "--bind",
        address,
        "--access-logfile",
        "-",
    ]
    run = subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        env=environment(url),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        for _attempt in range(200):
            with suppress(requests.ConnectionError):
                requests.get(f"http://{address}/livez", timeout=20)
                break
            time.sleep(0.1)
        ask(f"http://{address}")
    finally:
        run.terminate()
        written = run.communicate(timeout=30)[0]
    return written


@pytest.mark.both_engines  # each fails in its own way
def test_a_failure_is_one_line_with_its_id_and_without_the_secret_of_its_address(tmp_path: Path) -> None:
    asked = {
        f"/invitations/{SECRET}/": "invitations/<str:secret>/",
        f"/calendar/{SECRET}.ics": "calendar/<str:secret>.ics",
        f"/accounts/password/reset/key/3-{SECRET}/": "accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        f"/accounts/oidc/x/login/callback/?code={SECRET}": "accounts/oidc/(?P<provider_id>[^/]+)/login/callback/",
    }
    answers: dict[str, requests.Response] = {}

    def ask(site: str) -> None:
        for path in asked:
            answers[path] = requests.get(site + path, headers={"X-Request-ID": "not-from-our-proxy"}, timeout=20)
        requests.get(f"{site}/nowhere/{SECRET}?{SECRET}", timeout=20)
        requests.get(site, headers={"Host": f"{SECRET}.example"}, timeout=20)

    written = served_during_an_outage(tmp_path, ask)
    assert SECRET not in written
    told = [json.loads(line) for line in written.splitlines()]  # gunicorn's own lines too
    failed = {line["request_id"]: line for line in told if line.get("status") == 500}
    assert len(failed) == len(asked)
    for path, answer in answers.items():
        line = failed[answer.headers["X-Request-ID"]]
        assert answer.status_code == 500
        assert line["request_id"] in answer.text
        assert (line["level"], line["method"], line["route"]) == ("error", "GET", asked[path])
        assert line["timestamp"].endswith("Z")
        assert line["exceptions"][0]["class"] == "django.db.utils.OperationalError"
        assert len(line["exceptions"][0]["frames"]) > 5
    opened = failed[answers[f"/invitations/{SECRET}/"].headers["X-Request-ID"]]
    assert any(
        re.search(r"reviews/people/invitation_views.py:\d+ invitation$", at) for at in opened["exceptions"][0]["frames"]
    )
    refused = {line["logger"]: line for line in told if line.get("status") in (400, 404)}
    assert refused["django.request"]["route"] == ""
    assert refused["django.security.DisallowedHost"]["event"] == "Bad Request"


@pytest.mark.usefixtures("transactional_db")  # the command opens a connection of its own
def test_a_row_that_the_database_refuses_is_not_logged_but_its_constraint_is() -> None:
    """PostgreSQL puts the whole row into its message, and Python would print it when a command fails."""
    code = f"""
from reviews.models import ItemScore
ItemScore.objects.create(review_id=1, item_number=1, value=9, evidence={TYPED!r})
"""
    name = connection.settings_dict["NAME"]
    url = f"sqlite:///{name}" if connection.vendor == "sqlite" else ""
    url = url or urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    run = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", code],
        cwd=settings.BASE_DIR,
        env=environment(url),
        capture_output=True,
        text=True,
    )
    assert run.returncode == 1
    assert TYPED not in run.stdout + run.stderr
    line = json.loads(run.stdout)
    assert line["event"] == "A command failed"
    classes = [error["class"].rpartition(".")[2] for error in line["exceptions"]]
    assert classes == ["IntegrityError", "IntegrityError" if connection.vendor == "sqlite" else "CheckViolation"]
    assert line["exceptions"][1]["constraint"] == "itemscore_value_on_scale"


# --- What is logged -----------------------------------------------------------------------


def fail_by_reading_a_number() -> None:
    int(TYPED)


def fail_by_missing_a_key() -> None:
    {}[TYPED]  # type: ignore[index]


def fail_by_an_encoding() -> None:
    TYPED.encode().decode("ascii") + (TYPED + "ø").encode("ascii")  # type: ignore[operator]


def fail_by_validating() -> None:
    raise ValidationError(TYPED)


def fail_in_a_chain() -> None:
    try:
        fail_by_missing_a_key()
    except KeyError as error:
        try:
            raise ValueError(TYPED) from error
        except ValueError:
            raise ExceptionGroup(TYPED, [RuntimeError(TYPED)]) from None


def fail_by_a_file() -> None:
    Path(f"/{TYPED}").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("fail", "classes"),
    [
        (fail_by_reading_a_number, ["builtins.ValueError"]),
        (fail_by_missing_a_key, ["builtins.KeyError"]),
        (fail_by_an_encoding, ["builtins.UnicodeEncodeError"]),
        (fail_by_validating, ["django.core.exceptions.ValidationError"]),
        (fail_by_a_file, ["builtins.FileNotFoundError"]),
        (
            fail_in_a_chain,
            ["builtins.ExceptionGroup", "builtins.ValueError", "builtins.RuntimeError", "builtins.KeyError"],
        ),
    ],
)
def test_an_exception_is_logged_with_classes_and_frames_and_without_message_or_variables(
    lines: Log, fail: Callable[[], None], classes: list[str]
) -> None:
    mine = TYPED + " in a variable"
    try:
        fail()
    except Exception:
        logging.getLogger("reviews.mail").exception("It went wrong for %s", "code-7")
    (line,) = lines()
    assert mine[:10] not in json.dumps(line)
    assert line["event"] == "It went wrong for code-7"
    assert [error["class"] for error in line["exceptions"]] == classes
    assert fail.__name__ in line["exceptions"][0]["frames"][1]


def test_a_missing_file_and_a_refusing_mail_server_are_logged_with_their_code(lines: Log) -> None:
    for error in (FileNotFoundError(2, TYPED, TYPED), ConnectionRefusedError(111, TYPED)):
        logging.getLogger("reviews.mail").error("Refused", exc_info=error)
    assert [line["exceptions"][0]["code"] for line in lines()] == ["ENOENT", "ECONNREFUSED"]


def test_messages_of_other_loggers_are_not_logged(lines: Log) -> None:
    logging.getLogger("a.library").warning("Could not read %s", TYPED)
    logging.getLogger("a.library").warning(f"Could not read {TYPED}")
    logging.getLogger("a.library").info("Nobody needs this")
    logging.getLogger("a.library").error("Here", stack_info=True, extra={"row": TYPED})
    told = lines()
    assert TYPED not in json.dumps(told, ensure_ascii=False)
    assert [line["event"] for line in told] == ["Could not read %s", *["(not repeated: see the place)"] * 2]
    assert all("test_logs.py" in line["place"] for line in told[1:])


@pytest.mark.django_db
def test_a_line_names_the_person_by_code_and_the_page_by_its_pattern(world: World, lines: Log) -> None:
    client, code = world.client_of("stranger"), world.plan_review().code
    answer = client.get(reverse("review", args=[code]), {"note": TYPED})
    (line,) = lines()
    assert {name: line[name] for name in ("event", "status", "person", "request_id", "method", "route")} == {
        "event": "Not Found",
        "status": 404,
        "person": str(world.stranger.code),
        "request_id": answer.headers["X-Request-ID"],
        "method": "GET",
        "route": "reviews/<uuid:code>/",
    }
    assert not [told for told in ("Stranger", "stranger", str(code), TYPED) if told in json.dumps(line)]
    Client().get("/nowhere/")
    assert "person" not in lines()[1]


@pytest.mark.parametrize(
    ("proxies", "sent", "kept"),
    [
        (1, "3f2a-0123456789", True),
        (0, "3f2a-0123456789", False),
        (1, "short", False),
        (1, "x" * 65, False),
        (1, "3f2a-012345678\u00e9", False),
        (1, 'a"}{"level": "info"', False),
    ],
)
def test_a_request_id_is_accepted_only_from_a_trusted_proxy(settings: Any, proxies: int, sent: str, kept: bool) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    answers = [Client().get("/livez", HTTP_X_REQUEST_ID=sent).headers["X-Request-ID"] for _ in range(2)]
    assert (answers == [sent] * 2) is kept
    assert kept or answers[0] != answers[1]


def test_nothing_is_mailed_to_anybody_when_something_fails() -> None:
    named = [logging.getLogger(name) for name in logging.Logger.manager.loggerDict]
    handlers = [handler for logger in [logging.getLogger(), *named] for handler in logger.handlers]
    assert handlers
    assert not any(isinstance(handler, AdminEmailHandler) for handler in handlers)
