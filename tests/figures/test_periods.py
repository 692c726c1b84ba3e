"""Fiscal years of three calendars, halves and quarters, and dates known only to a month or a year."""

import datetime as dt

import pytest
from django.db.models import Q
from hypothesis import given
from hypothesis import strategies as st

from portal.core.dates import FiscalCalendar
from portal.figures import Period, PeriodError
from tests.factories import AgreementFactory

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2060, 12, 31))
ONE_DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("year", "calendar", "first", "last", "zone"),
    [
        (2024, "japan", dt.date(2024, 4, 1), dt.date(2025, 3, 31), "Asia/Tokyo"),
        (2024, "us_university", dt.date(2023, 7, 1), dt.date(2024, 6, 30), "America/Chicago"),
        (2024, "us_government", dt.date(2023, 10, 1), dt.date(2024, 9, 30), "America/New_York"),
    ],
)
def test_a_fiscal_year_begins_and_is_named_as_its_country_does(year, calendar, first, last, zone):
    period = Period.fiscal(year, calendar)
    assert (period.first, period.last, period.zone, str(period)) == (first, last, zone, "FY2024")


@given(day=DAYS, calendar=st.sampled_from(FiscalCalendar.values))
def test_every_day_lies_in_the_fiscal_year_it_is_said_to(day, calendar):
    period = Period.fiscal_of(day, calendar)
    assert period.first <= day <= period.last


@given(year=st.integers(2000, 2060), calendar=st.sampled_from(FiscalCalendar.values))
def test_halves_and_quarters_make_up_the_year_without_gap(year, calendar):
    whole = Period.fiscal(year, calendar)
    for shares in (
        [Period.half(year, number, calendar) for number in (1, 2)],
        [Period.quarter(year, number, calendar) for number in (1, 2, 3, 4)],
    ):
        assert (shares[0].first, shares[-1].last) == (whole.first, whole.last)
        for one, following in zip(shares, shares[1:], strict=False):
            assert one.last + ONE_DAY == following.first


def test_there_is_no_fifth_quarter():
    with pytest.raises(PeriodError, match="four quarters"):
        Period.quarter(2024, 5)


def test_a_period_that_ends_before_it_begins_is_refused_in_a_sentence():
    with pytest.raises(PeriodError, match="ends before it begins"):
        Period(dt.date(2024, 4, 2), dt.date(2024, 4, 1))


def test_the_key_names_both_days_and_open_ends():
    assert Period.fiscal(2024).key == "2024-04-01/2025-03-31"
    assert Period.on(dt.date(2024, 4, 1)).key == "../2024-04-01"
    assert Period.whole().key == "../.."


FY2024 = Period.fiscal(2024)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "precision", "surely", "perhaps"),
    [
        (dt.date(2024, 4, 1), "day", True, False),
        (dt.date(2025, 3, 31), "day", True, False),
        (dt.date(2025, 4, 1), "day", False, False),
        (dt.date(2025, 3, 1), "month", True, False),
        (dt.date(2025, 4, 1), "month", False, False),
        (dt.date(2024, 1, 1), "year", False, True),
        (dt.date(2025, 1, 1), "year", False, True),
        (dt.date(2023, 1, 1), "year", False, False),
        (dt.date(2024, 4, 1), "fiscal_year", True, False),
        (dt.date(2023, 4, 1), "fiscal_year", False, False),
        (dt.date(2024, 6, 1), "unknown", False, True),
        (None, "unknown", False, True),
        (None, "day", False, True),
    ],
)
def test_a_fuzzy_date_lies_in_a_period_surely_perhaps_or_not(day, precision, surely, perhaps):
    row = AgreementFactory(signed_on=day, signed_precision=precision)
    rows = type(row).objects.filter(pk=row.pk)
    assert rows.filter(FY2024.surely_holds("signed_on", "signed_precision")).exists() is surely
    assert rows.filter(FY2024.perhaps_holds("signed_on", "signed_precision")).exists() is perhaps


@pytest.mark.django_db
@given(day=DAYS, first=DAYS, length=st.integers(0, 900), precision=st.sampled_from(["day", "month", "year"]))
def test_nothing_is_at_once_sure_and_unsure(day, first, length, precision):
    period = Period(first, first + dt.timedelta(days=length))
    row = AgreementFactory(signed_on=day, signed_precision=precision)
    both = period.surely_holds("signed_on", "signed_precision") & period.perhaps_holds("signed_on", "signed_precision")
    assert not type(row).objects.filter(Q(pk=row.pk) & both).exists()


@pytest.mark.django_db
def test_an_instant_belongs_to_the_day_of_the_periods_zone(world):
    late_in_tokyo = dt.datetime(2025, 3, 31, 15, 30, tzinfo=dt.UTC)  # 1 April 00:30 in Tokyo
    application = world.north.application(submitted_at=late_in_tokyo)
    rows = type(application).objects.filter(pk=application.pk)
    assert not rows.filter(Period.fiscal(2024).holds_instant("submitted_at")).exists()
    assert rows.filter(Period.fiscal(2025).holds_instant("submitted_at")).exists()
