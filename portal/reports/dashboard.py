"""The director's page: three numbers and one picture first, then what the year looks like from every side."""

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from exchanges.models import Application, Stay
from portal.accounts.models import Seat
from portal.alliances.models import Alliance, Organisation
from portal.core.dates import FiscalCalendar, fiscal_bounds
from portal.figures import Period, Subject, codes, compute, definition
from portal.figures.periods import fiscal_name
from portal.programmes.models import Call
from portal.reports.models import KpiDefinition, KpiTarget
from portal.reports.pictures import fellows, flows, pipeline, season, targets
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
    basis: str
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
    countries = set(Seat.objects.visible_to(user).filter(user=user).values_list("organisation__country", flat=True))
    return FiscalCalendar.US_UNIVERSITY if countries == {"US"} else FiscalCalendar.JAPAN


def dashboard_of(alliance: Alliance, *, user, calendar: str, year: int, today: dt.date) -> Dashboard:
    """Everything about an alliance that the person directs, in a number of queries that does not grow with the rows."""
    links = Links(user, alliance, calendar, year)
    first, last = fiscal_bounds(year, calendar)
    stays = stays_of(alliance)
    flow = flows.gather(
        stays.exclude(state__in=NOT_HAPPENING),
        first=first,
        last=last,
        organisations=Organisation.objects.visible_to(user),
    )
    people = fellows.gather(stays, calendar=calendar, year=year)
    return Dashboard(
        numbers=_numbers(alliance, links, calendar=calendar, year=year, today=today),
        flow=flows.draw(flow, title=_in_year(flows.message(flow["pairs"], flow["total"]), year)),
        fellows=fellows.draw(people, urls={one: links.figure("X01", year=one) for one in people["years"]}),
        pipeline=_pipeline(alliance, links, first, last),
        season=_season(alliance, user, today),
        targets=_targets(alliance, links, calendar=calendar, year=year, today=today),
    )


class Links:
    """Addresses of the lists behind the pictures, as far as the person has them at her desk."""

    def __init__(self, user, alliance: Alliance, calendar: str, year: int):
        self.user, self.alliance, self.calendar, self.year = user, alliance, calendar, year
        self.entries = KpiDefinition.objects.in_bulk([*HEADLINE, "X01"], field_name="code")

    def figure(self, code: str, *, year: int | None = None) -> str:
        entry = self.entries.get(code)
        if entry is None or not self.user.has_perm("reports.view_kpidefinition"):
            return ""
        asked = {"subject": f"alliance:{self.alliance.code}", "calendar": self.calendar, "year": year or self.year}
        return f"{reverse('admin:reports_kpidefinition_change', args=[entry.pk])}?{urlencode(asked)}"

    def applications(self, call: Call, states: tuple[str, ...]) -> str:
        if not self.user.has_perm("exchanges.view_application") or not admin.site.is_registered(Application):
            return ""
        asked = {"call__id__exact": call.pk, "state__in": ",".join(states)}
        return f"{reverse('admin:exchanges_application_changelist')}?{urlencode(asked)}"


def _numbers(alliance: Alliance, links: Links, *, calendar: str, year: int, today: dt.date) -> list[Number]:
    found, declared, subject = [], set(codes()), Subject.of("alliance", alliance)
    for code in HEADLINE:
        if code not in links.entries or code not in declared:
            continue
        period = definition(code).period_in(year, calendar, today=today)
        result = compute(code, subject=subject, period=period, today=today)
        found.append(Number(links.entries[code].name, result.text, str(period), links.figure(code)))
    return found


def _pipeline(alliance: Alliance, links: Links, first: dt.date, last: dt.date) -> Picture | None:
    """The call with the most applications of the year."""
    applications = applications_of(alliance)
    busiest = (
        Call.objects.visible_to(links.user)
        .filter(programme__alliance=alliance, opens_on__lte=last)
        .exclude(closes_on__lt=first)
        .annotate(received=Count("applications", filter=~Q(applications__state="draft")))
        .order_by("-received", "pk")
        .first()
    )
    if busiest is None or not busiest.received:
        return None
    data = pipeline.gather(applications.filter(call=busiest))
    urls = {stage: links.applications(busiest, pipeline.states_of(stage)) for stage in data["stages"]}
    return pipeline.draw(data, urls=urls, call=busiest.title)


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


def _targets(alliance: Alliance, links: Links, *, calendar: str, year: int, today: dt.date) -> Picture | None:
    rows = targets.gather(
        KpiTarget.objects.visible_to(links.user).select_related("kpi"),
        subject=Subject.of("alliance", alliance),
        day=today,
        period=Period.fiscal(year, calendar),
    )
    return targets.draw(rows) if rows else None


def _in_year(message: str, year: int) -> str:
    return _("%(year)s: %(message)s") % {"year": fiscal_name(year), "message": message}
