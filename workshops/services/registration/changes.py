"""What a participant changes behind the personal link."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from portal.core import audit
from portal.core.workflow import StepError, lock
from workshops.emails import registration as emails
from workshops.models import AttendanceMode, Registration, SeatOffer
from workshops.querysets.registration import SEATED
from workshops.services.registration.ending import let_others_in
from workshops.services.registration.seats import rules_of, seats_of, ways_of
from workshops.services.registration.signup import keep_consents, keep_needs

R = Registration.State
CHANGEABLE = (R.SUBMITTED, R.PENDING_SCREENING, R.WAITLISTED, R.CONFIRMED)
NAMES = ("person_name", "name_native", "name_kana")
CONSENTS = ("listing", "consent_photo", "consent_contact_sharing")


@transaction.atomic
def change(
    *,
    registration: Registration,
    names: dict[str, str],
    attendance_mode: str,
    needs: dict[str, str],
    listing: str,
    consent_photo: bool,
    consent_contact_sharing: bool,
    now: dt.datetime,
    actor=None,
) -> Registration:
    """Change names, way of attending, needs and consents. A consent that is withdrawn ends at once.

    Another way of attending takes a place there, so it is decided under the lock on the event.
    """
    other_way = attendance_mode != registration.attendance_mode
    if other_way:
        lock(registration.event)
    row = lock(registration)
    if row.state not in CHANGEABLE:
        raise StepError(_("This registration can no longer be changed."))
    before = {name: getattr(row, name) for name in (*NAMES, "attendance_mode", "listing", "consent_photo")}
    if other_way:
        _attend(row, attendance_mode, now)
    for name in NAMES:
        setattr(row, name, names.get(name, getattr(row, name)))
    row.save()
    keep_needs(row, **needs)
    keep_consents(row, listing=listing, photo=consent_photo, contact_sharing=consent_contact_sharing, now=now)
    old, new = audit.changed(before, {name: getattr(row, name) for name in before})
    if new:
        audit.record("registration.change", row, actor=actor, before=old, after=new, audience=audit.APPLICANT)
    if other_way:
        if row.state == R.CONFIRMED:
            emails.registration_changed(row)
        let_others_in(row.event, now)
    registration.refresh_from_db()
    return row


@transaction.atomic
def change_consents(
    *,
    registration: Registration,
    listing: str,
    consent_photo: bool,
    consent_contact_sharing: bool,
    now: dt.datetime,
    actor=None,
) -> Registration:
    """What somebody allows is hers to take back for as long as it is kept: also after the event."""
    row = lock(registration)
    if row.is_over:
        raise StepError(_("This registration can no longer be changed."))
    before = {name: getattr(row, name) for name in CONSENTS}
    keep_consents(row, listing=listing, photo=consent_photo, contact_sharing=consent_contact_sharing, now=now)
    old, new = audit.changed(before, {name: getattr(row, name) for name in before})
    if new:
        audit.record("registration.change", row, actor=actor, before=old, after=new, audience=audit.APPLICANT)
    registration.refresh_from_db()
    return row


def _attend(row: Registration, mode: str, now: dt.datetime) -> None:
    """Move to another way of attending: freely while waiting, into a free place for who has one."""
    if mode not in ways_of(row.event):
        raise StepError(_("The event cannot be attended in this way."))
    rules = rules_of(row.event)
    holds = row.state in SEATED or (row.state == R.SUBMITTED and rules.pending_holds_seat)
    if holds and not _is_place_free(row, rules, mode):
        raise StepError(
            _("No place is free (%(wanted)s), so you keep yours (%(kept)s). To wait for one, cancel and register anew.")
            % {"wanted": AttendanceMode(mode).label, "kept": AttendanceMode(row.attendance_mode).label}
        )
    if row.state == R.WAITLISTED:
        # What was offered was offered for the other way.
        row.offers.filter(answer=SeatOffer.Answer.OPEN).update(
            answer=SeatOffer.Answer.WITHDRAWN, answered_at=now, updated_at=now
        )
    row.attendance_mode = mode


def _is_place_free(row: Registration, rules, mode: str) -> bool:
    """Whether one more fits in this way, and nobody waits for it; the person's own chair stays in the shared total."""
    seats = seats_of(row.event, rules)
    limit = seats.limits.get(mode)
    waits = Registration.objects.filter(event=row.event, attendance_mode=mode).queue().exists()
    return (limit is None or seats.held(mode) < limit) and not waits
