"""Root, which mounting disks and changing the root folder need."""

import os

import pytest


@pytest.fixture(scope="session", autouse=True)
def _as_root() -> None:
    if os.geteuid() != 0:
        pytest.fail("The tests in tests/deploy need root: run `make test-deploy`, which asks sudo.")
