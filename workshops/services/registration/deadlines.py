"""Until when an offered place is kept: two days, never into the night, never into the event."""

import datetime as dt
from zoneinfo import ZoneInfo

from portal.core.dates import wall_clock

KEPT_FOR = dt.timedelta(hours=48)
# Nobody is made to answer before breakfast: what would end at night ends in the morning after it.
DAY_BEGINS, DAY_ENDS = dt.time(9), dt.time(21)
AT_LEAST = dt.timedelta(hours=1)


def answer_deadline(now: dt.datetime, *, zone: str, until: dt.datetime | None) -> dt.datetime:
    """The instant at which the offer lapses, by the clock of the person who is asked.

    `until` is when the last place is given away. Close to it the time becomes shorter: half of what is left.
    """
    wanted = now + KEPT_FOR
    if until is not None and wanted > until:
        wanted = now + (until - now) / 2
    return _by_day(wanted, now, zone, until)


def _by_day(wanted: dt.datetime, now: dt.datetime, zone: str, until: dt.datetime | None) -> dt.datetime:
    local = wanted.astimezone(ZoneInfo(zone))
    if DAY_BEGINS <= local.time() <= DAY_ENDS:
        return wanted
    morning_of = local.date() if local.time() < DAY_BEGINS else local.date() + dt.timedelta(days=1)
    morning = wall_clock(morning_of, DAY_BEGINS, zone)
    if until is None or morning < until:
        return morning
    evening = wall_clock(morning_of - dt.timedelta(days=1), DAY_ENDS, zone)
    return evening if evening >= now + AT_LEAST else wanted
