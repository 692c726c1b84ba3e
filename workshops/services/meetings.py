"""The life of a one-to-one meeting: asked for, answered, given a time, marked, written up, followed up.

Whoever acts is either signed in (`actor`, judged by the workflow's rules) or comes by a personal link: then `actor` is
None and `person` is who the link belongs to. Staff act with `actor` alone.
"""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.core import audit
from portal.core.workflow import IllegalTransition, StepError, display, lock
from workshops.boards import Board
from workshops.emails import meetings as mails
from workshops.models import Delegate, Delegation, Event, Meeting, MeetingFollowUp, MeetingSlot
from workshops.querysets.meetings import AGREEMENTS, HELD, HOLDING
from workshops.rules import meetings as rules
from workshops.services import mission_links, scheduling
from workshops.workflows.meetings import MEETING

State, Mark = Meeting.State, Meeting.Mark
CALLED_OFF = (Event.State.CANCELLED, Event.State.POSTPONED)


# -- asking and answering ----------------------------------------------------------------------------------------------
@transaction.atomic
def request_meeting(
    *,
    delegate: Delegate,
    counterpart: Delegate,
    topic: str,
    message: str = "",
    wished_slot: MeetingSlot | None = None,
    actor=None,
    now: dt.datetime,
) -> Meeting:
    """Ask somebody of the mission for a meeting. Where she has asked already, this is the answer: the two agree."""
    delegation = delegate.delegation
    _speaks_for(actor, delegate.person)
    scheduling.hold_mission(delegation.event)
    delegation.refresh_from_db(fields=["frozen_at", "answer_hours", "request_limit", "meeting_limit"])
    _may_meet(delegate, counterpart, delegation)
    _refuse_when_frozen(delegation)
    standing = _between(delegate, counterpart)
    if standing is not None:
        return _answer_by_asking(standing, delegate, actor, now)
    waiting = Meeting.objects.filter(event=delegation.event_id, requester=delegate.person_id, state=State.REQUESTED)
    if waiting.count() >= delegation.request_limit:
        raise StepError(
            _("You have %(number)s requests without an answer. Wait for one, or cancel one, before you ask again.")
            % {"number": delegation.request_limit}
        )
    identifier = uuid.uuid4()
    meeting = Meeting(
        public_id=identifier,
        code=f"mt-{identifier.hex[:10]}",
        event=delegation.event,
        requester=delegate.person,
        invitee=counterpart.person,
        topic_en=topic.strip(),
        message=message.strip(),
        timezone=delegation.timezone,
        wished_slot=_own_slot(wished_slot, delegation, now),
        answer_by=now + dt.timedelta(hours=delegation.answer_hours),
        source=delegation.source if delegation.is_demo else "",
    )
    try:
        with transaction.atomic():
            meeting.save()
    except IntegrityError:
        raise StepError(_("There is a meeting between you already.")) from None
    audit.record(
        "meeting.request", meeting, actor=actor, audience=audit.DESKS, after=State.REQUESTED, by=str(delegate.person)
    )
    mission_links.ensure_links_of(meeting, now=now)
    mails.meeting_requested(meeting)
    return meeting


@transaction.atomic
def accept(*, meeting: Meeting, slot: MeetingSlot | None = None, person=None, actor=None, now: dt.datetime) -> Meeting:
    """Say yes. With `slot`, or where the wished time is still free, the meeting gets its time at once."""
    _speaks_for(actor, person)
    scheduling.hold_mission(meeting.event)
    meeting.refresh_from_db()
    if actor is None and (person is None or person.pk != meeting.invitee_id):
        raise PermissionDenied("accept")
    row = MEETING.apply("accept", meeting, actor=actor, by=str(person or actor))
    delegation = Delegation.objects.filter(event=row.event_id).first()
    frozen = delegation is None or delegation.frozen_at is not None
    if slot is not None and not frozen:
        return scheduling.give_slot(meeting=row, slot=slot, actor=None, now=now)
    if slot is None and not frozen and row.wished_slot is not None and _is_possible(row, delegation, now):
        return scheduling.give_slot(meeting=row, slot=row.wished_slot, actor=None, now=now)
    mails.meeting_accepted(row, may_choose=not frozen)
    return row


@transaction.atomic
def decline(*, meeting: Meeting, reason: str = "", person=None, actor=None) -> Meeting:
    _speaks_for(actor, person)
    if actor is None and (person is None or person.pk != meeting.invitee_id):
        raise PermissionDenied("decline")
    row = MEETING.apply(
        "decline", meeting, actor=actor, reason=reason, changes={"wished_slot": None}, by=str(person or actor)
    )
    mails.meeting_declined(row, reason)
    return row


@transaction.atomic
def choose_slot(*, meeting: Meeting, slot: MeetingSlot, person=None, actor=None, now: dt.datetime) -> Meeting:
    """One of the two picks a time for what they agreed on; the system fixes it, if it is still free."""
    _is_party(meeting, person, actor)
    scheduling.hold_mission(meeting.event)
    _refuse_when_frozen(scheduling.delegation_of(meeting))
    return scheduling.give_slot(meeting=meeting, slot=slot, actor=None, now=now)


@transaction.atomic
def cancel(*, meeting: Meeting, reason: str, person=None, actor=None, now: dt.datetime) -> Meeting:
    """Call it off: the other one is told at once, time and table are free again, calendars forget it."""
    if actor is None or person is not None:
        _is_party(meeting, person, actor)
    if meeting.state == State.SCHEDULED and meeting.starts_at <= now:
        raise StepError(
            _("The time of this meeting has come. Please say whether it took place, instead of cancelling.")
        )
    return _call_off(meeting, reason, actor=actor, now=now, besides=person)


@transaction.atomic
def lapse_unanswered(*, now: dt.datetime) -> int:
    """End requests that nobody answered in time."""
    count = 0
    for meeting in Meeting.objects.unanswered(now).for_list().order_by("pk"):
        reason = _("No answer in time.")
        try:
            row = MEETING.apply("decline", meeting, actor=None, reason=reason, changes={"wished_slot": None})
        except IllegalTransition:
            continue  # answered in this moment
        mails.meeting_lapsed(row)
        count += 1
    return count


@transaction.atomic
def call_off_with_events(*, now: dt.datetime, event: Event | None = None) -> int:
    """Cancel meetings to come of events that were cancelled or postponed: of all of them, or of one."""
    rows = Meeting.objects.still_open().filter(event__state__in=CALLED_OFF).filter(
        Q(starts_at=None) | Q(starts_at__gt=now)
    )  # fmt: skip
    if event is not None:
        rows = rows.filter(event=event)
    count = 0
    for meeting in rows.for_list().order_by("pk"):
        _call_off(meeting, _("The event does not take place as planned."), actor=None, now=now)
        count += 1
    return count


def call_off_person(*, delegate: Delegate, reason: str, actor, now: dt.datetime) -> list[Meeting]:
    """Everything a person who does not come was to take part in; called by the service that cancels her."""
    open_here = Meeting.objects.still_open().filter(event=delegate.delegation.event_id).for_list().order_by("pk")
    cancelled = [
        _call_off(meeting, reason, actor=actor, now=now, besides=delegate.person)
        for meeting in open_here.of_person(delegate.person_id)
    ]
    for meeting in open_here.filter(interpreter=delegate):
        _lose_interpreter(meeting, delegate, actor)
    return cancelled


@transaction.atomic
def hand_over(*, meeting: Meeting, to: Delegate, actor, now: dt.datetime) -> Meeting:
    """A colleague of the same company goes in somebody's place: time and table stay, nobody is asked again.

    Raises StepError where the colleague has another meeting then, or one with the same person.
    """
    if not rules.organises(actor, meeting):
        raise PermissionDenied("hand_over")
    scheduling.hold_mission(meeting.event)
    row = lock(meeting)
    if row.state not in (State.ACCEPTED, State.SCHEDULED):
        raise StepError(_("Only meetings to come are handed over."))
    leaving = _colleague_in(row, to)
    part = row.part_of(leaving.person_id)
    old = leaving.person
    in_calendars = row.state == State.SCHEDULED
    row.calendar_sequence += in_calendars
    mails.removed_from_meeting(row, old, leaving)
    setattr(row, part, to.person)
    row.moved_at = now
    try:
        with transaction.atomic():
            row.save(update_fields=[part, "calendar_sequence", "moved_at", "updated_at"])
            if row.slot is not None and in_calendars:
                scheduling.take_seats(row, row.slot, row.interpreter)
    except IntegrityError:
        raise StepError(
            _("%(name)s has another meeting at that time, or one with the same person.") % {"name": to.person}
        ) from None
    audit.record(
        "meeting.hand_over", row, actor=actor, audience=audit.DESKS, before=str(old), after=str(to.person), side=part
    )
    mission_links.ensure_links_of(row, now=now)
    mails.meeting_handed_over(row, old=old, new=to.person)
    return row


def _colleague_in(meeting: Meeting, to: Delegate) -> Delegate:
    """The one of the two in whose place the colleague can go."""
    if to.company_id is None or not to.is_coming or meeting.part_of(to.person_id):
        raise StepError(_("%(name)s cannot take this meeting over.") % {"name": to.person})
    people = Delegate.objects.filter(
        delegation__event=meeting.event_id, company=to.company_id, person__in=(meeting.requester_id, meeting.invitee_id)
    )
    found = people.select_related("person__user").first()
    if found is None:
        raise StepError(_("%(name)s belongs to neither of the two companies.") % {"name": to.person})
    return found


# -- what took place ---------------------------------------------------------------------------------------------------
@transaction.atomic
def mark(*, meeting: Meeting, held: bool, person=None, actor=None, now: dt.datetime) -> Meeting:
    """One side says whether it took place. One yes is enough; a no waits for the organiser; both stay."""
    _is_party(meeting, person, actor)
    row = lock(meeting)
    if row.state not in (State.SCHEDULED, *HELD):
        raise StepError(
            _("This meeting is in state “%(state)s”; there is nothing to mark.") % {"state": display(row, "state")}
        )
    _require_begun(row, now)
    part = row.part_of(person.pk)
    word = Mark.HELD if held else Mark.NOT_HELD
    before = getattr(row, f"{part}_mark")
    setattr(row, f"{part}_mark", word)
    row.save(update_fields=[f"{part}_mark", "updated_at"])
    if before != word:
        audit.record(
            "meeting.mark",
            row,
            actor=actor,
            audience=audit.DESKS,
            by=str(person),
            side=part,
            before={f"{part}_mark": before},
            after={f"{part}_mark": word},
        )
    if held and row.state == State.SCHEDULED:
        row = MEETING.apply("confirm", row, actor=actor, by=str(person))
    return row


def confirm(*, meeting: Meeting, actor, now: dt.datetime) -> Meeting:
    """The organiser settles that it took place."""
    _require_begun(meeting, now)
    return MEETING.apply("confirm", meeting, actor=actor)


@transaction.atomic
def mark_no_show(*, meeting: Meeting, reason: str, actor, now: dt.datetime) -> Meeting:
    """The organiser settles that somebody did not come. The slot is free for others at once."""
    _require_begun(meeting, now)
    row = MEETING.apply("mark_no_show", meeting, actor=actor, reason=reason)
    scheduling.release(row)
    return row


@transaction.atomic
def draft_minutes(*, meeting: Meeting, text: str, confidential: bool = False, person=None, actor=None) -> Meeting:
    """Write the minutes, or change them before both have approved. Whoever writes them has approved them."""
    if not (actor is not None and person is None):
        _is_party(meeting, person, actor)
    row = lock(meeting)
    if confidential and not row.nda_in_place:
        raise StepError(
            _("Confidential content needs a signed non-disclosure agreement. Leave it out, or ask the organiser.")
        )
    if not text.strip():
        raise StepError(_("Please write what was said and agreed."))
    own = row.part_of(person.pk) if person is not None else ""
    now = dt.datetime.now(dt.UTC)
    changes = {
        "minutes": text.strip(),
        "minutes_confidential": confidential,
        "requester_approved_at": now if own == "requester" else None,
        "invitee_approved_at": now if own == "invitee" else None,
    }
    if row.state == State.HELD:
        row = MEETING.apply("draft_minutes", meeting, actor=actor, changes=changes, by=str(person or actor))
    elif row.state == State.MINUTES_DRAFT:
        for name, value in changes.items():
            setattr(row, name, value)
        row.save(update_fields=[*changes, "updated_at"])
        audit.record("meeting.change_minutes", row, actor=actor, audience=audit.DESKS, by=str(person or actor))
    else:
        raise StepError(
            _("Minutes are written after the meeting and until both have approved them; it is in state “%(state)s”.")
            % {"state": display(row, "state")}
        )
    mails.minutes_drafted(row, person)
    return row


@transaction.atomic
def approve_minutes(*, meeting: Meeting, person, actor=None, now: dt.datetime) -> Meeting:
    """One side approves; the second approval closes the meeting."""
    _is_party(meeting, person, actor)
    row = lock(meeting)
    if row.state != State.MINUTES_DRAFT:
        raise StepError(
            _("There are no minutes to approve; the meeting is in state “%(state)s”.")
            % {"state": display(row, "state")}
        )
    part = row.part_of(person.pk)
    setattr(row, f"{part}_approved_at", now)
    row.save(update_fields=[f"{part}_approved_at", "updated_at"])
    audit.record("meeting.approve_own_part", row, actor=actor, audience=audit.DESKS, by=str(person))
    if row.requester_approved_at and row.invitee_approved_at:
        row = MEETING.apply("approve_minutes", row, actor=actor, by=str(person))
    return row


@transaction.atomic
def save_follow_up(
    *,
    meeting: Meeting,
    next_step: str = "",
    owner=None,
    due_on: dt.date | None = None,
    outcome: str = "",
    outcome_on: dt.date | None = None,
    person=None,
    actor=None,
) -> MeetingFollowUp:
    """Keep what is to be done next and by whom, and what came of it. The last word of either side stands."""
    if not (actor is not None and person is None and rules.organises(actor, meeting)):
        _is_party(meeting, person, actor)
    meeting = lock(meeting)
    if not meeting.was_held:
        raise StepError(_("A follow-up belongs to a meeting that took place. Please mark it first."))
    if owner is not None and not meeting.part_of(owner.pk):
        raise StepError(_("The next step belongs to one of the two."))
    if outcome in AGREEMENTS and outcome_on is None:
        raise StepError(_("Please say on which day this was agreed."))
    values = {
        "next_step": next_step.strip(), "owner": owner, "due_on": due_on, "outcome": outcome, "outcome_on": outcome_on,
    }  # fmt: skip
    row = MeetingFollowUp.objects.filter(meeting=meeting).first() or MeetingFollowUp(
        meeting=meeting, source=meeting.source if meeting.is_demo else ""
    )
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    old, new = audit.changed(before, values)
    if new:
        audit.record(
            "meeting.follow_up", meeting, actor=actor, audience=audit.DESKS, before=old, after=new,
            by=str(person or actor),
        )  # fmt: skip
    return row


# -- entered from records ----------------------------------------------------------------------------------------------
@transaction.atomic
def settle_entered(*, meeting: Meeting) -> None:
    """A meeting that came by a file: one at the time of a slot and at the name of a table takes them.

    Raises StepError where the place is taken by another one.
    """
    delegation = Delegation.objects.filter(event=meeting.event_id).first()
    if delegation is None or meeting.starts_at is None:
        return
    slot = meeting.slot or delegation.slots.filter(starts_at=meeting.starts_at, ends_at=meeting.ends_at).first()
    if slot is None:
        return
    if meeting.state in (State.REQUESTED, State.ACCEPTED):
        Meeting.objects.filter(pk=meeting.pk).update(wished_slot=slot)
        return
    if meeting.state not in HOLDING:
        return
    table = meeting.table or delegation.tables.filter(Q(name_en__iexact=meeting.place)).first()
    try:
        with transaction.atomic():
            scheduling.take_seats(meeting, slot, meeting.interpreter)
            Meeting.objects.filter(pk=meeting.pk).update(slot=slot, table=table)
    except IntegrityError:
        raise StepError(
            _("One of the two people, or the table, has another meeting in the slot %(slot)s.") % {"slot": slot}
        ) from None


@transaction.atomic
def tell_entered(*, meetings: Iterable[int], now: dt.datetime) -> int:
    """Put meetings of a mission that came with their time into calendars, as when the desk gives it. How many mails."""
    rows = Meeting.objects.for_list().filter(
        pk__in=meetings, state=State.SCHEDULED, starts_at__gt=now, event__delegation__isnull=False
    )
    written = 0
    for meeting in rows.exclude(event__state__in=CALLED_OFF).order_by("starts_at", "pk"):
        meeting.calendar_sequence += 1
        meeting.save(update_fields=["calendar_sequence", "updated_at"])
        mission_links.ensure_links_of(meeting, now=now)
        written += mails.meeting_scheduled(meeting)
    return written


# -- small parts -------------------------------------------------------------------------------------------------------
def _speaks_for(actor, person) -> None:
    """A signed-in actor acts for herself alone."""
    if actor is not None and person is not None and not rules.is_person(actor, person):
        raise PermissionDenied("speaks for somebody else")


def _is_party(meeting: Meeting, person, actor) -> None:
    _speaks_for(actor, person)
    if person is None or not meeting.part_of(person.pk):
        raise PermissionDenied("no party of this meeting")


def _require_begun(meeting: Meeting, now: dt.datetime) -> None:
    if meeting.starts_at is not None and meeting.starts_at > now:
        raise StepError(_("The meeting has not begun yet. Please mark it when it is over."))


def _may_meet(delegate: Delegate, counterpart: Delegate, delegation: Delegation) -> None:
    if counterpart.delegation_id != delegation.pk or counterpart.role == Delegate.Role.INTERPRETER:
        raise PermissionDenied("not to be met here")
    if delegate.person_id == counterpart.person_id or delegate.role == Delegate.Role.INTERPRETER:
        raise PermissionDenied("cannot meet")
    if not delegate.is_coming:
        raise StepError(_("You have cancelled. Please ask the organiser if you come after all."))
    if not counterpart.is_coming:
        raise StepError(_("%(name)s cannot come. Please choose somebody else.") % {"name": counterpart})
    if delegation.event.state in CALLED_OFF:
        raise StepError(_("The event does not take place as planned; no meetings are arranged now."))


def _refuse_when_frozen(delegation: Delegation) -> None:
    if delegation.frozen_at is not None:
        contact = delegation.contact_email or delegation.event.host_organisation.name
        raise StepError(
            _("The schedule is fixed and being printed. Please ask the organiser for changes: %(contact)s.")
            % {"contact": contact}
        )


def _between(one: Delegate, other: Delegate) -> Meeting | None:
    """The open meeting of two people in this mission, whoever asked."""
    rows = Meeting.objects.still_open().filter(event=one.delegation.event_id).for_list()
    return rows.of_person(one.person_id).of_person(other.person_id).first()


def _answer_by_asking(meeting: Meeting, delegate: Delegate, actor, now: dt.datetime) -> Meeting:
    if meeting.state == State.REQUESTED and meeting.invitee_id == delegate.person_id:
        Meeting.objects.filter(pk=meeting.pk).update(is_mutual=True)
        return accept(meeting=meeting, person=delegate.person, actor=actor, now=now)
    raise StepError(
        _("You and %(name)s have a meeting already: %(state)s.")
        % {"name": meeting.counterpart_of(delegate.person_id), "state": display(meeting, "state")}
    )


def _own_slot(slot: MeetingSlot | None, delegation: Delegation, now: dt.datetime) -> MeetingSlot | None:
    if slot is None:
        return None
    if slot.delegation_id != delegation.pk:
        raise PermissionDenied("a slot of another mission")
    scheduling.require_unmoved(slot)
    if slot.starts_at <= now:
        raise StepError(_("This time has passed. Please choose a later one."))
    return slot


def _is_possible(meeting: Meeting, delegation: Delegation, now: dt.datetime) -> bool:
    board = Board(delegation, now=now)
    people = (meeting.requester_id, meeting.invitee_id)
    return not board.at_limit(people) and meeting.wished_slot in board.possible_slots(*people)


def _call_off(meeting: Meeting, reason: str, *, actor, now: dt.datetime, besides=None) -> Meeting:
    in_calendars = meeting.state == State.SCHEDULED and meeting.starts_at is not None
    changes: dict = {"wished_slot": None, "calendar_sequence": meeting.calendar_sequence + in_calendars}
    if in_calendars:
        changes["moved_at"] = now
    row = MEETING.apply("cancel", meeting, actor=actor, reason=reason, changes=changes, by=str(besides or ""))
    scheduling.release(row)
    mails.meeting_cancelled(row, reason=reason, was_in_calendars=in_calendars, besides=besides)
    return row


def _lose_interpreter(meeting: Meeting, delegate: Delegate, actor) -> None:
    row = lock(meeting)
    row.calendar_sequence += 1
    row.save(update_fields=["calendar_sequence", "updated_at"])
    mails.removed_from_meeting(row, delegate.person, delegate)
    row.interpreter = None
    row.save(update_fields=["interpreter", "updated_at"])
    row.seats.filter(person=delegate.person_id).delete()
    audit.record(
        "meeting.lose_interpreter", row, actor=actor, audience=audit.DESKS, before=str(delegate.person), after=None
    )
