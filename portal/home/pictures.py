"""The pictures of the day at a coordinator's desk: who goes where this fiscal year, and the season ahead."""

import datetime as dt

from django.db.models import Q

from exchanges.models import Application, Stay
from portal.alliances.models import Organisation
from portal.core.admin_base import visible_rows
from portal.core.dates import fiscal_bounds, fiscal_year
from portal.core.scoping import scope_of
from portal.home.counters import list_url
from portal.programmes.models import Call
from portal.reports.dashboard import NOT_HAPPENING, calendar_of
from portal.reports.pictures import flows, pipeline, season
from portal.reports.pictures.keeping import kept, sight_of
from portal.ui.charts import Picture
from workshops.models import Event

YEAR = dt.timedelta(days=365)


def flow_picture(user, today: dt.date) -> Picture:
    """People who came in the fiscal year of today, as far as the person sees them."""
    return flows.draw(kept("flow", sight_of(user), today, gather=lambda: _flow(user, today)))


def _flow(user, today: dt.date) -> dict:
    calendar = calendar_of(user)
    first, last = fiscal_bounds(fiscal_year(today, calendar), calendar)
    return flows.gather(
        visible_rows(Stay, user), first=first, last=last, organisations=visible_rows(Organisation, user)
    )


def pipeline_picture(user, now: dt.datetime) -> Picture | None:
    """The call with the most applications that were handed in within the last year."""
    recent = visible_rows(Application, user).filter(submitted_at__gte=now - YEAR)
    if (data := pipeline.gather_busiest(recent)) is None:
        return None
    call = data["call"]["key"]
    urls = {
        stage: list_url(Application, {"call__id__exact": call, "state__in": ",".join(states)})
        for stage, _label, states, _tone in pipeline.STAGES
    }
    return pipeline.draw(data, urls=urls)


def season_picture(user, today: dt.date) -> Picture:
    """A month back and nine ahead: own calls and events as bars, arrivals and departures as numbers by month."""
    data = kept("season", sight_of(user), today, gather=lambda: _season(user, today))
    return season.draw(data, today=today, urls=season.public_urls(data))


def _season(user, today: dt.date) -> dict:
    first, last = season.window(today)
    return season.gather(
        first=first,
        last=last,
        calls=_calls_near(user),
        events=_events_near(user),
        stays=visible_rows(Stay, user).exclude(state__in=NOT_HAPPENING),
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


def _events_near(user):
    """Events of her organisations and of the alliances they belong to."""
    events = visible_rows(Event, user).exclude(state="cancelled")
    scope = scope_of(user)
    if scope.is_global:
        return events
    own = scope.organisation_ids()
    near = visible_rows(Event, user).filter(
        Q(host_organisation__in=own) | Q(alliance__members__organisation__in=own) | Q(alliance__in=scope.alliance_ids())
    )
    return events.filter(pk__in=near.values("pk"))
