"""Calendar files, read back by a library that did not write them."""

import datetime as dt
import uuid
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from portal.core.calendars import Entry, calendar_file, uid_of

NOON = dt.datetime(2027, 1, 31, 12, tzinfo=dt.UTC)
LONG_TITLE = "量子アライアンス学生交流、仙台とシカゴ; " * 8


def entry(**changes) -> Entry:
    values = {
        "uid": "1@alliance-portal",
        "summary": "Lecture",
        "starts_at": NOON,
        "ends_at": NOON + dt.timedelta(hours=1),
    }
    return Entry(**values | changes)


def read(*entries: Entry, **options):
    return vobject.readOne(calendar_file(entries, **options))


def test_an_entry_is_recognised_by_the_row_and_not_by_the_host():
    row = SimpleNamespace(public_id=uuid.UUID(int=7))
    assert uid_of(row) == "00000000-0000-0000-0000-000000000007@alliance-portal"


def test_a_reader_of_another_make_finds_what_was_written():
    changed = NOON - dt.timedelta(days=3)
    calendar = read(
        entry(
            sequence=4, last_modified=changed, location="Sendai", description="One\nTwo", url="https://example.org/e"
        ),
        now=NOON,
        name="Events",
    )
    event = calendar.vevent
    assert (calendar.method.value, calendar.contents["x-wr-calname"][0].value) == ("PUBLISH", "Events")
    assert (event.uid.value, event.sequence.value, event.status.value) == ("1@alliance-portal", "4", "CONFIRMED")
    assert (event.dtstamp.value, event.last_modified.value) == (NOON, changed)
    assert (event.summary.value, event.location.value, event.description.value) == ("Lecture", "Sendai", "One\nTwo")


def test_times_carry_their_zone_with_its_rules():
    start = dt.datetime(2027, 3, 18, 17, tzinfo=ZoneInfo("America/Chicago"))
    text = calendar_file([entry(starts_at=start, ends_at=start + dt.timedelta(hours=1), zone="America/Chicago")])
    assert "DTSTART;TZID=America/Chicago:20270318T170000" in text
    assert text.count("BEGIN:VTIMEZONE") == 1 and "TZID:America/Chicago" in text
    # The reader works with the rules in the file alone: 17:00 in March is summer time in Chicago.
    assert vobject.readOne(text).vevent.dtstart.value.astimezone(dt.UTC) == start.astimezone(dt.UTC)


@given(
    day=st.dates(dt.date(2010, 1, 2), dt.date(2039, 12, 1)),
    zone=st.sampled_from(["Asia/Tokyo", "America/Chicago", "Europe/Paris", "Australia/Sydney", "America/Sao_Paulo"]),
)
def test_whatever_the_day_the_instant_comes_back(day, zone):
    start = dt.datetime.combine(day, dt.time(17), tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)
    event = read(entry(starts_at=start, ends_at=start + dt.timedelta(hours=2), zone=zone)).vevent
    assert event.dtstart.value.astimezone(dt.UTC) == start
    assert event.dtend.value.astimezone(dt.UTC) == start + dt.timedelta(hours=2)


def test_zones_are_told_as_rules_where_they_follow_one():
    text = calendar_file([entry(zone="America/Chicago"), entry(zone="Asia/Tokyo")])
    assert "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3" in text and "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11" in text
    assert text.count("BEGIN:DAYLIGHT") == 1 and text.count("BEGIN:VTIMEZONE") == 2


def test_the_end_of_whole_days_is_the_day_after_the_last():
    event = read(entry(starts_at=dt.date(2027, 3, 30), ends_at=dt.date(2027, 3, 31))).vevent
    assert (event.dtstart.value, event.dtend.value) == (dt.date(2027, 3, 30), dt.date(2027, 4, 1))


def test_one_moment_has_no_end():
    assert "dtend" not in read(entry(ends_at=None)).vevent.contents


def test_a_cancelled_entry_says_so_and_takes_no_time():
    event = read(entry(is_cancelled=True, sequence=2)).vevent
    assert (event.status.value, event.transp.value) == ("CANCELLED", "TRANSPARENT")


def test_a_cancel_file_withdraws_its_entries():
    calendar = read(entry(sequence=3, organiser=("Rin Sato", "rin@example.org")), method="CANCEL")
    assert (calendar.method.value, calendar.vevent.status.value) == ("CANCEL", "CANCELLED")


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_nothing_is_asked_into_or_taken_out_of_a_calendar_without_an_organiser(method):
    with pytest.raises(ValueError, match="organiser"):
        calendar_file([entry()], method=method)


def test_an_invitation_names_who_invites_and_who_comes():
    who = {"organiser": ("Rin Sato", "rin@example.org"), "attendee": ("評価 太郎", "taro@example.org")}
    calendar = read(entry(**who), method="REQUEST")
    assert calendar.vevent.organizer.value == "mailto:rin@example.org"
    assert calendar.vevent.attendee.value == "mailto:taro@example.org"
    assert calendar.vevent.attendee.params["CN"] == ["評価 太郎"]


def test_alarms_ring_before_the_entry_and_never_for_a_cancelled_one():
    day = (dt.timedelta(days=1),)
    assert read(entry(alarms=day)).vevent.valarm.trigger.value == dt.timedelta(days=-1)
    assert "valarm" not in read(entry(alarms=day, is_cancelled=True)).vevent.contents


def test_lines_are_folded_at_75_octets_between_whole_characters():
    text = calendar_file([entry(summary=LONG_TITLE)])
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert vobject.readOne(text).vevent.summary.value == LONG_TITLE.strip()


@pytest.mark.parametrize("field", ["summary", "location", "description"])
def test_a_text_cannot_smuggle_lines_in(field):
    text = calendar_file([entry(**{field: "a, b; c\\ \x00\x07\r\nEND:VEVENT\rX-EVIL:1"})])
    assert text.count("\r\nEND:VEVENT") == 1 and "\r\nX-EVIL" not in text
    vobject.readOne(text)


def test_an_empty_calendar_is_one_too():
    assert calendar_file([], name="Nothing yet").startswith("BEGIN:VCALENDAR\r\n")
