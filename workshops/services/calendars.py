"""What stands in the calendars of the people of a programme, and the mails that keep it true.

A session stands in the calendar of everybody in it who has agreed, while it is confirmed and placed and its event is
on. Each service takes a picture before it changes anything; the difference to the picture afterwards is what is mailed,
under the next SEQUENCE.
"""

import copy
import datetime as dt
from dataclasses import dataclass

from workshops.emails import speakers as mails
from workshops.models import Event, EventPerson, Session
from workshops.querysets.programme import CALLED_OFF


@dataclass(frozen=True)
class Seen:
    """One session as calendars show it."""

    session: Session
    speakers: dict[int, EventPerson]

    @property
    def at(self) -> tuple[dt.datetime | None, dt.datetime | None, int | None]:
        return self.session.starts_at, self.session.ends_at, self.session.room_id


def picture(session: Session) -> Seen:
    """The session with the people in whose calendars it stands now."""
    shows = session.state == Session.State.CONFIRMED and session.starts_at and session.event.state not in CALLED_OFF
    people = _agreed(session) if shows else {}
    return Seen(copy.copy(session), people)


def correct(session: Session, before: Seen, *, reason: str = "") -> None:
    """Mail what has changed for whom since the picture."""
    after = picture(session)
    moved = before.at != after.at
    kept = before.speakers.keys() & after.speakers.keys()
    added, dropped = after.speakers.keys() - kept, before.speakers.keys() - kept
    if not (added or dropped or (kept and moved)):
        return
    _count_up(session)
    before.session.sequence = session.sequence
    for pk in dropped:
        mails.session_dropped(before.session, before.speakers[pk], reason)
    for pk in added:
        mails.session_scheduled(session, after.speakers[pk])
    for pk in kept if moved else ():
        speaker = after.speakers[pk]
        mails.session_moved(session, speaker, was=mails.time_in(before.session, speaker))


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
        _count_up(session)
        if session.pk in after:
            mails.session_scheduled(session, speaker)
        else:
            mails.session_dropped(session, speaker, reason)


def event_called_off(event: Event, *, reason: str = "") -> int:
    """Take every session out of all calendars: the event is cancelled or postponed. Answers how many mails there are.

    Called in the transaction that moves the event, before or after its state changes.
    """
    return _for_all(event, lambda session, speaker: mails.session_dropped(session, speaker, reason))


def event_on_again(event: Event) -> int:
    """Put the sessions into the calendars again, at the times they have now."""
    return _for_all(event, mails.session_scheduled)


def _for_all(event: Event, mail) -> int:
    sessions = event.sessions.placed().filter(state=Session.State.CONFIRMED).select_related("event", "room")
    written = 0
    for session in sessions:
        if people := _agreed(session):
            _count_up(session)
            for speaker in people.values():
                mail(session, speaker)
            written += len(people)
    return written


def _agreed(session: Session) -> dict[int, EventPerson]:
    rows = EventPerson.objects.coming().filter(session_roles__session=session).exclude(email="").distinct()
    return {row.pk: row for row in rows.select_related("event__host_organisation", "person__user").order_by("pk")}


def _count_up(session: Session) -> None:
    session.sequence += 1
    session.save(update_fields=["sequence", "updated_at"])
