"""A person's day in a mission: meetings and itinerary in the order of time, and the same as calendar entries."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from portal.core.calendars import Entry, uid_of
from portal.core.dates import in_brackets, long_date, offset_text, zone_name
from workshops.calendars import sender_of
from workshops.models import Delegate, ItineraryLeg, Meeting, MeetingSlot

# For so long a subscribed calendar still carries what was cancelled, so that it notices.
KEEPS_CANCELLED = dt.timedelta(days=60)


@dataclass(frozen=True)
class Span:
    """From when to when by the clocks of one place."""

    iso: str
    day: dt.date
    clock: str
    zone: str
    offset: str


def span_in(starts_at: dt.datetime, ends_at: dt.datetime, zone: str) -> Span:
    start, end = starts_at.astimezone(ZoneInfo(zone)), ends_at.astimezone(ZoneInfo(zone))
    return Span(start.isoformat(), start.date(), f"{start:%H:%M}–{end:%H:%M}", zone_name(zone), offset_text(start))


def span_text(row: ItineraryLeg | MeetingSlot | Meeting) -> str:
    """`8 February 2027 (Mon) 10:00–10:30 Chicago time (UTC-06:00)`: by the clock of the place."""
    span = span_in(row.starts_at, row.ends_at, row.timezone)
    return f"{long_date(span.day)} {span.clock} {span.zone}{in_brackets(span.offset)}"


@dataclass(frozen=True)
class Line:
    """One thing in a person's day: a meeting or a part of the itinerary. `home` is the zone of its reader."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    zone: str
    home: str
    meeting: Meeting | None = None
    leg: ItineraryLeg | None = None
    counterpart: object = None

    @property
    def there(self) -> Span:
        return span_in(self.starts_at, self.ends_at, self.zone)

    @property
    def here(self) -> Span | None:
        """The same by the reader's own clock, where that shows something else."""
        own = span_in(self.starts_at, self.ends_at, self.home)
        return own if own.offset != self.there.offset else None

    @property
    def day(self) -> dt.date:
        return self.there.day


def meetings_of(delegate: Delegate):
    """Every meeting of the person in this mission, also those where she interprets."""
    rows = Meeting.objects.for_list().filter(event=delegate.delegation.event_id)
    return rows.of_person(delegate.person_id) | rows.filter(interpreter=delegate)


def lines_of(delegate: Delegate, meetings: Iterable[Meeting], home: str) -> list[Line]:
    """The lines of the person's days, in order of time. While the event is off, nobody follows its itinerary."""
    lines = [
        Line(
            row.starts_at,
            row.ends_at,
            row.timezone,
            home,
            meeting=row,
            counterpart=row.counterpart_of(delegate.person_id),
        )
        for row in meetings
        if row.starts_at and _is_fixed(row)
    ]
    off = delegate.delegation.event.is_off
    legs = () if off else delegate.delegation.legs.select_related("host")
    lines += [Line(leg.starts_at, leg.ends_at, leg.timezone, home, leg=leg) for leg in legs]
    return sorted(lines, key=lambda line: (line.starts_at, line.ends_at, line.meeting is None))


def _is_fixed(meeting: Meeting) -> bool:
    return meeting.state == Meeting.State.SCHEDULED or meeting.was_held


def by_day(lines: Iterable[Line]) -> list[tuple[Span, Span | None, list[Line]]]:
    """The lines of each day by one clock: the first one tells the clocks, there and at the reader's home."""
    days = []
    for _key, group in groupby(lines, key=lambda line: (line.day, line.there.offset, line.zone)):
        rows = list(group)
        days.append((rows[0].there, rows[0].here, rows))
    return days


def place_of(meeting: Meeting) -> str:
    """Table and place in the reader's language; meetings outside missions have a free text."""
    if meeting.table is None:
        return meeting.place
    return _(", ").join(filter(None, (meeting.table.name, meeting.table.place)))


def entry_of(meeting: Meeting, *, reader_id: int, email: str = "", name: str = "", url: str = "") -> Entry:
    """The meeting in the calendar of one of its people; `email` makes it an invitation to that address."""
    if meeting.part_of(reader_id):
        summary = _("Meeting with %(name)s") % {"name": meeting.counterpart_of(reader_id)}
    else:
        summary = _("Interpreting: %(one)s and %(other)s") % {"one": meeting.requester, "other": meeting.invitee}
    online = meeting.table.online_url if meeting.table is not None else ""
    return Entry(
        uid=uid_of(meeting),
        sequence=meeting.calendar_sequence,
        summary=summary,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        zone=meeting.timezone,
        location=place_of(meeting),
        description="\n".join(filter(None, (meeting.topic_en, online))),
        url=url,
        is_cancelled=meeting.state in (Meeting.State.CANCELLED, Meeting.State.NO_SHOW),
        last_modified=meeting.updated_at,
        organiser=sender_of(meeting.event) if email else None,
        attendee=(name, email) if email else None,
    )


def feed_of(delegate: Delegate, *, now: dt.datetime) -> list[Entry]:
    """What a subscribed calendar gets: what is fixed, what was cancelled lately, and the itinerary.

    The itinerary goes along with its event, and so does the number by which calendars know what is newer.
    """
    event = delegate.delegation.event
    rows = [
        row
        for row in meetings_of(delegate)
        if row.starts_at and (_is_fixed(row) or (row.calendar_sequence and row.updated_at > now - KEEPS_CANCELLED))
    ]
    entries = [entry_of(row, reader_id=delegate.person_id) for row in rows]
    return entries + [
        Entry(
            uid=uid_of(leg),
            sequence=event.ical_sequence,
            is_cancelled=event.is_off,
            summary=leg.title,
            starts_at=leg.starts_at,
            ends_at=leg.ends_at,
            zone=leg.timezone,
            location=leg.place,
            last_modified=leg.updated_at,
            takes_time=leg.kind != ItineraryLeg.Kind.MEETINGS,
        )
        for leg in delegate.delegation.legs.all()
    ]
