"""A real Chromium against a real server. Any error in the console fails the test, among them
every violation of the content security policy.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from reviews.models import Review
from tests.builders import World, build_world, instrument

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# What a test provokes on purpose: refusals and a lost network.
EXPECTED = ("the server responded with a status of 4", "ERR_INTERNET_DISCONNECTED")
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    chromium = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    assert chromium, "Chromium is missing: run `make ready`"
    return {"executable_path": chromium, "args": FLAGS}


@pytest.fixture
def world(live_server: LiveServer) -> World:
    return build_world(instrument())


@pytest.fixture
def review(world: World) -> Review:
    return world.plan_review()


def watch(page: Page, noise: list[str]) -> None:
    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(part in message.text for part in EXPECTED):
            noise.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: noise.append(str(error)))


@pytest.fixture
def window(browser: Browser, live_server: LiveServer, world: World) -> Iterator[Callable[..., Page]]:
    """Open a window of its own, with a member of the cast signed in: `window("evaluator")`."""
    contexts: list[BrowserContext] = []
    noise: list[str] = []

    def open_window(who: str = "nobody", **options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, **{"locale": "nb-NO", **options})
        contexts.append(context)
        context.on("page", lambda page: watch(page, noise))
        sign_in(context, world, who, live_server.url)
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()
    assert noise == []


def sign_in(context: BrowserContext, world: World, who: str, url: str) -> None:
    if who == "nobody":
        return
    session = world.client_of(who).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])


def item_url(review: Review, number: int) -> str:
    return reverse("item", args=[review.code, number])
