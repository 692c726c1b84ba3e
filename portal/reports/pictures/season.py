"""The season: calls and events as bars, arrivals and departures as numbers by month."""

import datetime as dt

from django.db.models import Count, QuerySet, Value
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from portal.core.dates import plain_date
from portal.figures.periods import add_months
from portal.ui import charts

MONTHS_BACK, MONTHS = 1, 10
BARS = 8


def window(today: dt.date) -> tuple[dt.date, dt.date]:
    """A month back and nine ahead."""
    first = add_months(today.replace(day=1), -MONTHS_BACK)
    return first, add_months(first, MONTHS) - dt.timedelta(days=1)


def gather(*, first: dt.date, last: dt.date, calls: QuerySet, events: QuerySet, stays: QuerySet) -> dict:
    """`calls` and `events` in the order in which they are to be shown; `stays` are those that happen."""
    near_calls = calls.filter(opens_on__lte=last).exclude(closes_on__lt=first)[:BARS]
    near_events = events.filter(starts_on__range=(first, last)).order_by("starts_on", "pk")[:BARS]
    return {
        "first": first,
        "last": last,
        "calls": [
            {"code": row.code, "en": row.title_en, "ja": row.title_ja, "first": row.opens_on, "last": row.closes_on}
            for row in near_calls
        ],
        "events": [
            {
                "code": row.code,
                "en": row.title_en,
                "ja": row.title_ja,
                "first": row.starts_on,
                "last": row.ends_on or row.starts_on,
            }
            for row in near_events
        ],
        **_by_month(stays, first, last),
    }


def draw(data: dict, *, today: dt.date | None, urls: dict[str, str] | None = None) -> charts.Picture:
    first, last = data["first"], data["last"]
    months = [add_months(first, number) for number in range(len(data["arrivals"]))]
    labels = [month_label(month) for month in months]
    lanes, urls = [], urls or {}
    if data["calls"]:
        lanes.append(charts.Lane(_("Calls"), [_span(row, first, last, "waiting", urls) for row in data["calls"]]))
    if data["events"]:
        lanes.append(charts.Lane(_("Events"), [_span(row, first, last, "accent", urls) for row in data["events"]]))
    lanes += [
        charts.Lane(_("Arrivals"), numbers=data["arrivals"], tone="done"),
        charts.Lane(_("Departures"), numbers=data["departures"], tone="attention"),
    ]
    rows = [
        *(charts.Row((_title(row), *_days(row)), urls.get(row["code"], "")) for row in data["calls"] + data["events"]),
        *(
            charts.Row((label, _("arrivals: %(count)d") % {"count": come}, _("departures: %(count)d") % {"count": go}))
            for label, come, go in zip(labels, data["arrivals"], data["departures"], strict=True)
        ),
    ]
    return charts.calendar_strip(
        message(data),
        first=first,
        month_labels=labels,
        lanes=lanes,
        today=today,
        header=(_("What"), pgettext("season", "From"), pgettext("season", "Until")),
        rows=rows,
    )


def public_urls(data: dict) -> dict[str, str]:
    """The public pages of what is shown."""
    calls = {row["code"]: reverse("home:call", args=[row["code"]]) for row in data["calls"]}
    return calls | {row["code"]: reverse("workshops:event", args=[row["code"]]) for row in data["events"]}


def message(data: dict) -> str:
    return _("The season: calls %(calls)d, events %(events)d, arrivals %(arrivals)d, departures %(departures)d") % {
        "calls": len(data["calls"]),
        "events": len(data["events"]),
        "arrivals": sum(data["arrivals"]),
        "departures": sum(data["departures"]),
    }


def month_label(first: dt.date) -> str:
    japanese = (get_language() or "").startswith("ja")
    if first.month == 1:
        return date_format(first, "Y年n月" if japanese else "M Y")
    return date_format(first, "n月" if japanese else "M")


def _by_month(stays: QuerySet, first: dt.date, last: dt.date) -> dict[str, list[int]]:
    """Arrivals and departures of each month, both asked in one query."""
    counted = [
        stays.filter(**{f"{field}__range": (first, last)})
        .order_by()
        .annotate(what=Value(what), month=TruncMonth(field))
        .values_list("what", "month")
        .annotate(Count("pk"))
        for what, field in (("arrivals", "start_on"), ("departures", "end_on"))
    ]
    numbers = {(what, month): number for what, month, number in counted[0].union(counted[1], all=True)}
    months = [first]
    while (month := add_months(months[-1], 1)) <= last:
        months.append(month)
    return {what: [numbers.get((what, month), 0) for month in months] for what in ("arrivals", "departures")}


def _span(row: dict, first: dt.date, last: dt.date, tone: str, urls: dict[str, str]) -> charts.Span:
    begin, end = max(row["first"], first), min(row["last"] or last, last)
    return charts.Span(_title(row), begin, end, tone, urls.get(row["code"], ""))


def _title(row: dict) -> str:
    return row["ja"] if (get_language() or "").startswith("ja") and row["ja"] else row["en"]


def _days(row: dict) -> tuple[str, str]:
    return plain_date(row["first"]), plain_date(row["last"]) if row["last"] else charts.UNKNOWN
