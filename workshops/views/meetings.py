"""One meeting for its two people: asking, answering, choosing a time, marking, minutes and follow-up."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.ui.acts import carry_out, posted
from workshops.boards import Board
from workshops.forms.meetings import DeclineForm, FollowUpForm, MinutesForm, ReasonForm, RequestForm, SlotForm
from workshops.models import Delegate, Meeting
from workshops.schedules import meetings_of, place_of
from workshops.services import meetings as services
from workshops.views.missions import Visitor, for_visitor, is_to_mark, shell


@require_http_methods(["GET", "HEAD", "POST"])
@for_visitor
def ask(request, visitor, other):
    """The request for a meeting, with the times that are free for both."""
    me = visitor.delegate
    people = me.delegation.delegates.select_related("person__user", "company", "delegation__event")
    counterpart = people.filter(public_id=other).exclude(pk=me.pk).exclude(role=Delegate.Role.INTERPRETER).first()
    if counterpart is None or me.role == Delegate.Role.INTERPRETER:
        raise Http404
    times = _times(visitor, me.person_id, counterpart.person_id)
    form = RequestForm(posted(request), **times)
    if request.method == "POST" and form.is_valid():
        asked = carry_out(
            request,
            lambda: services.request_meeting(
                delegate=me,
                counterpart=counterpart,
                topic=form.cleaned_data["topic"],
                message=form.cleaned_data["message"],
                wished_slot=form.cleaned_data.get("slot"),
                actor=visitor.actor,
                now=timezone.now(),
            ),
            _("Your request is on its way to %(name)s.") % {"name": counterpart.person},
        )
        if asked:
            return redirect("workshops:mission_meetings", me.public_id)
    waiting = me.person.meetings_requested.filter(event=me.delegation.event_id, state=Meeting.State.REQUESTED)
    context = {
        **shell(visitor, "mission_people"),
        "form": form,
        "counterpart": counterpart,
        "number_waiting": waiting.count(),
    }
    return render(request, "workshops/meeting_ask.html", context)


def _times(visitor: Visitor, *people: int, besides: int | None = None) -> dict:
    """The times to choose from, for a form."""
    board = Board(visitor.delegate.delegation, now=timezone.now())
    return {
        "offered": board.possible_slots(*people, besides=besides),
        "every": board.slots,
        "zone": visitor.zone,
    }


# -- one meeting -------------------------------------------------------------------------------------------------------
def _meeting(visitor: Visitor, meeting) -> Meeting:
    """A meeting of this person in this mission; missing for everybody else."""
    found = meetings_of(visitor.delegate).filter(public_id=meeting).select_related("followup__owner").first()
    if found is None:
        raise Http404
    return found


def _own_meeting(visitor: Visitor, meeting) -> Meeting:
    """The same for the two themselves; an interpreter only reads."""
    found = _meeting(visitor, meeting)
    if not found.part_of(visitor.delegate.person_id):
        raise Http404
    return found


@require_safe
@for_visitor
def page(request, visitor, meeting):
    return _show(request, visitor, _meeting(visitor, meeting))


def _show(request, visitor: Visitor, meeting: Meeting, **forms):
    """The page with the forms of what may be done now; a form that was refused comes back as it was typed."""
    me = visitor.delegate
    part = meeting.part_of(me.person_id)
    people = (meeting.requester_id, meeting.invitee_id)
    is_invitee, frozen = part == "invitee", me.delegation.frozen_at is not None
    context = {
        **shell(visitor, "mission_meetings"),
        "meeting": meeting,
        "part": part,
        "counterpart": meeting.counterpart_of(me.person_id),
        "company": _company_of(visitor, meeting),
        "place": place_of(meeting),
        "frozen": frozen,
        "own_mark": getattr(meeting, f"get_{part}_mark_display")() if part and _marked(meeting, part) else "",
        "other_mark": _other_mark(meeting, part),
        "to_mark": is_to_mark(meeting, me),
        "may_mark": bool(part) and bool(meeting.starts_at) and meeting.starts_at <= timezone.now()
        and (meeting.state == Meeting.State.SCHEDULED or meeting.was_held),
        "followup": getattr(meeting, "followup", None),
    }  # fmt: skip
    if part and meeting.state == Meeting.State.REQUESTED and is_invitee and not frozen:
        context["accept_form"] = SlotForm(**_times(visitor, *people), may_wait=True, wished=meeting.wished_slot)
    if part and meeting.state == Meeting.State.ACCEPTED and not frozen:
        times = _times(visitor, *people)
        context["slot_form"] = SlotForm(**times, wished=meeting.wished_slot) if times["offered"] else None
        context["no_times"] = not times["offered"]
    if part and meeting.state == Meeting.State.REQUESTED and is_invitee:
        context["decline_form"] = DeclineForm()
    if (
        part
        and meeting.is_open
        and not context["may_mark"]
        and not (is_invitee and meeting.state == Meeting.State.REQUESTED)
    ):
        context["cancel_form"] = ReasonForm()
    if part and meeting.state in (Meeting.State.HELD, Meeting.State.MINUTES_DRAFT):
        context["minutes_form"] = MinutesForm(
            initial={"text": meeting.minutes, "confidential": meeting.minutes_confidential}
        )
    if part and meeting.state == Meeting.State.MINUTES_DRAFT:
        context["may_approve"] = getattr(meeting, f"{part}_approved_at") is None
    if part and meeting.was_held:
        context["followup_form"] = _follow_up_form(meeting)
    return render(request, "workshops/meeting.html", {**context, **forms})


def _marked(meeting: Meeting, part: str) -> str:
    return getattr(meeting, f"{part}_mark")


def _other_mark(meeting: Meeting, part: str) -> str:
    other = {"requester": "invitee", "invitee": "requester"}.get(part)
    return getattr(meeting, f"get_{other}_mark_display")() if other and _marked(meeting, other) else ""


def _company_of(visitor: Visitor, meeting: Meeting):
    other = meeting.counterpart_of(visitor.delegate.person_id)
    delegate = visitor.delegate.delegation.delegates.filter(person=other).select_related("company").first()
    return delegate.company if delegate else None


def _follow_up_form(meeting: Meeting, data=None) -> FollowUpForm:
    row = getattr(meeting, "followup", None)
    initial = {}
    if row is not None:
        initial = {
            "next_step": row.next_step,
            "owner": str(row.owner.public_id) if row.owner else "",
            "due_on": row.due_on,
            "outcome": row.outcome,
            "outcome_on": row.outcome_on,
        }
    return FollowUpForm(data, initial=initial, people=[meeting.requester, meeting.invitee])


def _back(visitor: Visitor, meeting: Meeting):
    return redirect(reverse("workshops:meeting", args=[visitor.delegate.public_id, meeting.public_id]))


@require_POST
@for_visitor
def accept(request, visitor, meeting):
    found = _own_meeting(visitor, meeting)
    times = _times(visitor, found.requester_id, found.invitee_id)
    form = SlotForm(request.POST, **times, may_wait=True, wished=found.wished_slot)
    if not form.is_valid():
        return _show(request, visitor, found, accept_form=form)
    carry_out(
        request,
        lambda: services.accept(meeting=found, slot=form.cleaned_data["slot"], **visitor.acting, now=timezone.now()),
        _("Thank you: you have accepted."),
    )
    return _back(visitor, found)


@require_POST
@for_visitor
def decline(request, visitor, meeting):
    found = _own_meeting(visitor, meeting)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _show(request, visitor, found, decline_form=form)
    carry_out(
        request,
        lambda: services.decline(meeting=found, reason=form.cleaned_data["reason"], **visitor.acting),
        _("You have declined. The other one has been told."),
    )
    return _back(visitor, found)


@require_POST
@for_visitor
def choose(request, visitor, meeting):
    found = _own_meeting(visitor, meeting)
    form = SlotForm(request.POST, **_times(visitor, found.requester_id, found.invitee_id))
    if not form.is_valid():
        return _show(request, visitor, found, slot_form=form)
    carry_out(
        request,
        lambda: services.choose_slot(
            meeting=found, slot=form.cleaned_data["slot"], **visitor.acting, now=timezone.now()
        ),
        _("The meeting has its time. Both of you get a calendar entry by mail."),
    )
    return _back(visitor, found)


@require_POST
@for_visitor
def cancel(request, visitor, meeting):
    found = _own_meeting(visitor, meeting)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _show(request, visitor, found, cancel_form=form)
    carry_out(
        request,
        lambda: services.cancel(
            meeting=found, reason=form.cleaned_data["reason"], **visitor.acting, now=timezone.now()
        ),
        _("The meeting is cancelled. The other one has been told."),
    )
    return _back(visitor, found)


@require_POST
@for_visitor
def mark(request, visitor, meeting):
    """One tap: it took place, or it did not."""
    found = _own_meeting(visitor, meeting)
    word = request.POST.get("held")
    if word not in ("yes", "no"):
        raise Http404
    carry_out(
        request,
        lambda: services.mark(meeting=found, held=word == "yes", **visitor.acting, now=timezone.now()),
        _("Thank you, noted."),
    )
    return _back(visitor, found)


@require_POST
@for_visitor
def minutes(request, visitor, meeting):
    found = _own_meeting(visitor, meeting)
    form = MinutesForm(request.POST)
    if form.is_valid():
        done = carry_out(
            request,
            lambda: services.draft_minutes(meeting=found, **form.cleaned_data, **visitor.acting),
            _("The minutes are kept. The other one is asked to approve them."),
        )
        if done:
            return _back(visitor, found)
    return _show(request, visitor, found, minutes_form=form)


@require_POST
@for_visitor
def approve(request, visitor, meeting):
    found = _own_meeting(visitor, meeting)
    carry_out(
        request,
        lambda: services.approve_minutes(meeting=found, **visitor.acting, now=timezone.now()),
        _("You have approved the minutes."),
    )
    return _back(visitor, found)


@require_POST
@for_visitor
def follow_up(request, visitor, meeting):
    found = _own_meeting(visitor, meeting)
    form = _follow_up_form(found, request.POST)
    if form.is_valid():
        done = carry_out(
            request,
            lambda: services.save_follow_up(meeting=found, **form.cleaned_data, **visitor.acting),
            _("The follow-up is kept."),
        )
        if done:
            return _back(visitor, found)
    return _show(request, visitor, found, followup_form=form)
