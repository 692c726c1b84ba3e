"""Rooms and sessions: planning a timetable, publishing it piece by piece, and moving what has to move.

Times are entered by the clock of the event. A change that the table of clashes forbids is not saved without a reason;
the reason is kept with the clash and in the audit trail.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import audit
from portal.core.dates import exact_wall_clock
from portal.core.workflow import StepError, lock
from workshops.models import Clash, Event, EventPerson, Room, Session, SessionPerson
from workshops.rules import programme as rules
from workshops.services import calendars, clashes
from workshops.workflows.programme import SESSION

SESSION_FIELDS = ("kind", "title_en", "title_ja", "abstract_en", "abstract_ja", "expected", "room")
LONGEST = dt.timedelta(hours=24)
IS_CANCELLED = gettext_lazy("This session is cancelled. Restore it before you change it.")
NOT_OF_EVENT = gettext_lazy("Somebody in this session is not among the people of this event. Add them first.")


class ClashesWith(StepError):
    """The table of clashes forbids it; `clashes` are what stands in the way."""

    def __init__(self, found: list[Clash]):
        super().__init__(_("This clashes with something else. Choose another time or room, or say why it may be so."))
        self.clashes = found


@dataclass(frozen=True)
class Times:
    """A first and a last minute by the wall clock of the event; `ends_on` is the first day where it is empty."""

    day: dt.date
    starts: dt.time
    ends: dt.time
    ends_on: dt.date | None = None

    def instants(self, zone: str) -> tuple[dt.datetime, dt.datetime]:
        """Both as instants; ValidationError where there is no such time, or nothing between them."""
        start = exact_wall_clock(self.day, self.starts, zone)
        end = exact_wall_clock(self.ends_on or self.day, self.ends, zone)
        if end == start:
            raise ValidationError(_("A session needs some time: it begins and ends at the same minute."), code="zero")
        if end < start:
            raise ValidationError(
                _("The session ends before it begins. If it ends after midnight, enter the day on which it ends."),
                code="backwards",
            )
        if end - start > LONGEST:
            raise ValidationError(_("A session lasts 24 hours at most. Make one for each day."), code="too_long")
        return start, end


# -- rooms -------------------------------------------------------------------------------------------------------------
@transaction.atomic
def save_room(*, room: Room, actor, now: dt.datetime) -> Room:
    """Save a room as it was entered, and look again at the timetables that use it."""
    if not rules.plans_room(actor, room):
        raise PermissionDenied("save_room")
    if not room.code:
        room.code = _next_code(Room, f"{(room.event or room.organisation).code[:60]}-room")
    room.full_clean()
    room.save()
    _look_again(room, now)
    return room


@transaction.atomic
def hide_room(*, room: Room, actor, now: dt.datetime) -> Room:
    """Offer the room no more. Sessions keep it, and those to come are shown as clashing."""
    return _show(room, False, actor, now)


@transaction.atomic
def show_room(*, room: Room, actor, now: dt.datetime) -> Room:
    return _show(room, True, actor, now)


def _show(room: Room, is_shown: bool, actor, now: dt.datetime) -> Room:
    if not rules.plans_room(actor, room):
        raise PermissionDenied("hide_room")
    row = lock(room)
    row.is_hidden = not is_shown
    row.save(update_fields=["is_hidden", "updated_at"])
    audit.record("room.shown" if is_shown else "room.hidden", row, actor=actor, audience=audit.DESKS)
    _look_again(row, now)
    return row


def _look_again(room: Room, now: dt.datetime) -> None:
    for event in Event.objects.filter(pk__in=room.sessions.coming_up(now).values("event")).order_by("pk"):
        clashes.check(event=event, now=now)


# -- sessions ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def save_session(
    *,
    event: Event,
    values: dict,
    times: Times | None,
    people: Iterable[tuple[EventPerson, str]] | None = None,
    session: Session | None = None,
    why_clash: str = "",
    actor,
    now: dt.datetime,
) -> Session:
    """Add a session or change one: what it is, when, where and with whom (`people`: person and role; None: as it is).

    Without times it waits to be placed. Raises ClashesWith where the table forbids it and no reason is given.
    """
    if not rules.plans(actor, event):
        raise PermissionDenied("save_session")
    lock(event)
    row = Session(event=event) if session is None else _own(session, event)
    before, old = calendars.picture(row) if row.pk else None, _facts(row)
    for name in SESSION_FIELDS:
        if name in values:
            setattr(row, name, values[name])
    row.timezone = event.timezone
    row.starts_at, row.ends_at = times.instants(event.timezone) if times else (None, None)
    if not row.code:
        row.code = _next_code(Session, f"{event.code[:80]}-s")
    row.full_clean(exclude=["event"])
    row.save()
    if people is not None:
        _set_people(row, people)
    was, became = audit.changed(old, _facts(row))
    verb = "session.added" if session is None else "session.changed"
    if session is None or became:
        audit.record(verb, row, actor=actor, audience=audit.DESKS, before=was, after=became)
    _settle_clashes(row, why_clash, actor, now)
    if before is not None:
        calendars.correct(row, before)
    return row


@transaction.atomic
def confirm_session(*, session: Session, why_clash: str = "", actor, now: dt.datetime) -> Session:
    """Put a session into the public programme and into the calendars of its people."""
    if session.starts_at is None:
        raise StepError(_("Give the session a time before it goes into the public programme."))
    return _move("confirm", session, actor, now, why_clash=why_clash)


@transaction.atomic
def reopen_session(*, session: Session, actor, now: dt.datetime) -> Session:
    """Take a session out of the public programme; it stays in the plan."""
    return _move("reopen", session, actor, now)


@transaction.atomic
def cancel_session(*, session: Session, reason: str, actor, now: dt.datetime) -> Session:
    """Everybody in it is told; the public programme goes on showing it, marked."""
    return _move("cancel", session, actor, now, reason=reason)


@transaction.atomic
def restore_session(*, session: Session, why_clash: str = "", actor, now: dt.datetime) -> Session:
    if session.starts_at is None:
        raise StepError(_("Give the session a time before it goes into the public programme."))
    return _move("restore", session, actor, now, why_clash=why_clash)


@transaction.atomic
def delete_session(*, session: Session, actor, now: dt.datetime) -> None:
    """Only a draft that was never public; anything else is cancelled."""
    if not rules.plans_event_of(actor, session):
        raise PermissionDenied("delete_session")
    row = lock(session)
    if row.state != Session.State.DRAFT or row.sequence:
        raise StepError(_("Only a draft that nobody has in the calendar can be deleted. Cancel this session instead."))
    audit.record("session.deleted", row.event, actor=actor, audience=audit.DESKS, session=str(row), code=row.code)
    event = row.event
    row.delete()
    clashes.check(event=event, now=now)


def confirmable(event: Event) -> list[Session]:
    """Drafts that only wait for their publication."""
    return list(event.sessions.placed().filter(state=Session.State.DRAFT).select_related("event", "room"))


# -- entered from records ----------------------------------------------------------------------------------------------
def hold_events(events: QuerySet[Event]) -> None:
    """Wait until nobody else plans these events: the lock that every service takes before it locks a session."""
    list(Event.objects.filter(pk__in=events.values("pk")).select_for_update(of=("self",)).order_by("pk"))


def require_own_person(row: SessionPerson) -> None:
    """One of the people of the event, in a session that is not called off."""
    if row.session.state == Session.State.CANCELLED:
        raise StepError(IS_CANCELLED)
    if row.session.event_id != row.event_person.event_id:
        raise ValidationError(NOT_OF_EVENT)


def hindrances_entered(*, sessions: Iterable[int], now: dt.datetime) -> list[tuple[Session, list[Clash]]]:
    """Look again at timetables that a file has changed: the sessions that no form would have saved, and why."""
    rows = Session.objects.select_related("event").in_bulk(list(sessions))
    for event in {row.event_id: row.event for row in rows.values()}.values():
        clashes.check(event=event, now=now)
    return [(rows[pk], found) for pk, found in sorted(clashes.hindrances_of(rows).items())]


# -- small parts -------------------------------------------------------------------------------------------------------
def _move(name: str, session: Session, actor, now: dt.datetime, *, reason: str = "", why_clash: str = "") -> Session:
    lock(session.event)
    before = calendars.picture(session)
    row = SESSION.apply(name, session, actor=actor, reason=reason)
    if row.state != Session.State.DRAFT:
        _settle_clashes(row, why_clash, actor, now)
    else:
        clashes.check(event=row.event, now=now)
    if not calendars.correct(row, before, reason=reason) and Session.State.CONFIRMED in (
        before.session.state,
        row.state,
    ):
        calendars.count_up(row)  # nobody is in it, but everybody has read it
    session.refresh_from_db()
    return row


def _own(session: Session, event: Event) -> Session:
    row = lock(session)
    if row.event_id != event.pk:
        raise PermissionDenied("save_session")
    if row.state == Session.State.CANCELLED:
        raise StepError(IS_CANCELLED)
    return row


def _facts(session: Session) -> dict:
    """What the audit trail compares."""
    facts = {name: getattr(session, name) for name in SESSION_FIELDS if name != "room"}
    facts |= {"starts_at": session.starts_at, "ends_at": session.ends_at, "room": session.room_id}
    roles = session.people.values_list("event_person", "role").order_by("event_person", "role") if session.pk else ()
    return {**facts, "people": [f"{person}:{role}" for person, role in roles]}


def _set_people(session: Session, people: Iterable[tuple[EventPerson, str]]) -> None:
    wanted = {(person.pk, role): place for place, (person, role) in enumerate(people)}
    allowed = set(session.event.people.filter(pk__in=[pk for pk, _role in wanted]).values_list("pk", flat=True))
    if {pk for pk, _role in wanted} - allowed:
        raise ValidationError(NOT_OF_EVENT)
    for row in session.people.all():
        place = wanted.pop((row.event_person_id, row.role), None)
        if place is None:
            row.delete()
        elif row.position != place:
            row.position = place
            row.save(update_fields=["position", "updated_at"])
    SessionPerson.objects.bulk_create(
        SessionPerson(session=session, event_person_id=pk, role=role, position=place)
        for (pk, role), place in wanted.items()
    )


def _settle_clashes(session: Session, why: str, actor, now: dt.datetime) -> None:
    """Look again; what stands in the way of this session is let pass with the reason, or refuses the change."""
    clashes.check(event=session.event, now=now)
    hindrances = clashes.hindrances(session)
    if hindrances and not why.strip():
        raise ClashesWith(hindrances)
    for clash in hindrances:
        clashes.let_pass(clash=clash, reason=why, actor=actor, now=now)


def _next_code(model, stem: str) -> str:
    """`stem` and the first number that is free."""
    used = set(model.objects.filter(code__startswith=stem).values_list("code", flat=True))
    number = len(used) + 1
    while f"{stem}{number}" in used:
        number += 1
    return f"{stem}{number}"
