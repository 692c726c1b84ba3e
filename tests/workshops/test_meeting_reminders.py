"""N35: both people of a meeting are told a day and a quarter of an hour before, in their own zone, and not in vain."""

import datetime as dt

import pytest
from django.utils import timezone

from portal.outbox.models import OutboxMessage, State
from portal.reminders.models import ReminderRule
from portal.reminders.planning import plan_rule
from tests.factories.missions import build_mission
from workshops.services import meetings

pytestmark = pytest.mark.django_db


@pytest.fixture
def rule(world):
    return ReminderRule.objects.get(code="N35")


@pytest.fixture
def mission(world):
    return build_mission(world.north, starts_in=dt.timedelta(hours=30))


def waiting():
    return OutboxMessage.objects.filter(kind="reminder", state=State.QUEUED).order_by("not_before", "pk")


def test_both_are_reminded_a_day_and_a_quarter_of_an_hour_before(mission, rule):
    meeting = mission.meeting("scheduled")
    plan_rule(rule, now=meeting.starts_at - dt.timedelta(hours=24))
    rows = list(waiting())
    assert {row.recipient_email for row in rows} == {mission.side.fellow.email, mission.side.host_researcher.email}
    assert {meeting.starts_at - row.not_before for row in rows} == {dt.timedelta(hours=24), dt.timedelta(minutes=15)}


def test_each_reads_the_time_of_the_own_zone(mission, rule):
    meeting = mission.meeting("scheduled")
    plan_rule(rule, now=meeting.starts_at - dt.timedelta(hours=24))
    by_reader = {row.recipient_email: row for row in waiting()}
    assert "UTC-0" in by_reader[mission.side.fellow.email].subject
    assert "UTC+09:00" in by_reader[mission.side.host_researcher.email].subject
    assert "Table 1" in by_reader[mission.side.fellow.email].subject or "テーブル1" in (
        by_reader[mission.side.fellow.email].subject
    )


def test_a_cancelled_meeting_is_not_remembered(mission, rule):
    meeting = mission.meeting("scheduled")
    now = meeting.starts_at - dt.timedelta(hours=24)
    plan_rule(rule, now=now)
    meetings.cancel(meeting=meeting, reason="Ill", actor=mission.side.manager, now=timezone.now())
    plan_rule(rule, now=now)
    assert not waiting()


@pytest.mark.parametrize("state", ["cancelled", "postponed"])
def test_nor_is_one_of_an_event_that_does_not_take_place(mission, rule, state):
    meeting = mission.meeting("scheduled")
    type(mission.event).objects.update(state=state)
    plan_rule(rule, now=meeting.starts_at - dt.timedelta(hours=24))
    assert not waiting()
