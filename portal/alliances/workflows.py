"""The life cycles of alliance, agreement and outcome (handbook, domain §4)."""

from django.utils.translation import gettext_lazy as _

from portal.alliances import rules
from portal.alliances.models import Agreement, Alliance, Outcome
from portal.core.audit import APPLICANT
from portal.core.predicates import nobody
from portal.core.workflow import Workflow, step

L, G, R = Alliance.State, Agreement.State, Outcome.State

ALLIANCE = Workflow(
    "alliance",
    (
        step("open_talks", L.PROPOSED, L.NEGOTIATING, rules.administers_alliance, _("Open talks"), tone="primary"),
        step("found", L.NEGOTIATING, L.ACTIVE, rules.heads_member, _("Record the founding agreement"), tone="primary"),
        step("start_renewal", L.ACTIVE, L.RENEWING, rules.administers_alliance, _("Start the renewal")),
        step("renew", L.RENEWING, L.ACTIVE, rules.heads_member, _("Renew"), tone="primary"),
        step("let_lapse", L.RENEWING, L.DISSOLVED, rules.heads_member, _("Let the alliance end"), needs_reason=True, tone="danger"),
        step("dissolve", L.ACTIVE, L.DISSOLVED, rules.heads_member, _("End the alliance early"), needs_reason=True, tone="danger"),
    ),
)  # fmt: skip

AGREEMENT = Workflow(
    "agreement",
    (
        step("submit", G.DRAFTING, G.INTERNAL_REVIEW, rules.administers_agreement, _("Submit for review"), tone="primary"),
        step("send_back", G.INTERNAL_REVIEW, G.DRAFTING, rules.checks_agreement, _("Send back"), needs_reason=True),
        step("pass", G.INTERNAL_REVIEW, G.LEGAL_REVIEW, rules.checks_agreement, _("Pass to the legal offices"), tone="primary"),
        step("approve", G.LEGAL_REVIEW, G.APPROVED_BOTH, rules.checks_agreement, _("Approve for one's side"), tone="primary"),
        step("sign", G.APPROVED_BOTH, G.SIGNED, rules.signs_agreement, _("Sign for one's side"), tone="primary"),
        step("take_effect", G.SIGNED, G.IN_FORCE, rules.administers_agreement, _("Put into force"), by_system=True, tone="primary"),
        step("near_end", G.IN_FORCE, G.EXPIRING, nobody, _("Mark as expiring"), by_system=True),
        step("renew", G.EXPIRING, G.RENEWED, rules.signs_agreement, _("Renew"), tone="primary"),
        step("lapse", G.EXPIRING, G.EXPIRED, nobody, _("Let the agreement expire"), by_system=True),
        step("terminate", G.IN_FORCE, G.TERMINATED, rules.signs_agreement, _("Terminate"), needs_reason=True, tone="danger"),
    ),
)  # fmt: skip

OUTCOME = Workflow(
    "outcome",
    (
        step("attach_evidence", R.REPORTED, R.EVIDENCE, rules.takes_part, _("Attach evidence"), audience=APPLICANT, tone="primary"),
        step("verify", R.EVIDENCE, R.VERIFIED, rules.audits, _("Verify"), audience=APPLICANT, tone="primary"),
        step("reject", R.EVIDENCE, R.REJECTED, rules.audits, _("Reject"), needs_reason=True, audience=APPLICANT, tone="danger"),
        step("publish", R.VERIFIED, R.PUBLISHED, rules.publishes, _("Publish"), audience=APPLICANT, tone="primary"),
    ),
)  # fmt: skip
