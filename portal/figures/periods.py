"""Periods over which figures run: fiscal and calendar years, halves, quarters, free ranges, one day."""

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from portal.core.dates import FiscalCalendar, Precision, fiscal_bounds, fiscal_year, plain_date, wall_clock

# Where the days of a period begin and end.
CALENDAR_ZONES = {
    FiscalCalendar.JAPAN: "Asia/Tokyo",
    FiscalCalendar.US_UNIVERSITY: "America/Chicago",
    FiscalCalendar.US_GOVERNMENT: "America/New_York",
}
ONE_DAY = dt.timedelta(days=1)


class PeriodError(ValueError):
    """A period that cannot be; the message is a sentence for whoever asked."""


@dataclass(frozen=True)
class Period:
    """From `first` to `last`, both counted; None leaves that end open. `name` says how people call it."""

    first: dt.date | None = None
    last: dt.date | None = None
    name: str = ""
    zone: str = "Asia/Tokyo"
    is_day: bool = False  # the state of things on the last day rather than what happened up to it

    def __post_init__(self):
        if self.first and self.last and self.last < self.first:
            raise PeriodError(_("The period ends before it begins: give an end on or after the first day."))

    # -- how periods are made ------------------------------------------------------------------------------------------
    @classmethod
    def whole(cls) -> "Period":
        return cls()

    @classmethod
    def on(cls, day: dt.date, zone: str = "Asia/Tokyo") -> "Period":
        """The state of things on a day: everything up to it."""
        return cls(None, day, "", zone, is_day=True)

    @classmethod
    def fiscal(cls, year: int, calendar: str = FiscalCalendar.JAPAN) -> "Period":
        first, last = fiscal_bounds(year, calendar)
        return cls(first, last, fiscal_name(year), CALENDAR_ZONES[FiscalCalendar(calendar)])

    @classmethod
    def fiscal_of(cls, day: dt.date, calendar: str = FiscalCalendar.JAPAN) -> "Period":
        return cls.fiscal(fiscal_year(day, calendar), calendar)

    @classmethod
    def calendar(cls, year: int, zone: str = "Asia/Tokyo") -> "Period":
        return cls(dt.date(year, 1, 1), dt.date(year, 12, 31), str(year), zone)

    @classmethod
    def half(cls, year: int, number: int, calendar: str = FiscalCalendar.JAPAN) -> "Period":
        return cls._share(year, number, 6, calendar)

    @classmethod
    def quarter(cls, year: int, number: int, calendar: str = FiscalCalendar.JAPAN) -> "Period":
        return cls._share(year, number, 3, calendar)

    @classmethod
    def _share(cls, year: int, number: int, months: int, calendar: str) -> "Period":
        if not 1 <= number <= 12 // months:
            raise PeriodError(_("A fiscal year has two halves and four quarters."))
        start = fiscal_bounds(year, calendar)[0]
        first = add_months(start, months * (number - 1))
        name = _("%(year)s, half %(number)s") if months == 6 else _("%(year)s, quarter %(number)s")
        return cls(
            first,
            add_months(first, months) - ONE_DAY,
            name % {"year": fiscal_name(year), "number": number},
            CALENDAR_ZONES[FiscalCalendar(calendar)],
        )

    def __str__(self) -> str:
        if self.name:
            return self.name
        if self.first and self.last:
            return _("%(first)s to %(last)s") % {"first": plain_date(self.first), "last": plain_date(self.last)}
        if self.last and self.is_day:
            return _("as of %(day)s") % {"day": plain_date(self.last)}
        if self.last:
            return _("until %(day)s") % {"day": plain_date(self.last)}
        if self.first:
            return _("since %(day)s") % {"day": plain_date(self.first)}
        return _("all years")

    @property
    def key(self) -> str:
        """The two days as an ISO 8601 interval; `..` is an open end."""
        return "/".join(day.isoformat() if day else ".." for day in (self.first, self.last))

    # -- conditions ----------------------------------------------------------------------------------------------------
    def holds(self, field: str) -> Q:
        """The civil date in `field` (or an annotation) lies in the period; a missing date lies in none."""
        condition = Q(**{f"{field}__isnull": False})
        if self.first:
            condition &= Q(**{f"{field}__gte": self.first})
        if self.last:
            condition &= Q(**{f"{field}__lte": self.last})
        return condition

    def holds_instant(self, field: str) -> Q:
        """The instant in `field` falls on a day of the period, by the clock of the period's zone."""
        condition = Q(**{f"{field}__isnull": False})
        if self.first:
            condition &= Q(**{f"{field}__gte": wall_clock(self.first, dt.time(), self.zone)})
        if self.last:
            condition &= Q(**{f"{field}__lt": wall_clock(self.last + ONE_DAY, dt.time(), self.zone)})
        return condition

    def touches(self, start: str, end: str) -> Q:
        """At least one day from `start` to `end` lies in the period; an empty end is open."""
        condition = Q()
        if self.first:
            condition &= Q(**{f"{end}__gte": self.first}) | Q(**{f"{end}__isnull": True})
        if self.last:
            condition &= Q(**{f"{start}__lte": self.last})
        return condition

    def surely_holds(self, field: str, precision: str) -> Q:
        """A date known no finer than `precision` lies in the period, whichever of its days it was."""
        alike: dict[tuple, list[str]] = {}
        for precisions, start_of, end_of in UNITS:
            low, high = self.first, self.last
            if low and start_of(low) != low:
                low = end_of(low) + ONE_DAY
            if high and end_of(high) != high:
                high = start_of(high) - ONE_DAY
            alike.setdefault((low, high), []).extend(precisions)
        condition = Q()
        for (low, high), known_to in alike.items():
            inside = Q(**{f"{precision}__in": known_to})
            if low:
                inside &= Q(**{f"{field}__gte": low})
            if high:
                inside &= Q(**{f"{field}__lte": high})
            condition |= inside
        return Q(**{f"{field}__isnull": False}) & condition

    def perhaps_holds(self, field: str, precision: str) -> Q:
        """The date may lie in the period: it is not known, or so coarsely that an end of the period cuts through it."""
        condition = Q(**{f"{field}__isnull": True}) | Q(**{precision: Precision.UNKNOWN})
        for precisions, start_of, end_of in UNITS:
            cut = [day for day, edge_of in ((self.first, start_of), (self.last, end_of)) if day and edge_of(day) != day]
            for day in cut:
                around = {f"{field}__range": (start_of(day), end_of(day))}
                condition |= Q(**around, **{f"{precision}__in": precisions})
        return condition


def fiscal_name(year: int) -> str:
    return _("FY%(year)s") % {"year": year}


def add_months(day: dt.date, months: int) -> dt.date:
    """The first day of a month some months later (for first days of months)."""
    number = day.year * 12 + day.month - 1 + months
    return dt.date(number // 12, number % 12 + 1, 1)


def years_before(day: dt.date, years: int) -> dt.date:
    """The same day some years earlier; 29 February becomes the 28th."""
    year = day.year - years
    return dt.date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def _month_end(day: dt.date) -> dt.date:
    return day.replace(day=monthrange(day.year, day.month)[1])


# Precisions that share a grain, with the first and last day of the grain around a day.
UNITS = (
    ((Precision.DAY, Precision.REPORTED, ""), lambda day: day, lambda day: day),
    ((Precision.MONTH,), lambda day: day.replace(day=1), _month_end),
    ((Precision.YEAR,), lambda day: day.replace(month=1, day=1), lambda day: day.replace(month=12, day=31)),
    (
        (Precision.FISCAL_YEAR,),
        lambda day: fiscal_bounds(fiscal_year(day))[0],
        lambda day: fiscal_bounds(fiscal_year(day))[1],
    ),
)
