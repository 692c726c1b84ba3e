"""When a rule speaks, relative to its date: the small language of the column `offsets`.

-14d, -3d, -24h          days and hours before; minutes are `min`, months `m`, business days `bd`
0d 10:00, +1d            on the day at a wall-clock time; days after
-90d (long), -1h (online)    only for subjects of that variant
1 March, 20 March        the last such day not after the date
monthly; yearly; then every 31 nights    again and again, counted from the offset before or from the date
at once; at capacity     in the moment itself; in the moment called “capacity”
talk -60d                counted from the subject's date called “talk” (and so for the rest up to the next semicolon)
"""

import datetime as dt
import re
from calendar import monthrange
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from portal.core.dates import wall_clock
from portal.reminders import calendars

OFFICE_HOUR = dt.time(9)
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class Unit(StrEnum):
    MINUTES = "min"
    HOURS = "h"
    DAYS = "d"
    WORKING_DAYS = "bd"
    MONTHS = "m"


EXACT = {Unit.MINUTES: dt.timedelta(minutes=1), Unit.HOURS: dt.timedelta(hours=1)}


class OffsetError(ValueError):
    """A piece of text that is no offset."""


@dataclass(frozen=True)
class Offset:
    """One moment relative to a date: `amount` is negative before it, `day_of_year` is (month, day) instead of it."""

    amount: int = 0
    unit: Unit = Unit.DAYS
    at: dt.time | None = None
    variant: str = ""
    trigger: str = ""
    repeats: bool = False
    day_of_year: tuple[int, int] | None = None

    def __str__(self) -> str:
        if self.day_of_year:
            month, day = self.day_of_year
            core = f"{day} {MONTHS[month - 1]}"
        elif self.repeats:
            core = f"every {self.amount}{self.unit}"
        else:
            core = f"{self.amount:+d}{self.unit}" if self.amount else f"0{self.unit}"
        clock = f" {self.at:%H:%M}" if self.at else ""
        return (
            f"{self.trigger + ' ' if self.trigger else ''}{core}{clock}{f' ({self.variant})' if self.variant else ''}"
        )


SHIFT = re.compile(
    r"(?P<amount>[+-]?\d{1,4})(?P<unit>min|bd|h|d|m)"
    r"(?: (?P<hour>\d{1,2}):(?P<minute>\d\d))?(?: \((?P<variant>[a-z ]+)\))?"
)
DAY_OF_YEAR = re.compile(rf"(?P<day>\d{{1,2}}) (?P<month>{'|'.join(MONTHS)})")
EVERY = re.compile(r"(?:then )?every (?P<amount>\d{1,4}) ?(?P<unit>d|m|nights|days|months)")
TRIGGER = re.compile(r"(?!every )(?P<trigger>[a-z]+) (?=[+-]?\d)")
WORDS = {
    "at once": Offset(0, Unit.MINUTES),
    "at capacity": Offset(0, Unit.MINUTES, trigger="capacity"),
    "monthly": Offset(1, Unit.MONTHS, repeats=True),
    "yearly": Offset(12, Unit.MONTHS, repeats=True),
}
SPOKEN_UNITS = {"nights": Unit.DAYS, "days": Unit.DAYS, "months": Unit.MONTHS}


@lru_cache(maxsize=200)  # the rules of the table, asked for each subject
def parse(text: str) -> tuple[Offset, ...]:
    """The offsets of a rule in the order written. Raises OffsetError with the piece that cannot be read."""
    found = []
    for segment in text.split(";"):
        trigger = ""
        for piece in filter(None, (part.strip() for part in segment.split(","))):
            if named := TRIGGER.match(piece):
                trigger, piece = named["trigger"], piece[named.end() :]
            offset = _parse_one(piece)
            found.append(replace(offset, trigger=trigger) if trigger else offset)
    return tuple(found)


def written(offsets) -> str:
    """The text that `parse` reads back to the same offsets."""
    return "; ".join(str(offset) for offset in offsets)


def moment(offset: Offset, anchor: dt.date | dt.datetime, zone: str) -> dt.datetime:
    """The instant (UTC) of an offset that does not repeat.

    Days mean 09:00 in `zone` and never fall on a free day there: before the date they move to the working day before,
    otherwise to the next one. Hours and minutes are exact; from a plain date they count from its first minute.
    """
    if offset.unit in EXACT:
        instant = anchor if isinstance(anchor, dt.datetime) else wall_clock(anchor, dt.time.min, zone)
        return instant.astimezone(dt.UTC) + offset.amount * EXACT[offset.unit]
    day = calendars.local_day(anchor, zone)
    if offset.day_of_year:
        shifted = _latest_day_of_year(offset.day_of_year, day)
    elif offset.unit == Unit.WORKING_DAYS:
        shifted = calendars.add_working_days(day, offset.amount, zone)
    elif offset.unit == Unit.MONTHS:
        shifted = add_months(day, offset.amount)
    else:
        shifted = day + dt.timedelta(days=offset.amount)
    is_before = offset.amount < 0 or offset.day_of_year is not None
    return wall_clock(calendars.working_day(shifted, zone, forward=not is_before), offset.at or OFFICE_HOUR, zone)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of another month, or its last day where it is shorter: 31 January + 1 month is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _latest_day_of_year(day_of_year: tuple[int, int], day: dt.date) -> dt.date:
    """The last such day not after `day`; 29 February is the 28th in most years."""
    month, number = day_of_year
    candidates = (dt.date(year, month, min(number, monthrange(year, month)[1])) for year in (day.year, day.year - 1))
    return next(candidate for candidate in candidates if candidate <= day)


def _parse_one(piece: str) -> Offset:
    if piece in WORDS:
        return WORDS[piece]
    if found := EVERY.fullmatch(piece):
        unit = SPOKEN_UNITS.get(found["unit"]) or Unit(found["unit"])
        if int(found["amount"]) == 0:
            raise OffsetError(piece)
        return Offset(int(found["amount"]), unit, repeats=True)
    if found := DAY_OF_YEAR.fullmatch(piece):
        month, day = MONTHS.index(found["month"]) + 1, int(found["day"])
        try:
            dt.date(2000, month, day)
        except ValueError as error:
            raise OffsetError(piece) from error
        return Offset(day_of_year=(month, day))
    if found := SHIFT.fullmatch(piece):
        try:
            at = dt.time(int(found["hour"]), int(found["minute"])) if found["hour"] else None
        except ValueError as error:
            raise OffsetError(piece) from error
        return Offset(int(found["amount"]), Unit(found["unit"]), at=at, variant=found["variant"] or "")
    raise OffsetError(piece)
