"""The environment variables and the database of a test run.

`--db sqlite` is the default. With `--db postgres`, this module starts and stops a PostgreSQL server, unless
DATABASE_URL names one. pytest loads it as a plugin before Django reads its settings.
"""

import os
import tempfile
from collections.abc import Iterator

import pytest

os.environ.pop("DEBUG", None)
os.environ["SECRET_KEY"] = "for-the-tests-only-0123456789-abcdefghijklmnopqrstuvwxyz"
os.environ["ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1"
os.environ["SECURE_SSL_REDIRECT"] = "off"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs an event loop in the thread of the test


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--db", choices=("sqlite", "postgres"), default="sqlite", help="the database to test on")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Choose the database before any other plugin reads the settings."""
    if early_config.known_args_namespace.db == "postgres":
        # Workers of xdist inherit the address of the server that the main process started.
        os.environ.setdefault("DATABASE_URL", _start_postgres())
    else:
        folder = os.environ.setdefault("TEST_FOLDER", tempfile.mkdtemp(prefix="ipsfidelity-"))
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/tests.sqlite3"
    return (yield)


def _start_postgres() -> str:
    if url := os.environ.get("DATABASE_URL"):
        if not url.startswith("postgres"):
            raise pytest.UsageError("--db postgres, but DATABASE_URL names another database: unset it.")
        return url
    from tests.postgres import new_server  # its package is for PostgreSQL only

    return new_server().get_uri()
