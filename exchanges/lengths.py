"""What the length of a wished stay means: days with both ends counted, and the 90-day line of short stays in Japan."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.core.dates import days_inclusive, long_date
from portal.ui.states import Tone

# Up to 90 days without pay are a short stay; from day 91 on a Certificate of Eligibility is needed
# (handbook, exchanges §3.3).
SHORT_STAY_DAYS = 90


@dataclass(frozen=True)
class LengthNote:
    """One sentence about a length; `tone` is the tone of its note box."""

    tone: str
    text: str


def months_and_days(start: dt.date, end: dt.date) -> tuple[int, int]:
    """Whole calendar months from the first day, and the days that are left over; both ends counted.

    30 November to 28 February are three months: a month ends on the day before its anniversary, or on its last day.
    """
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    while months > 0 and _end_of_months(start, months) > end:
        months -= 1
    left = (end - _end_of_months(start, months)).days if months else days_inclusive(start, end)
    return months, left


def _end_of_months(start: dt.date, months: int) -> dt.date:
    year, month = divmod(start.month - 1 + months, 12)
    first = dt.date(start.year + year, month + 1, 1)
    last = (dt.date(first.year + first.month // 12, first.month % 12 + 1, 1) - dt.timedelta(days=1)).day
    if start.day > last:
        return first.replace(day=last)
    return first.replace(day=start.day) - dt.timedelta(days=1)


def length_notes(
    start: dt.date | None, end: dt.date | None, *, programme=None, host_country: str = "", home_country: str = ""
) -> list[LengthNote]:
    """Everything worth saying about these days; empty as long as one of them is missing."""
    if start is None or end is None:
        return []
    if end < start:
        return [LengthNote(Tone.STOPPED, _("The last day lies before the first day."))]
    days = days_inclusive(start, end)
    notes = [LengthNote("", _counted(start, end, days))]
    if programme is not None and programme.min_days and days < programme.min_days:
        shortest = _("This programme asks for at least %(days)d days.") % {"days": programme.min_days}
        notes.append(LengthNote(Tone.ATTENTION, shortest))
    if programme is not None and programme.max_days and days > programme.max_days:
        longest = _("This programme pays for at most %(days)d days.") % {"days": programme.max_days}
        notes.append(LengthNote(Tone.ATTENTION, longest))
    if host_country == "JP" and home_country != "JP":
        notes += _short_stay_notes(start, days)
    return notes


def _counted(start, end, days) -> str:
    months, left = months_and_days(start, end)
    counted = ngettext(
        "%(days)d day, the first and the last day counted", "%(days)d days, the first and the last day counted", days
    )
    counted = counted % {"days": days}
    if not months:
        return f"{counted}."
    if not left:
        text = ngettext("%(counted)s: exactly %(months)d month.", "%(counted)s: exactly %(months)d months.", months)
    else:
        text = ngettext(
            "%(counted)s: %(months)d month and %(left)d more.",
            "%(counted)s: %(months)d months and %(left)d more.",
            months,
        )
    return text % {"counted": counted, "months": months, "left": left}


def _short_stay_notes(start, days) -> list[LengthNote]:
    last_short_day = long_date(start + dt.timedelta(days=SHORT_STAY_DAYS - 1))
    if days > SHORT_STAY_DAYS:
        text = _(
            "More than 90 days in Japan: a Certificate of Eligibility is needed, which takes one to three months. "
            "Until %(day)s it would be a short stay."
        )
        return [LengthNote(Tone.ATTENTION, text % {"day": last_short_day})]
    if days == SHORT_STAY_DAYS:
        text = _("Exactly 90 days: the longest short stay in Japan. One day more needs a Certificate of Eligibility.")
        return [LengthNote(Tone.ATTENTION, text)]
    return []
