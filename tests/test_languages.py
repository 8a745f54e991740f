"""A new language of the interface needs only its code, its alphabet and a catalogue. A copy of the checkout gets one.

The language is Estonian, so that the tests stay as they are when Finnish or Danish is added.
"""

import os
import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.test import Client
from django.urls import reverse

from ipsfidelity.catalogue_faults import forms
from ipsfidelity.catalogues import read_catalogue
from ipsfidelity.compiled import TRANSLATED
from tests.copies import copy_checkout

CODES = [code for code, _name in settings.LANGUAGES]
LAST = '("en", "English"),'
MY_WORK = "Minu töö"

# Runs in the copy as a separate process, because the start with the new language is tested.
CHOOSE_ESTONIAN = """
from django.test import Client
from reviews.models import User

client = Client(headers={"host": "localhost"})
client.force_login(User.objects.create_user("tiiu"))
page = client.get("/").content.decode()
assert 'name="language" value="et" lang="et" >Eesti</button>' in " ".join(page.split()), page
chosen = client.post("/accounts/language/", {"language": "et"})
assert chosen.status_code == 302, chosen.status_code
assert User.objects.get().language == "et"
answer = client.get("/")
page = " ".join(answer.content.decode().split())
assert answer.headers["Content-Language"] == "et"
assert '<html lang="et">' in page
assert "Minu töö" in page, page
assert 'value="et" lang="et" aria-current="true">Eesti</button>' in " ".join(page.split()), page
print("chosen")
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the checkout whose settings have one more language."""
    copy = copy_checkout(tmp_path_factory.mktemp("languages") / "copy")
    source = copy / "ipsfidelity" / "settings.py"
    text = source.read_text(encoding="utf-8")
    assert text.count(LAST) == 1
    source.write_text(text.replace(LAST, f'{LAST}\n    ("et", "Eesti"),'), encoding="utf-8")
    alphabets = copy / "ipsfidelity" / "alphabets.py"
    text = alphabets.read_text(encoding="utf-8")
    assert text.count('"en": ENGLISH}') == 1
    alphabets.write_text(text.replace('"en": ENGLISH}', '"en": ENGLISH, "et": ENGLISH}'), encoding="utf-8")
    return copy


def manage(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "DEBUG": "on", "DATABASE_URL": f"sqlite:///{copy}/languages.sqlite3"}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True)


def make_catalogues(copy: Path) -> subprocess.CompletedProcess[str]:
    """Run `make catalogues` without the installation of packages, which the tests have done."""
    command = ["make", "--old-file=installed", "catalogues"]
    return subprocess.run(command, cwd=copy, capture_output=True, text=True)


def translate_into_estonian(copy: Path) -> None:
    """Fill the Estonian catalogue with bokmål texts, each with a sign before it, and one Estonian text."""
    path = copy / "ipsfidelity" / "locale" / "et" / "LC_MESSAGES" / "django.po"
    catalogue = read_po(BytesIO(path.read_bytes()), locale="et")
    for message in read_catalogue("nb"):
        signed = tuple(re.sub(r"^\s*", r"\g<0>¤ ", string) for string in forms(message.string))
        ours = catalogue.get(message.id, message.context)
        if message.id and ours:
            ours.string = signed if isinstance(message.id, tuple) else signed[0]
    catalogue["Home"].string = MY_WORK
    with path.open("wb") as file:
        write_po(file, catalogue, width=110)


def test_a_further_language_needs_its_catalogue_and_nothing_else(copy: Path) -> None:
    missing = manage(copy, "catalogues", "--check")
    assert missing.returncode != 0
    assert "et: missing 'Home'" in missing.stderr
    collected = make_catalogues(copy)  # writes the catalogue to fill in
    assert "Texts left to translate: " in collected.stdout, collected.stderr
    untranslated = manage(copy, "catalogues", "--check")
    assert "et: not translated 'Home'" in untranslated.stderr
    translate_into_estonian(copy)
    assert manage(copy, "check").returncode == 0  # in development, a command compiles the catalogue first
    assert (copy / "ipsfidelity" / "locale" / "et" / "LC_MESSAGES" / "django.mo").exists()
    assert manage(copy, "catalogues", "--check").stdout == "The catalogues are complete.\n"
    wanted = manage(copy, "makemigrations", "--check", "--dry-run")
    assert (wanted.returncode, wanted.stdout) == (0, "No changes detected\n")
    assert manage(copy, "migrate").returncode == 0
    chosen = manage(copy, "shell", "--no-imports", "--command", CHOOSE_ESTONIAN)
    assert chosen.stdout == "chosen\n", chosen.stderr


@pytest.mark.django_db
def test_every_language_has_a_button_with_its_own_name() -> None:
    page = " ".join(Client().get(reverse("account_login")).content.decode().split())
    buttons = re.findall(
        r'<button form="own-choices" formaction="/accounts/language/" name="language" value="(\w+)" lang="(\w+)" ([^>]*)>([^<]*)</button>',
        page,
    )
    assert ("nb", "nb", 'aria-current="true"', "Bokmål") in buttons
    assert ("fi", "fi", "", "Suomi") in buttons
    assert [code for code, *_rest in buttons] == CODES


def test_every_language_except_that_of_the_source_has_a_catalogue() -> None:
    folders = {path.name for path in Path(settings.LOCALE_PATHS[0]).iterdir()}
    assert folders == set(TRANSLATED) == {code for code, _name in settings.LANGUAGES} - {"en"}


def test_the_error_pages_of_nginx_are_chosen_among_the_same_languages() -> None:
    source = (settings.BASE_DIR / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    chosen, asked = (re.findall(pattern, source) for pattern in (r"<chosen>([\w|]+)", r"<asked>([\w|]+)"))
    assert [set(names.split("|")) for names in chosen] == [set(CODES)]
    assert [set(names.split("|")) for names in asked] == [set(CODES) - {settings.LANGUAGE_CODE}]
