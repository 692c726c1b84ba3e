"""The public pages of events."""

from functools import cached_property

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.core.audiences import audience_labels
from portal.core.calendars import calendar_file
from portal.core.countries import language_name
from portal.ui import doors
from workshops.calendars import event_entry
from workshops.clocks import clocks_of
from workshops.linked_data import linked_data
from workshops.models import Event, EventSeries, Registration
from workshops.rules.event import organises, reads_report
from workshops.services.registration import reading
from workshops.timetable import second_zone

PER_PAGE = 20
# Nobody turns more pages than this; who looks for something older filters.
MOST_COUNTED = 1000


class CappedPaginator(Paginator):
    """Counts no further than people turn pages, so that a list costs the same however long it is."""

    object_list: QuerySet

    @cached_property
    def count(self) -> int:
        return self.object_list.order_by()[:MOST_COUNTED].count()


@require_safe
def index(request):
    """Events to come, soonest first, or those that are over, newest first; by kind and by series."""
    shows_past = request.GET.get("when") == "past"
    kind, series = request.GET.get("kind", ""), request.GET.get("series", "")
    rows, today = Event.objects.visible_to(request.user).filter(was_announced=True), timezone.localdate()
    if kind in Event.Kind.values:
        rows = rows.filter(kind=kind)
    if series:
        rows = rows.filter(series_code=series)
    rows = rows.gone_by(today) if shows_past else rows.to_come(today)
    address, chosen = reverse("workshops:index"), request.GET.copy()
    chosen.pop("page", None)
    context = {
        "page": CappedPaginator(rows.on_cards(), PER_PAGE).get_page(request.GET.get("page")),
        "shows_past": shows_past,
        "tabs": [
            {"title": _("To come"), "url": f"{address}?{_with(chosen, when='')}", "current": not shows_past},
            {"title": _("Past"), "url": f"{address}?{_with(chosen, when='past')}", "current": shows_past},
        ],
        "kinds": [(value, capfirst(label)) for value, label in Event.Kind.choices],
        "kind": kind,
        "series": series,
        "all_series": EventSeries.objects.visible_to(request.user).filter(is_public=True),
    }
    return render(request, "workshops/index.html", context)


def _with(query, **values) -> str:
    changed = query.copy()
    for name, value in values.items():
        changed[name] = value
        if not value:
            del changed[name]
    return changed.urlencode()


def _registration_box(request, event) -> reading.Box:
    """How one registers and how things stand, for who came by a personal link as for who is signed in."""
    now, own = timezone.now(), None
    if token := doors.token_in(request, Registration.link_purpose):
        own = reading.behind_link_or_expired(token=token, now=now)
        own = own if own is not None and own.event_id == event.pk else None
    return reading.box_of(event, request.user, now, own=own)


@require_safe
def page(request, code):
    """One event with everything a person needs to decide whether to come."""
    event = _visible_or_404(request.user, code)
    context = {
        "event": event,
        "box": _registration_box(request, event),
        "alliance": event.alliance,
        "clocks": clocks_of(event, second_zone(request.user, event.timezone)),
        "series": _series_of(event, request.user),
        "linked_data": linked_data(event) if event.was_announced else "",
        "audience": _(", ").join(map(str, audience_labels(event.audience))),
        "languages": _(", ").join(language_name(code) for code in event.language.split("|") if code),
        "is_organiser": organises(request.user, event),
        "has_report": reads_report(request.user, event),
        "crumbs": [(_("Events"), reverse("workshops:index")), (event.title, "")],
    }
    return render(request, "workshops/event.html", context)


@require_safe
def calendar(request, code):
    """The event as a calendar file; what is off says so."""
    event = _visible_or_404(request.user, code)
    if not event.has_exact_days:
        raise Http404
    response = HttpResponse(calendar_file([event_entry(event)]), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{event.code}.ics"'
    return response


def _series_of(event: Event, user) -> EventSeries | None:
    return EventSeries.objects.visible_to(user).filter(code=event.series_code).first() if event.series_code else None


def _visible_or_404(user, code: str) -> Event:
    return get_object_or_404(Event.objects.visible_to(user).for_page(), code=code)
