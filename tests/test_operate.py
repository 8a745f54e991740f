"""The commands in docs/operate/ do what the documents say. They are run in order, in a shell, with other paths."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.test_installation import ROOT, manage

OPERATE = ROOT / "docs" / "operate"
COMMAND = re.compile(r"^ {4,7}((?:python|export|ls|FILE=).*)$", re.MULTILINE)
SECRET = {
    "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
    "ALLOWED_HOSTS": "localhost",
    "SECURE_SSL_REDIRECT": "off",
}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an installation and a backup of it."""
    folder = tmp_path_factory.mktemp("installed")
    with closing(sqlite3.connect(folder / "old.sqlite3")) as database:
        database.executescript((ROOT / "tests/databases/version-0.2.0.sql").read_text(encoding="utf-8"))
    for command in (("migrate",), ("backup", "--folder", f"{folder}/backups")):
        done = manage(*command, DATABASE_URL=f"sqlite:///{folder}/old.sqlite3", **SECRET)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def place(installed: Path, tmp_path: Path) -> Path:
    """Return a copy of that folder."""
    return Path(shutil.copytree(installed, tmp_path / "place"))


def run(commands: str, place: Path, database: str) -> str:
    """Run commands of a document with the folders of a test; return what they print."""
    script = commands.replace("/mnt/backups", f"{place}/backups").replace("/srv/ips", str(place))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = SECRET | {"PATH": path, "DATABASE_URL": database, "STATIC_ROOT": f"{place}/static"}
    done = subprocess.run(["sh", "-ec", script], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def commands_of(document: str, heading: str = "") -> str:
    """Return the commands of a section, or those before the first heading after the title."""
    text = (OPERATE / document).read_text(encoding="utf-8")
    section = text[text.index(heading) + len(heading) :]
    return "\n".join(COMMAND.findall(section.partition("\n## ")[0]))


def test_the_drill_restores_the_backup_and_makes_the_next_one(place: Path) -> None:
    commands = commands_of("restore.md", "## The drill")
    assert commands.count("\n") >= 5
    printed = run(commands, place, database="unset")
    assert "reviews: chains, stored PDFs and totals are as they were." in printed
    assert "The backup is complete." in printed
    assert len(list((place / "backups").glob("*.zip"))) == 2


def test_the_order_of_an_upgrade_works(place: Path) -> None:
    commands = commands_of("upgrade.md").replace("python manage.py collectstatic --noinput\n", "")  # the drill runs it
    printed = run(commands, place, database=f"sqlite:///{place}/old.sqlite3")
    assert printed.count("chains, stored PDFs and totals are as they were.") == 2


def test_the_commands_of_retention_and_backup_work(place: Path) -> None:
    commands = commands_of("retention.md") + "\n" + commands_of("back-up.md")
    printed = run(commands, place, database=f"sqlite:///{place}/old.sqlite3")
    assert "would be deleted" in printed
    assert "The backup is complete." in printed


def test_every_command_of_the_documents_exists() -> None:
    """Also of those that need PostgreSQL or a plain copy, which have tests of their own."""
    named = set(re.findall(r"manage\.py (\w+)", "".join(path.read_text() for path in OPERATE.glob("*.md"))))
    assert {"backup", "restore", "transfer", "verify_records", "delete_expired"} <= named
    listed = manage("help", "--commands", **SECRET).stdout.split()
    assert named <= set(listed)
