"""The pages of a mission for those in it: my day, whom to meet, my meetings; signed in, or by a personal link."""

from dataclasses import dataclass
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.core.calendars import calendar_file
from portal.core.links import LinkExpired
from portal.ui import doors, limits
from portal.ui.acts import carry_out
from workshops.models import Delegate, Meeting, MissionCompany
from workshops.schedules import by_day, feed_of, lines_of, meetings_of
from workshops.services import mission_links

PER_PAGE = 20
CALENDAR = "text/calendar; charset=utf-8"


@dataclass(frozen=True)
class Visitor:
    """Somebody in a mission who reads her own pages. `actor` is None for who came by a personal link."""

    delegate: Delegate
    actor: object

    @property
    def acting(self) -> dict:
        """Who acts, as the services want to know it."""
        return {"person": self.delegate.person, "actor": self.actor}

    @property
    def zone(self) -> str:
        return self.delegate.person.as_recipient().timezone


def for_visitor(view):
    """The page of one person of a mission: hers by sign-in or by her link, missing for everybody else.

    Times stand in the zone of the mission and in her own, whichever device she uses.
    """

    @never_cache
    @wraps(view)
    def inner(request, public_id, *args, **kwargs):
        try:
            visitor = _visitor(request, public_id)
        except LinkExpired:
            return redirect("workshops:mission_expired")
        if visitor is None:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            raise Http404
        with timezone.override(visitor.zone):
            return view(request, visitor, *args, **kwargs)

    return inner


def _visitor(request, public_id) -> Visitor | None:
    if request.user.is_authenticated:
        own = Delegate.objects.visible_to(request.user).filter(person__user=request.user, public_id=public_id)
        if (delegate := own.select_related(*mission_links.DELEGATE_PARTS).first()) is not None:
            return Visitor(delegate, request.user)
    token = doors.token_in(request, Delegate.link_purpose)
    delegate = mission_links.behind_link(token=token, now=timezone.now())
    return Visitor(delegate, None) if delegate is not None and delegate.public_id == public_id else None


# -- coming in ---------------------------------------------------------------------------------------------------------
@require_safe
@login_required
def index(request):
    """The missions a signed-in person is in; a single one opens at once."""
    rows = (
        Delegate.objects.visible_to(request.user)
        .filter(person__user=request.user)
        .select_related("delegation__event", "company")
        .order_by("-delegation__event__starts_on", "pk")
    )
    if len(rows) == 1:
        return redirect("workshops:mission", rows[0].public_id)
    return render(request, "workshops/missions.html", {"delegates": rows})


@never_cache
@require_safe
def open_link(request, token):
    """Takes the personal link out of the address (see `portal.ui.doors`)."""
    try:
        delegate = mission_links.behind_link(token=token, now=timezone.now())
    except LinkExpired:
        doors.remember(request, Delegate.link_purpose, token)
        return redirect("workshops:mission_expired")
    if delegate is None:
        return doors.closed(request)
    doors.remember(request, Delegate.link_purpose, token)
    return redirect("workshops:mission", delegate.public_id)


@never_cache
@require_safe
def expired(request):
    """Says that the link is too old, and offers a fresh one."""
    return doors.closed(request, renew_at="workshops:mission_renew")


@never_cache
@require_POST
@limits.limited("fresh_link")
def new_link(request):
    now = timezone.now()
    return doors.mail_fresh_link(
        request,
        Delegate.link_purpose,
        find=lambda token: mission_links.behind_link(token=token, now=now),
        send=lambda delegate: mission_links.renew_link(delegate=delegate, now=now),
        page="workshops:index",
    )


# -- my pages ----------------------------------------------------------------------------------------------------------
def shell(visitor: Visitor, current: str, meetings: list[Meeting] | None = None) -> dict:
    """What every page of the mission shows: whose it is, and where else to go."""
    me = visitor.delegate
    if meetings is None:
        meetings = list(meetings_of(me))
    waiting = [row for row in meetings if row.state == Meeting.State.REQUESTED and row.invitee_id == me.person_id]
    pages = [
        ("mission", _("My day"), None),
        ("mission_people", _("Whom to meet"), None),
        ("mission_meetings", _("My meetings"), len(waiting) or None),
    ]
    if me.role == Delegate.Role.INTERPRETER:
        del pages[1]
    return {
        "me": me,
        "mission": me.delegation,
        "event": me.delegation.event,
        "zone": visitor.zone,
        "waiting": waiting,
        "tabs": [
            {
                "title": title,
                "url": reverse(f"workshops:{name}", args=[me.public_id]),
                "current": name == current,
                "count": count,
            }
            for name, title, count in pages
        ],
    }


@require_safe
@for_visitor
def day(request, visitor):
    """The person's schedule in both zones, what waits for an answer, and her calendar."""
    me = visitor.delegate
    meetings = list(meetings_of(me))
    lines = lines_of(me, meetings, visitor.zone)
    context = {
        **shell(visitor, "mission", meetings),
        "days": by_day(lines),
        "unscheduled": [row for row in meetings if row.state == Meeting.State.ACCEPTED],
        "to_mark": [row for row in meetings if is_to_mark(row, me)],
    }
    if me.feed_hash:
        path = reverse("workshops:mission_feed", args=[mission_links.feed_token(me)])
        context["feed_url"] = request.build_absolute_uri(path)
    return render(request, "workshops/mission.html", context)


def is_to_mark(meeting: Meeting, me: Delegate) -> bool:
    """Over, and this side has not said whether it took place."""
    part = meeting.part_of(me.person_id)
    held = meeting.state == Meeting.State.SCHEDULED or meeting.was_held
    return bool(part) and held and meeting.ends_at <= timezone.now() and not getattr(meeting, f"{part}_mark")


@require_safe
@for_visitor
def meetings(request, visitor):
    """Everything the person asked for or was asked for, by what is to be done with it."""
    me = visitor.delegate
    rows = list(meetings_of(me).select_related("followup__owner"))
    groups = [
        (_("Please answer"), [row for row in rows if row.state == "requested" and row.invitee_id == me.person_id]),
        (_("You asked, no answer yet"), [r for r in rows if r.state == "requested" and r.requester_id == me.person_id]),
        (_("Agreed, without a time"), [row for row in rows if row.state == "accepted"]),
        (_("In your schedule"), [row for row in rows if row.state == "scheduled"]),
        (_("Took place"), [row for row in rows if row.was_held]),
        (_("Did not come about"), [row for row in rows if row.state in ("declined", "cancelled", "no_show")]),
    ]
    for _title, group in groups:
        for row in group:
            row.counterpart = row.counterpart_of(me.person_id)
    context = {**shell(visitor, "mission_meetings", rows), "groups": [group for group in groups if group[1]]}
    return render(request, "workshops/mission_meetings.html", context)


@require_safe
@for_visitor
def people(request, visitor):
    """Companies and people of the mission with what they bring and look for; the other side stands first."""
    me = visitor.delegate
    if me.role == Delegate.Role.INTERPRETER:
        raise Http404
    side = request.GET.get("side") or _other_side(me)
    wanted = request.GET.get("q", "").strip()
    coming = me.delegation.delegates.filter(cancelled_at=None).exclude(role=Delegate.Role.INTERPRETER)
    companies = me.delegation.companies.filter(side=side).order_by("name_en", "pk")
    for word in wanted.split():
        # A subquery: searched through its people, a company with two of them would stand there twice.
        companies = companies.filter(pk__in=me.delegation.companies.filter(_mentions(word)).values("pk"))
    companies = companies.select_related("organisation").prefetch_related(
        Prefetch("delegates", coming.select_related("person").order_by("pk"), to_attr="coming")
    )
    page = Paginator(companies, PER_PAGE).get_page(request.GET.get("page"))
    own = list(meetings_of(me))
    _note_meetings(page, me, own)
    context = {
        **shell(visitor, "mission_people", own),
        "page": page,
        "side": side,
        "wanted": wanted,
        "sides": MissionCompany.Side.choices,
    }
    return render(request, "workshops/mission_people.html", context)


def _other_side(me: Delegate) -> str:
    own = me.company.side if me.company else MissionCompany.Side.VISITING
    return MissionCompany.Side.HOST if own == MissionCompany.Side.VISITING else MissionCompany.Side.VISITING


def _mentions(word: str) -> Q:
    fields = ("name_en", "name_ja", "technology_areas", "profile_en", "profile_ja", "wishes_en", "wishes_ja")
    found = Q(delegates__person__search_key__icontains=word)
    for field in fields:
        found |= Q(**{f"{field}__icontains": word})
    return found


def _note_meetings(page, me: Delegate, own: list[Meeting]) -> None:
    """Beside each person: the meeting that is open with her. Beside each company: a colleague already meets it."""
    mine = {row.counterpart_of(me.person_id).pk: row for row in own if row.is_open or row.was_held}
    colleagues = me.company.delegates.exclude(pk=me.pk).values_list("person_id", flat=True) if me.company else []
    met_by_us = set()
    for row in me.delegation.event.meetings.still_open().filter(
        Q(requester__in=list(colleagues)) | Q(invitee__in=list(colleagues))
    ):
        met_by_us |= {row.requester_id, row.invitee_id}
    for company in page:
        for delegate in company.coming:
            delegate.meeting = mine.get(delegate.person_id)
            delegate.is_me = delegate.pk == me.pk
        company.met_by_colleague = any(one.person_id in met_by_us for one in company.coming) and company != me.company


# -- my calendar -------------------------------------------------------------------------------------------------------
@require_safe
@for_visitor
def calendar(request, visitor):
    """The person's schedule as a file, for those who do not subscribe."""
    return _calendar(visitor.delegate)


@require_POST
@for_visitor
def new_feed(request, visitor):
    """Makes an address for the calendar program; an older one stops working."""
    carry_out(
        request,
        lambda: mission_links.new_feed(delegate=visitor.delegate, actor=visitor.actor),
        _("Your calendar has a new address. Copy it into your calendar program."),
    )
    return redirect("workshops:mission", visitor.delegate.public_id)


@require_safe
def feed(request, token):
    """What a calendar program reads, by its secret address."""
    delegate = mission_links.behind_feed(token=token)
    if delegate is None:
        raise Http404
    with translation.override(delegate.person.as_recipient().language):
        return _calendar(delegate)


def _calendar(delegate: Delegate) -> HttpResponse:
    entries = feed_of(delegate, now=timezone.now())
    response = HttpResponse(calendar_file(entries, name=delegate.delegation.name), content_type=CALENDAR)
    response["Content-Disposition"] = 'inline; filename="mission.ics"'
    return response
