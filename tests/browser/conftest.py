"""Browser tests: a real Chromium against a real server.

Any error in the console fails a test, including each violation of the content security policy.
"""

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect
from xdist.scheduler import LoadScopeScheduling

from reviews.models import Review
from tests.builders import World, build_world, instrument
from tests.chromium import FLAGS, chromium


class DemoScheduling(LoadScopeScheduling):
    """Distributes tests one by one, but all tests of the demo to a single process."""

    def _split_scope(self, nodeid: str) -> str:
        return "demo" if "/test_demo.py" in nodeid else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> DemoScheduling:
    return DemoScheduling(config, log)


# Messages that tests provoke: refusals, a locked database, a lost network, and the style sheet of the OpenID Connect provider's page, which
# is on another host.
EXPECTED = ("a status of 4", "a status of 503", "ERR_INTERNET_DISCONNECTED", "ERR_NAME_NOT_RESOLVED")
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": chromium(), "args": FLAGS}


class HttpsServer(LiveServerThread):
    """Django's test server with TLS, so that cookies, passkeys and headers behave as in an installation."""

    certificate: Path

    def _create_server(self, connections_override: Any = None) -> Any:
        server = super()._create_server(connections_override)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        # The thread of each connection does the handshake, so that a slow one does not block the others.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.base_environ["HTTPS"] = "on"
        return server


def make_certificate(path: Path) -> None:
    """Write a key and a certificate for localhost that is valid for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]), datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    encoding, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    path.write_bytes(
        key.private_bytes(encoding, pkcs8, serialization.NoEncryption()) + certificate.public_bytes(encoding)
    )


@pytest.fixture(scope="session")
def https(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    HttpsServer.certificate = tmp_path_factory.mktemp("tls") / "localhost.pem"
    make_certificate(HttpsServer.certificate)
    server = HttpsServer("localhost", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    yield f"https://localhost:{server.port}"
    server.terminate()


@pytest.fixture
def site(https: str, transactional_db: None, settings: Any) -> str:
    """Return the address of the running program. The database is emptied after each test."""
    settings.PUBLIC_URL = https
    return https


@pytest.fixture
def world(site: str) -> World:
    return build_world(instrument())


@pytest.fixture
def review(world: World) -> Review:
    return world.plan_review()


def watch(page: Page, noise: list[str]) -> None:
    """Collect the unexpected messages of a page's console in `noise`."""

    def collect(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(part in message.text for part in EXPECTED):
            noise.append(message.text)

    page.on("console", collect)
    page.on("pageerror", lambda error: noise.append(str(error)))


@pytest.fixture
def window(browser: Browser, site: str, world: World) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a new window in which a member of the cast is signed in: `window("evaluator")`."""
    contexts: list[BrowserContext] = []
    noise: list[str] = []

    def open_window(who: str = "nobody", **options: Any) -> Page:
        given = {"base_url": site, "locale": "nb-NO", "ignore_https_errors": True}
        context = browser.new_context(**given | options)
        contexts.append(context)
        context.on("page", lambda page: watch(page, noise))
        sign_in(context, world, who, site)
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()
    assert noise == []


def sign_in(context: BrowserContext, world: World, who: str, url: str) -> None:
    if who == "nobody":
        return
    session = world.client_of(who).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url, "secure": True}])


def choose_in_menu(page: Page, menu: str, name: str) -> None:
    """Follow a link in one of the menus beside the title of a page: "Last ned" or "Mer"."""
    page.locator(".actions summary", has_text=menu).click()
    page.locator(".actions .menu-list").get_by_role("link", name=name).click()


def open_own_menu(page: Page) -> Locator:
    """Open the menu of the person who is signed in, where the account, the language and signing out are."""
    menu = page.locator("details.menu.self")
    menu.locator("summary").click()
    return menu


def item_url(review: Review, number: int) -> str:
    return reverse("item", args=[review.code, number])
