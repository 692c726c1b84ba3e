"""The two pictures of the day, as geometry for SVG: who goes where this fiscal year, and the season ahead."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from exchanges.models import Stay
from portal.accounts.models import Seat
from portal.alliances.models import Organisation
from portal.core.admin_base import visible_rows
from portal.core.dates import FiscalCalendar, fiscal_bounds, fiscal_year
from portal.core.scoping import scope_of
from portal.programmes.models import Call

NOT_HAPPENING = (Stay.State.CANCELLED, Stay.State.NO_SHOW)
PARTNERS_SHOWN = 10
ROW, LEFT, RIGHT, WIDEST = 38, 190, 450, 18  # pixels of the drawing
MONTHS_BACK, MONTHS_SHOWN = 1, 10
MONTH_WIDTH, LABEL_WIDTH, BAR = 84, 120, 26
CALLS_SHOWN = 8


# -- flow ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Flow:
    """People going from one institution to another."""

    home: str
    host: str
    number: int
    into_japan: bool
    path: str = ""
    width: int = 1
    number_y: int = 0


@dataclass(frozen=True)
class Label:
    text: str
    y: int


@dataclass(frozen=True)
class FlowPicture:
    title: str
    flows: list[Flow]
    homes: list[Label]
    hosts: list[Label]
    height: int


def calendar_of(user) -> str:
    """The fiscal calendar of the person's own desk: the American one only where all her seats are American."""
    countries = set(Seat.objects.visible_to(user).filter(user=user).values_list("organisation__country", flat=True))
    return FiscalCalendar.US_UNIVERSITY if countries == {"US"} else FiscalCalendar.JAPAN


def flow_picture(user, today: dt.date) -> FlowPicture:
    """Stays that begin in the fiscal year of today, by the institutions (not their units) they lead from and to."""
    calendar = calendar_of(user)
    year = fiscal_year(today, calendar)
    stays = (
        visible_rows(Stay, user).filter(start_on__range=fiscal_bounds(year, calendar)).exclude(state__in=NOT_HAPPENING)
    )
    lines = (
        stays.order_by().values_list("home_organisation__lineage", "host_organisation__lineage").annotate(Count("pk"))
    )
    numbers: Counter = Counter()
    for home, host, number in lines:
        numbers[_root(home), _root(host)] += number
    top = numbers.most_common(PARTNERS_SHOWN)
    names = {
        row.pk: row
        for row in visible_rows(Organisation, user).filter(pk__in={pk for pair, _n in top for pk in pair if pk})
    }
    total = sum(numbers.values())
    title = ngettext(
        "%(count)d stay begins in fiscal year %(year)d", "%(count)d stays begin in fiscal year %(year)d", total
    ) % {"count": total, "year": year}
    return _drawn(title, top, names)


def _root(lineage: str | None) -> int | None:
    return int(lineage.split("/")[1]) if lineage else None


def _drawn(title: str, top, names) -> FlowPicture:
    homes = list(dict.fromkeys(home for (home, _host), _number in top))
    hosts = list(dict.fromkeys(host for (_home, host), _number in top))
    most = max((number for _pair, number in top), default=1)

    def name(pk) -> str:
        return names[pk].label if pk in names else _("elsewhere")

    flows = []
    for (home, host), number in top:
        start, end = _row(homes.index(home)), _row(hosts.index(host))
        middle = (LEFT + RIGHT) // 2
        flows.append(
            Flow(
                home=name(home),
                host=name(host),
                number=number,
                into_japan=host in names and names[host].country == "JP",
                path=f"M{LEFT},{start} C{middle},{start} {middle},{end} {RIGHT},{end}",
                width=max(2, WIDEST * number // most),
                # A quarter of the way along the curve, where lines to one host have not met yet.
                number_y=(27 * start + 5 * end) // 32 + 4,
            )
        )
    return FlowPicture(
        title=title,
        flows=flows,
        homes=[Label(name(pk), _row(number)) for number, pk in enumerate(homes)],
        hosts=[Label(name(pk), _row(number)) for number, pk in enumerate(hosts)],
        height=ROW * max(len(homes), len(hosts), 1) + 10,
    )


def _row(number: int) -> int:
    return ROW * number + ROW // 2 + 5


# -- season ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Month:
    label: str
    first: dt.date
    x: int
    arrivals: int
    departures: int


@dataclass(frozen=True)
class CallBar:
    title: str
    opens: dt.date
    closes: dt.date | None
    x: int
    width: int
    y: int


@dataclass(frozen=True)
class Season:
    months: list[Month]
    bars: list[CallBar]
    today_x: int
    width: int
    height: int
    arrivals_y: int


def season(user, today: dt.date) -> Season:
    """A month back and nine ahead: calls as bars, arrivals and departures as numbers by month."""
    first = _month_after(today.replace(day=1), -MONTHS_BACK)
    starts = [_month_after(first, number) for number in range(MONTHS_SHOWN + 1)]
    last = starts[-1] - dt.timedelta(days=1)
    stays = visible_rows(Stay, user).exclude(state__in=NOT_HAPPENING)
    arrivals, departures = _by_month(stays, "start_on", first, last), _by_month(stays, "end_on", first, last)
    months = [
        Month(
            _month_label(start),
            start,
            LABEL_WIDTH + number * MONTH_WIDTH,
            arrivals.get(start, 0),
            departures.get(start, 0),
        )
        for number, start in enumerate(starts[:-1])
    ]
    bars = [
        _bar(call, number, first, last)
        for number, call in enumerate(
            _calls_near(user).filter(opens_on__lte=last).exclude(closes_on__lt=first)[:CALLS_SHOWN]
        )
    ]
    arrivals_y = 40 + BAR * len(bars) + 20
    return Season(
        months=months,
        bars=bars,
        today_x=_x(today, first),
        width=LABEL_WIDTH + MONTH_WIDTH * MONTHS_SHOWN + 10,
        height=arrivals_y + 70,
        arrivals_y=arrivals_y,
    )


def _calls_near(user):
    """Calls of the person's own programmes and of the alliances her organisations belong to."""
    calls = visible_rows(Call, user).exclude(state="cancelled").order_by("opens_on", "pk")
    scope = scope_of(user)
    if scope.is_global:
        return calls
    own = scope.organisation_ids()
    near = visible_rows(Call, user).filter(
        Q(programme__owner__in=own)
        | Q(programme__alliance__members__organisation__in=own)
        | Q(programme__in=scope.programme_ids())
        | Q(programme__alliance__in=scope.alliance_ids())
    )
    return calls.filter(pk__in=near.values("pk"))


def _by_month(stays, field: str, first: dt.date, last: dt.date) -> dict[dt.date, int]:
    rows = stays.filter(**{f"{field}__range": (first, last)}).order_by().annotate(month=TruncMonth(field))
    return dict(rows.values_list("month").annotate(Count("pk")))


def _bar(call: Call, number: int, first: dt.date, last: dt.date) -> CallBar:
    start = max(call.opens_on, first)
    end = min(call.closes_on or last, last)
    x = _x(start, first)
    return CallBar(call.title, call.opens_on, call.closes_on, x, max(6, _x(end, first) - x), 40 + BAR * number)


def _x(day: dt.date, first: dt.date) -> int:
    months = (day.year - first.year) * 12 + day.month - first.month
    return LABEL_WIDTH + months * MONTH_WIDTH + (day.day - 1) * MONTH_WIDTH // 31


def _month_after(first: dt.date, months: int) -> dt.date:
    number = first.year * 12 + first.month - 1 + months
    return dt.date(number // 12, number % 12 + 1, 1)


def _month_label(first: dt.date) -> str:
    japanese = (get_language() or "").startswith("ja")
    if first.month == 1:
        return date_format(first, "Y年n月" if japanese else "M Y")
    return date_format(first, "n月" if japanese else "M")
