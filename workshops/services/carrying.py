"""What has times of its own below an event goes along when the event moves: timetable, itinerary, slots for meetings.

Everything moves by the same days on the wall clock of its place. An hour that clocks skip or repeat is refused, as it
is when it is entered: nobody may guess which is meant. A slot in which people have met stays where they met.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.core import audit
from portal.core.dates import exact_wall_clock, zoned_text
from portal.core.workflow import StepError, lock
from workshops.models import (
    Delegation,
    Event,
    ItineraryLeg,
    Meeting,
    MeetingSlot,
    RegistrationRules,
    Session,
    VisaLetter,
)
from workshops.querysets.meetings import HELD
from workshops.services import clashes

Dated = Session | ItineraryLeg | MeetingSlot


@dataclass(frozen=True)
class Along:
    """How much goes along with an event, and what hangs on its days and does not."""

    sessions: int
    legs: int
    slots: int
    used_slots: int
    wishes: int
    scheduled: int
    open_meetings: int
    away: int
    visa_letters: int


def what_goes_along(event: Event, *, now: dt.datetime) -> Along:
    """For the page on which somebody is about to move it."""
    slots = MeetingSlot.objects.filter(delegation__event=event)
    used = _used(slots, now).count()
    letters = VisaLetter.objects.filter(registration__event=event)
    to_come = event.meetings.still_open().filter(Q(starts_at=None) | Q(starts_at__gt=now))
    return Along(
        sessions=event.sessions.placed().count(),
        legs=ItineraryLeg.objects.filter(delegation__event=event).count(),
        slots=slots.count() - used,
        used_slots=used,
        wishes=to_come.exclude(wished_slot=None).count(),
        scheduled=to_come.filter(state=Meeting.State.SCHEDULED).count(),
        open_meetings=to_come.count(),
        away=event.delegation.delegates.exclude(cancelled_at=None).count() if hasattr(event, "delegation") else 0,
        visa_letters=letters.filter(state__in=(VisaLetter.State.REQUESTED, VisaLetter.State.ISSUED)).count(),
    )


def has_times_of_its_own(event: Event) -> bool:
    """Whether a new day typed into the record would leave something behind."""
    return (
        event.sessions.placed().exists()
        or ItineraryLeg.objects.filter(delegation__event=event).exists()
        or MeetingSlot.objects.filter(delegation__event=event).exists()
    )


def carry_along(event: Event, *, by: dt.timedelta, actor, now: dt.datetime) -> None:
    """Move everything that has times of its own. The caller holds the event, and tells of sessions with it."""
    if not by:
        return
    _move(list(event.sessions.placed()), by)
    _carry_deadline(event, by)
    if (delegation := Delegation.objects.filter(event=event).first()) is not None:
        delegation.event = event
        slots, legs = _carry_slots(delegation, by, now), _carry_legs(delegation, by)
        if slots or legs:
            audit.record("mission.carried", delegation, actor=actor, audience=audit.DESKS, slots=slots, legs=legs)
    clashes.check(event=event, now=now)


def open_schedule_again(event: Event, *, actor) -> None:
    """What was fixed and printed were the old days: people arrange their meetings anew."""
    delegation = Delegation.objects.filter(event=event).exclude(frozen_at=None).first()
    if delegation is not None:
        row = lock(delegation)
        row.frozen_at = None
        row.save(update_fields=["frozen_at", "updated_at"])
        audit.record("mission.thaw", row, actor=actor)


# -- what moves --------------------------------------------------------------------------------------------------------
def _carry_legs(delegation: Delegation, by: dt.timedelta) -> int:
    legs = list(delegation.legs.all())
    _move(legs, by)
    return len(legs)


def _carry_slots(delegation: Delegation, by: dt.timedelta, now: dt.datetime) -> int:
    """Wishes for a time of another day fall away: who could come then has not said that she can come now."""
    used = list(_used(delegation.slots.all(), now))
    free = list(delegation.slots.exclude(pk__in=[slot.pk for slot in used]))
    days = {slot.pk: _day(slot) for slot in free}
    _move(free, by, besides=used)
    elsewhere = [slot.pk for slot in free if _day(slot) != days[slot.pk]]
    delegation.event.meetings.still_open().filter(wished_slot__in=elsewhere).update(wished_slot=None)
    return len(free)


def _carry_deadline(event: Event, by: dt.timedelta) -> None:
    rules = RegistrationRules.objects.filter(event=event).exclude(promote_until=None).first()
    if rules is not None:
        rules.promote_until = later(rules.promote_until, event.timezone, by)
        rules.save(update_fields=["promote_until", "updated_at"])


def later(instant: dt.datetime, zone: str, by: dt.timedelta) -> dt.datetime:
    """So much later by the wall clock of the zone; ValidationError where there is no such hour, or two."""
    local = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) + by
    return exact_wall_clock(local.date(), local.time(), zone)


def _move(rows: list, by: dt.timedelta, *, besides: Iterable[MeetingSlot] = ()) -> None:
    """Work all new times out, then write them.

    Of two rows that follow each other the one ahead moves first: a database looks at each row by itself, and a slot
    must never stand for a moment where the next one has not left yet.
    """
    for row in sorted(rows, key=lambda row: row.starts_at, reverse=by > dt.timedelta(0)):
        try:
            row.starts_at, row.ends_at = (later(at, row.timezone, by) for at in (row.starts_at, row.ends_at))
        except ValidationError as refusal:
            why = " ".join(refusal.messages)
            raise StepError(_("“%(what)s” cannot move along. %(why)s") % {"what": _name(row), "why": why}) from None
        for other in besides:
            if row.starts_at < other.ends_at and other.starts_at < row.ends_at:
                raise StepError(
                    _("A slot would move to %(time)s, where people have met already. Choose another time.")
                    % {"time": _name(other)}
                )
    for row in sorted(rows, key=lambda row: row.starts_at, reverse=by > dt.timedelta(0)):
        row.save(update_fields=["starts_at", "ends_at", "updated_at"])


def _name(row: Dated) -> str:
    return zoned_text(row.starts_at, row.timezone) if isinstance(row, MeetingSlot) else str(row)


def _day(slot: MeetingSlot) -> dt.date:
    return slot.starts_at.astimezone(ZoneInfo(slot.timezone)).date()


def _used(slots, now: dt.datetime):
    """Slots in which people have met, or were to: meetings say where they were."""
    was = Q(meetings__state__in=(*HELD, Meeting.State.NO_SHOW))
    return slots.filter(was | Q(meetings__state=Meeting.State.SCHEDULED, meetings__starts_at__lte=now)).distinct()
