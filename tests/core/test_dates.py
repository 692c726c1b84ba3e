"""Dates as people in two countries mean them."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.core.dates import (
    FiscalCalendar,
    both_zones_text,
    days_inclusive,
    fiscal_bounds,
    fiscal_year,
    fuzzy_date,
    long_date,
    validate_zone,
    wall_clock,
    zoned_text,
)

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31))
ZONES = st.sampled_from(["Asia/Tokyo", "America/Chicago", "Europe/Rome", "Australia/Lord_Howe", "UTC", "Pacific/Apia"])


def test_ninety_days_from_the_first_of_june_end_on_the_29th_of_august():
    assert days_inclusive(dt.date(2026, 6, 1), dt.date(2026, 8, 29)) == 90


def test_a_one_day_visit_is_one_day():
    assert days_inclusive(dt.date(2025, 7, 7), dt.date(2025, 7, 7)) == 1


@given(DAYS, st.integers(0, 400), st.integers(0, 400))
def test_splitting_a_stay_and_adding_its_days_gives_the_whole(start, first, second):
    middle = start + dt.timedelta(days=first)
    end = middle + dt.timedelta(days=second + 1)
    assert days_inclusive(start, middle) + days_inclusive(middle + dt.timedelta(days=1), end) == days_inclusive(
        start, end
    )


@pytest.mark.parametrize(
    ("day", "calendar", "year"),
    [
        (dt.date(2025, 3, 31), FiscalCalendar.JAPAN, 2024),
        (dt.date(2025, 4, 1), FiscalCalendar.JAPAN, 2025),
        (dt.date(2025, 6, 30), FiscalCalendar.US_UNIVERSITY, 2025),
        (dt.date(2025, 7, 1), FiscalCalendar.US_UNIVERSITY, 2026),
        (dt.date(2025, 9, 30), FiscalCalendar.US_GOVERNMENT, 2025),
        (dt.date(2025, 10, 1), FiscalCalendar.US_GOVERNMENT, 2026),
    ],
)
def test_fiscal_years_are_named_as_each_country_names_them(day, calendar, year):
    assert fiscal_year(day, calendar) == year


@given(DAYS, st.sampled_from(FiscalCalendar.values))
def test_every_day_lies_within_its_fiscal_year(day, calendar):
    first, last = fiscal_bounds(fiscal_year(day, calendar), calendar)
    assert first <= day <= last


@given(DAYS, st.times().map(lambda t: t.replace(second=0, microsecond=0)), ZONES)
def test_a_wall_clock_time_is_never_moved_back_and_at_most_by_the_gap(day, time, zone):
    local = wall_clock(day, time, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    asked = dt.datetime.combine(day, time)
    assert asked <= local <= asked + dt.timedelta(hours=25)


def test_a_time_that_clocks_skip_becomes_the_next_valid_minute():
    # Chicago goes from 01:59 to 03:00 on 14 March 2027.
    instant = wall_clock(dt.date(2027, 3, 14), dt.time(2, 30), "America/Chicago")
    assert instant == dt.datetime(2027, 3, 14, 8, 0, tzinfo=dt.UTC)


def test_a_time_that_clocks_repeat_is_the_first_of_the_two():
    instant = wall_clock(dt.date(2026, 11, 1), dt.time(1, 30), "America/Chicago")
    assert instant == dt.datetime(2026, 11, 1, 6, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("precision", "english", "japanese"),
    [
        ("day", "1 June 2023", "2023年6月1日"),
        ("month", "June 2023", "2023年6月"),
        ("year", "2023", "2023年"),
        ("fiscal_year", "FY2023", "2023年度"),
        ("reported", "1 June 2023 (as reported)", "2023年6月1日（報告による）"),
        ("unknown", "", ""),
    ],
)
def test_a_date_is_shown_no_finer_and_no_surer_than_it_is_known(precision, english, japanese):
    day = dt.date(2023, 6, 1)
    with translation.override("en"):
        assert fuzzy_date(day, precision) == english
    with translation.override("ja"):
        assert fuzzy_date(day, precision) == japanese


def test_dates_and_times_read_well_in_both_languages():
    instant = dt.datetime(2027, 4, 1, 8, 0, tzinfo=dt.UTC)
    with translation.override("en"):
        assert long_date(dt.date(2027, 4, 1)) == "1 April 2027 (Thu)"
        assert zoned_text(instant, "Asia/Tokyo") == "1 April 2027 (Thu) 17:00 Tokyo time (UTC+09:00)"
        assert "03:00 Chicago time (UTC-05:00)" in both_zones_text(instant, "Asia/Tokyo", "America/Chicago")
        assert " / " not in both_zones_text(instant, "Asia/Tokyo", "Asia/Seoul")
    with translation.override("ja"):
        assert long_date(dt.date(2027, 4, 1)) == "2027年4月1日(木)"
        assert zoned_text(instant, "Asia/Tokyo") == "2027年4月1日(木) 17:00 東京時間（UTC+09:00）"


def test_the_two_instants_of_an_hour_that_comes_twice_are_told_apart():
    first = dt.datetime(2027, 11, 7, 1, 30, tzinfo=ZoneInfo("America/Chicago"))
    texts = [zoned_text(instant, "America/Chicago") for instant in (first, first.replace(fold=1))]
    assert [text[-11:] for text in texts] == ["(UTC-05:00)", "(UTC-06:00)"]


def test_a_made_up_zone_is_refused():
    with pytest.raises(ValidationError):
        validate_zone("Asia/Sendai")
