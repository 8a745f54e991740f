"""What pages link: one script of their own, and the style sheets that have the classes in use."""

import re

import pytest
from django.conf import settings
from django.test import Client

from ipsfidelity.stylesheet import SHEETS, stylesheet
from tests.browser.test_every_page import pages_of
from tests.builders import World

TEMPLATES = settings.BASE_DIR / "templates"
# Those of every page and of messages share no module with the script of a page, but for some that keep nothing.
BESIDE = {"menus.js", "signed-in.js", "messages.js"}


def classes_of(sheet: str) -> set[str]:
    """Return the classes in the selectors of a sheet."""
    selectors = re.findall(r"([^{};]+)\{", stylesheet(sheet).read_text())
    return {name for selector in selectors for name in re.findall(r"\.([a-zA-Z][\w-]*)", selector)}


def linked(page: str) -> tuple[set[str], set[str]]:
    """Return the names of the scripts of its own and of the sheets that a page links."""
    sheets = set(re.findall(r'href="/static/(css/[\w-]+\.css)"', page)) & set(SHEETS)
    return set(re.findall(r'src="/static/js/([^"]+)"', page)) - BESIDE, sheets


@pytest.mark.django_db
def test_a_page_links_one_script_and_the_sheets_of_its_classes(world: World) -> None:
    """Each of two scripts would have modules of its own, which would not know what those of the other keep."""
    classes = {sheet: classes_of(sheet) for sheet in SHEETS}
    clients: dict[str, Client] = {}
    scripts, missing, sheets = {}, {}, set()
    for name, (who, url) in pages_of(world).items():
        client = clients.setdefault(who, Client() if who == "nobody" else world.client_of(who))
        page = client.get(url, follow=True).content.decode()
        own, found = linked(page)
        used = {word for words in re.findall(r'class="([^"]*)"', page) for word in words.split()}
        known = set().union(*(classes[sheet] for sheet in found))
        missing |= {name: lacking} if (lacking := used & set().union(*classes.values()) - known) else {}
        scripts |= {name: own} if len(own) > 1 else {}
        sheets.add(frozenset(found))
    assert scripts == {}
    assert missing == {}
    assert sheets == {frozenset({"css/app.css", kind}) for kind in ("css/work.css", "css/reading.css")}


def test_a_page_of_a_failure_needs_the_sheet_of_all_pages_only() -> None:
    words = set(re.findall(r"[\w-]+", (TEMPLATES / "failure.html").read_text()))
    assert words & (classes_of("css/work.css") | classes_of("css/reading.css")) <= classes_of("css/app.css")
