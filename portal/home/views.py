"""The public pages, and everybody's own desk."""

import datetime as dt

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, F, Prefetch, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.accounts.demo import demo_people
from portal.accounts.roles import has_role
from portal.alliances.models import Alliance
from portal.applications.kinds import kind_for
from portal.applications.models import State
from portal.applications.progress import progress_of
from portal.core.audiences import audience_labels
from portal.core.calendars import Entry, calendar_file, uid_of
from portal.core.scoping import scope_of
from portal.home import desks
from portal.programmes.models import Call, Programme
from portal.reports import impact
from portal.reports.models import READERS
from portal.reports.services.reports import calendar_of
from workshops.models import Event

CALLS_PER_PAGE = 20
CARDS_SHOWN, EVENTS_SHOWN = 6, 3
DEADLINE_ALARMS = (dt.timedelta(days=7), dt.timedelta(days=1))
SOONEST_FIRST = F("closes_at").asc(nulls_last=True)
NAMES = ("short_name", "name_en", "name_ja")
ON_CARD = (
    "code", "title_en", "title_ja", "state", "intake_mode", "timezone", "opens_at", "closes_at", "closes_on",
    "closes_time", "programme__name_en", "programme__name_ja", "programme__duration_text_en",
    "programme__duration_text_ja", *(f"programme__owner__{name}" for name in NAMES),
)  # fmt: skip
IN_LIST = (
    "code", "title_en", "title_ja", "state", "closes_on", "programme__name_en", "programme__name_ja",
    "facility__name_en", "facility__name_ja",
)  # fmt: skip
OF_A_FACILITY = ("facility__organisation", *(f"facility__organisation__{name}" for name in NAMES))
ON_PROGRAMME_CARD = (
    "code", "kind", "name_en", "name_ja", "audience", "duration_text_en", "duration_text_ja",
    *(f"owner__{name}" for name in NAMES),
)  # fmt: skip
ON_ALLIANCE = (
    "code", "kind", "name_en", "name_ja", "purpose_en", "purpose_ja", "start_on", "start_precision", "lead",
)  # fmt: skip


def _announced(user):
    return (
        Call.objects.visible_to(user)
        .announced()
        .select_related("programme__owner", "programme__alliance", "facility__organisation")
    )


def _on_cards(rows):
    """With what a card shows, and no more: these rows are wide."""
    return rows.select_related("programme__owner", "facility__organisation").only(*ON_CARD, *OF_A_FACILITY)


def _soonest_first(rows) -> list[Call]:
    """The few that are current, sorted here: with so many columns a database is asked for an order at some cost."""
    return sorted(rows.order_by(), key=lambda row: (row.closes_at is None, row.closes_at, row.code))


@require_safe
def index(request):
    """An alliance at work at one look: open calls, next events, verified figures, who works together.

    In a demonstration also the way in as somebody.
    """
    now, today = timezone.now(), timezone.localdate()
    open_calls = _soonest_first(_on_cards(Call.objects.visible_to(request.user).taking_applications(now)))
    alliances = (
        Alliance.objects.visible_to(request.user)
        .filter(state__in=("active", "renewing"))
        .select_related("lead")
        .only(*ON_ALLIANCE, *(f"lead__{name}" for name in NAMES))
        .annotate(member_count=Count("members", filter=Q(members__until_on=None)))
    )
    events = Event.objects.visible_to(request.user).filter(was_announced=True)
    context = {
        "open_calls": open_calls,
        "events": list(events.taking_place(today).on_cards()[:EVENTS_SHOWN]),
        "facts": impact.newest_facts(),
        "alliances": alliances,
        "demo_people": demo_people() if settings.PORTAL_DEMO else [],
    }
    return render(request, "home/index.html", context)


@require_safe
def alliance(request, code):
    """The home of an alliance: its purpose, who goes where this year, what is open, what was verified."""
    now, today = timezone.now(), timezone.localdate()
    alliances = Alliance.objects.visible_to(request.user).exclude(state="proposed").select_related("lead")
    shown = get_object_or_404(alliances.only(*ON_ALLIANCE, "accent", "lead__country"), code=code)
    own_calls = Call.objects.visible_to(request.user).filter(programme__alliance=shown).taking_applications(now)
    open_calls = own_calls.select_related("programme__owner").only(*ON_CARD).order_by(SOONEST_FIRST, "code")
    events = Event.objects.visible_to(request.user).filter(was_announced=True, alliance=shown)
    members = shown.members.visible_to(request.user).filter(until_on=None).select_related("organisation")
    members = members.only("alliance", "role", "organisation__name_en", "organisation__name_ja")
    context = {
        "alliance": shown,
        "open_calls": list(open_calls[:CARDS_SHOWN]),
        "events": list(events.taking_place(today).on_cards()[:EVENTS_SHOWN]),
        "flow": impact.flow_of(shown, calendar=calendar_of(shown), today=today),
        "facts": impact.facts_about(shown),
        "members": sorted(members.order_by(), key=lambda row: row.pk),
        "crumbs": [(_("Home"), reverse("home:index")), (shown.name, "")],
    }
    return render(request, "home/alliance.html", context)


@require_safe
def calls(request):
    """Open calls first, then those to come, then those that are over, page by page."""
    now = timezone.now()
    visible = Call.objects.visible_to(request.user)
    current = _soonest_first(_on_cards(visible.open_or_coming(now)))
    open_calls = [row for row in current if row.takes_applications(now)]
    coming = sorted((row for row in current if not row.takes_applications(now)), key=lambda row: row.opens_at)
    over = visible.announced().neither_open_nor_coming(now).select_related("programme", "facility").only(*IN_LIST)
    over = over.order_by(F("closes_at").desc(nulls_last=True), "code")
    context = {
        "open_calls": open_calls,
        "coming": coming,
        "over": Paginator(over, CALLS_PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "home/calls.html", context)


@require_safe
def call(request, code):
    """Everything a person needs to decide whether to apply, and the one button."""
    now = timezone.now()
    shown = get_object_or_404(_announced(request.user).prefetch_related("requested_documents"), code=code)
    own = _own_application(request.user, shown)
    progress = progress_of(own) if own and own.state == State.DRAFT else None
    context = {
        "call": shown,
        "takes_applications": shown.takes_applications(now),
        "is_coming": shown.state == Call.State.APPROVED and bool(shown.opens_at and shown.opens_at > now),
        "audience": audience_labels(shown.programme.audience) if shown.programme else [],
        "application": own,
        "kind": kind_for(shown),
        "progress": progress,
        "linked_data": _linked_data(request, shown),
        "crumbs": [(_("Calls"), reverse("home:calls")), (shown.title, "")],
    }
    return render(request, "home/call.html", context)


def _own_application(user, shown):
    """The person's own application to this call: the one in hand before those that were withdrawn."""
    if not user.is_authenticated:
        return None
    kind = kind_for(shown)
    if kind is None:
        return None
    own = kind.model._default_manager.owned_by(user).filter(call=shown).for_reading()
    return own.exclude(state__in=("withdrawn", "expired")).first()


def _linked_data(request, shown) -> SafeString:
    """The call in the words of schema.org, for search engines; data, which the content security policy lets stand."""
    owner = shown.programme.owner if shown.programme else None
    data = {
        "@context": "https://schema.org",
        "@type": "EducationalOccupationalProgram",
        "name": shown.title,
        "description": shown.about,
        "url": request.build_absolute_uri(reverse("home:call", args=[shown.code])),
        "applicationStartDate": shown.opens_at.isoformat() if shown.opens_at else None,
        "applicationDeadline": shown.last_instant.isoformat() if shown.last_instant else None,
        "maximumEnrollment": shown.places,
        "provider": {"@type": "Organization", "name": owner.name} if owner else None,
    }
    known = {name: value for name, value in data.items() if value is not None}
    return SafeString(json_script(known).replace("application/json", "application/ld+json", 1))


@require_safe
def call_calendar(request, code):
    """The closing moment as a calendar file."""
    shown = get_object_or_404(_announced(request.user), code=code)
    if shown.last_instant is None:
        raise Http404
    entry = Entry(
        uid=uid_of(shown),
        summary=_("Closes: %(call)s") % {"call": shown.title},
        starts_at=shown.last_instant,
        url=request.build_absolute_uri(reverse("home:call", args=[shown.code])),
        last_modified=shown.updated_at,
        takes_time=False,
        alarms=DEADLINE_ALARMS,
    )
    response = HttpResponse(calendar_file([entry]), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{shown.code}.ics"'
    return response


@require_safe
def programmes(request):
    """The programmes that are running, by their owner's name."""
    now = timezone.now()
    shown = (
        Programme.objects.visible_to(request.user)
        .filter(state="published")
        .select_related("owner")
        .only(*ON_PROGRAMME_CARD)
        .annotate(
            open_calls=Count(
                "calls", filter=Q(calls__state="open") & (Q(calls__closes_at=None) | Q(calls__closes_at__gt=now))
            )
        )
        .order_by("-open_calls", "owner__name_en", "name_en")
    )
    entries = [(row, audience_labels(row.audience)) for row in shown]
    return render(request, "home/programmes.html", {"entries": entries})


@require_safe
def programme(request, code):
    """One programme with its calls."""
    own_calls = Call.objects.visible_to(request.user).announced().order_by("-opens_at", "code")
    shown = get_object_or_404(
        Programme.objects.visible_to(request.user)
        .select_related("owner", "alliance")
        .prefetch_related(Prefetch("calls", queryset=own_calls, to_attr="announced_calls")),
        code=code,
    )
    now = timezone.now()
    context = {
        "programme": shown,
        "audience": audience_labels(shown.audience),
        "open_calls": [row for row in shown.announced_calls if row.takes_applications(now)],
        "other_calls": [row for row in shown.announced_calls if not row.takes_applications(now)],
        "crumbs": [(_("Programmes"), reverse("home:programmes")), (shown.name, "")],
    }
    return render(request, "home/programme.html", context)


@require_safe
@login_required
def desk(request):
    """The next thing to do, then one timeline: done, next, later, waiting for others."""
    own = desks.desk_of(request.user, now=timezone.now(), today=timezone.localdate())
    context = {
        "desk": own,
        "is_coordinator": scope_of(request.user).is_desk,
        "directs": has_role(request.user, READERS),
    }
    return render(request, "home/desk.html", context)
