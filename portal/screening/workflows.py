"""The life cycle of a screening case (handbook, domain §4).

Reasons are kept on the case, never in the audit trail, which other desks of the same organisation may read.
"""

from django.utils.translation import gettext_lazy as _

from portal.core.audit import INTERNAL
from portal.core.predicates import nobody
from portal.core.workflow import Workflow, step
from portal.screening import rules
from portal.screening.models import Screening

S = Screening.State
CLEARED = (S.PRECHECK_CLEARED, S.CLEARED, S.CLEARED_WITH_CONDITIONS, S.LICENSED)

SCREENING = Workflow(
    "screening",
    (
        step("submit", S.DRAFT, S.SUBMITTED, rules.is_host, _("Hand in the answers"), audience=INTERNAL, tone="primary"),
        step("clear_at_precheck", S.SUBMITTED, S.PRECHECK_CLEARED, rules.is_officer, _("Clear at pre-check"), audience=INTERNAL, tone="primary"),
        step("refer", S.SUBMITTED, S.EXPERT_REVIEW, rules.is_officer, _("Refer to expert review"), audience=INTERNAL),
        step("clear", S.EXPERT_REVIEW, S.CLEARED, rules.decides, _("Clear"), audience=INTERNAL, tone="primary"),
        step("clear_with_conditions", S.EXPERT_REVIEW, S.CLEARED_WITH_CONDITIONS, rules.decides, _("Clear with conditions"), audience=INTERNAL, tone="primary"),
        step("require_licence", S.EXPERT_REVIEW, S.LICENCE_REQUIRED, rules.is_approver, _("Require a licence"), audience=INTERNAL),
        step("require_licence_at_once", S.SUBMITTED, S.LICENCE_REQUIRED, rules.is_approver, _("Require a licence at once"), audience=INTERNAL),
        step("apply_for_licence", S.LICENCE_REQUIRED, S.LICENCE_APPLIED, rules.is_officer, _("Record the licence application"), audience=INTERNAL),
        step("receive_licence", S.LICENCE_APPLIED, S.LICENSED, rules.is_officer, _("Record the licence"), audience=INTERNAL, tone="primary"),
        step("receive_refusal", S.LICENCE_APPLIED, S.DENIED, rules.is_officer, _("Record the refusal"), audience=INTERNAL, tone="danger"),
        step("expire", CLEARED, S.RESCREEN_NEEDED, nobody, _("Ask for a new screening"), by_system=True, audience=INTERNAL),
        step("answer_again", S.RESCREEN_NEEDED, S.SUBMITTED, rules.is_host, _("Answer again"), audience=INTERNAL, tone="primary"),
        step("close", (S.CLEARED, S.LICENSED, S.PRECHECK_CLEARED), S.CLOSED, rules.is_officer, _("Close the case"), audience=INTERNAL),
    ),
)  # fmt: skip
