"""The configuration of a database from its address in the environment. Read by the settings."""

import sqlite3
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured


def keep_plans(*, connection: Any, **_signal: object) -> None:
    """Let a new connection to SQLite plan each statement once. A receiver of the signal `connection_created`.

    SQLite otherwise plans most statements of this program again whenever they get other values, because a value might
    allow the use of a partial index. That takes longer than most of them run. With this, a partial index is used only
    by queries whose condition is written into the SQL (`Condition` in reviews/models/visibility.py).
    """
    if connection.vendor == "sqlite":
        connection.connection.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_QPSG)


def database(env: environ.Env, setting: str, default: Any = environ.Env.NOTSET) -> dict[str, Any]:
    """Return the entry of DATABASES for the address in an environment variable. Makes the folder of a SQLite file."""
    try:
        entry: dict[str, Any] = env.db(setting, default=default)
    except ValueError:  # the message would quote a part of the password
        raise ImproperlyConfigured(
            f"{setting} cannot be read: signs such as / @ : in user or password are written as %2F %40 %3A."
        ) from None
    entry["CONN_HEALTH_CHECKS"] = True
    entry["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
    if entry["ENGINE"] == "django.db.backends.sqlite3":
        try:
            Path(entry["NAME"]).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ImproperlyConfigured(f"The folder for the database cannot be made ({error}).") from error
        entry["OPTIONS"] = {
            # Write transactions take their lock when they begin and wait for each other, which avoids "database is
            # locked".
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
            # REPLACE deletes rows. This makes it fire the triggers that protect them.
            "PRAGMA recursive_triggers=ON;",
        }
    else:
        # A server that does not answer must not hold a worker until the operating system gives up, after minutes.
        entry.setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
    return entry
