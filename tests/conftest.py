"""The fixtures that most tests share: a network with its people, and a stranger from another network."""

import contextlib
import gc
import logging
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
from tests.log_check import LogCheck

# No deadline, because test machines may be slow.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")
LOG_CHECK = LogCheck()
DATABASE = {"db", "transactional_db", "module_transaction", "django_db_setup"}  # the fixtures that give access to it


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, run only tests that use the database. The others have already run with SQLite."""
    if config.option.db != "postgres":
        return
    once = [
        item
        for item in items
        if not any(map(item.get_closest_marker, ("django_db", "both_engines")))
        and not DATABASE & set(item.fixturenames)
    ]
    config.hook.pytest_deselected(items=once)
    items[:] = [item for item in items if item not in set(once)]


def pytest_collection_finish() -> None:
    """Freeze loaded objects and collect garbage less often, which saves a tenth of the time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_configure() -> None:
    logging.getLogger().addHandler(LOG_CHECK)
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if connection.vendor == "sqlite":
        # A file, because threads and the browser's server have connections of their own.
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = settings.DATABASES["default"]["NAME"] + ".test"


@pytest.fixture(autouse=True)
def _empty_caches() -> None:
    GuideEdition._remembered.clear()
    access_log.forget()
    ScaleEdition.forget_families()


@pytest.fixture(autouse=True)
def log_check() -> Iterator[LogCheck]:
    """Fail a test during which a name, a text or a secret was logged."""
    LOG_CHECK.faulty.clear()
    yield LOG_CHECK
    assert LOG_CHECK.faulty == []


@pytest.fixture(autouse=True)
def _no_pdf_without_marker(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    renderer = sys.modules.get("ipsfidelity.pdf_renderer")
    if renderer and request.config.option.markexpr == "not pdf":
        rendered = renderer._shared_resources.cache_info().currsize
        renderer._shared_resources.cache_clear()
        assert not rendered, "this test renders a PDF: mark it `pdf`"


@pytest.fixture(autouse=True)
def _remove_protection_before_flush(request: pytest.FixtureRequest) -> Iterator[None]:
    """Remove the triggers after a test with real transactions, which otherwise refuse to let it empty the tables."""
    marker = request.node.get_closest_marker("django_db")
    is_real = (marker and marker.kwargs.get("transaction")) or {"site", "transactional_db"} & set(request.fixturenames)
    if not is_real:
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    protection.remove()


@pytest.fixture(scope="session")
def provider_url() -> Iterator[str]:
    """Return the address of an OpenID Connect provider, a separate process that accepts any subject."""
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
    """Offer the provider as a way to sign in, with the id "fylket"; return its address."""
    app = {"provider_id": "fylket", "name": "Fylket", "client_id": "ips", "secret": "of-the-tests"}
    settings.OIDC_PROVIDERS = [{"id": "fylket", "name": "Fylket"}]
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app | {"settings": {"server_url": provider_url}}]}
    }
    settings.SECURE_CSP = settings.SECURE_CSP | {"form-action": ["'self'", provider_url]}
    return provider_url


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Load the instruments once per process. Tests with real transactions flush them and have to load them again."""
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
    """Wrap all tests of a module in one transaction, which is rolled back at the end.

    The transaction of each test is a savepoint in it, so each test finds the objects of module fixtures unchanged.
    Not for modules with real transactions, which empty the tables after each test.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def organisation(world: World) -> Organisation:
    return world.organisation


@pytest.fixture
def review(world: World) -> Review:
    """Return a planned review by `evaluator` and `colleague`."""
    return world.plan_review()


@pytest.fixture
def evaluator(world: World) -> User:
    return world.evaluator


@pytest.fixture
def as_evaluator(world: World) -> Client:
    return world.client_of("evaluator")
