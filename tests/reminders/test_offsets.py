"""The language of offsets, and the instants it means."""

import csv
import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.dates import wall_clock
from portal.reminders import calendars
from portal.reminders.offsets import Offset, OffsetError, Unit, add_months, moment, parse, written

pytestmark = pytest.mark.once

CATALOGUE = Path(__file__).parents[2] / "portal" / "data" / "reminder_rules.csv"
ZONES = ("Asia/Tokyo", "America/Chicago", "America/New_York", "America/Los_Angeles", "Europe/Berlin", "UTC")

words = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8).filter(lambda word: word != "every")
amounts = st.integers(-400, 400)
clocks = st.none() | st.times().map(lambda time: time.replace(second=0, microsecond=0))
shifts = st.builds(
    Offset,
    amount=amounts,
    unit=st.sampled_from(Unit),
    at=clocks,
    variant=st.just("") | words,
    trigger=st.just("") | words,
)
days_of_year = st.dates(dt.date(2000, 1, 1), dt.date(2000, 12, 31)).map(
    lambda day: Offset(day_of_year=(day.month, day.day))
)
repeats = st.builds(
    Offset, amount=st.integers(1, 400), unit=st.sampled_from([Unit.DAYS, Unit.MONTHS]), repeats=st.just(True)
)
days = st.dates(dt.date(2024, 1, 1), dt.date(2034, 12, 31))
zones = st.sampled_from(ZONES)


def test_every_rule_of_the_catalogue_is_understood():
    with CATALOGUE.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 42
    assert all(parse(row["offsets"]) for row in rows)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-14d, -3d, -24h", (Offset(-14), Offset(-3), Offset(-24, Unit.HOURS))),
        ("+5bd, +10bd", (Offset(5, Unit.WORKING_DAYS), Offset(10, Unit.WORKING_DAYS))),
        ("0d 10:00, +1d", (Offset(0, at=dt.time(10)), Offset(1))),
        ("-1h (online)", (Offset(-1, Unit.HOURS, variant="online"),)),
        ("-90d (long), -30d (short)", (Offset(-90, variant="long"), Offset(-30, variant="short"))),
        ("1 March, 20 March", (Offset(day_of_year=(3, 1)), Offset(day_of_year=(3, 20)))),
        ("monthly; at capacity", (Offset(1, Unit.MONTHS, repeats=True), Offset(0, Unit.MINUTES, trigger="capacity"))),
        ("-45d; then every 31 nights", (Offset(-45), Offset(31, repeats=True))),
        (
            "yearly; departure +7d, +25d",
            (Offset(12, Unit.MONTHS, repeats=True), Offset(7, trigger="departure"), Offset(25, trigger="departure")),
        ),
        ("+9m; talk -60d", (Offset(9, Unit.MONTHS), Offset(-60, trigger="talk"))),
        ("at once, +24h", (Offset(0, Unit.MINUTES), Offset(24, Unit.HOURS))),
        ("-24h, -15min", (Offset(-24, Unit.HOURS), Offset(-15, Unit.MINUTES))),
        ("", ()),
    ],
)
def test_what_each_way_of_writing_means(text, expected):
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text", ["soon", "-3", "d", "3 weeks", "0d 25:00", "31 February", "every 0 nights", "-3d -4d", "٣d x"]
)
def test_what_is_no_offset_is_named(text):
    with pytest.raises(OffsetError):
        parse(text)


@given(st.lists(shifts | days_of_year | repeats, max_size=5))
def test_what_is_written_is_read_back(offsets):
    assert parse(written(offsets)) == tuple(offsets)


@given(shifts.filter(lambda offset: offset.unit not in (Unit.MINUTES, Unit.HOURS)), days, zones)
def test_day_offsets_fall_on_working_days_at_the_hour_meant(offset, day, zone):
    local = moment(offset, day, zone).astimezone(ZoneInfo(zone))
    assert calendars.is_working_day(local.date(), zone)
    wanted = offset.at or dt.time(9)
    # Only an hour that clocks jump over may move, and then by less than it jumps.
    assert local.time() == wanted or (local.replace(tzinfo=None) - dt.datetime.combine(local, wanted)) <= dt.timedelta(
        hours=1
    )


@given(st.integers(-400, -1), days, zones)
def test_reminders_before_a_date_never_come_later_than_meant(amount, day, zone):
    meant = day + dt.timedelta(days=amount)
    assert (
        dt.timedelta(0)
        <= meant - moment(Offset(amount), day, zone).astimezone(ZoneInfo(zone)).date()
        < dt.timedelta(days=12)
    )


@given(st.integers(0, 400), days, zones)
def test_reminders_after_a_date_never_come_earlier_than_meant(amount, day, zone):
    meant = day + dt.timedelta(days=amount)
    assert (
        dt.timedelta(0)
        <= moment(Offset(amount), day, zone).astimezone(ZoneInfo(zone)).date() - meant
        < dt.timedelta(days=12)
    )


@given(st.integers(-10_000, 10_000), days, st.times(), zones)
def test_minutes_are_exact_whatever_the_clocks_do(amount, day, time, zone):
    anchor = dt.datetime.combine(day, time, tzinfo=dt.UTC)
    assert moment(Offset(amount, Unit.MINUTES), anchor, zone) - anchor == dt.timedelta(minutes=amount)


@given(days, st.integers(-40, 40), zones)
def test_working_days_are_counted_without_free_ones(day, count, zone):
    end = calendars.add_working_days(day, count, zone)
    low, high = sorted((day, end))
    between = [low + dt.timedelta(days=number) for number in range((high - low).days + 1)]
    assert sum(calendars.is_working_day(each, zone) for each in between if each != day) == abs(count)


@given(days, st.integers(-60, 60))
def test_months_keep_the_day_or_take_the_last_one(day, months):
    moved = add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == day.day or (moved.day < day.day and (moved + dt.timedelta(days=1)).day == 1)


def test_a_missing_hour_becomes_the_next_valid_minute_and_a_doubled_one_is_the_first():
    missing = wall_clock(dt.date(2026, 3, 8), dt.time(2, 30), "America/Chicago")
    doubled = wall_clock(dt.date(2026, 11, 1), dt.time(1, 30), "America/Chicago")
    assert missing == dt.datetime(2026, 3, 8, 8, 0, tzinfo=dt.UTC)
    assert doubled == dt.datetime(2026, 11, 1, 6, 30, tzinfo=dt.UTC)


def test_nine_in_chicago_is_nine_before_and_after_the_clocks_change():
    winter = moment(Offset(-3), dt.date(2026, 3, 9), "America/Chicago")  # Friday 6 March
    summer = moment(Offset(0), dt.date(2026, 3, 9), "America/Chicago")  # Monday 9 March
    assert (winter, summer) == (dt.datetime(2026, 3, 6, 15, tzinfo=dt.UTC), dt.datetime(2026, 3, 9, 14, tzinfo=dt.UTC))


def test_golden_week_moves_mails_to_its_two_ends():
    # 3 to 6 May 2026 are public holidays in Japan, 2 May is a Saturday.
    before = moment(Offset(-1), dt.date(2026, 5, 7), "Asia/Tokyo")
    after = moment(Offset(1), dt.date(2026, 5, 2), "Asia/Tokyo")
    assert (before.date(), after.date()) == (dt.date(2026, 5, 1), dt.date(2026, 5, 7))


def test_japanese_offices_are_closed_over_the_new_year():
    assert not calendars.is_working_day(dt.date(2025, 12, 31), "Asia/Tokyo")
    assert not calendars.is_working_day(dt.date(2026, 1, 2), "Asia/Tokyo")


def test_a_zone_without_known_holidays_still_has_weekends():
    assert calendars.is_working_day(dt.date(2026, 12, 25), "UTC")
    assert not calendars.is_working_day(dt.date(2026, 12, 26), "UTC")


def test_a_day_of_the_year_is_the_last_one_before_the_date():
    assert moment(Offset(day_of_year=(3, 20)), dt.date(2026, 4, 1), "UTC").date() == dt.date(2026, 3, 20)
    assert moment(Offset(day_of_year=(12, 1)), dt.date(2026, 4, 1), "UTC").date() == dt.date(2025, 12, 1)
    assert moment(Offset(day_of_year=(2, 29)), dt.date(2027, 4, 1), "UTC").date() == dt.date(
        2027, 2, 26
    )  # the 28th is a Sunday
