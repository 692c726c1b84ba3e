"""The director's page: three numbers and one picture first, then what the year looks like from every side."""

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from exchanges.models import Stay
from portal.alliances.models import Alliance, Organisation
from portal.core.dates import FiscalCalendar, fiscal_bounds
from portal.core.scoping import scope_of
from portal.figures import Period, Subject, codes, compute, definition
from portal.figures.periods import fiscal_name
from portal.figures.wording import figure_text
from portal.programmes.models import Call
from portal.reports.models import KpiDefinition, KpiTarget
from portal.reports.pictures import fellows, flows, pipeline, season, targets
from portal.reports.pictures.keeping import kept
from portal.reports.snapshot import applications_of, stays_of
from portal.ui.charts import Picture
from workshops.models import Event

HEADLINE = ("X01", "W01", "S02")
NOT_HAPPENING = (Stay.State.CANCELLED, Stay.State.NO_SHOW)


@dataclass(frozen=True)
class Number:
    """A figure of the year so far; `url` opens the list behind it, for those who have it at their desk."""

    name: str
    value: str
    basis: Period
    url: str


@dataclass(frozen=True)
class Dashboard:
    numbers: list[Number]
    flow: Picture
    fellows: Picture
    pipeline: Picture | None
    season: Picture
    targets: Picture | None


def calendar_of(user) -> str:
    """The fiscal calendar of the person's own desk: the American one only where all her seats are American."""
    countries = {seat.country for seat in scope_of(user).seats}
    return FiscalCalendar.US_UNIVERSITY if countries == {"US"} else FiscalCalendar.JAPAN


def dashboard_of(alliance: Alliance, *, user, calendar: str, year: int, today: dt.date) -> Dashboard:
    """Everything about an alliance that the person directs, in a number of queries that does not grow with the rows."""
    links = Links(user, alliance, calendar, year)
    data = kept(
        "overview", alliance.pk, calendar, year, today,
        gather=lambda: gather(alliance, calendar=calendar, year=year, today=today),
    )  # fmt: skip
    flow, busiest = data["flow"], data["pipeline"]
    return Dashboard(
        numbers=[
            Number(
                links.entries[code].name,
                figure_text(value, unit),
                definition(code).period_in(year, calendar, today=today),
                links.figure(code),
            )
            for code, value, unit in data["numbers"]
            if code in links.entries
        ],
        flow=flows.draw(flow, title=_in_year(flows.message(flow["pairs"], flow["total"]), year)),
        fellows=fellows.draw(
            data["fellows"], urls={one: links.figure("X01", year=one) for one in data["fellows"]["years"]}
        ),
        pipeline=busiest and pipeline.draw(busiest, urls=links.applications(busiest["call"]["key"])),
        season=_season(alliance, user, today),
        targets=targets.draw(data["targets"], urls={row["code"]: links.figure(row["code"]) for row in data["targets"]})
        if data["targets"]
        else None,
    )


def gather(alliance: Alliance, *, calendar: str, year: int, today: dt.date) -> dict:
    """What is the same for every director of the alliance, without words of any language."""
    first, last = fiscal_bounds(year, calendar)
    stays, subject, declared = stays_of(alliance), Subject.of("alliance", alliance), set(codes())
    numbers = []
    for code in HEADLINE:
        if code in declared:
            result = compute(
                code, subject=subject, period=definition(code).period_in(year, calendar, today=today), today=today
            )
            numbers.append((code, result.value, result.unit))
    return {
        "numbers": numbers,
        "flow": flows.gather(stays, first=first, last=last, organisations=Organisation.objects.all()),
        "fellows": fellows.gather(stays, calendar=calendar, year=year),
        "pipeline": pipeline.gather_busiest(
            applications_of(alliance).filter(Period.fiscal(year, calendar).holds_instant("submitted_at"))
        ),
        "targets": targets.gather(
            KpiTarget.objects.select_related("kpi"),
            subject=subject,
            day=today,
            period=Period.fiscal(year, calendar),
        ),
    }


class Links:
    """Addresses of the lists behind the pictures, as far as the person has them at her desk."""

    def __init__(self, user, alliance: Alliance, calendar: str, year: int):
        self.user, self.alliance, self.calendar, self.year = user, alliance, calendar, year
        self.entries = KpiDefinition.objects.in_bulk(HEADLINE, field_name="code")

    def figure(self, code: str, *, year: int | None = None) -> str:
        if not self.user.has_perm("reports.view_kpidefinition"):
            return ""
        asked = {"subject": f"alliance:{self.alliance.code}", "calendar": self.calendar, "year": year or self.year}
        return f"{reverse('admin:reports_figure', args=[code])}?{urlencode(asked)}"

    def applications(self, call: int) -> dict[str, str]:
        """The lists behind the stages of a call."""
        if not self.user.has_perm("exchanges.view_application"):
            return {}
        address = reverse("admin:exchanges_application_changelist")
        return {
            stage: f"{address}?{urlencode({'call__id__exact': call, 'state__in': ','.join(states)})}"
            for stage, _label, states, _tone in pipeline.STAGES
        }


def _season(alliance: Alliance, user, today: dt.date) -> Picture:
    first, last = season.window(today)
    data = season.gather(
        first=first,
        last=last,
        calls=Call.objects.visible_to(user)
        .filter(programme__alliance=alliance)
        .exclude(state="cancelled")
        .order_by("opens_on", "pk"),
        events=Event.objects.visible_to(user).filter(alliance=alliance).exclude(state="cancelled"),
        stays=stays_of(alliance).exclude(state__in=NOT_HAPPENING),
    )
    return season.draw(data, today=today, urls=season.public_urls(data))


def _in_year(message: str, year: int) -> str:
    return _("%(year)s: %(message)s") % {"year": fiscal_name(year), "message": message}
