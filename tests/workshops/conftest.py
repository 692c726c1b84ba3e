"""What most tests of a programme stand on."""

import pytest

from tests.factories.programme import event_of


@pytest.fixture
def side(world):
    return world.north


@pytest.fixture
def event(side):
    return event_of(side)
