"""One startup in the north, one in the south, and the meanings of their figures."""

import pytest

from tests.factories.startups import Venture, load_definitions, venture_of


@pytest.fixture
def venture(world) -> Venture:
    load_definitions()
    return venture_of(world.north)


@pytest.fixture
def foreign(world, venture) -> Venture:
    return venture_of(world.south)
