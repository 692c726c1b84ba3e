"""The two sides, with an object of every kind on each."""

import pytest

from tests.permissions.canaries import mark, newest
from tests.permissions.objects import objects_of


@pytest.fixture
def sides(world):
    """(north, south): one object of every kind on each side; all texts of the south are marked."""
    north = objects_of(world.north)
    last = newest()
    south = objects_of(world.south)
    marked = mark(world.south, after=last)
    assert {"exchanges.Application", "exchanges.Stay", "accounts.Person", "documents.StoredFile"} <= marked
    return north, south
