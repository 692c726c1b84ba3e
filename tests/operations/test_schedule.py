"""What runs by itself exists, and is started by nothing but its name."""

import pytest

from portal.celery import BEAT_SCHEDULE, app


@pytest.mark.parametrize("name", BEAT_SCHEDULE)
def test_every_scheduled_task_is_known_to_the_workers(name):
    app.loader.import_default_modules()
    task, seconds = BEAT_SCHEDULE[name]
    assert task in app.tasks
    assert seconds >= 60


@pytest.mark.parametrize("name", BEAT_SCHEDULE)
def test_a_tick_that_waited_too_long_is_dropped(name):
    assert app.conf.beat_schedule[name]["options"]["expires"] == 120
