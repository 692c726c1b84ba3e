"""The clock changes of a zone as a VTIMEZONE (RFC 5545): as yearly rules where they follow one, else day by day.

Calendar programs keep the first description of a zone that they meet, so every file describes it in the same way.
"""

import calendar
import datetime as dt
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

FIRST, LAST = dt.datetime(2010, 1, 1, tzinfo=dt.UTC), dt.datetime(2040, 1, 1, tzinfo=dt.UTC)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)

# Offset before, offset after, name, and the wall-clock time (by the old offset) at which it began.
Change = tuple[dt.timedelta, dt.timedelta, str, dt.datetime]


@cache
def vtimezone(zone: str) -> Timezone:
    """How the clocks of this zone run, exactly from 2010 to 2040."""
    found = Timezone()
    found.add("tzid", zone)
    info = ZoneInfo(zone)
    before = FIRST.astimezone(info)
    found.add_component(_part(info, [(before.utcoffset(), before.utcoffset(), before.tzname(), EPOCH)]))
    for _kind, changes in groupby(sorted(_changes(info), key=_kind_of), key=_kind_of):
        found.add_component(_part(info, list(changes)))
    return found


def _kind_of(change: Change) -> tuple:
    return change[:3]


def _changes(info: ZoneInfo) -> Iterator[Change]:
    """Every change of offset, found by looking at each day and narrowing down to the minute."""
    day = FIRST
    while day < LAST:
        following = day + DAY
        if day.astimezone(info).utcoffset() != following.astimezone(info).utcoffset():
            early, late = day, following
            while late - early > MINUTE:
                middle = (early + (late - early) / 2).replace(second=0, microsecond=0)
                early, late = (middle, late) if _same(info, day, middle) else (early, middle)
            old, new = early.astimezone(info), late.astimezone(info)
            yield old.utcoffset(), new.utcoffset(), new.tzname(), (late + old.utcoffset()).replace(tzinfo=None)
        day = following


def _same(info: ZoneInfo, one: dt.datetime, other: dt.datetime) -> bool:
    return one.astimezone(info).utcoffset() == other.astimezone(info).utcoffset()


def _part(info: ZoneInfo, changes: list[Change]) -> TimezoneStandard | TimezoneDaylight:
    """One kind of change, with all its days."""
    before, after, name, _first = changes[0]
    days = [day for _before, _after, _name, day in changes]
    is_summer = after > before and bool((days[-1] + DAY).replace(tzinfo=info).dst())
    part = TimezoneDaylight() if is_summer else TimezoneStandard()
    part.add("dtstart", days[0])
    part.add("tzoffsetfrom", before)
    part.add("tzoffsetto", after)
    part.add("tzname", name)
    if rule := _yearly(days):
        part.add("rrule", rule)
    else:
        for day in days[1:]:
            part.add("rdate", day)
    return part


def _yearly(days: list[dt.datetime]) -> vRecur | None:
    """The rule behind the days: the n-th, or the last, weekday of a month, at one time, in every year to the end."""
    first = days[0]
    every_year = [day.year for day in days] == list(range(first.year, LAST.year))
    if not every_year or len({(day.month, day.weekday(), day.time()) for day in days}) > 1:
        return None
    weeks = {(day.day - 1) // 7 + 1 for day in days}
    if len(weeks) == 1:
        week = weeks.pop()
    elif all(day.day > calendar.monthrange(day.year, day.month)[1] - 7 for day in days):
        week = -1
    else:
        return None
    return vRecur({"freq": "YEARLY", "bymonth": first.month, "byday": f"{week}{WEEKDAYS[first.weekday()]}"})
