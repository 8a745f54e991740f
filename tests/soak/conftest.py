"""The network of the tests in a real database."""

import pytest

from tests.builders import World, build_world, instrument


@pytest.fixture
def world(transactional_db: None) -> World:
    return build_world(instrument())
