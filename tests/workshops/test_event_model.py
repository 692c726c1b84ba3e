"""Days and hours of events by the clock of the place, and what is public."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.core.dates import exact_wall_clock
from tests.factories.events import an_event
from workshops.letters.registration import event_days
from workshops.models import Event

CHICAGO = "America/Chicago"


def unsaved(**fields) -> Event:
    return Event(**{"date_precision": "day", "timezone": CHICAGO, "title_en": "Talk", **fields})


@given(day=st.dates(dt.date(2026, 1, 1), dt.date(2036, 12, 31)), hour=st.integers(0, 23), minute=st.integers(0, 59))
def test_a_wall_clock_time_is_kept_or_refused_and_never_shifted(day, hour, minute):
    time = dt.time(hour, minute)
    try:
        instant = exact_wall_clock(day, time, CHICAGO)
    except ValidationError:
        local = dt.datetime.combine(day, time)
        one, other = (local.replace(tzinfo=ZoneInfo(CHICAGO), fold=fold) for fold in (0, 1))
        assert one.utcoffset() != other.utcoffset()
    else:
        assert instant.astimezone(ZoneInfo(CHICAGO)).replace(tzinfo=None) == dt.datetime.combine(day, time)


def test_an_hour_that_does_not_exist_is_refused_with_the_reason():
    event = unsaved(starts_on=dt.date(2027, 3, 14), starts_time=dt.time(2, 30))
    with pytest.raises(ValidationError) as refusal:
        event.clean()
    assert "does not exist in Chicago time, because clocks go forward" in str(refusal.value.message_dict["starts_time"])


def test_an_hour_that_comes_twice_is_refused_with_the_reason():
    event = unsaved(starts_on=dt.date(2027, 11, 7), starts_time=dt.time(1, 30))
    with pytest.raises(ValidationError) as refusal:
        event.clean()
    assert "comes twice" in str(refusal.value.message_dict["starts_time"])


def test_the_hour_of_registration_is_looked_at_too():
    event = unsaved(registration_closes_on=dt.date(2027, 3, 14), registration_closes_time=dt.time(2, 15))
    with pytest.raises(ValidationError) as refusal:
        event.clean()
    assert list(refusal.value.message_dict) == ["registration_closes_time"]


def test_instants_are_worked_out_by_the_clock_of_the_place():
    event = unsaved(starts_on=dt.date(2027, 7, 1), starts_time=dt.time(17), ends_time=dt.time(18, 30))
    event.set_instants()
    assert event.starts_at == dt.datetime(2027, 7, 1, 22, tzinfo=dt.UTC)
    assert event.ends_at == dt.datetime(2027, 7, 1, 23, 30, tzinfo=dt.UTC)


def test_registration_without_an_hour_closes_at_the_end_of_the_day():
    event = unsaved(registration_closes_on=dt.date(2027, 7, 1))
    event.set_instants()
    assert event.registration_closes_at == dt.datetime(2027, 7, 2, 5, tzinfo=dt.UTC)
    assert f"{event.last_instant_to_register.astimezone(ZoneInfo(CHICAGO)):%H:%M}" == "23:59"


@pytest.mark.parametrize(
    ("precision", "last"),
    [
        ("day", dt.date(2024, 2, 3)),
        ("month", dt.date(2024, 2, 29)),
        ("year", dt.date(2024, 12, 31)),
        ("fiscal_year", dt.date(2024, 3, 31)),
        ("reported", dt.date(2024, 2, 3)),
        ("unknown", None),
    ],
)
def test_a_fuzzy_date_is_over_when_its_last_possible_day_is(precision, last):
    event = unsaved(starts_on=dt.date(2024, 2, 3), date_precision=precision)
    event.set_instants()
    assert event.last_on == last
    assert (event.starts_at is not None) == (precision == "day")


@pytest.mark.parametrize(
    ("precision", "english", "japanese"),
    [
        ("year", "2024", "2024年"),
        ("month", "February 2024", "2024年2月"),
        ("fiscal_year", "FY2023", "2023年度"),
        ("reported", "3 February 2024 (as reported)", "2024年2月3日（報告による）"),
        ("unknown", "", ""),
    ],
)
def test_days_are_told_no_finer_than_they_are_known(precision, english, japanese):
    event = unsaved(starts_on=dt.date(2024, 2, 3), date_precision=precision)
    assert event.days() == english
    with translation.override("ja"):
        assert event.days() == japanese


def test_a_span_of_days_is_told_no_surer_than_it_is_known():
    days = {"starts_on": dt.date(2024, 2, 3), "ends_on": dt.date(2024, 2, 5)}
    assert unsaved(**days, date_precision="month").days() == "February 2024"
    told = "3 February 2024 (as reported) – 5 February 2024 (as reported)"
    event = unsaved(**days, date_precision="reported")
    assert (event.days(), event_days(event)) == (told, told)
    assert unsaved(starts_on=None, ends_on=days["ends_on"], date_precision="month").days() == ""


@pytest.mark.django_db
def test_an_event_that_ends_before_it_begins_is_refused(world):
    event = an_event(world.north)
    event.ends_time = dt.time(9)
    with pytest.raises(ValidationError, match="ends before it begins"):
        event.full_clean()


@pytest.mark.django_db
def test_the_public_sees_what_was_announced_once(world):
    shown = {state: an_event(world.north, state).code for state in Event.State.values if state}
    public = set(Event.objects.visible_to(AnonymousUser()).values_list("code", flat=True))
    hidden = {shown["idea"], shown["planned"]}
    assert public == set(shown.values()) - hidden


@pytest.mark.django_db
def test_a_plan_cancelled_before_anybody_read_of_it_stays_hidden(world):
    event = an_event(world.north, "planned")
    Event.objects.filter(pk=event.pk).update(state="cancelled")
    event.refresh_from_db()
    event.save()
    assert not Event.objects.visible_to(AnonymousUser()).filter(pk=event.pk).exists()


@pytest.mark.django_db
def test_inferred_events_are_not_published_as_facts(world):
    event = an_event(world.north, evidence="inferred")
    assert not Event.objects.visible_to(AnonymousUser()).filter(pk=event.pk).exists()
