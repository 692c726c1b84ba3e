"""Series by the clock on the wall: 17:00 stays 17:00, whatever the season."""

import datetime as dt
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from portal.core.workflow import StepError
from tests.factories.events import a_series
from workshops.models import Event, EventSeries
from workshops.services.series import create_events

WEEKDAYS = [day.value for day in EventSeries.Weekday]


def unsaved(**fields) -> EventSeries:
    return EventSeries(
        **{"rhythm": "weekly", "interval": 1, "weekday": "thursday", "first_on": dt.date(2027, 1, 1), **fields}
    )


@given(
    first=st.dates(dt.date(2026, 1, 1), dt.date(2034, 1, 1)),
    weekday=st.sampled_from(WEEKDAYS),
    interval=st.integers(1, 6),
)
def test_weeks_lie_the_interval_apart_on_their_weekday(first, weekday, interval):
    series = unsaved(first_on=first, weekday=weekday, interval=interval)
    days = list(islice(series.days(dt.date.max), 20))
    assert first <= days[0] < first + dt.timedelta(days=7)
    assert {day.weekday() for day in days} == {WEEKDAYS.index(weekday)}
    assert {later - earlier for earlier, later in zip(days, days[1:], strict=False)} == {dt.timedelta(weeks=interval)}


@given(
    first=st.dates(dt.date(2026, 1, 1), dt.date(2034, 1, 1)),
    weekday=st.sampled_from(WEEKDAYS),
    week=st.sampled_from([week.value for week in EventSeries.Week]),
    interval=st.integers(1, 6),
)
def test_months_keep_their_weekday_and_their_week(first, weekday, week, interval):
    series = unsaved(rhythm="monthly", first_on=first, weekday=weekday, week=week, interval=interval)
    days = list(islice(series.days(dt.date.max), 15))
    assert days[0] >= first and {day.weekday() for day in days} == {WEEKDAYS.index(weekday)}
    for day in days:
        if week == "last":
            assert (day + dt.timedelta(days=7)).month != day.month
        else:
            assert (day.day - 1) // 7 == ["first", "second", "third", "fourth"].index(week)


@pytest.mark.django_db
def test_five_in_the_afternoon_in_chicago_stays_it_over_the_change_and_moves_in_sendai(world):
    made = create_events(eventseries=a_series(world.north), until=dt.date(2027, 4, 8), actor=world.north.manager)
    chicago = {event.starts_at.astimezone(ZoneInfo("America/Chicago")).time() for event in made}
    assert chicago == {dt.time(17)}
    # Clocks go forward on 14 March 2027 in Chicago, and never in Sendai: the morning there becomes earlier.
    sendai = {event.starts_at.astimezone(ZoneInfo("Asia/Tokyo")).hour for event in made}
    assert sendai == {8, 7}


@given(time=st.times(), zone=st.sampled_from(["America/Chicago", "Europe/Paris", "Asia/Tokyo", "Australia/Sydney"]))
def test_any_hour_stays_itself_or_is_refused_with_a_sentence(time, zone):
    time = time.replace(second=0, microsecond=0, fold=0)
    series = unsaved(weekday="sunday", starts_time=time, timezone=zone, minutes=60)
    for day in series.days(dt.date(2027, 12, 31)):
        event = Event(starts_on=day, starts_time=time, timezone=zone, date_precision="day")
        try:
            event.clean()
        except Exception as refusal:
            assert "clocks go" in str(refusal)
        else:
            assert event.starts_at.astimezone(ZoneInfo(zone)).time() == time


@pytest.mark.django_db
def test_an_hour_that_does_not_exist_stops_the_whole_series_and_names_the_day(world):
    series = a_series(
        world.north, weekday="sunday", interval=1, first_on=dt.date(2027, 3, 1), starts_time=dt.time(2, 30)
    )
    with pytest.raises(StepError, match=r"14 March 2027.*does not exist"):
        create_events(eventseries=series, until=dt.date(2027, 4, 1), actor=world.north.manager)
    assert not Event.objects.filter(series_code=series.code).exists()


@pytest.mark.django_db
def test_an_hour_that_comes_twice_stops_it_too(world):
    series = a_series(
        world.north, weekday="sunday", interval=1, first_on=dt.date(2027, 11, 1), starts_time=dt.time(1, 30)
    )
    with pytest.raises(StepError, match="comes twice"):
        create_events(eventseries=series, until=dt.date(2027, 11, 30), actor=world.north.manager)


@pytest.mark.django_db
def test_pressing_twice_makes_nothing_twice_and_numbers_go_on(world):
    series, manager = a_series(world.north), world.north.manager
    first = create_events(eventseries=series, until=dt.date(2027, 2, 11), actor=manager)
    assert [event.title_en for event in first] == ["Colloquium 1", "Colloquium 2", "Colloquium 3"]
    with pytest.raises(StepError, match="no day left"):
        create_events(eventseries=series, until=dt.date(2027, 2, 11), actor=manager)
    (fourth,) = create_events(eventseries=series, until=dt.date(2027, 2, 25), actor=manager)
    assert (fourth.title_ja, fourth.state) == ("コロキウム 第4回", "idea")


@pytest.mark.django_db
def test_a_day_whose_event_has_moved_gets_no_second_one_and_the_series_goes_on(world):
    series, manager = a_series(world.north), world.north.manager
    first, moved, _third = create_events(eventseries=series, until=dt.date(2027, 2, 11), actor=manager)
    for event, day in ((first, dt.date(2027, 1, 15)), (moved, dt.date(2027, 1, 15))):  # two on one day
        event.starts_on = event.ends_on = day
        event.save()
    (fourth,) = create_events(eventseries=series, until=dt.date(2027, 2, 25), actor=manager)
    assert (fourth.starts_on, fourth.title_en) == (dt.date(2027, 2, 25), "Colloquium 4")


@pytest.mark.django_db
def test_an_event_past_midnight_ends_on_the_next_day(world):
    series = a_series(world.north, starts_time=dt.time(23, 30), minutes=90)
    event = create_events(eventseries=series, until=dt.date(2027, 1, 14), actor=world.north.manager)[0]
    assert (event.ends_on, event.ends_time) == (dt.date(2027, 1, 15), dt.time(1))


@pytest.mark.django_db
def test_a_slip_in_the_year_and_a_stranger_make_nothing(world):
    series = a_series(world.north)
    with pytest.raises(StepError, match="more than 60"):
        create_events(eventseries=series, until=dt.date(2127, 1, 1), actor=world.north.manager)
    with pytest.raises(PermissionDenied):
        create_events(eventseries=series, until=dt.date(2027, 2, 1), actor=world.south.manager)
