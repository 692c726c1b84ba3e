"""Giving meetings a slot and a table: one at a time for its people, or all that are agreed, in a fixed order.

One lock for a mission (its event) makes those who take time wait for each other; freeing never waits. The constraints
of the database (person, table, interpreter: once per slot) hold even where somebody forgets the lock.
"""

import copy
import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import audit
from portal.core.dates import zoned_text
from portal.core.workflow import StepError, lock
from workshops.boards import Board
from workshops.emails import meetings as mails
from workshops.models import Delegate, Delegation, Meeting, MeetingSeat, MeetingSlot, MeetingTable
from workshops.rules import meetings as rules
from workshops.schedules import place_of
from workshops.services import mission_links
from workshops.workflows.meetings import MEETING

# What nobody types into a meeting that exists: steps change it, and tell both. In a mission that is its time as well.
FIXED_BY_STEPS = ("event", "requester", "invitee", "message", "wished_slot", "slot", "table", "interpreter")
FREE_TIME = ("starts_at", "ends_at", "timezone", "place")
JUST_MOVED = gettext_lazy("The times of this mission have just moved. Please look again and choose one.")
REQUESTED, ACCEPTED, SCHEDULED = Meeting.State.REQUESTED, Meeting.State.ACCEPTED, Meeting.State.SCHEDULED


class SlotTaken(StepError):
    """Somebody else was faster; `next_free` is what we can offer instead, None where nothing is left."""

    def __init__(self, slot: MeetingSlot, next_free: MeetingSlot | None):
        taken = zoned_text(slot.starts_at, slot.timezone)
        if next_free is None:
            text = _("%(time)s has just been taken, and no other time is free for both. Please ask the organiser.")
            super().__init__(text % {"time": taken})
        else:
            text = _("%(time)s has just been taken. The next time free for both: %(next)s.")
            super().__init__(text % {"time": taken, "next": zoned_text(next_free.starts_at, next_free.timezone)})
        self.next_free = next_free


@dataclass(frozen=True)
class Outcome:
    """What the automatic scheduling did."""

    placed: tuple[Meeting, ...]
    unplaced: tuple[tuple[Meeting, str], ...]


def delegation_of(meeting: Meeting) -> Delegation:
    """The mission a meeting belongs to. Raises StepError for meetings of events without one."""
    delegation = Delegation.objects.select_related("event__host_organisation").filter(event=meeting.event_id).first()
    if delegation is None:
        raise StepError(_("This event has no slots and tables. Its times are kept at the organiser's desk."))
    return delegation


def hold_mission(event) -> None:
    """Wait until nobody else gives out time in this mission. First lock of every service that takes time."""
    lock(event)


def require_unmoved(slot: MeetingSlot) -> None:
    """Whoever chose a time before the event moved has chosen another one. Call it under the lock on the mission."""
    if not MeetingSlot.objects.filter(pk=slot.pk, starts_at=slot.starts_at, ends_at=slot.ends_at).exists():
        raise StepError(JUST_MOVED)


@transaction.atomic
def give_slot(
    *,
    meeting: Meeting,
    slot: MeetingSlot,
    table: MeetingTable | None = None,
    interpreter: Delegate | None = None,
    actor,
    now: dt.datetime,
) -> Meeting:
    """Fix time and table of an accepted meeting, or move a scheduled one, and send both the calendar entry.

    Without `table` the first free one is taken. `actor` None is the system, which fixes what its people have chosen.
    """
    if actor is not None and not rules.organises(actor, meeting):
        raise PermissionDenied("fix_slot")
    hold_mission(meeting.event)
    meeting.refresh_from_db()
    delegation = delegation_of(meeting)
    require_unmoved(slot)
    if slot.delegation_id != delegation.pk or (table is not None and table.delegation_id != delegation.pk):
        raise StepError(_("This slot or table belongs to another mission."))
    if slot.starts_at <= now:
        raise StepError(_("This time has passed. Please choose a later one."))
    board = Board(delegation, now=now)
    if full := [] if meeting.state == SCHEDULED else board.at_limit((meeting.requester_id, meeting.invitee_id)):
        raise StepError(
            _("%(person)s has %(number)s meetings already, as many as this mission allows.")
            % {"person": board.delegates[full[0]], "number": delegation.meeting_limit}
        )
    placed = _place(meeting, slot, table, interpreter, board, actor, now)
    _move_other_wishes(placed, slot, now)
    return placed


@transaction.atomic
def schedule_accepted(*, delegation: Delegation, actor, now: dt.datetime) -> Outcome:
    """Place every accepted meeting that has no time yet: wishes of both first, then who agreed first.

    Each gets its wished slot if that is free, else the earliest one. The same rows give the same schedule; meetings
    that have a time are never moved.
    """
    if not rules.runs_mission(actor, delegation):
        raise PermissionDenied("schedule")
    hold_mission(delegation.event)
    board = Board(delegation, now=now)
    waiting = (
        Meeting.objects.filter(event=delegation.event_id)
        .unscheduled()
        .filter(slot=None)
        .select_related("event__host_organisation", "requester__user", "invitee__user", "wished_slot")
        .order_by("-is_mutual", "created_at", "pk")
    )
    placed, unplaced = [], []
    for meeting in waiting:
        if reason := board.why_not(meeting):
            unplaced.append((meeting, reason))
            continue
        slots = board.possible_slots(meeting.requester_id, meeting.invitee_id)
        slot = meeting.wished_slot if meeting.wished_slot in slots else slots[0]
        placed.append(_place(meeting, slot, None, None, board, actor, now))
        board.take(placed[-1])
    audit.record(
        "mission.schedule", delegation, actor=actor, audience=audit.DESKS, placed=len(placed), unplaced=len(unplaced)
    )
    return Outcome(tuple(placed), tuple(unplaced))


def release(meeting: Meeting) -> None:
    """Give the time of its people back; the table is free as soon as the meeting's state is not a holding one."""
    MeetingSeat.objects.filter(meeting=meeting).delete()


def take_seats(meeting: Meeting, slot: MeetingSlot, interpreter: Delegate | None) -> None:
    """Take the slot for everybody in the meeting. Raises IntegrityError where one of them has another meeting then.

    Always in the order of the people's keys: two who take the same people never wait for each other in a circle.
    """
    people = {meeting.requester_id, meeting.invitee_id} | ({interpreter.person_id} if interpreter else set())
    MeetingSeat.objects.filter(meeting=meeting).delete()
    for person in sorted(people):
        MeetingSeat.objects.create(meeting=meeting, slot=slot, person_id=person)


# -- placing -----------------------------------------------------------------------------------------------------------
def _place(meeting, slot, table, interpreter, board: Board, actor, now) -> Meeting:
    """Try the tables one after the other: between looking and taking somebody else may have been faster."""
    people = (meeting.requester_id, meeting.invitee_id)
    if interpreter is None and board.needs_interpreter(*people):
        interpreter = next(iter(board.free_interpreters(slot)), None)
    free = {one.pk for one in board.free_tables(slot)}
    if meeting.slot_id == slot.pk and meeting.table_id:
        free.add(meeting.table_id)
    candidates = [one for one in board.tables if one.pk in free and (table is None or one.pk == table.pk)]
    for candidate in candidates:
        try:
            with transaction.atomic():
                take_seats(meeting, slot, interpreter)
                return _fix(meeting, slot, candidate, interpreter, actor, now)
        except IntegrityError:
            if _somebody_is_busy(meeting, slot, interpreter):
                break
    if table is not None and not candidates:
        raise StepError(_("%(table)s is taken at that time. Please choose another table.") % {"table": table})
    offers = Board(board.delegation, now=now).possible_slots(*people, besides=meeting.pk)
    raise SlotTaken(slot, next((one for one in offers if one.pk != slot.pk), None))


def _somebody_is_busy(meeting, slot, interpreter) -> bool:
    people = [meeting.requester_id, meeting.invitee_id, *([interpreter.person_id] if interpreter else [])]
    return MeetingSeat.objects.filter(slot=slot, person__in=people).exclude(meeting=meeting).exists()


def _fix(meeting, slot, table, interpreter, actor, now) -> Meeting:
    changes = {
        "slot": slot,
        "table": table,
        "interpreter": interpreter,
        "wished_slot": None,
        "starts_at": slot.starts_at,
        "ends_at": slot.ends_at,
        "timezone": slot.timezone,
        "place": table.name_en,
        "moved_at": now,
        "calendar_sequence": meeting.calendar_sequence + 1,
    }
    mission_links.ensure_links_of(meeting, now=now)
    if meeting.state == SCHEDULED:
        before = copy.copy(meeting)
        row = _moved(meeting, changes, actor)
        mails.meeting_moved(row, was=(before.starts_at, before.timezone), was_place=lambda: place_of(before))
    else:
        row = MEETING.apply("fix_slot", meeting, actor=actor, changes=changes, slot=slot.code)
        mails.meeting_scheduled(row)
    return row


def _moved(meeting, changes, actor) -> Meeting:
    """A scheduled meeting keeps its state: only time, place and interpreter change."""
    row = lock(meeting)
    before = {"slot": str(row.slot or row.starts_at), "table": str(row.table or row.place)}
    for name, value in changes.items():
        setattr(row, name, value)
        setattr(meeting, name, value)
    row.save(update_fields=[*changes, "updated_at"])
    before, after = audit.changed(before, {"slot": str(row.slot), "table": str(row.table)})
    audit.record("meeting.move", row, actor=actor, before=before, after=after, audience=audit.DESKS)
    return row


def _move_other_wishes(meeting: Meeting, slot: MeetingSlot, now: dt.datetime) -> None:
    """Others had hoped for these people at this time: they hear it and are offered the next free one."""
    people = (meeting.requester_id, meeting.invitee_id)
    others = Meeting.objects.filter(wished_slot=slot, state__in=(REQUESTED, ACCEPTED)).exclude(pk=meeting.pk)
    others = (others.filter(requester__in=people) | others.filter(invitee__in=people)).for_list().order_by("pk")
    board = None
    for other in others:
        board = board or Board(slot.delegation, now=now)
        next_free = next(iter(board.possible_slots(other.requester_id, other.invitee_id)), None)
        other.wished_slot = next_free
        other.save(update_fields=["wished_slot", "updated_at"])
        audit.record(
            "meeting.wish_taken", other, actor=None, audience=audit.DESKS,
            before=slot.code, after=next_free.code if next_free else "",
        )  # fmt: skip
        mails.wish_taken(other, slot, next_free)
