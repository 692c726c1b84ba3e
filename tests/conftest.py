"""Fixtures for every test: the world of two alliances, and a place for private files that goes with the test."""

import pytest

from tests.factories import World, build_world


@pytest.fixture
def world(db) -> World:
    """Two alliances with everybody who takes part; see `tests.factories.world.Side` for the names."""
    return build_world()
