"""One function per mail of a mission, named after what happened; readers get it in their language and zone.

Who has no sign-in finds her personal link in each mail: it leads to her own pages of the mission.
"""

import datetime as dt
from collections.abc import Callable, Iterable

from django.urls import reverse
from django.utils import timezone, translation

from portal.core.calendars import calendar_file, uid_of
from portal.core.dates import both_zones_text, clock_changes_text
from portal.core.links import token_of
from portal.outbox.services import Recipient, queue
from workshops.models import Delegate, Meeting, MeetingSlot
from workshops.schedules import entry_of, place_of


# -- where a mail leads, and who reads it ------------------------------------------------------------------------------
def day_page(delegate: Delegate | None) -> str:
    """The reader's own pages: by her sign-in, or by her personal link."""
    if delegate is None:
        return ""
    if delegate.person.user_id:
        return reverse("workshops:mission", args=[delegate.public_id])
    return reverse("workshops:mission_link", args=[token_of(delegate)]) if delegate.token_hash else ""


def delegates_in(meeting: Meeting) -> dict[int, Delegate]:
    """The people of the mission who take part in the meeting, by person."""
    people = [meeting.requester_id, meeting.invitee_id]
    if meeting.interpreter_id:
        people.append(meeting.interpreter.person_id)
    rows = Delegate.objects.filter(delegation__event=meeting.event_id, person__in=people)
    return {row.person_id: row for row in rows.select_related("person__user", "delegation__event")}


def reach(person) -> Recipient | None:
    return person.as_recipient() if person is not None and (person.user_id or person.email) else None


def _write(kind: str, person, meeting: Meeting, *, key: str, delegate: Delegate | None, calendar="", **context) -> bool:
    """To one person; whether there is an address to write to."""
    reader = reach(person)
    if reader is None:
        return False
    other = meeting.counterpart_of(person.pk)
    queue(
        kind=kind,
        to=reader,
        about=meeting,
        organisation=meeting.event.host_organisation,
        dedupe_key=f"{kind}:workshops.meeting.{meeting.pk}:{key}:{reader.email.lower()}",
        order_key=uid_of(meeting),
        calendar=_file(meeting, reader, person, calendar) if calendar else "",
        calendar_method=calendar,
        context={
            "sender": lambda: meeting.event.host_organisation.name,
            "event": lambda: meeting.event.title,
            "other": lambda: str(other),
            "one": lambda: str(meeting.requester),
            "two": lambda: str(meeting.invitee),
            "topic": meeting.topic_en,
            "clocks": lambda: _clocks(meeting, reader),
            "action_url": day_page(delegate),
            **{name: _for(reader, value) for name, value in context.items()},
        },
    )
    return True


def _file(meeting: Meeting, reader: Recipient, person, method: str) -> str:
    with translation.override(reader.language):
        entry = entry_of(meeting, reader_id=person.pk, email=reader.email, name=reader.name)
        return calendar_file([entry], method=method)


def _for(reader: Recipient, value):
    """An instant with its zone becomes text in that zone and the reader's own."""
    if isinstance(value, tuple):
        at, zone = value
        return lambda: both_zones_text(at, zone, reader.timezone)
    return value


def _when(meeting: Meeting) -> tuple[dt.datetime, str]:
    return meeting.starts_at, meeting.timezone


def _clocks(meeting: Meeting, reader: Recipient) -> str:
    """That clocks change before the meeting; empty where none do, or where it has no time yet."""
    if meeting.starts_at is None:
        return ""
    return clock_changes_text((meeting.timezone, reader.timezone), timezone.now(), meeting.starts_at)


def _parties(meeting: Meeting) -> list:
    return [meeting.requester, meeting.invitee]


def _everybody(meeting: Meeting) -> list:
    return [*_parties(meeting), *([meeting.interpreter.person] if meeting.interpreter_id else [])]


def _to_all(kind: str, meeting: Meeting, people: Iterable, *, key: str, calendar="", **context) -> int:
    """How many people were written to."""
    known = delegates_in(meeting)
    return sum(
        _write(kind, person, meeting, key=key, delegate=known.get(person.pk), calendar=calendar, **context)
        for person in people
    )


# -- the mission -------------------------------------------------------------------------------------------------------
def mission_link(delegate: Delegate) -> None:
    """To one person: her pages of the mission, with her personal link where she has no sign-in."""
    reader = reach(delegate.person)
    if reader is None:
        return
    delegation = delegate.delegation
    queue(
        kind="mission_link",
        to=reader,
        about=delegate,
        organisation=delegation.event.host_organisation,
        context={
            "sender": lambda: delegation.event.host_organisation.name,
            "mission": lambda: delegation.name,
            "contact": delegation.contact_email,
            "has_account": bool(delegate.person.user_id),
            "action_url": day_page(delegate),
        },
    )


# -- a meeting ---------------------------------------------------------------------------------------------------------
def meeting_requested(meeting: Meeting) -> None:
    """To the invited person: who asks, about what, until when to answer."""
    wish = meeting.wished_slot
    _to_all(
        "meeting_requested",
        meeting,
        [meeting.invitee],
        key="once",
        message=meeting.message,
        until=(meeting.answer_by, meeting.timezone),
        wish=(wish.starts_at, wish.timezone) if wish else "",
    )


def meeting_accepted(meeting: Meeting, *, may_choose: bool) -> None:
    """To who asked: yes, and the time follows; once the schedule is fixed the organiser alone gives it."""
    _to_all("meeting_accepted", meeting, [meeting.requester], key="once", may_choose=may_choose)


def meeting_declined(meeting: Meeting, reason: str) -> None:
    _to_all("meeting_declined", meeting, [meeting.requester], key="once", reason=reason)


def meeting_lapsed(meeting: Meeting) -> None:
    """To who asked: no answer came in time."""
    _to_all("meeting_lapsed", meeting, [meeting.requester], key="once")


def meeting_scheduled(meeting: Meeting) -> int:
    """To everybody in it: time, place, and the calendar entry. How many people were written to."""
    return _with_entry("meeting_scheduled", meeting)


def meeting_moved(meeting: Meeting, *, was: tuple[dt.datetime, str], was_place: Callable[[], str]) -> None:
    """To everybody in it: the new time and place, and the former; the calendar entry replaces the old one."""
    _with_entry("meeting_moved", meeting, was=was, was_place=was_place)


def meeting_handed_over(meeting: Meeting, *, old, new) -> None:
    """To everybody who is in it now: who goes instead of whom; time and place stay, where there are any."""
    context = {"old": lambda: str(old), "new": lambda: str(new)}
    if meeting.has_time:
        _with_entry("meeting_handed_over", meeting, **context)
    else:
        key = f"{new.pk}:{meeting.moved_at.isoformat()}"
        _to_all("meeting_handed_over", meeting, _everybody(meeting), key=key, when="", place="", **context)


def _with_entry(kind: str, meeting: Meeting, **context) -> int:
    return _to_all(
        kind,
        meeting,
        _everybody(meeting),
        key=f"s{meeting.calendar_sequence}",
        calendar="REQUEST",
        when=_when(meeting),
        place=lambda: place_of(meeting),
        **context,
    )


def meeting_cancelled(meeting: Meeting, *, reason: str, was_in_calendars: bool, besides=None) -> None:
    """To everybody in it but who cancelled: it does not take place, and why; the calendar entry goes everywhere."""
    known = delegates_in(meeting)
    for person in _everybody(meeting):
        if besides is not None and person.pk == besides.pk and not was_in_calendars:
            continue
        _write(
            "meeting_cancelled",
            person,
            meeting,
            key=f"s{meeting.calendar_sequence}",
            delegate=known.get(person.pk),
            calendar="CANCEL" if was_in_calendars else "",
            reason=reason,
            when=_when(meeting) if was_in_calendars else "",
        )


def removed_from_meeting(meeting: Meeting, person, delegate: Delegate | None) -> None:
    """To one person who is not in it any more: only her calendar entry goes, where it has a time."""
    _write(
        "removed_from_meeting",
        person,
        meeting,
        key=f"s{meeting.calendar_sequence}",
        delegate=delegate,
        calendar="CANCEL" if meeting.has_time else "",
        when=_when(meeting) if meeting.has_time else "",
    )


def wish_taken(meeting: Meeting, slot: MeetingSlot, next_free: MeetingSlot | None) -> None:
    """To both: the hoped-for time went to another meeting; what is free next."""
    _to_all(
        "meeting_wish_taken",
        meeting,
        _parties(meeting),
        key=slot.code,
        taken=(slot.starts_at, slot.timezone),
        next=(next_free.starts_at, next_free.timezone) if next_free else "",
    )


def minutes_drafted(meeting: Meeting, writer) -> None:
    """To whoever has not approved the minutes yet."""
    readers = [person for person in _parties(meeting) if writer is None or person.pk != writer.pk]
    _to_all("minutes_drafted", meeting, readers, key=f"{meeting.updated_at.isoformat()}")
