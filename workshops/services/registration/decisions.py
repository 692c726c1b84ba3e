"""What organisers and export officers decide about a registration."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from portal.core import audit
from portal.core.links import give_token
from portal.core.workflow import ReasonMissing, StepError, lock
from workshops.emails import registration as emails
from workshops.models import AttendanceMode, Registration, RegistrationRules, TourCheck
from workshops.rules.registration import clears_check, may_approve, may_dismiss
from workshops.services.registration.ending import end, forget_particulars, let_others_in, why_it_stays
from workshops.services.registration.seats import rules_of
from workshops.services.registration.signup import give_place, has_place_for, keep_consents, link_expiry
from workshops.workflows.registration import REGISTRATION

R = Registration.State


@transaction.atomic
def approve(*, registration: Registration, actor, now: dt.datetime, waitlist: bool = False) -> Registration:
    """Accept somebody. Where no place is free, the organiser is asked whether the waiting list will do instead."""
    event = lock(registration.event)
    row = lock(registration)
    if not may_approve(actor, row):
        raise PermissionDenied("approve")
    rules = rules_of(event)
    # Who held a place while waiting for the approval keeps it.
    holds = rules.pending_holds_seat
    if not holds and not waitlist and not has_place_for(event, rules, row.attendance_mode, now):
        raise StepError(
            _("No place is free (%(mode)s). Put this person on the waiting list instead?")
            % {"mode": AttendanceMode(row.attendance_mode).label}
        )
    row.approved_at = now
    row.save(update_fields=["approved_at", "updated_at"])
    audit.record("registration.approve", row, actor=actor, audience=audit.APPLICANT)
    if holds:
        row = REGISTRATION.apply("hold" if row.joins_tour else "confirm", row, actor=None)
        emails.registration_held(row) if row.joins_tour else emails.registration_confirmed(row)
    else:
        row = give_place(row, rules=rules, now=now)
    registration.refresh_from_db()
    return row


@transaction.atomic
def dismiss(*, registration: Registration, reason: str, actor, now: dt.datetime) -> Registration:
    """Not accept somebody, or take a place back; the person is told why, and the next of the queue is asked."""
    row = lock(registration)
    if not may_dismiss(actor, row):
        raise PermissionDenied("dismiss")
    if not reason.strip():
        raise ReasonMissing(_("Please give a reason; the person reads it."))
    if stays := why_it_stays(row, now):
        raise StepError(stays)
    had_place = row.state == R.CONFIRMED
    row = end(row, Registration.EndedBy.ORGANISER, now=now, reason=reason)
    audit.record("registration.dismiss", row, actor=actor, reason=reason, audience=audit.APPLICANT)
    emails.registration_dismissed(row, reason=reason, had_place=had_place)
    let_others_in(row.event, now)
    registration.refresh_from_db()
    return row


# -- the laboratory tour -----------------------------------------------------------------------------------------------
@transaction.atomic
def clear_tour(*, check: TourCheck, actor, now: dt.datetime, note: str = "") -> TourCheck:
    """The export office lets somebody into the laboratory; a place that was held is confirmed with it."""
    registration = lock(check.registration)
    row = _decide(check, TourCheck.Result.CLEARED, actor, now, note)
    if registration.state == R.PENDING_SCREENING:
        registration = REGISTRATION.apply("clear", registration, actor=actor)
        emails.registration_confirmed(registration)
    elif not registration.is_over:
        emails.tour_cleared(registration)
    return row


@transaction.atomic
def refuse_tour(*, check: TourCheck, actor, now: dt.datetime, note: str = "") -> TourCheck:
    """No tour for this person. Talks stay open: the place held for both becomes one for the talks alone.

    The life cycle ends the registration with the tour; so a second one without it takes over the place in the same
    moment, and the person may cancel it like any other. Reasons stay in the export office.
    """
    registration = lock(check.registration)
    row = _decide(check, TourCheck.Result.REFUSED, actor, now, note)
    rules, listing = rules_of(registration.event), registration.listing
    if registration.state == R.PENDING_SCREENING:
        REGISTRATION.apply(
            "refuse_tour", registration, actor=actor, changes={"ended_at": now, "listing": Registration.Listing.NOBODY}
        )
        if rules.tour == RegistrationRules.Tour.WISH:
            emails.tour_refused(_without_tour(registration, listing, now), keeps_place=True)
        else:
            emails.tour_refused(registration, keeps_place=False)
            forget_particulars(registration, now=now)
            let_others_in(registration.event, now)
    elif not registration.is_over:
        registration.joins_tour = False
        registration.save(update_fields=["joins_tour", "updated_at"])
        emails.tour_refused(registration, keeps_place=True)
    return row


def _decide(check: TourCheck, result: str, actor, now: dt.datetime, note: str) -> TourCheck:
    row = lock(check)
    if not clears_check(actor, row):
        raise PermissionDenied(result)
    row.result, row.decided_at, row.decided_by, row.note = result, now, actor, note
    row.save(update_fields=["result", "decided_at", "decided_by", "note", "updated_at"])
    audit.record(f"tour_check.{result}", row, actor=actor)
    check.result = result
    return row


def _without_tour(refused: Registration, listing: str, now: dt.datetime) -> Registration:
    """The same person at the talks alone, confirmed in the place that was held."""
    copied = (
        "event", "person", "person_name", "name_native", "name_kana", "email", "language", "timezone", "affiliation",
        "affiliation_other", "affiliation_country", "career_stage", "role", "attendance_mode", "registered_at",
        "priority", "approved_at", "source",
    )  # fmt: skip
    talks = Registration(**{name: getattr(refused, name) for name in copied})
    give_token(talks, expires_at=link_expiry(refused.event, now))
    talks.save()
    needs = getattr(refused, "needs", None)
    if needs is not None:
        needs.registration = talks
        needs.save(update_fields=["registration", "updated_at"])
    keep_consents(
        talks,
        listing=listing,
        photo=refused.consent_photo,
        contact_sharing=refused.consent_contact_sharing,
        now=now,
    )
    audit.record("registration.submit", talks, actor=None, audience=audit.APPLICANT, instead_of=refused.code)
    row = REGISTRATION.apply("confirm", talks, actor=None)
    emails.registration_confirmed(row)
    return row
