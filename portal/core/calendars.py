"""Calendar files (RFC 5545): what a person puts into her own calendar, and what corrects it there later.

An entry is recognised by its UID for ever, and replaced by whatever carries the same UID and a higher sequence.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from django.utils import timezone
from icalendar import Alarm, Calendar, Event, vCalAddress, vDuration

from portal.core.zone_rules import vtimezone

PRODUCT = "-//Alliance Portal//calendars//EN"
# Part of the identity of entries in other people's calendars; it stays, wherever the portal is reached.
UID_DOMAIN = "alliance-portal"
# How often a subscribed calendar is asked for again.
REFRESH = dt.timedelta(hours=6)

Method = Literal["PUBLISH", "REQUEST", "CANCEL"]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry: from instant to instant, shown by the clock of `zone`, or from first to last day, both included.

    `sequence` is stored with the record and raised when time, place or standing change; `last_modified` is when the
    record was changed. `organiser` and `attendee` are (name, e-mail address) of an invitation.
    """

    uid: str
    summary: str
    starts_at: dt.datetime | dt.date
    ends_at: dt.datetime | dt.date | None = None
    zone: str = "UTC"
    sequence: int = 0
    last_modified: dt.datetime | None = None
    location: str = ""
    description: str = ""
    url: str = ""
    is_cancelled: bool = False
    takes_time: bool = True
    organiser: tuple[str, str] | None = None
    attendee: tuple[str, str] | None = None
    alarms: tuple[dt.timedelta, ...] = ()
    related_to: str = ""


def uid_of(row) -> str:
    """The UID of a record's entry: its immutable identifier, never its title, date or address."""
    return f"{row.public_id}@{UID_DOMAIN}"


def calendar_file(
    entries: Iterable[Entry], *, method: Method = "PUBLISH", name: str = "", now: dt.datetime | None = None
) -> str:
    """The entries as one file. CANCEL takes each of them out of the reader's calendar again."""
    entries, now = list(entries), now or timezone.now()
    if method != "PUBLISH" and not all(entry.organiser for entry in entries):
        raise ValueError("calendar programs take an invitation or its end from an organiser only (RFC 5546)")
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if name:
        calendar.add("name", _one_line(name))
        calendar.add("x-wr-calname", _one_line(name))
        calendar.add("refresh-interval", vDuration(REFRESH, params={"VALUE": "DURATION"}))
        calendar.add("x-published-ttl", vDuration(REFRESH))
    for zone in sorted({entry.zone for entry in entries if entry.zone != "UTC" and _has_hours(entry)}):
        calendar.add_component(vtimezone(zone))
    for entry in entries:
        calendar.add_component(_event(entry, now, is_cancelled=entry.is_cancelled or method == "CANCEL"))
    return calendar.to_ical().decode()


def calendar_stream(entries: Iterable[Entry], *, method: Method) -> str:
    """Several entries for one mail: each is a calendar file of its own, because such a file has one UID (RFC 5546)."""
    return "".join(calendar_file([entry], method=method) for entry in entries)


def files_of(stream: str) -> list[str]:
    """The calendar files that follow each other in a text (RFC 5545, 3.4)."""
    begin = "BEGIN:VCALENDAR"
    return [begin + rest for rest in stream.split(begin)[1:]]


def _event(entry: Entry, now: dt.datetime, *, is_cancelled: bool) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", now.astimezone(dt.UTC))
    event.add("last-modified", (entry.last_modified or now).astimezone(dt.UTC))
    event.add("summary", _one_line(entry.summary))
    start, end = _span(entry)
    event.add("dtstart", start)
    if end != start:
        event.add("dtend", end)
    for field in ("location", "description"):
        if text := _clean(getattr(entry, field)):
            event.add(field, text)
    if entry.url:
        event.add("url", entry.url)
    if entry.related_to:
        event.add("related-to", entry.related_to)
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE" if entry.takes_time and not is_cancelled else "TRANSPARENT")
    if entry.organiser:
        event.add("organizer", _address(entry.organiser))
    if entry.attendee:
        # Who gets an invitation from us has said yes already; calendars must not ask once more.
        event.add("attendee", _address(entry.attendee, PARTSTAT="ACCEPTED", RSVP="FALSE"))
    for before in entry.alarms if not is_cancelled else ():
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -before)
        alarm.add("description", _one_line(entry.summary))
        event.add_component(alarm)
    return event


def _has_hours(entry: Entry) -> bool:
    return isinstance(entry.starts_at, dt.datetime)


def _span(entry: Entry) -> tuple[dt.datetime | dt.date, dt.datetime | dt.date]:
    """DTSTART and DTEND. The end of whole days is the first day that does not belong to them any more."""
    last = entry.ends_at or entry.starts_at
    if not (isinstance(entry.starts_at, dt.datetime) and isinstance(last, dt.datetime)):
        return entry.starts_at, last + dt.timedelta(days=1)
    zone = dt.UTC if entry.zone == "UTC" else ZoneInfo(entry.zone)
    return entry.starts_at.astimezone(zone), last.astimezone(zone)


def _address(who: tuple[str, str], **params: str) -> vCalAddress:
    name, email = who
    address = vCalAddress(f"mailto:{email}")
    for key, value in {"CN": _one_line(name), **params}.items():
        if value:
            address.params[key] = value
    return address


def _clean(text: str) -> str:
    """Text without characters that no calendar may contain."""
    lines = str(text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(character for character in lines if character in "\n\t" or ord(character) >= 32)


def _one_line(text: str) -> str:
    return " ".join(_clean(text).split())
