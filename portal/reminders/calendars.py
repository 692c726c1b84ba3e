"""Working days of the office in whose zone a mail is read: weekends and public holidays of the zone's country."""

import datetime as dt
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import holidays

# Japanese offices are closed over the New Year although only 1 January is a public holiday.
CATEGORIES = {"JP": ("public", "bank")}
SATURDAY = 5


def local_day(anchor: dt.date | dt.datetime, zone: str) -> dt.date:
    """The civil date of an instant in a zone; plain dates stay as they are."""
    return anchor.astimezone(ZoneInfo(zone)).date() if isinstance(anchor, dt.datetime) else anchor


def is_working_day(day: dt.date, zone: str) -> bool:
    calendar = calendar_of(zone)
    return day.weekday() < SATURDAY if calendar is None else calendar.is_working_day(day)


def working_day(day: dt.date, zone: str, *, forward: bool) -> dt.date:
    """The day itself where it is a working day, otherwise the nearest one in the given direction."""
    step = dt.timedelta(days=1 if forward else -1)
    while not is_working_day(day, zone):
        day += step
    return day


def add_working_days(day: dt.date, count: int, zone: str) -> dt.date:
    """The `count`-th working day after the day (before it where negative). The day itself is not counted."""
    step = dt.timedelta(days=1 if count > 0 else -1)
    for _number in range(abs(count)):
        day = working_day(day + step, zone, forward=count > 0)
    return day


@cache
def calendar_of(zone: str) -> holidays.HolidayBase | None:
    """The public holidays of the zone's country, or None where they are not known."""
    country = _countries().get(zone, "")
    if country not in holidays.list_supported_countries():
        return None
    return holidays.country_holidays(country, categories=CATEGORIES.get(country))


@cache
def _countries() -> dict[str, str]:
    """IANA zone name → ISO country code, as the time zone database has it."""
    lines = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {row[2]: row[0] for row in rows}
