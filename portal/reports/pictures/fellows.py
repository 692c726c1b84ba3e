"""Fellows per fiscal year and home country."""

import datetime as dt
from collections import Counter, defaultdict

from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from portal.core.countries import country_name
from portal.core.dates import fiscal_bounds
from portal.figures.measures import SMALLEST_CELL
from portal.figures.periods import fiscal_name
from portal.ui import charts

YEARS, COUNTRIES = 5, 4
YEAR = dt.timedelta(days=366)
# Stays of people who came.
HOSTED = ("arrived", "active", "suspended", "curtailed", "ending", "departed", "report_due", "closed")


def gather(stays: QuerySet, *, calendar: str, year: int, years: int = YEARS) -> dict:
    """Different people by the fiscal year in which their stay began and the country of their home institution."""
    span = list(range(year - years + 1, year + 1))
    fiscal = Case(
        *(When(came_on__range=fiscal_bounds(one, calendar), then=Value(one)) for one in span),
        output_field=IntegerField(),
    )
    first, last = fiscal_bounds(span[0], calendar)[0], fiscal_bounds(year, calendar)[1]
    rows = (
        came(stays, first, last)
        .annotate(fiscal_year=fiscal)
        .values_list("fiscal_year", "home_organisation__country")
        .annotate(Count("person", distinct=True))
    )
    cells: dict[str, Counter] = defaultdict(Counter)
    for one, country, number in rows:
        cells[country or ""][one] += number
    return {
        "calendar": calendar,
        "years": span,
        "groups": [
            {"country": country, "values": [numbers[one] for one in span]}
            for country, numbers in sorted(cells.items(), key=lambda item: (-item[1].total(), item[0]))
        ],
    }


def came(stays: QuerySet, first: dt.date, last: dt.date) -> QuerySet:
    """Stays of people who came in the time: by their real first day where it is known, else by the agreed one."""
    # Nobody comes a year early or late; the agreed day has an index, so that the cost does not grow with the history.
    near = (first - YEAR, last + YEAR)
    happened = stays.filter(state__in=HOSTED, start_on__range=near).order_by()
    return happened.annotate(came_on=Coalesce("arrived_on", "start_on")).filter(came_on__range=(first, last))


def draw(data: dict, *, urls: dict[int, str] | None = None) -> charts.Picture:
    """Years before the first fellow are left out, but for one to compare with."""
    years, numbers, groups = data["years"], totals(data), data["groups"]
    if not any(numbers):
        return charts.Picture(_nobody(years), "")
    begin = min(next(at for at, number in enumerate(numbers) if number), len(years) - 2)
    shown, rest = groups[:COUNTRIES], groups[COUNTRIES:]
    series = [charts.Series(_country(group["country"]), group["values"][begin:]) for group in shown]
    if rest:
        values = [sum(group["values"][at] for group in rest) for at in range(begin, len(years))]
        series.append(charts.Series(pgettext("countries", "other countries"), values, "quiet"))
    return charts.stacked(
        message(numbers, years),
        [fiscal_name(year) for year in years[begin:]],
        series,
        header=_("Fiscal year"),
        urls=[(urls or {}).get(year, "") for year in years[begin:]],
        note=_("People by the fiscal year in which their stay began and the country of their home institution."),
    )


def _nobody(years: list[int]) -> str:
    texts = {"first": fiscal_name(years[0]), "last": fiscal_name(years[-1])}
    return _("No fellow came in %(first)s to %(last)s") % texts


def draw_public(data: dict) -> charts.Picture:
    """For everybody: by country only where no group is so small that people could be recognised, otherwise sums."""
    years, numbers = data["years"], totals(data)
    cells = [value for group in data["groups"] for value in group["values"]]
    if all(not is_small(value) for value in [*cells, *numbers]):
        return draw(data)
    return charts.bars(
        _("Fellows by fiscal year"),
        [
            charts.Bar(fiscal_name(year), None if is_small(number) else number, small_text(number))
            for year, number in zip(years, numbers, strict=True)
        ],
        header=(_("Fiscal year"), _("Fellows")),
        note=_("Groups of fewer than five people are not shown."),
    )


def totals(data: dict) -> list[int]:
    return [sum(group["values"][at] for group in data["groups"]) for at in range(len(data["years"]))]


def message(numbers: list[int], years: list[int]) -> str:
    """What the picture says about its last year."""
    now, before = numbers[-1], numbers[-2]
    fellows = ngettext("%(count)d fellow came in %(year)s", "%(count)d fellows came in %(year)s", now) % {
        "count": now,
        "year": fiscal_name(years[-1]),
    }
    values = {"fellows": fellows, "difference": abs(now - before)}
    if now > before:
        return _("%(fellows)s, %(difference)d more than the year before") % values
    if now < before:
        return _("%(fellows)s, %(difference)d fewer than the year before") % values
    return _("%(fellows)s, as many as the year before") % values if now else fellows


def is_small(number: int) -> bool:
    return 0 < number < SMALLEST_CELL


def small_text(number: int) -> str:
    return _("under 5") if is_small(number) else charts.number_text(number)


def _country(code: str) -> str:
    return country_name(code) if code else _("country not known")
