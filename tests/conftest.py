"""Fixtures for every test: the world of two alliances, and a reader who changes with no test before."""

import pytest
from django.core.cache import cache
from django.utils import timezone, translation
from hypothesis import HealthCheck, settings

from tests.factories import World, build_world

# Examples are not timed: the machine may be busy, and timings never decide a test.
settings.register_profile("portal", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("portal")


@pytest.fixture(autouse=True)
def reader():
    """Every test starts in English and UTC with nothing remembered; requests leave their reader's language behind."""
    cache.clear()
    timezone.deactivate()
    with translation.override("en"):
        yield
    timezone.deactivate()


@pytest.fixture
def world(db) -> World:
    """Two alliances with everybody who takes part; see `tests.factories.world.Side` for the names."""
    return build_world()
