"""A new language of the interface needs only its code in the settings and a catalogue. Finnish proves it, in a copy."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from ipsfidelity.catalogues import TRANSLATED
from tests.copies import copy_checkout

CODES = '("nb", "sv", "en")'
MY_WORK = "Oma työ"

# Runs in the copy as a separate process, because the start with the new language is tested.
CHOOSE_FINNISH = """
from django.test import Client
from reviews.models import User

client = Client(headers={"host": "localhost"})
client.force_login(User.objects.create_user("aino"))
page = client.get("/").content.decode()
assert '<button name="language" value="fi" lang="fi" >Suomi</button>' in " ".join(page.split()), page
chosen = client.post("/accounts/language/", {"language": "fi"})
assert chosen.status_code == 302, chosen.status_code
assert User.objects.get().language == "fi"
answer = client.get("/")
page = " ".join(answer.content.decode().split())
assert answer.headers["Content-Language"] == "fi"
assert '<html lang="fi">' in page
assert "Oma työ" in page, page
assert 'value="fi" lang="fi" aria-current="true">Suomi</button>' in page, page
print("chosen")
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the checkout whose settings have one more language."""
    copy = copy_checkout(tmp_path_factory.mktemp("languages") / "copy")
    source = copy / "ipsfidelity" / "settings.py"
    text = source.read_text(encoding="utf-8")
    assert text.count(CODES) == 1
    source.write_text(text.replace(CODES, '("nb", "sv", "en", "fi")'), encoding="utf-8")
    return copy


def manage(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "DEBUG": "on", "DATABASE_URL": f"sqlite:///{copy}/languages.sqlite3"}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True)


def translate_into_finnish(copy: Path) -> None:
    """Fill the Finnish catalogue with bokmål texts, which have as many plural forms, and one Finnish text."""
    locale = copy / "ipsfidelity" / "locale"
    text = (locale / "nb" / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    text = text.replace('"Language: nb\\n"', '"Language: fi\\n"').replace('"Mitt arbeid"', f'"{MY_WORK}"')
    (locale / "fi" / "LC_MESSAGES" / "django.po").write_text(text, encoding="utf-8")


def test_a_further_language_needs_its_catalogue_and_nothing_else(copy: Path) -> None:
    missing = manage(copy, "catalogues", "--check")
    assert missing.returncode != 0
    assert "fi: missing 'My work'" in missing.stderr
    assert manage(copy, "catalogues").returncode == 0  # writes the catalogue to fill in
    untranslated = manage(copy, "catalogues", "--check")
    assert "fi: not translated 'My work'" in untranslated.stderr
    translate_into_finnish(copy)
    assert "(fi)" in manage(copy, "check").stderr  # no command runs before the catalogue is compiled
    assert manage(copy, "catalogues", "--compile").returncode == 0
    assert manage(copy, "catalogues", "--check").stdout == "The catalogues are complete.\n"
    wanted = manage(copy, "makemigrations", "--check", "--dry-run")
    assert (wanted.returncode, wanted.stdout) == (0, "No changes detected\n")
    assert manage(copy, "migrate").returncode == 0
    chosen = manage(copy, "shell", "--no-imports", "--command", CHOOSE_FINNISH)
    assert chosen.stdout == "chosen\n", chosen.stderr


@pytest.mark.django_db
def test_every_language_has_a_button_with_its_own_name() -> None:
    page = " ".join(Client().get(reverse("account_login")).content.decode().split())
    assert re.findall(r'<button name="language" value="(\w+)" lang="(\w+)" ([^>]*)>([^<]*)</button>', page) == [
        ("nb", "nb", 'aria-current="true"', "Norsk (bokmål)"),
        ("sv", "sv", "", "Svenska"),
        ("en", "en", "", "English"),
    ]


def test_every_language_except_that_of_the_source_has_a_catalogue() -> None:
    folders = {path.name for path in Path(settings.LOCALE_PATHS[0]).iterdir()}
    assert folders == set(TRANSLATED) == {code for code, _name in settings.LANGUAGES} - {"en"}
