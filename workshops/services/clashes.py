"""What cannot be in a timetable, or should not: rooms, hours, seats, and people in all their roles.

The level of each rule stands in one table. Something is found by the event it disturbs; rooms and people are looked at
across all events. What was found is kept, so that a morning's sweep can say what is new since somebody looked.
"""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import attrgetter
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from portal.core import audit
from portal.core.dates import Precision
from portal.core.workflow import ReasonMissing, lock
from workshops.clash_texts import seen_events, sentence
from workshops.emails import speakers as mails
from workshops.models import AttendanceMode, Clash, Event, EventPerson, Meeting, Session, SessionPerson
from workshops.querysets.programme import CALLED_OFF
from workshops.querysets.speakers import person_key, who
from workshops.rules import programme as rules

Rule, Level = Clash.Rule, Clash.Level
IGNORE = ""

# The table of the office: what is passed over, what is shown, and what is not saved without a reason.
LEVELS: dict[str, str] = {
    Rule.ROOM_OVERLAP: Level.BLOCK,
    Rule.ROOM_HIDDEN: Level.BLOCK,
    Rule.PERSON_OVERLAP: Level.WARN,
    Rule.PERSON_MEETING: Level.WARN,
    Rule.ROOM_HOURS: Level.WARN,
    Rule.ROOM_CAPACITY: Level.WARN,
    Rule.EVENT_DAYS: Level.WARN,
}

# No rule is about how many people stand in a coffee break or behind a closed door.
WITHOUT_SEATS = (Session.Kind.BREAK, Session.Kind.BLOCKER, Session.Kind.SITE_VISIT)
# Somebody who has said no is free.
BUSY_STATES = (EventPerson.State.PLANNED, EventPerson.State.INVITED, EventPerson.State.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Busy:
    """A room or a person (`key`) taken by an item (a session or a meeting) from one instant up to another."""

    key: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    item: tuple[str, int]
    event_person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One clash of a session; `about` are the facts whose change makes it another clash."""

    rule: str
    session_id: int
    about: tuple
    other_session_id: int | None = None
    meeting_id: int | None = None
    event_person_id: int | None = None

    @property
    def fingerprint(self) -> str:
        parts = (self.rule, self.session_id, self.other_session_id, self.meeting_id, self.event_person_id, *self.about)
        return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


def overlaps(rows: Iterable[Busy]) -> Iterator[tuple[Busy, Busy]]:
    """Pairs of items that take the same room or person at the same time, each pair once.

    Half-open: what begins when the other ends does not clash. One pass over the sorted rows; its work grows with the
    rows and with the clashes found, not with the pairs there could be.
    """
    once = {(row.key, row.item): row for row in rows}.values()
    for _key, taken in groupby(sorted(once, key=attrgetter("key", "starts_at", "ends_at", "item")), attrgetter("key")):
        running: list[Busy] = []
        for row in taken:
            running = [earlier for earlier in running if earlier.ends_at > row.starts_at]
            for earlier in running:
                yield earlier, row
            running.append(row)


def find(event) -> list[Found]:
    """Everything that disturbs the timetable of the event now, by the levels of the table."""
    sessions = list(event.sessions.taking_place().select_related("room"))
    if not sessions:
        return []
    own = {session.pk: session for session in sessions}
    first, last = min(s.starts_at for s in sessions), max(s.ends_at for s in sessions)
    found = [
        *_in_rooms(own, first, last),
        *_of_people(event, own, first, last),
        *_outside_hours(sessions),
        *_without_seats(event, sessions),
        *_outside_event(event, sessions),
    ]
    return [one for one in found if LEVELS[one.rule] != IGNORE]


@transaction.atomic
def check(*, event, now: dt.datetime) -> list[Clash]:
    """Look again and keep what was found; the clashes that were not there before."""
    lock(event)
    found = {one.fingerprint: one for one in find(event)}
    known = {clash.fingerprint: clash for clash in event.clashes.all()}
    gone = [clash.pk for mark, clash in known.items() if mark not in found and clash.gone_at is None]
    event.clashes.filter(pk__in=gone).update(gone_at=now, updated_at=now)
    back = [clash for mark, clash in known.items() if mark in found and clash.gone_at is not None]
    event.clashes.filter(pk__in=[clash.pk for clash in back]).update(gone_at=None, found_at=now, updated_at=now)
    new = [
        Clash(
            event=event,
            rule=one.rule,
            level=LEVELS[one.rule],
            fingerprint=mark,
            session_id=one.session_id,
            other_session_id=one.other_session_id,
            meeting_id=one.meeting_id,
            event_person_id=one.event_person_id,
            found_at=now,
        )
        for mark, one in found.items()
        if mark not in known
    ]
    created = Clash.objects.bulk_create(new)
    return [*back, *created]


def sweep(*, now: dt.datetime) -> int:
    """Every morning: look at all timetables to come and tell the organisers what is new since somebody looked.

    Availability changes elsewhere: another event takes the room, a meeting is scheduled, somebody registers.
    """
    coming = Session.objects.coming_up(now).exclude(event__state__in=CALLED_OFF).values("event")
    told = 0
    for event in Event.objects.filter(pk__in=coming).select_related("host_organisation").order_by("pk"):
        told += bool(check_and_tell(event=event, now=now))
    return told


@transaction.atomic
def check_and_tell(*, event, now: dt.datetime) -> list[Clash]:
    """Check one timetable; new clashes are mailed to its organisers and stand in its history."""
    new = check(event=event, now=now)
    if new:
        rows = list(for_reader(event).filter(pk__in=[clash.pk for clash in new]))
        seen = seen_events(rows, None)
        key = f"{now:%Y%m%d%H%M}-{rows[0].pk}"
        mails.clashes_found(event, key, [partial(sentence, row, seen) for row in rows], now)
        audit.record("clash.found", event, actor=None, audience=audit.DESKS, number=len(rows))
    return new


@transaction.atomic
def let_pass(*, clash: Clash, reason: str, actor, now: dt.datetime) -> Clash:
    """Say why a clash may stay as it is; it comes up again when one of its items has moved."""
    if not rules.may_pass_clash(actor, clash):
        raise PermissionDenied("let_pass")
    if not reason.strip():
        raise ReasonMissing(_("Please say why this may stay as it is."))
    row = lock(clash)
    row.override_reason, row.overridden_by, row.overridden_at = reason.strip(), actor, now
    row.save(update_fields=["override_reason", "overridden_by", "overridden_at", "updated_at"])
    audit.record(
        "clash.let_pass", row.session, actor=actor, reason=reason, audience=audit.DESKS, rule=row.rule, clash=row.pk
    )
    return row


def hindrances(session: Session) -> list[Clash]:
    """What keeps a session from being saved or published as it stands, unless somebody says why it may."""
    return hindrances_of([session.pk]).get(session.pk, [])


def hindrances_of(sessions: Collection[int]) -> dict[int, list[Clash]]:
    """The same for several sessions, each by the timetable of its own event."""
    touched = Q(session__in=sessions) | Q(other_session__in=sessions, other_session__event=F("event"))
    rows = (
        Clash.objects.unanswered()
        .filter(touched, level=Level.BLOCK)
        .select_related("session__event", "session__room", "other_session__event", "event_person", "meeting__event")
    )
    found: dict[int, list[Clash]] = {}
    for clash in rows.order_by("pk"):
        for one in (clash.session, clash.other_session):
            if one is not None and one.pk in sessions and one.event_id == clash.event_id:
                found.setdefault(one.pk, []).append(clash)
    return found


# -- rooms and people, across events -------------------------------------------------------------------------------
def _in_rooms(own: dict[int, Session], first: dt.datetime, last: dt.datetime) -> Iterator[Found]:
    rooms = {session.room_id: session.room for session in own.values() if session.room_id}
    longest = dt.timedelta(minutes=max((room.buffer_minutes for room in rooms.values()), default=0))
    rows = (
        Session.objects.taking_place()
        .filter(room__in=rooms, starts_at__lt=last + longest, ends_at__gt=first - longest)
        .values_list("pk", "room_id", "starts_at", "ends_at")
    )
    taken = []
    for pk, room_id, starts_at, ends_at in rows:
        cleared = ends_at + dt.timedelta(minutes=rooms[room_id].buffer_minutes)
        taken.append(Busy(f"room:{room_id}", starts_at, cleared, ("session", pk)))
    for one, two in overlaps(taken):
        yield from _pair(Rule.ROOM_OVERLAP, own, one, two)


def _of_people(event, own: dict[int, Session], first: dt.datetime, last: dt.datetime) -> Iterator[Found]:
    in_session = SessionPerson.objects.filter(event_person__state__in=BUSY_STATES).annotate(who=who("event_person__"))
    ours = list(in_session.filter(session__in=own).values_list("who", "event_person__person_id").distinct())
    keys = {key for key, _person in ours}
    people = {person for _key, person in ours if person is not None}
    rows = (
        in_session.filter(session__starts_at__lt=last, session__ends_at__gt=first, who__in=keys)
        .exclude(session__state=Session.State.CANCELLED)
        .values_list("who", "session__starts_at", "session__ends_at", "session_id", "event_person_id")
    )
    # Sorted, so that of two roles in one session always the same one is named.
    taken = [
        Busy(key, start, end, ("session", pk), row) for key, start, end, pk, row in sorted(rows, key=lambda r: -r[4])
    ]
    if people:
        taken += _meetings_of(people, first, last)
    for one, two in overlaps(taken):
        yield from _pair(Rule.PERSON_OVERLAP, own, one, two)


def _meetings_of(people: set[int], first: dt.datetime, last: dt.datetime) -> Iterator[Busy]:
    """Scheduled meetings of these people, whether they asked, were asked, or interpret."""
    meetings = Meeting.objects.holding().overlapping(first, last)
    for path in ("requester_id", "invitee_id", "interpreter__person_id"):
        rows = meetings.filter(**{f"{path}__in": people}).annotate(who=person_key(path))
        for key, start, end, pk in rows.values_list("who", "starts_at", "ends_at", "pk"):
            yield Busy(key, start, end, ("meeting", pk))


def _pair(rule: str, own: dict[int, Session], one: Busy, two: Busy) -> Iterator[Found]:
    """The clash of two items as one of this event; clashes without a session of this event are none of its own."""
    mine, other = (one, two) if one.item[0] == "session" and one.item[1] in own else (two, one)
    if mine.item[0] != "session" or mine.item[1] not in own:
        return
    if other.item in {("session", pk) for pk in own} and other.item < mine.item:
        mine, other = other, mine  # the same two are told in the same order, whichever begins first
    times = tuple(at.isoformat() for at in (mine.starts_at, mine.ends_at, other.starts_at, other.ends_at))
    kind, pk = other.item
    yield Found(
        rule=Rule.PERSON_MEETING if kind == "meeting" else rule,
        session_id=mine.item[1],
        other_session_id=pk if kind == "session" else None,
        meeting_id=pk if kind == "meeting" else None,
        event_person_id=mine.event_person_id,
        about=(mine.key, *times),
    )


# -- one session by itself -----------------------------------------------------------------------------------------
def _outside_hours(sessions: list[Session]) -> Iterator[Found]:
    for session in sessions:
        room = session.room
        if room is None:
            continue
        if room.is_hidden:
            yield Found(Rule.ROOM_HIDDEN, session.pk, (room.pk,))
        if (room.opens_at or room.closes_at) and not _is_open(room, session):
            yield Found(Rule.ROOM_HOURS, session.pk, (*_span(session), room.pk, room.opens_at, room.closes_at))


def _is_open(room, session: Session) -> bool:
    """Whether the room is open from the first minute to the last; an hour that is not known does not close it."""
    zone = ZoneInfo(room.timezone)
    start, end = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
    if room.opens_at and start.time() < room.opens_at:
        return False
    if room.closes_at is None:
        return True
    return end.date() == start.date() and end.time() <= room.closes_at


def _without_seats(event, sessions: list[Session]) -> Iterator[Found]:
    seated = [
        s for s in sessions if s.room and s.room.capacity and not s.room.is_online and s.kind not in WITHOUT_SEATS
    ]
    if not seated:
        return
    registered = _registered_on_site(event)
    alone = _alone(sessions)
    for session in seated:
        needed = session.expected
        if needed is None:
            needed = registered if session.pk in alone else None
        if needed is not None and needed > session.room.capacity:
            yield Found(Rule.ROOM_CAPACITY, session.pk, (session.room_id, session.room.capacity, needed))


def _registered_on_site(event) -> int | None:
    """Confirmed people who come in person; the number in the record where there are no registrations; else unknown."""
    if not event.registrations.exists():
        return event.registered_count
    return event.registrations.filter(
        state__in=("confirmed", "attended"), attendance_mode=AttendanceMode.ON_SITE
    ).count()


def _alone(sessions: list[Session]) -> set[int]:
    """Sessions beside which nothing runs that people could go to instead."""
    attended = [Busy("", s.starts_at, s.ends_at, ("session", s.pk)) for s in sessions if s.kind != Session.Kind.BLOCKER]
    beside: dict[int, int] = defaultdict(int)
    for one, two in overlaps(attended):
        beside[one.item[1]] += 1
        beside[two.item[1]] += 1
    return {session.pk for session in sessions} - set(beside)


def _outside_event(event, sessions: list[Session]) -> Iterator[Found]:
    if event.starts_on is None or event.date_precision != Precision.DAY:
        return
    last = event.ends_on or event.starts_on
    zone = ZoneInfo(event.timezone)
    for session in sessions:
        # A reception past midnight belongs to the evening on which it began.
        if not event.starts_on <= session.starts_at.astimezone(zone).date() <= last:
            yield Found(Rule.EVENT_DAYS, session.pk, (*_span(session), event.starts_on, last))


def _span(session: Session) -> tuple[str, str]:
    return session.starts_at.isoformat(), session.ends_at.isoformat()


def for_reader(event):
    """The clashes of an event with everything a line about them names, the unanswered ones first."""
    return (
        event.clashes.standing()
        .select_related(
            "session__room", "other_session__event", "other_session__room", "meeting__event", "event_person"
        )
        .order_by(F("overridden_at").asc(nulls_first=True), "session__starts_at", "pk")
    )
