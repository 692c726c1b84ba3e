"""The waiting list: a free place is offered to the first, taken, declined or lapsed, and then to the next."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from portal.core import audit
from portal.core.workflow import StepError, lock
from workshops.emails import registration as emails
from workshops.models import Event, Registration, SeatOffer
from workshops.rules.registration import may_reorder
from workshops.services.registration.ending import end, let_others_in
from workshops.services.registration.seats import GIVES_PLACES, offer_free_places
from workshops.workflows.registration import REGISTRATION

Answer = SeatOffer.Answer


@transaction.atomic
def take_place(*, offer: SeatOffer, now: dt.datetime, actor=None) -> Registration:
    """The first of the queue answers: the place that was kept is now hers."""
    event = lock(offer.registration.event)
    row = _open_offer(offer, now)
    if event.state not in GIVES_PLACES:
        raise StepError(_("The event gives no more places."))
    registration = REGISTRATION.apply("promote", row.registration, actor=None, round=row.round)
    _answered(row, Answer.TAKEN, now)
    emails.registration_confirmed(registration, moved_up=True)
    offer.registration.state = registration.state
    return registration


@transaction.atomic
def decline_place(*, offer: SeatOffer, now: dt.datetime, actor=None) -> Registration:
    """The place goes on; who declined is out and may register anew, behind the others."""
    row = _open_offer(offer, now)
    _answered(row, Answer.DECLINED, now)
    registration = end(row.registration, Registration.EndedBy.DECLINED, now=now)
    emails.registration_cancelled(registration, had_place=False)
    let_others_in(registration.event, now)
    return registration


def lapse_overdue(*, now: dt.datetime) -> int:
    """End the offers that nobody answered in time; the number ended."""
    overdue = SeatOffer.objects.filter(answer=Answer.OPEN, answer_by__lt=now).select_related("registration__event")
    return sum(_lapse(offer, now) for offer in overdue)


@transaction.atomic
def _lapse(offer: SeatOffer, now: dt.datetime) -> int:
    row = lock(offer)
    if not row.is_open:  # answered in this moment
        return 0
    _answered(row, Answer.LAPSED, now)
    registration = end(row.registration, Registration.EndedBy.LAPSED, now=now)
    emails.seat_lapsed(registration)
    let_others_in(registration.event, now)
    return 1


@transaction.atomic
def suspend_offers(*, event: Event, now: dt.datetime) -> set[int]:
    """The event is put off: nobody has to answer for a day that is gone. Answers whose offers were taken back.

    They wait on in the order as before, and are asked first when the event gives places again. Call it under the lock
    on the event.
    """
    rows = SeatOffer.objects.filter(registration__event=event, answer=Answer.OPEN)
    offers = list(rows.select_for_update(of=("self",)).select_related("registration").order_by("pk"))
    for offer in offers:
        _answered(offer, Answer.WITHDRAWN, now)
        audit.record("registration.offer_suspended", offer.registration, actor=None, audience=audit.APPLICANT)
    return {offer.registration_id for offer in offers}


def offer_everywhere(*, now: dt.datetime) -> int:
    """Look at every event where somebody waits; the number of places offered."""
    waiting = Registration.objects.filter(state=Registration.State.WAITLISTED, event__state__in=GIVES_PLACES)
    events = Event.objects.filter(pk__in=waiting.values("event"))
    return sum(len(offer_free_places(event=event, now=now)) for event in events)


@transaction.atomic
def set_priority(*, registration: Registration, priority: int, reason: str, actor) -> Registration:
    """Move somebody up or down the queue, for a reason that is kept."""
    row = lock(registration)
    if not may_reorder(actor, row):
        raise PermissionDenied("set_priority")
    before, row.priority = row.priority, priority
    row.save(update_fields=["priority", "updated_at"])
    audit.record("registration.set_priority", row, actor=actor, reason=reason, before=before, after=priority)
    registration.priority = priority
    return row


def _open_offer(offer: SeatOffer, now: dt.datetime) -> SeatOffer:
    lock(offer.registration)
    row = lock(offer)
    if row.answer == Answer.TAKEN:
        raise StepError(_("You have taken this place already."))
    if not row.is_open or row.answer_by < now:
        raise StepError(_("The time to answer this offer has passed. The place goes to the next person."))
    return row


def _answered(offer: SeatOffer, answer: str, now: dt.datetime) -> None:
    offer.answer, offer.answered_at = answer, now
    offer.save(update_fields=["answer", "answered_at", "updated_at"])
