"""No process starts and no instance reports ready unless the compiled catalogues match their sources."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.copies import copy_checkout


@pytest.fixture(scope="module")
def compiled_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the checkout with compiled catalogues."""
    copy = copy_checkout(tmp_path_factory.mktemp("catalogues") / "copy")
    assert compile_texts(copy).returncode == 0
    return copy


@pytest.fixture
def compiled(compiled_copy: Path) -> Iterator[Path]:
    """Return the compiled bokmål catalogue of the copy, which a test may damage. Its source is in the same folder."""
    place = compiled_copy / "ipsfidelity" / "locale" / "nb" / "LC_MESSAGES" / "django.mo"
    files = {path: path.read_bytes() for path in (place, place.with_suffix(".po"))}
    yield place
    for path, content in files.items():
        path.write_bytes(content)


KEYS = {name: f"{name}-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHI" for name in ("SECRET_KEY", "SECRETS_KEY")}
INSTALLATION = KEYS | {"ALLOWED_HOSTS": "localhost", "DATABASE_URL": "sqlite://:memory:"}
DEVELOPMENT = {"DEBUG": "on"}


def start(copy: Path, *command: str, where: dict[str, str] = INSTALLATION) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"]} | where
    return subprocess.run([sys.executable, *command], cwd=copy, env=environment, capture_output=True, text=True)


def compile_texts(copy: Path) -> subprocess.CompletedProcess[str]:
    return start(copy, "manage.py", "catalogues", "--compile")


def lose(compiled: Path) -> None:
    compiled.unlink()


def truncate(compiled: Path) -> None:
    os.truncate(compiled, compiled.stat().st_size // 2)


def change_source(compiled: Path) -> None:
    with compiled.with_suffix(".po").open("a", encoding="utf-8") as source:
        source.write("# A correction that nobody has compiled.\n")


def overwrite_a_block(compiled: Path) -> None:
    with compiled.open("r+b") as file:
        file.seek(compiled.stat().st_size // 2)
        file.write(bytes(4096))


damages = pytest.mark.parametrize("damage", [lose, truncate, overwrite_a_block, change_source])


@damages
def test_no_process_starts_with_catalogues_that_do_not_match_their_sources(
    compiled: Path, damage: Callable[[Path], None]
) -> None:
    damage(compiled)
    copy = compiled.parents[4]
    command = start(copy, "manage.py", "shell", "--command", "print('started')")
    assert command.returncode != 0
    assert command.stderr.splitlines() == [
        "The interface's texts are not compiled, or from another source (nb): "
        "run manage.py catalogues --compile, then try again."
    ]
    server = start(copy, "-c", "import ipsfidelity.wsgi; print('started')")
    assert server.returncode != 0
    assert "run manage.py catalogues --compile" in server.stderr
    assert "started" not in command.stdout + server.stdout


@pytest.mark.django_db
@damages
def test_the_readiness_check_fails_once_catalogues_do_not_match(
    compiled: Path, damage: Callable[[Path], None], settings: Any
) -> None:
    settings.LOCALE_PATHS = [compiled.parents[2]]
    assert Client().get("/readyz").status_code == 200
    damage(compiled)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"a catalogue is missing or outdated")


@damages
def test_in_development_a_process_compiles_outdated_catalogues_and_starts(
    compiled: Path, damage: Callable[[Path], None]
) -> None:
    damage(compiled)
    started = start(compiled.parents[4], "manage.py", "shell", "--command", "print('started')", where=DEVELOPMENT)
    assert started.returncode == 0, started.stderr
    with compiled.open("rb") as file:
        assert GNUTranslations(file).gettext("Save") == "Lagre"


def test_in_development_a_source_that_cannot_be_compiled_is_named(compiled: Path) -> None:
    source = compiled.with_suffix(".po")
    source.write_bytes(source.read_bytes() + b"<<<<<<< theirs\n")
    refused = start(compiled.parents[4], "manage.py", "shell", where=DEVELOPMENT)
    assert refused.returncode != 0
    (sentence,) = refused.stderr.splitlines()
    assert f"{source} cannot be read" in sentence


@damages
def test_the_command_that_compiles_starts_with_catalogues_that_do_not_match(
    compiled: Path, damage: Callable[[Path], None]
) -> None:
    damage(compiled)
    assert compile_texts(compiled.parents[4]).returncode == 0
    with compiled.open("rb") as file:
        assert GNUTranslations(file).gettext("Save") == "Lagre"


def test_collecting_the_texts_again_keeps_the_date_of_a_source(compiled: Path) -> None:
    source = compiled.with_suffix(".po")
    dated = re.sub(r"(POT-Creation-Date): .{21}", r"\1: 2026-01-02 03:04+0100", source.read_text(encoding="utf-8"))
    source.write_text(dated, encoding="utf-8")
    assert start(compiled.parents[4], "manage.py", "catalogues").returncode == 0
    assert "POT-Creation-Date: 2026-01-02 03:04+0100" in source.read_text(encoding="utf-8")


def test_a_source_that_is_not_a_catalogue_is_named_and_the_old_texts_stay(compiled: Path) -> None:
    source, before = compiled.with_suffix(".po"), compiled.read_bytes()
    source.write_bytes(source.read_bytes() + b"<<<<<<< theirs\n")
    refused = compile_texts(compiled.parents[4])
    assert refused.returncode != 0
    (sentence,) = refused.stderr.splitlines()
    assert f"{source} cannot be read" in sentence
    assert compiled.read_bytes() == before


def test_a_full_disk_leaves_the_old_texts_intact(compiled: Path) -> None:
    before = compiled.read_bytes()
    small = ["sh", "-c", f"ulimit -f 8; exec {sys.executable} manage.py catalogues --compile"]  # blocks of 512 bytes
    environment = {"PATH": os.environ["PATH"], "DEBUG": "on", "PYTHONDONTWRITEBYTECODE": "1"}
    refused = subprocess.run(small, cwd=compiled.parents[4], env=environment, capture_output=True, text=True)
    assert refused.returncode != 0
    (sentence,) = refused.stderr.splitlines()
    assert "are unchanged" in sentence
    assert compiled.read_bytes() == before
    assert list(compiled.parent.glob("*.tmp")) == []
