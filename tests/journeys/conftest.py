"""One running portal for the journeys of a test process, and people who walk through it."""

import os

import pytest

from tests.journeys.portal import own_database, running_portal
from tests.journeys.visitor import Visitor, look_around_as
from tests.lanes import chromium


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {"executable_path": chromium(), "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]}


@pytest.fixture(scope="session")
def portal(tmp_path_factory):
    """The address of the running portal."""
    with (
        own_database(os.environ.get("DATABASE_URL")) as database_url,
        running_portal(
            tmp_path_factory.mktemp("portal"), database_url=database_url, redis_url=os.environ.get("REDIS_URL")
        ) as address,
    ):
        yield address


@pytest.fixture
def visitor(browser, portal):
    """A maker of visitors: `visitor(language="ja", viewport=PHONE)`; `as_` is the key of a demo sign-in."""
    made: list[Visitor] = []

    def make(*, as_: str = "", **options) -> Visitor:
        one = Visitor(browser, portal, **options)
        made.append(one)
        if as_:
            one.go("/")
            look_around_as(one.page, as_)
            one.look()
        return one

    yield make
    for one in made:
        assert not one.complaints, one.complaints
        one.page.context.close()
