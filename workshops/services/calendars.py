"""What stands in the calendars of the people of a programme, and the mails that keep it true.

A session stands in the calendar of everybody in it who has agreed, while it is confirmed and placed and its event is
on. Each service takes a picture before it changes anything; the difference to the picture afterwards is what is mailed,
under the next SEQUENCE.
"""

import copy
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from workshops.emails import speakers as mails
from workshops.models import Event, EventPerson, Session, SessionPerson
from workshops.querysets.programme import CALLED_OFF

# A person at an address: whoever has a new one loses the entry at the old one and finds it at the new one.
Place = tuple[int, str]


@dataclass(frozen=True)
class Seen:
    """One session as calendars show it."""

    session: Session
    speakers: dict[Place, EventPerson]

    @property
    def at(self) -> tuple[dt.datetime | None, dt.datetime | None, int | None]:
        return self.session.starts_at, self.session.ends_at, self.session.room_id


def picture(session: Session) -> Seen:
    """The session with the people in whose calendars it stands now."""
    return pictures([session])[session.pk]


def pictures(sessions: Iterable[Session]) -> dict[int, Seen]:
    """The same for several sessions, in one query."""
    rows = list(sessions)
    people = _agreed(row for row in rows if _shows(row))
    return {row.pk: Seen(copy.copy(row), people[row.pk]) for row in rows}


def correct(session: Session, before: Seen, *, reason: str = "") -> int:
    """Mail what has changed for whom since the picture. Answers how many mails there are."""
    return _tell(session, before, picture(session), reason)


def correct_all(before: dict[int, Seen], sessions: Iterable[int], *, now: dt.datetime) -> int:
    """The same for sessions that were written otherwise; nobody is told of one that is over. New ones have no picture.

    Call it under the lock on their events.
    """
    rows = Session.objects.select_related("event__host_organisation", "room").filter(pk__in=sessions)
    after, written = pictures(rows.order_by("starts_at", "pk")), 0
    for pk, seen in after.items():
        was = before.get(pk, Seen(copy.copy(seen.session), {}))
        if any(one.session.ends_at and one.session.ends_at > now for one in (was, seen)):
            written += _tell(seen.session, was, seen, "")
    return written


def _tell(session: Session, before: Seen, after: Seen, reason: str) -> int:
    moved = before.at != after.at
    kept = before.speakers.keys() & after.speakers.keys()
    added, dropped = sorted(after.speakers.keys() - kept), sorted(before.speakers.keys() - kept)
    moved_for = sorted(kept) if moved else []
    if not (added or dropped or moved_for):
        return 0
    count_up(session)
    before.session.sequence = session.sequence
    address_of = dict(after.speakers.keys())
    for place in dropped:
        mails.session_dropped(before.session, before.speakers[place], reason, now_at=address_of.get(place[0], ""))
    for place in added:
        mails.session_scheduled(session, after.speakers[place])
    for place in moved_for:
        speaker = after.speakers[place]
        mails.session_moved(session, speaker, was=mails.time_in(before.session, speaker))
    return len(added) + len(dropped) + len(moved_for)


def seen_by(speaker: EventPerson) -> set[int]:
    """The sessions that stand in this person's calendar."""
    if speaker.state != EventPerson.State.ACCEPTED or not speaker.email:
        return set()
    return set(Session.objects.in_calendars().filter(people__event_person=speaker).values_list("pk", flat=True))


def correct_speaker(speaker: EventPerson, before: set[int], *, reason: str = "") -> None:
    """The same for one person, whose answer has changed what stands in her calendar."""
    after = seen_by(speaker)
    touched = Session.objects.select_related("event__host_organisation", "room").filter(pk__in=before ^ after)
    for session in touched.order_by("starts_at", "pk"):
        count_up(session)
        if session.pk in after:
            mails.session_scheduled(session, speaker)
        else:
            mails.session_dropped(session, speaker, reason)


def count_up_with_event(event: Event) -> dict[int, list[Session]]:
    """The sessions that stand in calendars of an event that changes as a whole, under their next number, by speaker.

    The mail about the event carries their entries. Called in its transaction, before or after its state changes.
    """
    rows = event.sessions.placed().filter(state=Session.State.CONFIRMED).select_related("room")
    sessions = list(rows.order_by("starts_at", "pk"))
    people, told = _agreed(sessions), defaultdict(list)
    for session in sessions:
        if agreed := people[session.pk]:
            session.event = event
            count_up(session)
            for speaker in agreed.values():
                told[speaker.pk].append(session)
    return told


def _shows(session: Session) -> bool:
    on = session.state == Session.State.CONFIRMED and session.event.state not in CALLED_OFF
    return on and session.starts_at is not None


def _agreed(sessions: Iterable[Session]) -> dict[int, dict[Place, EventPerson]]:
    """Who has agreed to be in which session and can be written to."""
    rows = SessionPerson.objects.filter(session__in=[row.pk for row in sessions], event_person__state="accepted")
    found: dict[int, dict[Place, EventPerson]] = defaultdict(dict)
    people = rows.exclude(event_person__email="").select_related(
        "event_person__event__host_organisation", "event_person__person__user"
    )
    for row in people.order_by("event_person", "pk"):
        found[row.session_id][row.event_person_id, row.event_person.email] = row.event_person
    return found


def count_up(session: Session) -> None:
    """The number by which calendars know what is newer; the timetable knows by it what was ever public."""
    session.sequence += 1
    session.save(update_fields=["sequence", "updated_at"])
