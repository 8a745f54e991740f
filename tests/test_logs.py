"""What the log contains when something fails, and what it must never contain."""

import io
import json
import logging
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

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
from tests.log_check import LogCheck
from tests.served import environment, served, url_of_test_database

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


# --- The served program -------------------------------------------------------------------


@pytest.mark.both_engines  # each fails in its own way
def test_a_failure_is_one_line_with_its_id_and_without_the_secret_of_its_address(tmp_path: Path) -> None:
    asked = {
        f"/invitations/{SECRET}/": "invitations/<str:secret>/",
        f"/calendar/{SECRET}.ics": "calendar/<str:secret>.ics",
        f"/accounts/password/reset/key/3-{SECRET}/": "accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        f"/accounts/oidc/x/login/callback/?code={SECRET}": "accounts/oidc/(?P<provider_id>[^/]+)/login/callback/",
    }
    answers: dict[str, requests.Response] = {}

    # An empty database is a fault of the installation. One that does not answer is an outage.
    is_sqlite = connection.vendor == "sqlite"
    url = f"sqlite:///{tmp_path}/empty.sqlite3" if is_sqlite else "postgres://x:x@127.0.0.1:1/x"
    with served(url, tmp_path) as server:
        for path in asked:
            answers[path] = server.get(path, **{"X-Request-ID": "not-from-our-proxy"})
        server.get(f"/nowhere/{SECRET}?{SECRET}")
        server.get("/", Host=f"{SECRET}.example")
    assert SECRET not in server.output.read_text(encoding="utf-8")
    told = server.lines()  # gunicorn's own lines too
    failed = {line["request_id"]: line for line in told if line.get("status", 0) >= 500 and "exceptions" in line}
    assert len(failed) == len(asked)
    for path, answer in answers.items():
        line = failed[answer.headers["X-Request-ID"]]
        assert answer.status_code == line["status"] == (500 if is_sqlite else 503)
        assert f"Referanse: {line['request_id']}" in answer.text
        assert (line["level"], line["method"], line["route"]) == ("error", "GET", asked[path])
        assert line["timestamp"].endswith("Z")
        assert line["exceptions"][0]["class"] == "django.db.utils.OperationalError"
        assert len(line["exceptions"][0]["frames"]) > 5
    opened = failed[answers[f"/invitations/{SECRET}/"].headers["X-Request-ID"]]
    assert any(
        re.search(r"reviews/people/invitation_views.py:\d+ invitation$", at) for at in opened["exceptions"][0]["frames"]
    )
    refused = {(line["logger"], line["status"]): line for line in told if line.get("status") in (400, 404)}
    assert refused["ipsfidelity.requests", 404]["route"] == ""
    assert refused["django.security.DisallowedHost", 400]["event"] == "Bad Request"
    requested = [line for line in told if line["logger"] == "ipsfidelity.requests" and line["route"] != "livez"]
    assert len(requested) == len(asked) + 2
    assert all(line["level"] == "info" and 0 < line["seconds"] < 20 for line in requested)


@pytest.mark.usefixtures("transactional_db")  # the command opens a connection of its own
def test_a_row_that_the_database_refuses_is_not_logged_but_its_constraint_is() -> None:
    """PostgreSQL puts the whole row into its message, and Python would print it when a command fails."""
    code = f"""
from reviews.models import ItemScore
ItemScore.objects.create(review_id=1, item_number=1, value=9, evidence={TYPED!r})
"""
    run = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", code],
        cwd=settings.BASE_DIR,
        env=environment(url_of_test_database()),
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
    assert {name: line[name] for name in ("logger", "event", "status", "person", "request_id", "method", "route")} == {
        "logger": "ipsfidelity.requests",
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


# --- The check of the whole suite ---------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Mail to Evaluator was not sent",
        "Opened IPS Øyvær",
        "Noted: Kari fortalte om jobben",
        "Refused 01019010046",
        "Mail to evaluator@example.org was not sent",
        "Read /calendar/dGhlIHNlY3JldCBvZiBhIGNhbGVuZGFy.ics",
        "Session 5kwyhr6d1l4xqf0p6m2n8s3t7v9b1c0z ended",
    ],
)
def test_a_name_a_note_a_number_or_a_secret_in_the_log_of_the_suite_is_found(text: str) -> None:
    check, record = LogCheck(), logging.makeLogRecord({"name": "reviews.mail", "msg": "%s", "args": (text,)})
    check.emit(record)
    assert len(check.faulty) == 1


@pytest.mark.django_db
def test_the_check_of_the_suite_reads_every_line(world: World, log_check: LogCheck) -> None:
    before = log_check.count
    world.client_of("evaluator").get(reverse("account"))
    logging.getLogger("reviews.mail").warning("No mail was sent")
    assert log_check.count - before == 2
