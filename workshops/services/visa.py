"""Letters of invitation for visas: asked for by who has a place, issued by staff, withdrawn with the place."""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.core import audit
from portal.core.workflow import StepError, lock
from workshops.emails import registration as emails
from workshops.letters.registration import issue_visa_letter
from workshops.models import AttendanceMode, Registration, RegistrationRules, VisaLetter
from workshops.rules.registration import decides_on_visa_letter
from workshops.workflows.registration import VISA_LETTER


def may_ask(registration: Registration) -> bool:
    """Only who has a confirmed place in the hall of an event to come that gives such letters; never who waits."""
    in_force = (VisaLetter.State.REQUESTED, VisaLetter.State.ISSUED)
    return _is_invited(registration) and not registration.visa_letters.filter(state__in=in_force).exists()


def _is_invited(registration: Registration) -> bool:
    return (
        registration.state == Registration.State.CONFIRMED
        and registration.attendance_mode != AttendanceMode.ONLINE
        and not registration.event.is_over
        and not registration.event.is_off
        and RegistrationRules.objects.filter(event=registration.event, gives_visa_letters=True).exists()
    )


@transaction.atomic
def ask(
    *,
    registration: Registration,
    passport_name: str,
    arrives_on: dt.date,
    leaves_on: dt.date,
    payer: str,
    embassy: str,
    now: dt.datetime,
    actor=None,
) -> VisaLetter:
    """Ask for the letter; staff look at the wish before anything is issued."""
    row = lock(registration)
    if not may_ask(row):
        raise StepError(_("A letter can be asked for once a place is confirmed, and once only."))
    if arrives_on > leaves_on:
        raise ValidationError(
            {"leaves_on": pgettext("journey", "The day of departure lies before the day of arrival.")}
        )
    wish = VisaLetter.objects.create(
        registration=row,
        passport_name=" ".join(passport_name.split()),
        arrives_on=arrives_on,
        leaves_on=leaves_on,
        payer=payer,
        embassy=embassy,
        requested_at=now,
    )
    audit.record("visa_letter.ask", wish, actor=actor, audience=audit.APPLICANT)
    emails.visa_letter_asked(wish)
    return wish


def settle_entered(*, wish: VisaLetter) -> None:
    """A wish that a file brings waits for the office as every other does; a letter is made by the step alone."""
    lock(wish.registration)
    if wish.letter is not None or wish.state in (VisaLetter.State.ISSUED, VisaLetter.State.REVOKED):
        raise StepError(_("Letters are issued and withdrawn by steps in the portal."))
    if (wish.state == VisaLetter.State.REFUSED) != (wish.decided_at is not None):
        raise StepError(_("A wish that was refused has the moment of its refusal, and no other wish has one."))
    if wish.state == VisaLetter.State.REQUESTED and not _is_invited(wish.registration):
        raise StepError(
            _("Letters are for confirmed participants who come in person to an event to come that gives such letters.")
        )


@transaction.atomic
def issue(*, visaletter: VisaLetter, actor, now: dt.datetime) -> VisaLetter:
    """Issue the numbered letter, which the participant fetches behind the personal link."""
    registration = lock(visaletter.registration)
    if registration.state != Registration.State.CONFIRMED:
        raise StepError(_("This person has no confirmed place. Letters are for participants only."))
    if registration.event.is_off:
        raise StepError(_("This event is cancelled or postponed. A letter would name days that are no more."))
    if not decides_on_visa_letter(actor, visaletter):
        raise PermissionDenied("issue")
    # A step that is too late takes the letter back with it: number, file and all.
    letter = issue_visa_letter(visaletter, actor=actor, now=now)
    row = VISA_LETTER.apply("issue", visaletter, actor=actor, changes={"decided_at": now, "letter": letter})
    emails.visa_letter_issued(row)
    return row


@transaction.atomic
def refuse(*, visaletter: VisaLetter, reason: str, actor, now: dt.datetime) -> VisaLetter:
    row = VISA_LETTER.apply("refuse", visaletter, actor=actor, reason=reason, changes={"decided_at": now})
    emails.visa_letter_refused(row, reason=reason)
    return row


@transaction.atomic
def revoke(*, visaletter: VisaLetter, reason: str, actor, now: dt.datetime) -> VisaLetter:
    """Withdraw an issued letter by a numbered one that says so; whoever checks the old code is told at once."""
    row = VISA_LETTER.apply("revoke", visaletter, actor=actor, reason=reason, changes={"decided_at": now})
    issue_visa_letter(row, actor=actor, now=now, supersedes=row.letter, withdrawn_because=reason)
    emails.visa_letter_revoked(row, reason=reason)
    return row


def revoke_with_registration(*, wish: VisaLetter, now: dt.datetime) -> None:
    """Who does not come needs no invitation: a wish is refused, an issued letter withdrawn."""
    reason = _("The registration has ended.")
    if wish.state == VisaLetter.State.REQUESTED:
        VISA_LETTER.apply("refuse", wish, actor=None, reason=reason, changes={"decided_at": now})
        return
    row = VISA_LETTER.apply("revoke", wish, actor=None, reason=reason, changes={"decided_at": now})
    issue_visa_letter(row, actor=None, now=now, supersedes=row.letter, withdrawn_because=reason)
    emails.visa_letter_revoked(row, reason=reason)
