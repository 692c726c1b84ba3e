"""Dates as people in two countries mean them: precision, days, fiscal years, zones."""

import datetime as dt
from collections.abc import Iterable
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

MAX_KEPT = 10_000  # texts

WEEKDAYS = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))

# The zones of the partners; every other one is named after its city.
ZONE_NAMES = {
    "Asia/Tokyo": _("Tokyo time"),
    "Asia/Seoul": _("Seoul time"),
    "Asia/Taipei": _("Taipei time"),
    "Asia/Singapore": _("Singapore time"),
    "Asia/Kolkata": _("India time"),
    "America/Chicago": _("Chicago time"),
    "America/New_York": _("New York time"),
    "America/Denver": _("Denver time"),
    "America/Los_Angeles": _("Los Angeles time"),
    "America/Toronto": _("Toronto time"),
    "Europe/London": _("London time"),
    "Europe/Paris": _("Paris time"),
    "Europe/Rome": _("Rome time"),
    "Europe/Berlin": _("Berlin time"),
    "Europe/Zurich": _("Zurich time"),
    "Europe/Madrid": _("Madrid time"),
    "Australia/Sydney": _("Sydney time"),
}


class Precision(models.TextChoices):
    """How much of a date is known (handbook, domain §1.2). `reported`: the day stands only in a secondary source."""

    DAY = "day", _("day")
    MONTH = "month", _("month")
    YEAR = "year", _("year")
    FISCAL_YEAR = "fiscal_year", _("fiscal year")
    REPORTED = "reported", _("day, as reported")
    UNKNOWN = "unknown", _("unknown")


class FiscalCalendar(models.TextChoices):
    """Fiscal years by country: Japan from 1 April, US universities from 1 July, the US government from 1 October."""

    JAPAN = "japan", _("Japan (April–March)")
    US_UNIVERSITY = "us_university", _("US university (July–June)")
    US_GOVERNMENT = "us_government", _("US government (October–September)")


FISCAL_START_MONTH = {FiscalCalendar.JAPAN: 4, FiscalCalendar.US_UNIVERSITY: 7, FiscalCalendar.US_GOVERNMENT: 10}


def fiscal_year(day: dt.date, calendar: str = FiscalCalendar.JAPAN) -> int:
    """The label of the fiscal year: Japan names it after its first year, the US after its last."""
    starts_this_year = day.month >= FISCAL_START_MONTH[FiscalCalendar(calendar)]
    if calendar == FiscalCalendar.JAPAN:
        return day.year if starts_this_year else day.year - 1
    return day.year + 1 if starts_this_year else day.year


def fiscal_bounds(year: int, calendar: str = FiscalCalendar.JAPAN) -> tuple[dt.date, dt.date]:
    """First and last day of the fiscal year with this label."""
    month = FISCAL_START_MONTH[FiscalCalendar(calendar)]
    first = dt.date(year if calendar == FiscalCalendar.JAPAN else year - 1, month, 1)
    return first, dt.date(first.year + 1, month, 1) - dt.timedelta(days=1)


def days_inclusive(start: dt.date, end: dt.date) -> int:
    """Days of a stay, both ends counted: 1 June to 29 August are 90 days; a one-day visit is one day."""
    return (end - start).days + 1


def long_date(day: dt.date) -> str:
    """`1 April 2027 (Thu)` or `2027年4月1日(木)`."""
    return _long_date(day, get_language())


@lru_cache(maxsize=MAX_KEPT)
def _long_date(day: dt.date, _language: str | None) -> str:
    """Kept, because many mails name the same few days."""
    return f"{plain_date(day)}{'' if _is_japanese() else ' '}({WEEKDAYS[day.weekday()]})"


def plain_date(day: dt.date) -> str:
    """`1 April 2027` or `2027年4月1日`."""
    return date_format(day, "Y年n月j日" if _is_japanese() else "j F Y")


def day_of_year(month: int, day: int) -> str:
    """`1 March` or `3月1日`: a day of every year."""
    return date_format(dt.date(2000, month, day), "n月j日" if _is_japanese() else "j F")


def fuzzy_date(day: dt.date | None, precision: str) -> str:
    """A date shown no finer and no surer than it is known; empty where nothing is known."""
    if day is None or precision == Precision.UNKNOWN:
        return ""
    return _fuzzy_date(day, precision, get_language())


@lru_cache(maxsize=MAX_KEPT)
def _fuzzy_date(day: dt.date, precision: str, _language: str | None) -> str:
    japanese = _is_japanese()
    if precision == Precision.MONTH:
        return date_format(day, "Y年n月" if japanese else "F Y")
    if precision == Precision.YEAR:
        return f"{day.year}年" if japanese else str(day.year)
    if precision == Precision.FISCAL_YEAR:
        year = fiscal_year(day)
        return f"{year}年度" if japanese else gettext("FY%(year)s") % {"year": year}
    if precision == Precision.REPORTED:
        told = plain_date(day)
        return f"{told}（報告による）" if japanese else gettext("%(day)s (as reported)") % {"day": told}
    return plain_date(day)


def zoned_text(instant: dt.datetime, zone: str) -> str:
    """`1 April 2027 (Thu) 17:00 Asia/Tokyo (UTC+09:00)`: weekday, wall-clock time, zone and offset."""
    # As UTC: two equal wall clocks of an hour that comes twice are different instants.
    return _zoned_text(instant.astimezone(dt.UTC), zone, get_language())


@lru_cache(maxsize=MAX_KEPT)
def _zoned_text(instant: dt.datetime, zone: str, _language: str | None) -> str:
    """Kept like days: the time at which a call closes, nine o'clock of a day."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{long_date(local.date())} {local:%H:%M} {zone_name(zone)}{in_brackets(offset_text(local))}"


def both_zones_text(instant: dt.datetime, first: str, second: str) -> str:
    """The instant in one zone, followed by the other one where the wall clocks differ."""
    one, two = zoned_text(instant, first), zoned_text(instant, second)
    differ = instant.astimezone(ZoneInfo(first)).utcoffset() != instant.astimezone(ZoneInfo(second)).utcoffset()
    return f"{one} / {two}" if differ else one


def clock_change(zone: str, since: dt.datetime, until: dt.datetime) -> tuple[dt.date, bool] | None:
    """The day on which the clocks of a zone change last between two instants, and whether they go forward.

    None where they show the same offset at both: then nobody has to think about it.
    """
    info = ZoneInfo(zone)

    def offset(instant: dt.datetime) -> dt.timedelta | None:
        return instant.astimezone(info).utcoffset()

    after = offset(until)
    if until <= since or offset(since) == after:
        return None
    changed = until.astimezone(dt.UTC)
    while offset(changed - dt.timedelta(days=1)) == after:
        changed -= dt.timedelta(days=1)
    before = changed - dt.timedelta(days=1)
    while changed - before > dt.timedelta(minutes=1):
        middle = before + (changed - before) / 2
        before, changed = (before, middle) if offset(middle) == after else (middle, changed)
    return changed.astimezone(info).date(), after > offset(before)


def clock_changes_text(zones: Iterable[str], since: dt.datetime, until: dt.datetime) -> str:
    """What readers should know who think of `until` by the clocks of today; empty where no clock changes."""
    found: dict[tuple[dt.date, bool], list[str]] = {}
    for zone in dict.fromkeys(zones):
        if change := clock_change(zone, since, until):
            found.setdefault(change, []).append(zone_name(zone))
    return "\n".join(_change_text(day, forward, names) for (day, forward), names in sorted(found.items()))


def _change_text(day: dt.date, forward: bool, names: list[str]) -> str:
    if forward:
        text = gettext(
            "Please note: clocks go forward on %(day)s (%(zone)s). The times in this mail are those after the change."
        )
    else:
        text = gettext(
            "Please note: clocks go back on %(day)s (%(zone)s). The times in this mail are those after the change."
        )
    return text % {"day": long_date(day), "zone": gettext(", ").join(names)}


def zone_name(zone: str) -> str:
    """A zone as people say it: `Tokyo time`, 東京時間; a city nobody has translated yet keeps its English name."""
    if zone == "UTC":
        return zone
    if zone in ZONE_NAMES:
        return str(ZONE_NAMES[zone])
    return gettext("%(city)s time") % {"city": zone.rsplit("/", 1)[-1].replace("_", " ")}


def offset_text(local: dt.datetime) -> str:
    offset = local.strftime("%z")
    return f"UTC{offset[:3]}:{offset[3:]}"


def in_brackets(remark: str) -> str:
    """What follows a word: ` (UTC+09:00)`, or `（UTC+09:00）` in Japanese."""
    return f"（{remark}）" if _is_japanese() else f" ({remark})"


def wall_clock(day: dt.date, time: dt.time, zone: str) -> dt.datetime:
    """The UTC instant of a wall-clock time in a zone.

    A time that does not exist (clocks go forward) becomes the next valid minute; a doubled one is the first.
    """
    info, local = ZoneInfo(zone), dt.datetime.combine(day, time)
    while local.replace(tzinfo=info).astimezone(dt.UTC).astimezone(info).replace(tzinfo=None) != local:
        local = local.replace(second=0, microsecond=0) + dt.timedelta(minutes=1)
    return local.replace(tzinfo=info).astimezone(dt.UTC)


def exact_wall_clock(day: dt.date, time: dt.time, zone: str) -> dt.datetime:
    """The UTC instant of a wall-clock time that exists exactly once in the zone.

    Where clocks go forward an hour is missing, where they go back one comes twice: nobody may guess which is meant.
    """
    info, local = ZoneInfo(zone), dt.datetime.combine(day, time.replace(fold=0))
    first, second = local.replace(tzinfo=info), local.replace(tzinfo=info, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(dt.UTC)
    if first.astimezone(dt.UTC).astimezone(info).replace(tzinfo=None) == local:
        sentence = _("%(time)s on %(day)s comes twice in %(zone)s, because clocks go back. Choose another time.")
    else:
        sentence = _("%(time)s on %(day)s does not exist in %(zone)s, because clocks go forward. Choose another time.")
    raise ValidationError(
        sentence, params={"time": f"{time:%H:%M}", "day": long_date(day), "zone": zone_name(zone)}, code="unclear_hour"
    )


@cache
def known_zones() -> frozenset[str]:
    """All IANA names; kept, because finding them walks through hundreds of files."""
    return frozenset(available_timezones())


def validate_zone(value: str) -> None:
    if value not in known_zones():
        raise ValidationError(
            _("“%(zone)s” is no time zone. Use a name such as Asia/Tokyo or America/Chicago."), params={"zone": value}
        )


def _is_japanese() -> bool:
    return (get_language() or "").startswith("ja")
