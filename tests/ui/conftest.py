"""A Chromium for the pages of these tests."""

import os
import shutil

import pytest
from django.conf import settings

from tests.lanes import CHROMIUM_NAMES

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    # The browser drives an event loop in the test's own thread, which Django would take for an async view.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    chromium = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if chromium is None:
        pytest.skip("no Chromium on this machine")
    return {**browser_type_launch_args, "executable_path": chromium, "args": ["--no-sandbox"]}


@pytest.fixture
def window(browser, live_server):
    """Opens a page in a size, a theme and a language; collects what the browser complains about."""
    contexts = []

    def open_page(address, size=DESK, theme="light", language="en", **options):
        context = browser.new_context(viewport=size, color_scheme=theme, **options)
        contexts.append(context)
        context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}])
        page = context.new_page()
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda said: said.type == "error" and page.complaints.append(said.text))
        page.goto(live_server.url + address)
        return page

    yield open_page
    for context in contexts:
        context.close()
