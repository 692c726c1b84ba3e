"""A Chromium for the pages of these tests."""

import os
import shutil

import pytest

from tests.lanes import CHROMIUM_NAMES


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    # The browser drives an event loop in the test's own thread, which Django would take for an async view.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    chromium = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if chromium is None:
        pytest.skip("no Chromium on this machine")
    return {**browser_type_launch_args, "executable_path": chromium, "args": ["--no-sandbox"]}
