"""Fixtures for every test: the world of two alliances, and a reader who changes with no test before."""

from dataclasses import replace

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import override_settings
from django.utils import timezone, translation
from hypothesis import HealthCheck, settings

from tests import ground, tables
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


@pytest.fixture(scope="session", autouse=True)
def passwords():
    """Kept in a moment; tests/accounts/test_views.py shows how the portal keeps them."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture
def world(db, laid) -> World:
    """Two alliances with everybody who takes part; see `tests.factories.world.Side` for the names."""
    world = laid["world"] if "world" in laid else build_world()
    return replace(world, now=timezone.now(), today=timezone.localdate())


# -- the tables --------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """Each process makes its tables from the models: tests/invariants/test_migrations.py runs the migrations, once."""
    connection.settings_dict["TEST"]["MIGRATE"] = False


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        tables.say_that_migrations_made_them()
    connection.ops.sql_flush = tables.emptying


# -- rows below many tests: see tests/ground.py ------------------------------------------------------------------------
@ground.layer("world")
def world_below(_nothing: dict) -> World:
    return build_world()


def pytest_collection_modifyitems(items):
    ground.in_order(items)
    for test in items:
        asks = test.get_closest_marker("django_db") or {"db", "transactional_db"} & {*test.fixturenames}
        if asks and test.get_closest_marker("once"):
            raise pytest.UsageError(f"{test.nodeid} asks for a database, and so belongs to every lane")


@pytest.fixture(scope="session")
def common_ground(django_db_setup, django_db_blocker):
    common = ground.Ground()
    yield common
    with django_db_blocker.unblock():
        common.clear()


@pytest.fixture
def laid(request, common_ground, django_db_blocker) -> dict[str, object]:
    """What lies below this test, by the names of the layers."""
    with django_db_blocker.unblock():
        return common_ground.prepare(ground.wanted_by(request.node))


@pytest.fixture
def _django_db_helper(laid, _django_db_helper):
    """The transaction of a test, which pytest-django begins, begins above the layers."""
