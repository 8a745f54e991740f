"""The cast that most tests share: one network with its people, and a stranger from another."""

import contextlib
import gc
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import requests
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from ipsfidelity.pdf import render_pdf
from reviews.models import Organisation, Review, User
from reviews.records import access_log, protection
from scales.models import GuideEdition, ScaleEdition
from tests.builders import World, build_world, instrument

# No deadline: test machines may be slow.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")
DATABASE = {"db", "transactional_db", "module_transaction", "django_db_setup"}  # fixtures that open it


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run on PostgreSQL what touches a database: the rest has run with SQLite and would run the same again."""
    if config.option.db != "postgres":
        return
    once = [
        item for item in items if not item.get_closest_marker("django_db") and not DATABASE & set(item.fixturenames)
    ]
    config.hook.pytest_deselected(items=once)
    items[:] = [item for item in items if item not in set(once)]


def pytest_collection_finish() -> None:
    """Freeze loaded objects and collect garbage less often: saves a tenth of the time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_configure() -> None:
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if connection.vendor == "sqlite":
        # A file, as in use: threads and the browser's server have connections of their own.
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = settings.DATABASES["default"]["NAME"] + ".test"


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    GuideEdition._remembered.clear()
    access_log.forget()
    ScaleEdition.scale_in_use.cache_clear()


@pytest.fixture(autouse=True)
def _quick_tests_render_nothing(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    renderer = sys.modules.get("ipsfidelity.pdf_renderer")
    if renderer and request.config.option.markexpr == "not pdf":
        rendered = renderer._print_shop.cache_info().currsize
        renderer._print_shop.cache_clear()
        assert not rendered, "this test renders a PDF: mark it `pdf`"


@pytest.fixture(autouse=True)
def _emptied_by_the_tests_only(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test with real transactions empties the tables at its end, which protected ones refuse."""
    marker = request.node.get_closest_marker("django_db")
    is_real = (marker and marker.kwargs.get("transaction")) or "site" in request.fixturenames
    if not is_real:
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    protection.remove()


@pytest.fixture(scope="session")
def provider_url() -> Iterator[str]:
    """The address of an OpenID Connect provider, a process of its own that lets anybody in by any subject."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = Path(sys.executable).with_name("oidc-provider-mock")
    with subprocess.Popen([program, "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        url = f"http://127.0.0.1:{port}"
        for _attempt in range(100):
            with contextlib.suppress(requests.ConnectionError):
                requests.get(f"{url}/.well-known/openid-configuration", timeout=5)
                break
            time.sleep(0.1)
        else:
            pytest.fail("the OpenID Connect provider of the tests did not start")
        yield url
        run.terminate()


@pytest.fixture
def provider(provider_url: str, settings: Any) -> str:
    """The same, set up as a way to sign in: `id` is "fylket"."""
    app = {"provider_id": "fylket", "name": "Fylket", "client_id": "ips", "secret": "of-the-tests"}
    settings.OIDC_PROVIDERS = [{"id": "fylket", "name": "Fylket"}]
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app | {"settings": {"server_url": provider_url}}]}
    }
    settings.SECURE_CSP = settings.SECURE_CSP | {"form-action": ["'self'", provider_url]}
    return provider_url


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Load the instruments once per process. Transactional tests flush them and must load them again."""
    with django_db_blocker.unblock():
        instrument()


@pytest.fixture
def scale(db: None) -> ScaleEdition:
    return ScaleEdition.objects.filter(slug="ips-25-nb").first() or instrument()


@pytest.fixture
def world(scale: ScaleEdition, request: pytest.FixtureRequest) -> World:
    if request.node.get_closest_marker("pdf"):
        return build_world(scale, render=render_pdf)
    return build_world(scale)


@pytest.fixture(scope="module")
def module_transaction(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One transaction around all tests of a module, undone at its end.

    What module fixtures build in it, each test finds as it was built: a test's own transaction is a part of this one.
    Not for modules with real transactions, whose tables are emptied at each test's end.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def organisation(world: World) -> Organisation:
    return world.organisation


@pytest.fixture
def review(world: World) -> Review:
    """A planned review by `evaluator` and `colleague`."""
    return world.plan_review()


@pytest.fixture
def evaluator(world: World) -> User:
    return world.evaluator


@pytest.fixture
def as_evaluator(world: World) -> Client:
    return world.client_of("evaluator")
