"""While the database cannot serve, requests get 503, a page in the reader's language or JSON, and a line in the log."""

import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import requests
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, Error, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler
from django.urls import reverse

from ipsfidelity.middleware import SessionLimits
from ipsfidelity.outages import is_outage
from reviews.models import Review
from tests.builders import World, build_world, instrument, item_post
from tests.served import CSRF, Server, cookie_of, served, url_of_test_database

TYPED = "Kari fortalte om jobben"
JSON = {"Accept": "application/json"}
sqlite_only = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="about SQLite")
postgres_only = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="about PostgreSQL")


@pytest.fixture
def world(transactional_db: None) -> World:
    return build_world(instrument())


def save(server: Server, review: Review, world: World, cookie: str, **headers: str) -> requests.Response:
    """Save an item, as the page or its script does."""
    sent = item_post(review, 1, by=world.evaluator, value="4", evidence=TYPED) | {"csrfmiddlewaretoken": CSRF}
    url = server.address + reverse("item", args=[review.code, 1])
    return requests.post(url, sent, headers={"Cookie": cookie} | headers, timeout=60)


# --- PostgreSQL ---------------------------------------------------------------------------


@postgres_only
@pytest.mark.django_db(transaction=True)
def test_postgresql_is_stopped_and_started_under_the_program(world: World, tmp_path: Path) -> None:
    from tests import postgres  # its package is for PostgreSQL only

    world.evaluator.language = "sv"
    world.evaluator.save()
    review, cookie = world.plan_review(), cookie_of(world, "evaluator")
    page = reverse("item", args=[review.code, 1])
    with (
        postgres.copy_of(url_of_test_database()) as database,
        served(database.get_uri(), tmp_path, workers=2) as server,
    ):
        known = server.get(page, Cookie=cookie)
        assert known.status_code == 200
        cookie += f"; {settings.LANGUAGE_COOKIE_NAME}={known.cookies[settings.LANGUAGE_COOKIE_NAME]}"
        postgres.stop(database)
        pages = [server.get(page, Cookie=cookie) for _ in range(80)]
        saves = [save(server, review, world, cookie, **JSON) for _ in range(80)]
        by_form = save(server, review, world, cookie)
        in_view = [server.get(reverse("invitation", args=["x" * 40])) for _ in range(18)]
        postgres.start(database)
        recovered = save(server, review, world, cookie, **JSON)
        stored = database.psql("SELECT evidence FROM reviews_itemscore WHERE version > 0").splitlines()
    assert {answer.status_code for answer in [*pages, *saves, *in_view, by_form]} == {503}
    assert TYPED in by_form.text
    assert "<form" in by_form.text
    assert {answer.headers["Retry-After"] for answer in pages + saves + in_view} == {"10"}
    assert {answer.json()["error"] for answer in saves} == {"Databasen svarar inte just nu. Din text finns kvar här."}
    assert all("Databasen svarar inte. Det som var sparat" in answer.text for answer in pages)
    assert all("Databasen svarer ikke. Det som var lagret" in answer.text for answer in in_view)
    assert (recovered.status_code, stored[2].strip()) == (200, TYPED)
    failed = [line for line in server.lines() if line["logger"] == "django.request"]
    assert {line["request_id"] for line in failed} == {
        a.headers["X-Request-ID"] for a in [*pages, *saves, *in_view, by_form]
    }
    assert len(failed) == 179
    assert all(line["level"] == "error" and line["status"] == 503 and line["exceptions"] for line in failed)
    assert all(f"Referens: {answer.headers['X-Request-ID']}" in answer.text for answer in pages)


# --- SQLite -------------------------------------------------------------------------------


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock for writing, as another program does that writes for a long time."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


@sqlite_only
@pytest.mark.django_db(transaction=True)
def test_a_locked_sqlite_database_serves_pages_and_tells_that_it_cannot_save(world: World, tmp_path: Path) -> None:
    review, cookie = world.plan_review(), cookie_of(world, "evaluator")
    page = reverse("item", args=[review.code, 1])
    path = Path(connection.settings_dict["NAME"])
    with served(f"sqlite:///{path}", tmp_path, SQLITE_TIMEOUT="1") as server:
        assert server.get(page, Cookie=cookie).status_code == 200
        with locked(path):
            assert server.get(page, Cookie=cookie).status_code == 200
            by_script, by_form = save(server, review, world, cookie, **JSON), save(server, review, world, cookie)
        recovered = save(server, review, world, cookie, **JSON)
    assert (by_script.status_code, by_form.status_code) == (503, 503)
    assert by_script.json() == {
        "error": "Databasen svarer ikke akkurat nå. Teksten din står fortsatt her.",
        "reference": by_script.headers["X-Request-ID"],
    }
    assert "Det du hadde skrevet" in by_form.text
    assert TYPED in by_form.text
    assert by_form.headers["Cache-Control"] == "private, no-store"
    assert recovered.status_code == 200
    failed = [line for line in server.lines() if line["logger"] == "django.request"]
    assert [line["status"] for line in failed] == [503, 503]
    assert {line["exceptions"][-1]["code"] for line in failed} == {"SQLITE_BUSY"}


# --- What is an outage --------------------------------------------------------------------


def fault_of(statement: str, **options: Any) -> BaseException:
    """Return the exception of a statement on a connection of its own, with these settings."""
    other = connection_with(**options)
    try:
        with other.cursor() as cursor:
            cursor.execute(statement)
    except Error as error:
        return error
    finally:
        other.close()
    raise AssertionError("the statement did not fail")


def connection_with(**options: Any) -> BaseDatabaseWrapper:
    return ConnectionHandler({"default": connection.settings_dict | options})["default"]


@sqlite_only
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("command", "code"),
    [("PRAGMA query_only=ON", "SQLITE_READONLY"), ("PRAGMA max_page_count=1", "SQLITE_FULL"), ("", "SQLITE_CANTOPEN")],
)
def test_a_sqlite_database_that_is_full_read_only_or_away_is_an_outage(command: str, code: str, tmp_path: Path) -> None:
    name = tmp_path / ("full.sqlite3" if command else "no folder/full.sqlite3")
    error = fault_of("CREATE TABLE rows (value)", NAME=name, OPTIONS={"init_command": command})
    assert error.__cause__.sqlite_errorname == code
    assert is_outage(error)


@postgres_only
@pytest.mark.django_db(transaction=True)
def test_a_postgresql_server_that_ends_or_refuses_connections_is_an_outage() -> None:
    assert is_outage(fault_of("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert is_outage(fault_of("CREATE TABLE rows ()", OPTIONS={"options": "-c default_transaction_read_only=on"}))
    assert is_outage(fault_of("SELECT pg_sleep(9)", OPTIONS={"options": "-c statement_timeout=1"}))
    lost = connection_with()
    with lost.cursor() as cursor, connection.cursor() as administrator:
        cursor.execute("SELECT pg_backend_pid()")
        administrator.execute("SELECT pg_terminate_backend(%s)", cursor.fetchone())
        for _again in range(2):  # the first error says why, the next that the connection is closed
            with pytest.raises(Exception) as caught:  # noqa: PT011  # of two classes
                cursor.execute("SELECT 1")
            assert is_outage(caught.value)
    with connection.cursor() as administrator:
        administrator.execute("CREATE ROLE crowded LOGIN CONNECTION LIMIT 0")
        try:
            assert is_outage(fault_of("SELECT 1", USER="crowded"))
        finally:
            administrator.execute("DROP ROLE crowded")


def test_an_answer_that_ends_in_the_middle_is_an_outage_and_a_row_that_is_gone_is_none() -> None:
    cut = DatabaseError("error with status PGRES_TUPLES_OK and no message from the libpq")
    cut.__cause__ = psycopg2.DatabaseError()
    assert is_outage(cut)
    assert not is_outage(DatabaseError("Save with update_fields did not affect any rows."))


@postgres_only
@pytest.mark.django_db
def test_a_server_that_does_not_answer_is_given_up_after_seconds(settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        options = settings.DATABASES["default"]["OPTIONS"] | {"connect_timeout": 2}
        error = fault_of("SELECT 1", HOST="127.0.0.1", PORT=silent.getsockname()[1], OPTIONS=options)
    assert is_outage(error)
    assert time.monotonic() - began < 10
    assert settings.DATABASES["default"]["OPTIONS"]["connect_timeout"] == 5


@pytest.mark.django_db
def test_a_statement_that_cannot_work_is_a_fault_and_no_outage() -> None:
    for statement in ("SELECT * FROM nowhere", "SELECT no_such_function()", "SELEKT"):
        assert not is_outage(fault_of(statement))
    assert not is_outage(ValueError())
    assert not is_outage(None)


# --- Sessions and files -------------------------------------------------------------------


@sqlite_only
@pytest.mark.django_db(transaction=True)
def test_a_session_that_cannot_be_stored_is_an_outage_and_no_bad_request(world: World) -> None:
    reader = world.client_of("evaluator")
    reader.raise_request_exception = False
    session = reader.session
    session[SessionLimits.BEGAN] = session[SessionLimits.LAST] = int(time.time()) - 600
    session.save()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only=ON")
        try:
            answer = reader.get(reverse("account"))
        finally:
            cursor.execute("PRAGMA query_only=OFF")
    assert answer.status_code == 503
    assert "Databasen svarer ikke." in answer.content.decode()


@pytest.mark.django_db
def test_a_session_of_a_clock_that_was_ahead_gets_its_limits_from_now() -> None:
    reader = build_world(instrument()).client_of("evaluator")
    ahead, session = int(time.time()) + 3 * 24 * 3600, reader.session
    session[SessionLimits.BEGAN] = session[SessionLimits.LAST] = ahead
    session.save()
    assert reader.get(reverse("account")).status_code == 200
    assert {reader.session[name] < ahead for name in (SessionLimits.BEGAN, SessionLimits.LAST)} == {True}


def test_the_proxy_has_a_page_for_each_status_in_each_language(tmp_path: Path) -> None:
    call_command("error_pages", tmp_path)
    pages = {path.relative_to(tmp_path).as_posix(): path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.*")}
    assert pages.keys() == {
        f"{language}/{status}.html" for language in ("nb", "nn", "sv", "fi", "en") for status in (413, 502, 503, 504)
    }
    for path, page in pages.items():
        assert f'<html lang="{path[:2]}">' in page
    assert "Programmet svarer ikke." in pages["nb/502.html"]
    assert "Programmet svarar inte." in pages["sv/503.html"]
    assert "The program does not answer." in pages["en/504.html"]
    assert "Dette er mer enn programmet tar imot" in pages["nb/413.html"]
