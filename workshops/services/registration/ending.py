"""How a registration ends, whoever ends it: needs are forgotten, papers withdrawn, the place is free for others."""

import datetime as dt
from functools import cache, partial

from django.db import transaction
from django.utils.translation import gettext as _

from portal.core import audit
from portal.core.workflow import StepError, lock
from workshops.emails import registration as emails
from workshops.emails.readers import Reason
from workshops.models import Event, Registration, RegistrationNeeds, SeatOffer, VisaLetter
from workshops.services.registration.seats import offer_free_places
from workshops.services.visa import revoke_with_registration
from workshops.workflows.registration import REGISTRATION

R = Registration.State


def why_it_stays(registration: Registration, now: dt.datetime) -> str:
    """Why a place is not given up any more: somebody has come in, or could have; empty where it can be.

    What has been is said by attendance; an event that was put off still has its old days and is to come.
    """
    event = registration.event
    if registration.state != R.CONFIRMED or event.is_off:
        return ""
    if event.ends_at is not None and event.ends_at <= now:
        return _("There is nothing to cancel any more: the event is over.")
    if registration.check_ins.filter(undone_at=None).exists():
        return _("There is nothing to cancel any more: checked in at the door.")
    return ""


@transaction.atomic
def cancel(*, registration: Registration, now: dt.datetime, actor=None) -> Registration:
    """The participant does not come. Frees the place without a lock on the event; others are asked afterwards."""
    row = lock(registration)
    if row.is_over:
        raise StepError(_("This registration has ended already."))
    if reason := why_it_stays(row, now):
        raise StepError(reason)
    had_place = row.state == R.CONFIRMED
    row = end(row, Registration.EndedBy.PARTICIPANT, now=now, actor=actor)
    emails.registration_cancelled(row, had_place=had_place)
    let_others_in(row.event, now)
    registration.state = row.state
    return row


def end(registration: Registration, ended_by: str, *, now: dt.datetime, actor=None, reason: str = "") -> Registration:
    """Cancel a registration that still lives, with everything that hangs on it. The caller writes the mail.

    The published life cycle lets nobody cancel while the export office looks: who leaves gives up the tour first, and
    with it what there was to look at.
    """
    if registration.state == R.PENDING_SCREENING:
        registration = REGISTRATION.apply(
            "clear", registration, actor=None, changes={"joins_tour": False}, given_up=True
        )
    SeatOffer.objects.filter(registration=registration, answer=SeatOffer.Answer.OPEN).update(
        answer=SeatOffer.Answer.WITHDRAWN, answered_at=now, updated_at=now
    )
    row = REGISTRATION.apply(
        "cancel",
        registration,
        actor=actor if actor is not None and REGISTRATION.can("cancel", registration, actor) else None,
        reason=reason,
        changes={"ended_at": now, "ended_by": ended_by, "listing": Registration.Listing.NOBODY},
        ended_by=ended_by,
    )
    forget_particulars(row, now=now)
    return row


def forget_particulars(registration: Registration, *, now: dt.datetime) -> None:
    """Nobody cooks for, lets in or invites who does not come."""
    RegistrationNeeds.objects.filter(registration=registration).delete()
    for wish in registration.visa_letters.filter(state__in=(VisaLetter.State.REQUESTED, VisaLetter.State.ISSUED)):
        revoke_with_registration(wish=wish, now=now)


def let_others_in(event: Event, now: dt.datetime) -> None:
    """Ask the next ones once this is committed; should that fail, the sweep does it a minute later."""
    transaction.on_commit(partial(offer_free_places, event=event, now=now), robust=True)


def end_with_events(*, now: dt.datetime) -> int:
    """Cancel the registrations of cancelled events and tell the people; the number told."""
    open_states = (R.SUBMITTED, R.PENDING_SCREENING, R.WAITLISTED, R.CONFIRMED)
    rows = Registration.objects.filter(event__state=Event.State.CANCELLED, state__in=open_states)
    reason_of = cache(_why_cancelled)
    return sum(_end_with_event(row, reason_of(row.event_id), now) for row in rows.for_page())


def _why_cancelled(event_id: int) -> Reason:
    """What the organiser wrote when the event was cancelled; empty where it came so from records."""
    entry = audit.timeline(Event(pk=event_id)).filter(verb="event.cancel").first()
    return Reason(entry.reason, entry.detail.get("reason_ja", "")) if entry else Reason("")


@transaction.atomic
def _end_with_event(registration: Registration, reason: Reason, now: dt.datetime) -> int:
    row = lock(registration)
    if row.is_over:
        return 0
    had_place = row.state == R.CONFIRMED
    row = end(row, Registration.EndedBy.EVENT, now=now)
    emails.event_cancelled(row, had_place=had_place, reason=reason)
    return 1
