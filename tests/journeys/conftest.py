"""One running portal for the journeys of a test process, and people who walk through it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfWriter

from tests.journeys.portal import ROOT, Portal, own_database, running_portal
from tests.journeys.visitor import Visitor, look_around_as
from tests.lanes import chromium

PICTURES = ROOT / "var" / "journeys"
ON_THEIR_WAY: list[Visitor] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Where a journey fails, keep what everybody had on the screen."""
    report = yield
    if report.failed and call.when == "call":
        PICTURES.mkdir(parents=True, exist_ok=True)
        for number, one in enumerate(ON_THEIR_WAY):
            one.page.screenshot(path=PICTURES / f"{item.name}-{number}.png")
    return report


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {"executable_path": chromium(), "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]}


@pytest.fixture(scope="session")
def portal(tmp_path_factory) -> Portal:
    """The running portal; JOURNEYS_VAR_DIR and JOURNEYS_AT name one that runs already, while a journey is written."""
    if address := os.environ.get("JOURNEYS_AT"):
        yield Portal(address, {**os.environ, "BASE_URL": address, "VAR_DIR": os.environ["JOURNEYS_VAR_DIR"]})
        return
    with (
        own_database(os.environ.get("DATABASE_URL")) as database_url,
        running_portal(
            tmp_path_factory.mktemp("portal"), database_url=database_url, redis_url=os.environ.get("REDIS_URL")
        ) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def visitor(browser, portal) -> Callable[..., Visitor]:
    """A maker of visitors: `visitor(language="ja", viewport=PHONE)`; `as_` is the key of a demo sign-in."""

    def make(*, as_: str = "", **options) -> Visitor:
        one = Visitor(browser, portal.address, **options)
        ON_THEIR_WAY.append(one)
        if as_:
            one.go("/")
            look_around_as(one.page, as_)
            one.look()
        return one

    yield make
    complaints = [complaint for one in ON_THEIR_WAY for complaint in one.complaints]
    for one in ON_THEIR_WAY:
        one.page.context.close()
    ON_THEIR_WAY.clear()
    assert not complaints, complaints


@pytest.fixture(scope="session")
def curriculum_vitae(tmp_path_factory) -> Path:
    """A real PDF of one page."""
    file = tmp_path_factory.mktemp("papers") / "curriculum-vitae.pdf"
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    writer.add_metadata({"/Title": "Curriculum vitae"})
    with file.open("wb") as output:
        writer.write(output)
    return file
