"""The two sides, with an object of every kind on each."""

import pytest

from tests import ground
from tests.permissions.canaries import mark, newest
from tests.permissions.objects import objects_of


@ground.layer("sides")
def sides_below(below: dict) -> tuple[dict, dict]:
    return build_sides(below["world"])


@pytest.fixture
def sides(world, laid):
    """(north, south): one object of every kind on each side; all texts of the south are marked."""
    return laid["sides"] if "sides" in laid else build_sides(world)


def build_sides(world) -> tuple[dict, dict]:
    north = objects_of(world.north)
    last = newest()
    south = objects_of(world.south)
    marked = mark(world.south, after=last)
    assert {"exchanges.Application", "exchanges.Stay", "accounts.Person", "documents.StoredFile"} <= marked
    return north, south
