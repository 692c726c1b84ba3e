"""Events with rooms, sessions and people, by the real services."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

from django.utils import timezone

from portal.accounts.roles import Role
from portal.core.links import token_of
from portal.outbox.models import OutboxMessage
from tests.factories.people import SeatFactory, UserFactory
from tests.factories.registrations import open_event
from tests.factories.world import Side
from workshops.models import Event, EventPerson, Room, Session
from workshops.services import programme, speakers
from workshops.services.programme import Times


def organiser_of(side: Side):
    """The event organiser at the host; made once for a side."""
    seat = side.host.seats.filter(role=Role.EVENT_ORGANISER).first()
    if seat is None:
        seat = SeatFactory(user=UserFactory(), organisation=side.host, role=Role.EVENT_ORGANISER)
    return seat.user


def event_of(side: Side, **fields) -> Event:
    return open_event(side, **{"city": "Sendai", **fields})


def room_in(event: Event, name: str = "Hall", **fields) -> Room:
    fields = {"capacity": 100, "timezone": event.timezone, **fields}
    return Room.objects.create(event=event, code=f"{event.code}-{name.lower()}", name_en=name, **fields)


def speaker_of(event: Event, family_name: str = "Mihon", **fields) -> EventPerson:
    """Somebody noted for the programme, not invited yet; give `state` for a shorter way."""
    fields = {
        "given_name": "Hanako",
        "email": f"{family_name.lower()}@example.org",
        "role": "speaker",
        "state": "planned",
        **fields,
    }
    return EventPerson.objects.create(event=event, family_name=family_name, **fields)


def invited(side: Side, event: Event, family_name: str = "Mihon", **fields) -> tuple[EventPerson, str]:
    """An invited speaker and the token of the mailed link."""
    speaker = speaker_of(event, family_name, **fields)
    now = timezone.now()
    speaker = speakers.invite(
        event_person=speaker, answer_by=now.date() + dt.timedelta(days=14), actor=organiser_of(side), now=now
    )
    return speaker, token_of(speaker)


def accepted(side: Side, event: Event, family_name: str = "Mihon", **fields) -> EventPerson:
    speaker, _token = invited(side, event, family_name, **fields)
    return speakers.accept(event_person=speaker, now=timezone.now())


def at(event: Event, starts: str, ends: str, *, day: int = 0, ends_day: int | None = None) -> Times:
    """`at(event, "10:00", "10:30", day=1)`: on the second day, by the clock of the event."""
    first = event.starts_on + dt.timedelta(days=day)
    last = event.starts_on + dt.timedelta(days=ends_day) if ends_day is not None else None
    return Times(first, dt.time.fromisoformat(starts), dt.time.fromisoformat(ends), last)


def session_in(
    side: Side, event: Event, times: Times | None, title: str = "Talk", *, people=(), confirmed=False, why="", **values
) -> Session:
    """A session as the organiser saves it; `people` are pairs of person and role."""
    row = programme.save_session(
        event=event,
        values={"title_en": title, "kind": "talk", **values},
        times=times,
        people=people,
        why_clash=why,
        actor=organiser_of(side),
        now=timezone.now(),
    )
    if confirmed:
        row = programme.confirm_session(session=row, actor=organiser_of(side), now=timezone.now())
    return row


def local(instant: dt.datetime, zone: str) -> str:
    return f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def mails(kind: str = "", to: str = "") -> list[OutboxMessage]:
    rows = OutboxMessage.objects.order_by("pk")
    rows = rows.filter(kind=kind) if kind else rows
    return list(rows.filter(recipient_email=to) if to else rows)


def token_in(mail: OutboxMessage) -> str:
    return re.search(r"/speaking/link/([\w-]{43})/", mail.body_text)[1]
