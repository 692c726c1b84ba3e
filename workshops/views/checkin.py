"""The door of an event on a phone: the code of a badge, a name in any script, somebody who just came.

For organisers who are signed in. A code only opens a page; letting in is a button, so that nothing happens by itself.
"""

import datetime as dt

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.ui.acts import carry_out, posted
from workshops.forms.registration import WalkInForm
from workshops.letters.registration import badges
from workshops.models import AttendanceMode, CheckIn, Event, Registration
from workshops.services import attendance
from workshops.services.registration.seats import seats_of

SHOW = ["GET", "HEAD", "POST"]
# At whose door this phone stands: a badge of another event is told apart.
DOOR = "workshops.door"


def _event(request, code: str) -> Event:
    """An event that the reader works for."""
    rows = Event.objects.editable_by(request.user).select_related("host_organisation", "alliance")
    return get_object_or_404(rows, code=code)


def _has_ended(event: Event, now: dt.datetime) -> bool:
    return event.ends_at is not None and event.ends_at <= now


def _registration(request, public_id) -> Registration:
    """Who stands behind this badge: also an old one, if she cancelled and registered again."""
    rows = Registration.objects.editable_by(request.user).select_related(
        "event__host_organisation", "event__alliance", "affiliation", "person", "needs"
    )
    return rows.in_force_for(get_object_or_404(rows, public_id=public_id))


@never_cache
@require_safe
@login_required
def door(request, code):
    """Search, the people found, and how many are inside."""
    event, now = _event(request, code), timezone.now()
    text = request.GET.get("q", "").strip()
    seats = seats_of(event)
    context = {
        "event": event,
        "alliance": event.alliance,
        "text": text,
        "people": attendance.find_people(event, text),
        "inside": attendance.count_inside(event),
        "expected": seats.held(AttendanceMode.ON_SITE),
        "over": seats.over_by(AttendanceMode.ON_SITE),
        "is_open": attendance.is_door_open(event, now),
        "has_ended": _has_ended(event, now),
        "is_mine": request.session.get(DOOR) == event.code,
    }
    return render(request, "workshops/door/door.html", context)


@require_POST
@login_required
def stand_here(request, code):
    """This phone stands at this door now; badges of other events are told apart."""
    event = _event(request, code)
    request.session[DOOR] = event.code
    return redirect("workshops:door", event.code)


@never_cache
@require_http_methods(SHOW)
@login_required
def ticket(request, public_id):
    """What the code of a badge opens: one person, one colour, one sentence, one button."""
    registration, now = _registration(request, public_id), timezone.now()
    door_code = request.session.get(DOOR, "")
    if request.method == "POST" and "place" in request.POST:
        carry_out(
            request,
            lambda: attendance.let_in_waiting(
                registration=registration,
                over_capacity=request.POST["place"] == "beyond",
                actor=request.user,
                now=now,
            ),
        )
        return redirect(reverse("workshops:ticket", args=[registration.public_id]) + "?done")
    if request.method == "POST":
        way = CheckIn.Way.TICKET if request.POST.get("way") == "ticket" else CheckIn.Way.LIST
        if not door_code:
            request.session[DOOR] = registration.event.code
        carry_out(
            request,
            lambda: attendance.check_in(registration=registration, way=way, actor=request.user, now=now),
        )
        return redirect(reverse("workshops:ticket", args=[registration.public_id]) + "?done")
    answer = attendance.answer_for(registration, now, door=door_code)
    waits = answer.verdict == attendance.Verdict.WAITING and attendance.is_door_open(registration.event, now)
    context = {
        "answer": answer,
        "registration": registration,
        "event": registration.event,
        "alliance": registration.event.alliance,
        "has_ended": _has_ended(registration.event, now),
        "may_give_place": waits,
        "has_chair": waits and attendance.has_chair_for(registration),
        "just_now": "done" in request.GET and answer.verdict == attendance.Verdict.INSIDE,
        "needs": getattr(registration, "needs", None),
        "tour_words": _("cleared") if attendance.may_join_tour(registration) else _("not cleared"),
    }
    return render(request, "workshops/door/ticket.html", context)


@require_POST
@login_required
def undo(request, public_id):
    """Take a slip back."""
    registration = _registration(request, public_id)
    carry_out(
        request,
        lambda: attendance.undo(registration=registration, actor=request.user, now=timezone.now()),
        _("Taken back: not checked in."),
    )
    return redirect("workshops:ticket", registration.public_id)


@never_cache
@require_http_methods(SHOW)
@login_required
def walk_in(request, code):
    """Register and let in somebody who just came."""
    event, now = _event(request, code), timezone.now()
    is_full = not seats_of(event).has_free(AttendanceMode.ON_SITE)
    form = WalkInForm(posted(request), is_full=is_full)
    if request.method == "POST" and form.is_valid():
        done = carry_out(
            request,
            lambda: attendance.walk_in(event=event, actor=request.user, now=now, **form.cleaned_data),
            _("%(name)s is in.") % {"name": form.cleaned_data["person_name"]},
        )
        if done:
            return redirect("workshops:door", event.code)
    context = {
        "event": event,
        "alliance": event.alliance,
        "form": form,
        "is_full": is_full,
        "crumbs": [(_("Door"), reverse("workshops:door", args=[event.code])), (_("Without registration"), "")],
    }
    return render(request, "workshops/door/walk_in.html", context)


@never_cache
@require_safe
@login_required
def all_badges(request, code):
    """Badges of everybody with a place, to be printed; nobody who waits is among them."""
    event = _event(request, code)
    people = list(attendance.people_with_badges(event))
    language = request.LANGUAGE_CODE[:2]
    response = HttpResponse(
        badges(event, people, language=language, now=timezone.now()), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'attachment; filename="badges-{event.code}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
