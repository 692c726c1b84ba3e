"""What the clock does: each sweep moves what is due and leaves the rest, however often it runs."""

import datetime as dt

import pytest

from exchanges import tasks
from exchanges.models import Application, Stay
from exchanges.services import prechecks, seasons
from portal.alliances.tasks import move_agreements
from portal.applications.tasks import complete_calls, expire_overdue
from portal.celery import BEAT_SCHEDULE
from portal.outbox.models import OutboxMessage
from portal.programmes.models import Call, Programme
from portal.programmes.tasks import move_calls
from portal.screening.models import Screening
from tests.factories import ScreeningFactory, journeys

DAY = dt.timedelta(days=1)


def test_what_waited_too_long_ends_once(world):
    side = world.north
    side.application("returned", returned_until=world.today - 3 * DAY)
    side.offer(side.application("selected"), "sent", answer_by=world.now - DAY)
    side.application("draft")
    Call.objects.filter(pk=side.call.pk).update(state="closed", closes_at=world.now - DAY)
    assert expire_overdue() == {"drafts": 1, "cancelled": 0, "returned": 1}
    assert expire_overdue() == {"drafts": 0, "cancelled": 0, "returned": 0}
    assert tasks.expire_overdue() == {"offers": 1}
    assert tasks.expire_overdue() == {"offers": 0}


def test_stays_move_on_once(world):
    side = world.north
    side.stay("active", start_on=world.today - 60 * DAY, end_on=world.today + 30 * DAY)
    side.stay("active", start_on=world.today - 60 * DAY, end_on=world.today + 31 * DAY)
    gone = {"start_on": world.today - 60 * DAY, "end_on": world.today - DAY}
    side.stay("departed", departed_on=world.today - DAY, report_due_on=world.today + 29 * DAY, **gone)
    side.stay("departed", departed_on=world.today, report_due_on=world.today + 30 * DAY, **gone)
    moved = tasks.move_stays()
    assert (moved["ending"], moved["reports"]) == (1, 1)
    moved = tasks.move_stays()
    assert (moved["ending"], moved["reports"]) == (0, 0)


def test_the_sweeps_of_calls_and_agreements_run(world):
    assert move_calls() == {"opened": 0, "closed": 0}
    assert move_agreements() == {"moved": 0}


def test_every_sweep_of_ours_is_on_the_schedule():
    scheduled = {task for task, _seconds in BEAT_SCHEDULE.values()}
    ours = {expire_overdue, complete_calls, tasks.expire_overdue, tasks.move_stays, move_calls, move_agreements}
    assert {task.name for task in ours} <= scheduled


@pytest.mark.parametrize(
    ("state", "offer", "complete"),
    [("declined", "", True), ("waitlisted", "", False), ("selected", "", False), ("selected", "sent", False),
     ("selected", "accepted", True)],
)  # fmt: skip
def test_a_call_is_complete_when_nobody_waits_any_more(world, state, offer, complete):
    side = world.north
    application = side.application(state)
    if offer:
        side.offer(application, offer)
    Call.objects.filter(pk=side.call.pk).update(state="results_announced")
    assert complete_calls()["calls"] == int(complete)
    assert (Call.objects.get(pk=side.call.pk).state == "completed") is complete


def test_a_closed_programme_is_archived_after_its_last_stay(world):
    side = world.north
    Programme.objects.filter(pk=side.programme.pk).update(state="closed")
    stay = side.stay("report_due")
    assert seasons.archive_programmes() == 0
    Stay.objects.filter(pk=stay.pk).update(state="closed")
    assert seasons.archive_programmes() == 1


def test_a_decision_that_runs_out_is_answered_and_decided_anew(world):
    side = world.north
    stay = journeys.stay_before_arrival(side)
    screening = Screening.objects.get(application=stay.application)
    over = screening.valid_until + DAY
    assert prechecks.expire_outdated(today=screening.valid_until) == 0
    asked = OutboxMessage.objects.filter(kind="screening_asked").count()
    assert prechecks.expire_outdated(today=over) == 1
    assert OutboxMessage.objects.filter(kind="screening_asked").count() == asked + 2
    screening.refresh_from_db()
    prechecks.answer(screening=screening, values={"JP-16": "no"}, actor=side.host_researcher)
    prechecks.submit(screening=screening, actor=side.host_researcher, now=world.now)
    row = prechecks.clear(screening=screening, actor=side.export_officer, now=world.now)
    assert row.state == "precheck_cleared"
    assert Application.objects.get(pk=stay.application_id).state == "selected"


def test_finished_exchanges_are_not_screened_again(world):
    side = world.north
    case = {"organisation": side.host, "state": "cleared", "valid_until": world.today - DAY}
    ScreeningFactory(application=side.application("declined"), **case)
    closed = side.application("selected")
    side.stay("closed", application=closed)
    ScreeningFactory(application=closed, **case)
    assert prechecks.expire_outdated(today=world.today) == 0
