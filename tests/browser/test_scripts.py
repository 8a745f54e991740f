"""The unit tests of the page's scripts (tests/js), each in a page of its own, under the content security policy."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.utils.csp import build_policy
from playwright.sync_api import Browser, Error, Page, Route

from tests.browser.conftest import watch

ROOT = Path(settings.BASE_DIR)
ORIGIN = "https://scripts.test"  # answered from the files, below
MODULES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "tests" / "js").glob("*.test.js"))
TYPES = {".js": "text/javascript", ".json": "application/json"}


def sentences(module: str) -> list[str]:
    return re.findall(r'^test\("(.+)", ', (ROOT / module).read_text(encoding="utf-8"), re.MULTILINE)


CASES = [
    pytest.param(module, sentence, id=f"{Path(module).stem.removesuffix('.test')}: {sentence}")
    for module in MODULES
    for sentence in sentences(module)
]


def answer(route: Route) -> None:
    path = urlsplit(route.request.url).path
    if path == "/":
        html = '<!DOCTYPE html><html lang="en"><title>Tests</title><link rel="icon" href="data:,">'
        policy = {"Content-Security-Policy": build_policy(settings.SECURE_CSP)}
        route.fulfill(body=html, content_type="text/html", headers=policy)
    else:
        file = ROOT / path.removeprefix("/")
        route.fulfill(path=file, content_type=TYPES[file.suffix])


@pytest.fixture
def blank(browser: Browser) -> Iterator[Page]:
    """An empty page at an address that leads to the files of the repository. Any error in the console fails the test."""
    noise: list[str] = []
    page = browser.new_page()
    watch(page, noise)
    page.route(f"{ORIGIN}/**", answer)
    page.goto(ORIGIN)
    yield page
    page.close()
    assert noise == []


@pytest.mark.parametrize(("module", "sentence"), CASES)
def test_script(blank: Page, module: str, sentence: str) -> None:
    script = """async ([module, sentence]) => {
        await import(module);
        await (await import("/tests/js/testing.js")).run(sentence);
    }"""
    try:
        blank.evaluate(script, [f"/{module}", sentence])
    except Error as failure:
        pytest.fail(str(failure), pytrace=False)


@pytest.mark.parametrize("module", MODULES)
def test_every_test_of_a_module_is_among_them(blank: Page, module: str) -> None:
    script = """async (module) => {
        await import(module);
        return (await import("/tests/js/testing.js")).sentences();
    }"""
    defined = blank.evaluate(script, f"/{module}")
    assert defined == sentences(module) != []
