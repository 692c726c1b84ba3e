"""Quarters of the calendar as founders report them: `2026-Q2`, whatever day an update is due."""

import datetime as dt
import re

from django.utils.translation import gettext as _

from portal.core.dates import plain_date

PERIOD = re.compile(r"(\d{4})-Q([1-4])")


def quarter_of(day: dt.date) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"


def days_of(period: str) -> tuple[dt.date, dt.date]:
    """First and last day of a quarter; ValueError for what is none."""
    if not (match := PERIOD.fullmatch(period)):
        raise ValueError(f"no quarter: {period!r}")
    year, quarter = int(match[1]), int(match[2])
    following = dt.date(year + 1, 1, 1) if quarter == 4 else dt.date(year, 3 * quarter + 1, 1)
    return dt.date(year, 3 * quarter - 2, 1), following - dt.timedelta(days=1)


def last_complete_quarter(today: dt.date) -> str:
    first, _last = days_of(quarter_of(today))
    return quarter_of(first - dt.timedelta(days=1))


def period_text(period: str) -> str:
    """`Q2 2026 (1 April 2026 – 30 June 2026)`, in the reader's language."""
    try:
        first, last = days_of(period)
    except ValueError:
        return period
    return _("Q%(quarter)s %(year)s (%(first)s – %(last)s)") % {
        "quarter": period[-1],
        "year": period[:4],
        "first": plain_date(first),
        "last": plain_date(last),
    }
