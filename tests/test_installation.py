"""What an operator meets: settings that refuse what is unsafe, commands that say what is wrong."""

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from ipsfidelity.catalogues import TRANSLATED, faults
from reviews.models import Membership, Review, User
from scales.scoring import score

ROOT = Path(settings.BASE_DIR)


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {"PATH": os.environ["PATH"]} | environment
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=clean, capture_output=True, text=True
    )


def test_without_a_secret_key_the_program_does_not_start() -> None:
    refused = manage("check")
    assert refused.returncode != 0
    assert "SECRET_KEY is missing" in refused.stderr


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("k" * 60)
    assert manage("check", SECRET_KEY_FILE=str(secret)).returncode == 0


def test_a_malformed_setting_is_refused() -> None:
    assert manage("check", SECRET_KEY="k" * 60, CONN_MAX_AGE="soon").returncode != 0


@pytest.mark.django_db
def test_the_database_driver_is_psycopg2() -> None:
    if connection.vendor == "postgresql":
        assert connection.Database.__name__ == "psycopg2"
    else:
        assert connection.vendor == "sqlite"
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.django_db
def test_the_demo_is_refused_outside_the_demo() -> None:
    with pytest.raises(CommandError, match="DEBUG"):
        call_command("load_demo")
    assert not User.objects.exists()


@pytest.mark.pdf
@pytest.mark.django_db
def test_the_demo_is_complete_and_repeatable(settings: object, capsys: pytest.CaptureFixture[str]) -> None:
    settings.DEBUG = True  # type: ignore[attr-defined]
    call_command("load_scales")
    call_command("load_demo")
    call_command("load_demo")
    assert "kept as it is" in capsys.readouterr().out
    assert set(User.objects.values_list("username", flat=True)) == {
        "evaluator",
        "evaluator2",
        "teamleader",
        "coordinator",
        "admin",
        "stranger",
    }
    assert Membership.objects.count() == 5
    assert set(Review.objects.values_list("status", flat=True)) == {"planned", "rating", "consensus", "draft", "final"}
    for review in Review.objects.filter(status="final"):
        assert (
            score(review.edition.scale, dict(review.scores.values_list("item_number", "value"))).total == review.total
        )
        assert not review.scores.filter(evidence="").exists()


def test_a_port_in_use_is_named_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = manage("prepare_demo", "--port", str(taken.getsockname()[1]), DEBUG="on")
    assert refused.returncode != 0
    assert "choose another one" in refused.stderr


@pytest.mark.parametrize("port", ["0x", "99999", "-1"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    assert manage("prepare_demo", "--port", port, DEBUG="on").returncode != 0


def install(folder: Path, python: str) -> subprocess.CompletedProcess[str]:
    (folder / "requirements.lock").write_text("")
    environment = {"PATH": os.environ["PATH"], "PYTHON": python}
    command = ["sh", str(ROOT / ".ci" / "install"), "requirements.lock"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_an_older_python_is_named_in_one_sentence(tmp_path: Path) -> None:
    old = tmp_path / "python3.9"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.1\nexit 1\n')
    old.chmod(0o755)
    refused = install(tmp_path, str(old))
    assert refused.returncode != 0
    assert "Python 3.12 or newer is needed" in refused.stderr
    assert "Python 3.9.1" in refused.stderr


def test_a_folder_without_write_permission_is_named_in_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir()
    (folder / "requirements.lock").write_text("")
    script = folder / "install"
    shutil.copy(ROOT / ".ci" / "install", script)
    folder.chmod(0o555)
    for parent in (tmp_path, *tmp_path.parents):
        if parent.stat().st_uid == os.geteuid() and str(parent).startswith("/tmp/"):
            parent.chmod(0o755)
    as_nobody = ["setpriv", "--reuid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    command = [*as_nobody, "sh", str(script), "requirements.lock"]
    refused = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert refused.returncode != 0
    assert "Cannot write in" in refused.stderr


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_of_the_interface_is_translated(language: str) -> None:
    assert faults(language) == []


@pytest.mark.django_db
def test_health_tells_a_balancer_what_it_needs() -> None:
    assert Client().get("/livez").content == b"ok"
    assert Client().get("/readyz").content == b"ok"


def test_collected_modules_import_each_other_by_the_names_under_which_they_are_served(tmp_path: Path) -> None:
    """A module that a page names by its hash and another module without it would run twice."""
    done = manage("collectstatic", "--noinput", SECRET_KEY="k" * 60, STATIC_ROOT=str(tmp_path))
    assert done.returncode == 0, done.stderr
    served = [path for path in tmp_path.glob("js/*.js") if len(path.suffixes) == 2]  # name.hash.js
    imports = re.findall(r'from "\./([^"]+)"', "".join(path.read_text(encoding="utf-8") for path in served))
    assert len(imports) >= 4
    assert set(imports) <= {path.name for path in served}
