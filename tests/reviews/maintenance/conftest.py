"""Fixtures of the tests of backups: real transactions, and the programs of PostgreSQL."""

from pathlib import Path
from typing import Any

import pytest

from tests.builders import World, build_world, instrument
from tests.reviews.maintenance.places import postgres_bin


@pytest.fixture
def world(transactional_db: None) -> World:
    return build_world(instrument())


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """Return the folder of backups."""
    settings.POSTGRES_BIN = postgres_bin()
    return tmp_path / "backups"
