"""Mails to the people of a programme, each in their language, and to the organisers about their answers."""

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from portal.core.calendars import Entry, Method, calendar_file, uid_of
from portal.core.dates import both_zones_text, clock_changes_text, wall_clock
from portal.outbox.services import Recipient, queue
from workshops.calendars import sender_of
from workshops.emails.readers import order_of, organisers
from workshops.models import Event, EventPerson, Room, Session

MORNING = dt.time(7)


# -- who reads it ------------------------------------------------------------------------------------------------------
def reader(speaker: EventPerson) -> Recipient:
    """The speaker at the address on record, in the language and zone that are known of them."""
    person = speaker.person
    return Recipient(
        email=speaker.email,
        name=speaker.name_in(speaker.language),
        language=speaker.language,
        timezone=zone_of(speaker),
        user_id=person.user_id if person else None,
        person_id=speaker.person_id,
    )


def zone_of(speaker: EventPerson) -> str:
    return speaker.timezone or (speaker.person.timezone if speaker.person else speaker.event.timezone)


# -- inviting and answering ----------------------------------------------------------------------------------------
def speaker_invited(speaker: EventPerson, token: str, words: str) -> None:
    _with_link("speaker_invited", speaker, token, words=words, until=speaker.answer_until)


def speaker_reminded(speaker: EventPerson, token: str, now: dt.datetime) -> None:
    _with_link("speaker_reminded", speaker, token, now=now, until=speaker.answer_until)


def speaker_link(speaker: EventPerson, token: str) -> None:
    _with_link("speaker_link", speaker, token)


def speaker_accepted(speaker: EventPerson, token: str) -> None:
    _with_link("speaker_accepted", speaker, token)


def speaker_taken_off(speaker: EventPerson, reason: str) -> None:
    """Only to somebody who had been asked."""
    queue(
        kind="speaker_taken_off",
        to=reader(speaker),
        about=speaker,
        organisation=speaker.event.host_organisation,
        context={**_about(speaker), "reason": reason},
    )


def speaker_answered(speaker: EventPerson, answer: str, now: dt.datetime) -> None:
    """To the organisers: what a speaker has said, and what is needed."""
    for office in organisers(speaker.event, now.date()):
        queue(
            kind="speaker_answered",
            to=office,
            about=speaker,
            organisation=speaker.event.host_organisation,
            dedupe_key=f"speaker_answered:{speaker.pk}:{now.isoformat()}:{office.email}",
            context={
                **_about(speaker),
                "speaker": lambda: str(speaker),
                "answer": answer,
                "message": speaker.message,
                "action_url": reverse("admin:workshops_eventperson_change", args=[speaker.pk]),
            },
        )


def _with_link(kind: str, speaker: EventPerson, token: str, *, now: dt.datetime | None = None, **context) -> None:
    """A mail whose button opens the speaker's own pages; once for each link (and day, where a day is given)."""
    day = f":{now.date()}" if now else ""
    queue(
        kind=kind,
        to=reader(speaker),
        about=speaker,
        organisation=speaker.event.host_organisation,
        dedupe_key=f"{kind}:{speaker.pk}:{speaker.token_hash[:16]}{day}",
        context={
            **_about(speaker),
            "action_url": reverse("workshops:speaker_link", args=[token]),
            **context,
        },
    )


def _about(speaker: EventPerson) -> dict:
    event = speaker.event
    return {
        "event": lambda: event.title,
        "role": speaker.get_role_display,
        "when": event.days,
        "where": event.where,
        "sender": lambda: event.host_organisation.name,
    }


# -- calendars -------------------------------------------------------------------------------------------------------
def session_scheduled(session: Session, speaker: EventPerson) -> None:
    _calendar_mail("session_scheduled", session, speaker, "REQUEST")


def session_moved(session: Session, speaker: EventPerson, was: str) -> None:
    """`was` is the time that held before, in the words of the reader's language."""
    _calendar_mail("session_moved", session, speaker, "REQUEST", was=was)


def session_dropped(session: Session, speaker: EventPerson, reason: str = "", *, now_at: str = "") -> None:
    """`now_at` is the new address of somebody who is still in the session: the entry has gone there."""
    _calendar_mail("session_dropped", session, speaker, "CANCEL", reason=reason, now_at=now_at)


def session_entry(session: Session, *, language: str, attendee: EventPerson | None = None) -> Entry:
    """The session as an entry of a calendar: one UID for the feed, for mails and for every correction."""
    with override(language):
        room = session.room
        return Entry(
            uid=uid_of(session),
            sequence=session.sequence,
            last_modified=session.updated_at,
            summary=session.title,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            zone=session.timezone,
            location=gettext(", ").join(filter(None, (room.name if room else "", session.event.where()))),
            description=session.event.title,
            is_cancelled=session.state != Session.State.CONFIRMED or session.event.is_off,
            related_to=uid_of(session.event),
            organiser=sender_of(session.event) if attendee else None,
            attendee=(attendee.name_in(language), attendee.email) if attendee else None,
        )


def _calendar_mail(kind: str, session: Session, speaker: EventPerson, method: Method, **context) -> None:
    """One entry a mail, because a calendar program takes one; in order, so that no cancellation comes too early."""
    if not speaker.email:
        return
    to = reader(speaker)
    entry = session_entry(session, language=to.language, attendee=speaker)
    queue(
        kind=kind,
        to=to,
        about=session,
        organisation=session.event.host_organisation,
        dedupe_key=f"{kind}:{session.pk}:{session.sequence}:{speaker.pk}",
        order_key=order_of(session.event, speaker.email),
        calendar=calendar_file([entry], method=method),
        calendar_method=method,
        context={
            **_about(speaker),
            "session": lambda: session.title,
            "time": lambda: time_of(session, to.timezone),
            "clocks": lambda: clock_changes_text((session.timezone, to.timezone), timezone.now(), session.starts_at),
            "room": lambda: session.room.name if session.room else "",
            "online_url": _online(session.room),
            **context,
        },
    )


def _online(room: Room | None) -> str:
    return room.online_url if room else ""


def time_of(session: Session, zone: str) -> str:
    """The first minute by the clock of the event and by the reader's, and how long it lasts by the first."""
    return both_zones_text(session.starts_at, session.timezone, zone)


def time_in(session: Session, speaker: EventPerson) -> str:
    """The same in the speaker's own language."""
    with override(speaker.language):
        return time_of(session, zone_of(speaker))


# -- clashes ---------------------------------------------------------------------------------------------------------
def clashes_found(event: Event, key: str, lines: list[Callable[[], str]], now: dt.datetime) -> None:
    """To the organisers in the morning: what has come up since somebody looked, each in the reader's language.

    `key` tells this finding from others of the same day.
    """
    for office in organisers(event, now.date()):
        queue(
            kind="clashes_found",
            to=office,
            about=event,
            organisation=event.host_organisation,
            dedupe_key=f"clashes_found:{event.pk}:{key}:{office.email}",
            not_before=_next_morning(event.timezone, now),
            context={
                "event": lambda: event.title,
                "number": len(lines),
                "lines": lines,
                "action_url": reverse("admin:workshops_session_timetable", args=[event.pk]),
                "sender": lambda: event.host_organisation.name,
            },
        )


def _next_morning(zone: str, now: dt.datetime) -> dt.datetime:
    """When the office opens next; what comes up in the night wakes nobody."""
    today = now.astimezone(ZoneInfo(zone)).date()
    mornings = (wall_clock(today + dt.timedelta(days=days), MORNING, zone) for days in (0, 1))
    return next(morning for morning in mornings if morning > now)
