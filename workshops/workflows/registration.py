"""The life cycles of registrations and of letters for visas."""

from django.utils.translation import gettext_lazy as _

from portal.core import audit
from portal.core.predicates import nobody
from portal.core.workflow import Workflow, step
from workshops.models import Registration, VisaLetter
from workshops.rules.registration import clears_tour, decides_on_visa_letter, is_participant, staffs_event

R = Registration.State
V = VisaLetter.State

# The participant comes by a personal link, without a sign-in: then the system takes the step for her.
REGISTRATION = Workflow(
    "registration",
    (
        step("confirm", R.SUBMITTED, R.CONFIRMED, nobody, _("Confirm"), by_system=True, audience=audit.APPLICANT),
        step(
            "hold",
            R.SUBMITTED,
            R.PENDING_SCREENING,
            nobody,
            _("Hold for the laboratory tour"),
            by_system=True,
            audience=audit.APPLICANT,
        ),
        # Who gives the tour up needs no clearance any more: then the system takes this step.
        step("clear", R.PENDING_SCREENING, R.CONFIRMED, clears_tour, _("Clear"), by_system=True, tone="primary"),
        step("refuse_tour", R.PENDING_SCREENING, R.REFUSED, clears_tour, _("Refuse the tour"), tone="danger"),
        step(
            "queue",
            R.SUBMITTED,
            R.WAITLISTED,
            nobody,
            _("Put on the waiting list"),
            by_system=True,
            audience=audit.APPLICANT,
        ),
        step(
            "promote",
            R.WAITLISTED,
            R.CONFIRMED,
            nobody,
            _("Give the free place"),
            by_system=True,
            audience=audit.APPLICANT,
        ),
        step("check_in", R.CONFIRMED, R.ATTENDED, staffs_event, _("Mark as attended"), by_system=True),
        step("mark_no_show", R.CONFIRMED, R.NO_SHOW, nobody, _("Mark as not come"), by_system=True),
        step(
            "cancel",
            (R.SUBMITTED, R.WAITLISTED, R.CONFIRMED),
            R.CANCELLED,
            is_participant,
            _("Cancel"),
            by_system=True,
            audience=audit.APPLICANT,
            tone="danger",
        ),
    ),
)

VISA_LETTER = Workflow(
    "visa_letter",
    (
        step("issue", V.REQUESTED, V.ISSUED, decides_on_visa_letter, _("Issue the letter"), tone="primary"),
        step(
            "refuse",
            V.REQUESTED,
            V.REFUSED,
            decides_on_visa_letter,
            _("Refuse"),
            needs_reason=True,
            by_system=True,
            tone="danger",
        ),
        step(
            "revoke",
            V.ISSUED,
            V.REVOKED,
            decides_on_visa_letter,
            _("Withdraw the letter"),
            needs_reason=True,
            by_system=True,
            tone="danger",
        ),
    ),
)
