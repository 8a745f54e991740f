"""Installing and starting: unsafe settings are refused, and commands report in one sentence what is wrong."""

import contextlib
import io
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from ipsfidelity.catalogue_faults import faults
from ipsfidelity.compiled import TRANSLATED
from ipsfidelity.console_mail import EmailBackend
from ipsfidelity.scripts import linked_scripts
from reviews.models import User

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


@pytest.mark.parametrize(
    "key", ["x", "k" * 60, "abcd" * 15, "k0Ldi-S3cret" * 5, "django-insecure-0123456789-abcdefghijklmnopqrstuvwxyz"]
)
@pytest.mark.parametrize("name", ["SECRET_KEY", "SECRETS_KEY"])
def test_with_a_key_that_can_be_guessed_the_program_does_not_start(name: str, key: str) -> None:
    refused = manage("check", **{"SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz"} | {name: key})
    assert refused.returncode != 0
    assert f"{name} is weak" in refused.stderr


@pytest.mark.parametrize(
    "changed",
    [
        {"ALLOWED_HOSTS": "localhost,ips.example.org"},
        {"ALLOWED_HOSTS": "*"},
        {"ALLOWED_HOSTS": "192.0.2.7"},
        {"DATABASE_URL": "postgres://ips:geheim@db.example.org/ips"},
        {"DATABASE_URL": "postgresql://ips:geheim@192.0.2.7:5432/ips"},
    ],
)
def test_the_demo_does_not_start_where_others_can_reach_it(changed: dict[str, str]) -> None:
    refused = manage("check", DEBUG="on", **changed)
    assert refused.returncode != 0
    assert "DEBUG=on is for the demo on your own machine" in refused.stderr
    assert "geheim" not in refused.stdout + refused.stderr


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "ips.localhost", "%2Frun%2Fpostgresql"])
def test_the_demo_starts_on_ones_own_machine(host: str) -> None:
    hosts = "localhost" if "%" in host else host
    started = manage("check", DEBUG="on", ALLOWED_HOSTS=hosts, DATABASE_URL=f"postgres://ips:geheim@{host}/ips")
    assert started.returncode == 0, started.stderr


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz")
    assert manage("check", SECRET_KEY_FILE=str(secret)).returncode == 0


def test_a_database_address_that_cannot_be_read_is_refused_without_its_password() -> None:
    refused = manage(
        "check",
        SECRET_KEY="only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
        DATABASE_URL="postgres://ips:geheim/wort@127.0.0.1/ips",
    )
    assert refused.returncode != 0
    assert "DATABASE_URL cannot be read" in refused.stderr
    assert "geheim" not in refused.stdout + refused.stderr


def test_a_malformed_setting_is_refused() -> None:
    assert (
        manage(
            "check", SECRET_KEY="only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz", CONN_MAX_AGE="soon"
        ).returncode
        != 0
    )


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


def port(number: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHON": sys.executable}
    return subprocess.run([ROOT / ".ci" / "port", number], env=environment, capture_output=True, text=True)


def test_a_port_in_use_is_reported_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = str(taken.getsockname()[1])
        refused = port(number)
    assert refused.returncode != 0
    (sentence,) = refused.stderr.splitlines()
    assert f"Port {number} cannot be used" in sentence
    assert "choose another one" in sentence
    assert port(number).returncode == 0


@pytest.mark.parametrize("number", ["0x", "99999", "-1"])
def test_an_invalid_port_is_refused(number: str) -> None:
    refused = port(number)
    assert refused.returncode != 0
    assert len(refused.stderr.splitlines()) == 1


def prepare_demo(place: Path, *, blocks: str = "unlimited") -> subprocess.CompletedProcess[str]:
    """Prepare the demo with its database at `place`; no file may have more than `blocks` blocks of 512 bytes."""
    environment = {"PATH": os.environ["PATH"], "DEBUG": "on", "DATABASE_URL": f"sqlite:///{place}"}
    command = ["sh", "-c", f"ulimit -f {blocks}; exec {sys.executable} manage.py prepare_demo"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def says_in_one_sentence(refused: subprocess.CompletedProcess[str], words: str) -> bool:
    return refused.returncode != 0 and len(refused.stderr.splitlines()) == 1 and words in refused.stderr


def test_a_demo_database_that_is_not_a_database_is_reported_with_what_to_do(tmp_path: Path) -> None:
    place = tmp_path / "demo.sqlite3"
    place.write_text("These are notes on paper.\n" * 100)
    assert says_in_one_sentence(prepare_demo(place), f"{place} does not fit this version (file is not a database)")


def test_a_demo_database_of_a_newer_version_is_reported_with_what_to_do(tmp_path: Path) -> None:
    place = tmp_path / "demo.sqlite3"
    with contextlib.closing(sqlite3.connect(place, autocommit=True)) as database:
        database.execute("CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, app, name, applied)")
        database.execute("INSERT INTO django_migrations VALUES (1, 'reviews', '9999_later', '2030-01-01 00:00:00')")
    assert says_in_one_sentence(prepare_demo(place), "reviews.9999_later, which this version does not know")


def test_a_demo_database_that_cannot_be_opened_is_reported_with_what_to_do(tmp_path: Path) -> None:
    assert says_in_one_sentence(prepare_demo(tmp_path), f"{tmp_path} cannot be written")


def test_a_full_disk_is_reported_with_what_to_do(tmp_path: Path) -> None:
    assert says_in_one_sentence(prepare_demo(tmp_path / "demo.sqlite3", blocks="400"), "make room on the disk")


def test_a_file_in_place_of_the_databases_folder_is_reported_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    refused = prepare_demo(tmp_path / "var" / "demo.sqlite3")
    assert says_in_one_sentence(refused, "The folder for the database cannot be made")


def install(folder: Path, python: str, lock: str = "") -> subprocess.CompletedProcess[str]:
    (folder / "requirements.lock").write_text(lock)
    environment = {"PATH": os.environ["PATH"], "PYTHON": python, "PIP_NO_INDEX": "1"}
    command = ["sh", str(ROOT / ".ci" / "install"), "requirements.lock"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_an_older_python_is_reported_in_one_sentence(tmp_path: Path) -> None:
    old = tmp_path / "python3.9"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.1\nexit 1\n')
    old.chmod(0o755)
    refused = install(tmp_path, str(old))
    assert refused.returncode != 0
    assert "Python 3.12 or newer is needed" in refused.stderr
    assert "Python 3.9.1" in refused.stderr


def test_an_interrupted_installation_starts_again(tmp_path: Path) -> None:
    (tmp_path / "requirements.lock").write_text("")
    command = ["sh", str(ROOT / ".ci" / "install"), "requirements.lock"]
    python = tmp_path / ".venv" / "bin" / "python"
    environment = os.environ | {"PYTHON": sys.executable}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    ) as run:
        while run.poll() is None and not python.exists():
            time.sleep(0.01)
        os.killpg(run.pid, signal.SIGKILL)
    assert subprocess.run([python, "-m", "pip"], capture_output=True).returncode != 0  # pip comes last
    (tmp_path / ".venv" / "half").write_text("a package of which half was written")
    again = install(tmp_path, sys.executable)
    assert again.returncode == 0, again.stderr
    assert subprocess.run([python, "-m", "pip", "--version"], capture_output=True).returncode == 0
    assert not (tmp_path / ".venv" / "half").exists()
    assert install(tmp_path, "no-python").stdout == ""  # nothing remains to be done
    refused = install(tmp_path, sys.executable, "unknown==1 --hash=sha256:" + "0" * 64)
    assert says_in_one_sentence(refused, "The packages could not be installed")
    assert (tmp_path / ".venv.unfinished").exists()  # the installed packages may be incomplete


def test_without_node_the_check_of_the_scripts_fails_in_one_sentence(tmp_path: Path) -> None:
    refused = subprocess.run(["sh", ROOT / ".ci" / "scripts"], cwd=tmp_path, capture_output=True, text=True)
    assert says_in_one_sentence(refused, "Node is missing from .venv: run `make ready`")


def test_without_a_registry_the_check_of_the_scripts_fails_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "tests" / "js").mkdir(parents=True)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    for name in ("node", "npm"):
        (tmp_path / ".venv" / "bin" / name).symlink_to(Path(sys.executable).parent / name)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / "tests" / "js" / name, tmp_path / "tests" / "js")
    offline = os.environ | {"npm_config_offline": "true", "npm_config_cache": str(tmp_path / "cache")}
    command = ["sh", ROOT / ".ci" / "scripts"]
    refused = subprocess.run(command, cwd=tmp_path, env=offline, capture_output=True, text=True)
    assert refused.returncode != 0
    assert refused.stderr.splitlines()[-1].startswith("The tools for scripts could not be installed")


def test_the_lock_of_the_tools_for_scripts_has_hashes_and_names_no_registry() -> None:
    lock = json.loads((ROOT / "tests" / "js" / "package-lock.json").read_text(encoding="utf-8"))
    packages = [package for path, package in lock["packages"].items() if path]
    assert packages
    assert all("integrity" in package and "resolved" not in package for package in packages)


def test_a_folder_without_write_permission_is_reported_in_one_sentence(tmp_path: Path) -> None:
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


def test_mail_of_the_demo_is_printed_in_readable_form() -> None:
    link = f"http://127.0.0.1:8000/accounts/password/reset/key/{'k' * 60}/"
    terminal = io.StringIO()
    message = EmailMessage("Nytt passord på vei", f"Åpne lenken:\n\n{link}\n", to=["evaluator@example.org"])
    EmailBackend(stream=terminal).send_messages([message])
    assert "Mail to evaluator@example.org: Nytt passord på vei" in terminal.getvalue()
    assert f"Åpne lenken:\n\n{link}\n" in terminal.getvalue()


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_of_the_interface_is_translated(language: str) -> None:
    assert faults(language) == []


@pytest.mark.django_db
def test_the_health_addresses_answer_a_load_balancer() -> None:
    assert Client().get("/livez").content == b"ok"
    assert Client().get("/readyz").content.splitlines()[0] == b"ok"


def test_few_files_are_collected(tmp_path: Path) -> None:
    done = manage(
        "collectstatic",
        "--noinput",
        SECRET_KEY="only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
        STATIC_ROOT=str(tmp_path),
    )
    assert done.returncode == 0, done.stderr
    scripts = {path.name.split(".")[0] for path in tmp_path.glob("js/*")}
    assert scripts == {Path(name).stem for name in linked_scripts()}
    collected = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in collected) < 4_500_000
    assert not {".ttf", ".otf"} & {path.suffix for path in collected}
