"""The director's dashboard."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.core.dates import FiscalCalendar, fiscal_year
from portal.figures.periods import fiscal_name
from portal.figures.subjects import KINDS
from portal.reports.dashboard import calendar_of, dashboard_of
from portal.reports.models import READERS
from portal.reports.views.reports import readers_only


@require_safe
@readers_only
def overview(request):
    """One alliance in the fiscal year of its reader; the address chooses another alliance or calendar."""
    alliances = list(KINDS["alliance"].covered_by(request.user, READERS).select_related("lead"))
    asked = request.GET.get("alliance", "")
    chosen = next((row for row in alliances if row.code == asked), None) if asked else next(iter(alliances), None)
    if asked and chosen is None:
        raise Http404
    today = timezone.localdate()
    calendar = request.GET.get("calendar", "")
    if calendar not in FiscalCalendar.values:
        calendar = calendar_of(request.user)
    year = fiscal_year(today, calendar)
    context = {
        "alliance": chosen,
        "alliances": [_tab(row, chosen, calendar) for row in alliances],
        "calendars": [
            {"title": label, "url": f"?alliance={chosen.code}&calendar={value}", "current": value == calendar}
            for value, label in FiscalCalendar.choices
        ]
        if chosen
        else [],
        "year_name": fiscal_name(year),
        "dashboard": chosen and dashboard_of(chosen, user=request.user, calendar=calendar, year=year, today=today),
        "reports_url": reverse("reports:reports"),
    }
    return render(request, "reports/overview.html", context)


def _tab(row, chosen, calendar: str) -> dict:
    return {"title": row.name, "url": f"?alliance={row.code}&calendar={calendar}", "current": row == chosen}
