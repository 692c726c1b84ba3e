"""When an event is, by the clock of its place and by a second one, with names and offsets of both."""

import datetime as dt
from dataclasses import dataclass

from portal.core.dates import long_date, offset_text, zone_name
from workshops.models import Event
from workshops.timetable import clock


@dataclass(frozen=True)
class Clock:
    """When an event is, by one clock."""

    first: str
    last: str
    zone: str
    offset: str
    iso: str


def clocks_of(event: Event, second: str) -> list[Clock]:
    """Beginning and end by the clock of the event, then by a second one where the two differ."""
    if not event.has_hours:
        return []
    there, here = (_clock(event, zone) for zone in (event.timezone, second))
    return [there] if there.offset == here.offset else [there, here]


def _clock(event: Event, zone: str) -> Clock:
    first = clock(event.starts_at, zone)
    last = clock(event.ends_at, zone) if event.ends_time else None
    return Clock(
        first=_told(first),
        last="" if last is None else f"{last:%H:%M}" if last.date() == first.date() else _told(last),
        zone=zone_name(zone),
        offset=offset_text(first),
        iso=first.isoformat(timespec="minutes"),
    )


def _told(local: dt.datetime) -> str:
    return f"{long_date(local.date())} {local:%H:%M}"
