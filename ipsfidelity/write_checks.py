"""Health checks that write: a disk or a database that is full or read-only still answers every question.

Nothing that they write stays.
"""

import tempfile
from pathlib import Path

from django.db import DatabaseError, connection, transaction

SIZE = 4096  # bytes
# PostgreSQL makes a file for a new table, so that a full disk is noticed; an updated row may find room in an old file.
WRITES = {
    "sqlite": "UPDATE django_migrations SET app = app",
    "postgresql": "CREATE TEMPORARY TABLE health ON COMMIT DROP AS SELECT 1",
}
BUSY = frozenset({"SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT"})


def disk_fault() -> str:
    """Return which folder of this machine cannot be written, "" if all can."""
    folders = {"temporary files": Path(tempfile.gettempdir())}
    if connection.vendor == "sqlite":
        folders["the database"] = Path(connection.settings_dict["NAME"]).parent
    for purpose, folder in folders.items():
        try:
            with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
                file.write(bytes(SIZE))
        except OSError:
            return f"the folder for {purpose} cannot be written"
    return ""


def database_fault() -> str:
    """Return "" if the database can be written. Raise DatabaseError if it does not answer at all.

    On SQLite, do not wait for another writer: while there is one, the database can be written.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        if connection.vendor == "sqlite":
            (patience,) = cursor.execute("PRAGMA busy_timeout").fetchone()
            cursor.execute("PRAGMA busy_timeout = 0")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(WRITES[connection.vendor])
            transaction.set_rollback(True)
    except DatabaseError as error:
        is_busy = getattr(error.__cause__, "sqlite_errorname", "") in BUSY
        return "" if is_busy else "the database cannot be written"
    finally:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA busy_timeout = {patience}")
    return ""
