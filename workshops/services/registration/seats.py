"""How many places there are, who holds them, and to whom the next free one goes.

Places are given under a row lock on the event and freed without one. The order of locks is always event, registration.
"""

import datetime as dt
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from portal.core import audit
from portal.core.workflow import lock
from workshops.emails import registration as emails
from workshops.models import AttendanceMode, Event, Registration, RegistrationRules, SeatOffer
from workshops.querysets.registration import SEATED
from workshops.services.registration.deadlines import answer_deadline

# In these states an event still gives places to those who wait.
GIVES_PLACES = (Event.State.ANNOUNCED, Event.State.REGISTRATION_OPEN, Event.State.REGISTRATION_CLOSED)
ON_SITE, ONLINE = AttendanceMode.ON_SITE, AttendanceMode.ONLINE


@dataclass(frozen=True)
class Seats:
    """Places of one event. A limit of None is no limit; who comes in both ways needs a chair."""

    total: int | None
    limits: dict[str, int | None]
    taken: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)  # without an offer, by what they asked for

    def held(self, mode: str | None = None) -> int:
        return sum(self.taken.values()) if mode is None else self.taken.get(_way(mode), 0)

    def free(self, mode: str) -> int | None:
        """Places left for this way of attending, None without a limit; negative where more come than there are."""
        left = [
            limit - held
            for limit, held in ((self.limits.get(_way(mode)), self.held(mode)), (self.total, self.held()))
            if limit is not None
        ]
        return min(left, default=None)

    def has_free(self, mode: str) -> bool:
        free = self.free(mode)
        return free is None or free > 0

    def take(self, mode: str) -> None:
        self.taken[_way(mode)] = self.held(mode) + 1

    def give_back(self, mode: str) -> None:
        self.taken[_way(mode)] = self.held(mode) - 1

    def over_by(self, mode: str) -> int:
        """By how many more than the places people come, after the room became smaller."""
        return max(-(self.free(mode) or 0), 0)


def _way(mode: str) -> str:
    return ONLINE if mode == ONLINE else ON_SITE


def rules_of(event: Event) -> RegistrationRules:
    """How people register for the event; an event without rules of its own has the simplest ones.

    Pages read an event together with its rules; whoever holds a place under a lock reads both anew.
    """
    if not Event._meta.get_field("registration_rules").is_cached(event):
        return RegistrationRules.objects.filter(event=event).first() or RegistrationRules(event=event)
    return getattr(event, "registration_rules", None) or RegistrationRules(event=event)


def seats_of(event: Event, rules: RegistrationRules | None = None) -> Seats:
    rules = rules or rules_of(event)
    seats = Seats(event.capacity, {ON_SITE: rules.seats_on_site, ONLINE: rules.seats_online})
    seated = (*SEATED, Registration.State.SUBMITTED) if rules.pending_holds_seat else SEATED
    for mode, state, number, offered in Registration.objects.filter(event=event).by_way_and_state():
        if state in seated:
            seats.taken[_way(mode)] = seats.held(mode) + number
        elif state == Registration.State.WAITLISTED:
            seats.taken[_way(mode)] = seats.held(mode) + offered
            seats.waiting[mode] = number - offered
    return seats


def ways_of(event: Event) -> list[str]:
    """The ways to attend that the event offers."""
    if event.format == AttendanceMode.HYBRID:
        return [ON_SITE, ONLINE]
    return [ONLINE] if event.format == ONLINE else [ON_SITE]


def last_promotion(event: Event, rules: RegistrationRules) -> dt.datetime | None:
    """Until when free places go to the waiting list."""
    known = [instant for instant in (rules.promote_until, event.starts_at) if instant]
    return min(known, default=None)


def promotes(event: Event, rules: RegistrationRules, now: dt.datetime) -> bool:
    until = last_promotion(event, rules)
    return event.state in GIVES_PLACES and (until is None or now < until)


@transaction.atomic
def offer_free_places(*, event: Event, now: dt.datetime) -> list[SeatOffer]:
    """Keep each free place for the next in the queue and write to them; nothing where nothing is free.

    May be called at any time and by several workers: who has an offer is not in the queue any more.
    """
    locked = lock(event)
    rules = rules_of(locked)
    waiting = Registration.objects.filter(event=locked).queue()
    if not promotes(locked, rules, now) or not waiting.exists():
        return []
    seats, offers = seats_of(locked, rules), []
    for registration in waiting.select_related("event__host_organisation", "person__user").iterator(chunk_size=200):
        mode = registration.attendance_mode
        if not any(seats.has_free(way) for way in (ON_SITE, ONLINE)):
            break
        if not seats.has_free(mode):
            continue
        offers.append(_offer(registration, last_promotion(locked, rules), now))
        seats.take(mode)
    return offers


def _offer(registration: Registration, until: dt.datetime | None, now: dt.datetime) -> SeatOffer:
    offer = SeatOffer.objects.create(
        registration=registration,
        round=registration.offers.count() + 1,
        offered_at=now,
        answer_by=answer_deadline(now, zone=registration.timezone, until=until),
    )
    audit.record("registration.offer", registration, actor=None, audience=audit.APPLICANT, answer_by=offer.answer_by)
    emails.seat_offered(offer)
    return offer


def why_nobody_moves_up(event: Event, now: dt.datetime) -> list[str]:
    """The reasons, in sentences, why nobody of the waiting list has a place right now; empty where nobody waits."""
    waiting = list(Registration.objects.filter(event=event).queue().values_list("attendance_mode", flat=True))
    offers = SeatOffer.objects.filter(registration__event=event, answer=SeatOffer.Answer.OPEN).count()
    if not waiting and not offers:
        return []
    rules = rules_of(event)
    seats, reasons = seats_of(event, rules), []
    if offers:
        reasons.append(_("Places offered and not answered yet: %(number)d.") % {"number": offers})
    if event.state not in GIVES_PLACES:
        reasons.append(
            _("The event is in state “%(state)s”; it gives no more places.") % {"state": event.get_state_display()}
        )
    until = last_promotion(event, rules)
    if until is not None and now >= until:
        reasons.append(_("The last day on which places go to the waiting list has passed."))
    for mode in sorted({_way(mode) for mode in waiting}):
        reasons += _why_no_place(seats, mode)
    if not reasons:
        reasons.append(_("A place is free: the next look at the waiting list, in a minute at the latest, offers it."))
    return reasons


def _why_no_place(seats: Seats, mode: str) -> list[str]:
    label = str(AttendanceMode(mode).label)
    if over := seats.over_by(mode):
        return [_("%(mode)s: over by %(number)d; nobody loses a place.") % {"mode": label, "number": over}]
    if seats.has_free(mode):
        return []
    limit = seats.limits.get(mode)
    if limit is not None and seats.held(mode) >= limit:
        return [_("%(mode)s: all %(number)d places are held.") % {"mode": label, "number": limit}]
    return [_("%(mode)s: all %(number)d places of the event are held.") % {"mode": label, "number": seats.total}]
