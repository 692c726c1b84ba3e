"""The life cycles of programmes and calls (handbook, domain §4)."""

from django.utils.translation import gettext_lazy as _

from portal.core.audit import APPLICANT, DESKS
from portal.core.predicates import nobody
from portal.core.workflow import Workflow, step
from portal.programmes.models import Call, Programme
from portal.programmes.rules import closes_by_hand, directs_programme, manages_call, manages_programme

P, C = Programme.State, Call.State

PROGRAMME = Workflow(
    "programme",
    (
        step("approve", P.DRAFT, P.APPROVED, directs_programme, _("Approve the programme"), tone="primary"),
        step("publish", P.APPROVED, P.PUBLISHED, manages_programme, _("Publish the programme"), tone="primary"),
        step("pause", P.PUBLISHED, P.SUSPENDED, manages_programme, _("Suspend the programme"), needs_reason=True),
        step("resume", P.SUSPENDED, P.PUBLISHED, manages_programme, _("Resume the programme"), tone="primary"),
        step("close", P.PUBLISHED, P.CLOSED, directs_programme, _("Close the programme"), tone="danger"),
        step("archive", P.CLOSED, P.ARCHIVED, nobody, _("Archive the programme"), by_system=True),
    ),
)

CALL = Workflow(
    "call",
    (
        step("approve", C.DRAFT, C.APPROVED, manages_call, _("Approve the call"), tone="primary"),
        step("open", C.APPROVED, C.OPEN, nobody, _("Open the call"), by_system=True, audience=APPLICANT),
        step("pause", C.OPEN, C.PAUSED, manages_call, _("Pause the call"), needs_reason=True, audience=APPLICANT),
        step("resume", C.PAUSED, C.OPEN, manages_call, _("Resume the call"), tone="primary", audience=APPLICANT),
        step("close", C.OPEN, C.CLOSED, closes_by_hand, _("Close the call"), by_system=True, audience=APPLICANT),
        step("hand_over", C.CLOSED, C.UNDER_REVIEW, manages_call, _("Hand over to the panel"), tone="primary"),
        step("announce", C.UNDER_REVIEW, C.RESULTS_ANNOUNCED, manages_call, _("Announce the results"), tone="primary", audience=APPLICANT),
        step("complete", C.RESULTS_ANNOUNCED, C.COMPLETED, nobody, _("Complete the call"), by_system=True, audience=DESKS),
        step(
            "cancel", (C.DRAFT, C.APPROVED, C.OPEN, C.PAUSED), C.CANCELLED, manages_call, _("Cancel the call"),
            needs_reason=True, audience=APPLICANT, tone="danger",
        ),
    ),
)  # fmt: skip
