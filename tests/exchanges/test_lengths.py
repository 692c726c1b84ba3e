"""Days with both ends counted, months as people mean them, and the line of ninety days."""

import datetime as dt

import pytest
from django.utils import translation

from exchanges.lengths import length_notes, months_and_days


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2027-04-01", "2027-06-30", (3, 0)),
        ("2027-04-01", "2027-06-29", (2, 29)),
        ("2025-11-30", "2026-02-28", (3, 0)),
        ("2027-05-01", "2027-05-31", (1, 0)),
        ("2027-05-01", "2027-05-01", (0, 1)),
        ("2028-02-29", "2028-03-28", (1, 0)),
        ("2027-12-15", "2028-01-14", (1, 0)),
        ("2027-01-31", "2027-02-28", (1, 0)),
    ],
)
def test_a_month_ends_on_the_day_before_its_anniversary(start, end, expected):
    assert months_and_days(dt.date.fromisoformat(start), dt.date.fromisoformat(end)) == expected


def notes(days, **where):
    start = dt.date(2027, 4, 1)
    with translation.override("en"):
        return [note.text for note in length_notes(start, start + dt.timedelta(days=days - 1), **where)]


def test_eighty_nine_days_need_no_warning():
    assert len(notes(89, host_country="JP", home_country="FR")) == 1


def test_ninety_days_are_the_longest_short_stay():
    assert "Exactly 90 days" in notes(90, host_country="JP", home_country="FR")[1]


def test_ninety_one_days_need_a_certificate():
    assert "29 June 2027 (Tue)" in notes(91, host_country="JP", home_country="FR")[1]


@pytest.mark.parametrize(
    "where", [{"host_country": "US", "home_country": "JP"}, {"host_country": "JP", "home_country": "JP"}]
)
def test_the_line_of_ninety_days_is_japans_for_visitors_from_abroad(where):
    assert len(notes(120, **where)) == 1


def test_as_long_as_a_day_is_missing_nothing_is_said():
    assert length_notes(dt.date(2027, 4, 1), None) == []


def test_the_wrong_order_is_said():
    with translation.override("en"):
        (note,) = length_notes(dt.date(2027, 4, 2), dt.date(2027, 4, 1))
    assert note.tone == "stopped"
