"""Whoever reads an hour before clocks change is told so: in each mail and reminder that names it."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.dates import clock_change, clock_changes_text
from portal.outbox.models import OutboxMessage
from portal.reminders.models import ReminderRule
from portal.reminders.planning import plan_rule
from tests.factories.events import a_speaker, an_event
from tests.factories.registrations import RegistrationFactory
from workshops.emails import registration as emails
from workshops.models import Event, Session, SessionPerson
from workshops.services import programme

ZONES = ["Asia/Tokyo", "America/Chicago", "Europe/Rome", "Australia/Sydney", "Asia/Kolkata", "Africa/Casablanca", "UTC"]
NEW_YEAR = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
INSTANTS = st.integers(0, 8 * 366 * 24 * 60).map(lambda minutes: NEW_YEAR + dt.timedelta(minutes=minutes))
# Clocks go forward in Chicago on 14 March 2027 and back on 7 November.
BEFORE = dt.datetime(2027, 3, 9, 12, tzinfo=dt.UTC)
FORWARD = "clocks go forward on 14 March 2027 (Sun) (Chicago time)"


@settings(max_examples=200)
@given(st.sampled_from(ZONES), INSTANTS, st.integers(0, 500 * 24))
def test_a_change_is_named_exactly_where_the_clock_stands_otherwise_then(zone, since, hours):
    until, info = since + dt.timedelta(hours=hours), ZoneInfo(zone)
    first, last = since.astimezone(info).utcoffset(), until.astimezone(info).utcoffset()
    change = clock_change(zone, since, until)
    assert (change is None) == (first == last)
    if change is None:
        return
    day, forward = change
    assert since.astimezone(info).date() <= day <= until.astimezone(info).date()
    # Up to its first minute the day has the old clock, at its end the new one, and so has every day up to the event.
    ends = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(4), info)
    assert ends.utcoffset() == last or ends > until
    earlier = dt.datetime.combine(day - dt.timedelta(days=1), dt.time(), info).utcoffset()
    assert forward == (last > earlier)


@pytest.mark.parametrize(
    ("zones", "until", "expected"),
    [
        (("America/Chicago", "Asia/Tokyo"), dt.datetime(2027, 3, 18, tzinfo=dt.UTC), FORWARD),
        (("Asia/Tokyo", "America/Chicago"), dt.datetime(2027, 3, 18, tzinfo=dt.UTC), FORWARD),
        (("Asia/Tokyo", "Asia/Tokyo"), dt.datetime(2027, 3, 18, tzinfo=dt.UTC), ""),
        (("America/Chicago", "Asia/Tokyo"), dt.datetime(2027, 3, 12, tzinfo=dt.UTC), ""),
        # A year on, the clocks stand as they do today.
        (("America/Chicago",), dt.datetime(2028, 3, 1, tzinfo=dt.UTC), ""),
        (
            ("America/Chicago", "America/New_York"),
            dt.datetime(2027, 4, 1, tzinfo=dt.UTC),
            "Chicago time, New York time",
        ),
    ],
)
def test_the_sentence_names_day_and_zones(zones, until, expected):
    text = clock_changes_text(zones, BEFORE, until)
    assert expected in text and bool(text) == bool(expected)


def test_two_changes_are_told_in_their_order():
    text = clock_changes_text(("Europe/Rome", "America/Chicago"), BEFORE, dt.datetime(2027, 4, 1, tzinfo=dt.UTC))
    assert [line.split(" on ")[1].split(" (")[0] for line in text.splitlines()] == ["14 March 2027", "28 March 2027"]


# -- in mails ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def colloquium(world):
    """17:00 in Chicago, four days after its clocks have gone forward."""
    return an_event(
        world.south,
        "registration_open",
        starts_on=dt.date(2027, 3, 18),
        starts_time=dt.time(17),
        ends_time=dt.time(18),
        timezone="America/Chicago",
        registration_opens_on=dt.date(2027, 1, 1),
    )


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Chicago"])
def test_a_confirmation_tells_readers_in_both_zones_and_is_silent_after_the_change(colloquium, zone):
    registration = RegistrationFactory(event=colloquium, timezone=zone)
    for now, told in ((BEFORE, True), (BEFORE + dt.timedelta(days=6), False)):
        with time_machine.travel(now, tick=False):
            emails.registration_confirmed(registration)
            mail = OutboxMessage.objects.latest("pk")
            assert (FORWARD in mail.body_text) == told
            assert "17:00 Chicago time (UTC-05:00)" in mail.body_text


@pytest.mark.django_db
def test_the_reminder_before_the_change_says_so_and_the_last_one_does_not(colloquium):
    RegistrationFactory(event=colloquium, timezone="Asia/Tokyo", registered_at=BEFORE - dt.timedelta(days=30))
    rule = ReminderRule.objects.get(code="N32")
    for now in (dt.datetime(2027, 3, 11, 18, tzinfo=dt.UTC), dt.datetime(2027, 3, 17, 18, tzinfo=dt.UTC)):
        with time_machine.travel(now, tick=False):
            plan_rule(rule, now=now)
    first, last = OutboxMessage.objects.filter(kind="reminder").order_by("not_before")
    assert FORWARD in first.body_text and FORWARD not in last.body_text


@pytest.mark.django_db
def test_a_speaker_is_told_with_the_session(colloquium, world):
    speaker = a_speaker(colloquium, timezone="Asia/Tokyo")
    session = Session.objects.create(
        event=colloquium, title_en="Talk", starts_at=colloquium.starts_at, ends_at=colloquium.ends_at,
        timezone=colloquium.timezone,
    )  # fmt: skip
    SessionPerson.objects.create(session=session, event_person=speaker)
    with time_machine.travel(BEFORE, tick=False):
        programme.confirm_session(session=session, actor=world.south.manager, now=BEFORE)
    mail = OutboxMessage.objects.get(kind="session_scheduled")
    assert FORWARD in mail.body_text


@pytest.mark.django_db
def test_an_event_without_an_hour_says_nothing_of_clocks(colloquium):
    Event.objects.filter(pk=colloquium.pk).update(starts_time=None, ends_time=None)
    registration = RegistrationFactory(event=Event.objects.get(pk=colloquium.pk))
    with time_machine.travel(BEFORE, tick=False):
        emails.registration_confirmed(registration)
    assert "clocks" not in OutboxMessage.objects.latest("pk").body_text
