"""The life cycles of startup and milestone (handbook, domain §4), and the short ones of mentor and update.

The first two tables are the published `lifecycle_transitions.csv`; a test compares them in both directions.
"""

from django.utils.translation import gettext_lazy as _

from portal.core.audit import APPLICANT, DESKS
from portal.core.predicates import nobody
from portal.core.workflow import Workflow, step
from startups import rules
from startups.models import FounderUpdate, Mentor, Milestone, Startup

S, M, N, U = Startup.State, Milestone.State, Mentor.State, FounderUpdate.State

STARTUP = Workflow(
    "startup",
    (
        step("apply", S.LEAD, S.APPLIED, rules.is_founder, _("Apply"), audience=APPLICANT, tone="primary"),
        step("screen", S.APPLIED, S.SCREENED, rules.manages, _("Finish the screening"), tone="primary"),
        step("admit", S.SCREENED, S.ADMITTED, rules.manages, _("Admit"), audience=APPLICANT, tone="primary"),
        step("decline", S.SCREENED, S.DECLINED, rules.manages, _("Decline"), audience=APPLICANT, tone="danger"),
        step("kick_off", S.ADMITTED, S.ACTIVE, rules.manages, _("Kick off"), audience=APPLICANT, tone="primary"),
        step("pause", S.ACTIVE, S.PAUSED, rules.manages, _("Pause"), audience=APPLICANT),
        step("resume", S.PAUSED, S.ACTIVE, rules.manages, _("Resume"), audience=APPLICANT, tone="primary"),
        step("graduate", S.ACTIVE, S.GRADUATED, rules.manages, _("Graduate"), audience=APPLICANT, tone="primary"),
        step("leave", (S.ACTIVE, S.PAUSED), S.WITHDRAWN, rules.leaves, _("Leave the programme"), needs_reason=True, audience=APPLICANT, tone="danger"),
        step("record_exit", S.GRADUATED, S.EXITED, rules.manages, _("Record an exit"), audience=APPLICANT),
        step("record_closure", (S.GRADUATED, S.ACTIVE), S.CLOSED_DOWN, rules.manages, _("Record the closure"), audience=APPLICANT, tone="danger"),
    ),
)  # fmt: skip

MILESTONE = Workflow(
    "milestone",
    (
        step("start", M.PLANNED, M.IN_PROGRESS, rules.reaches_milestone, _("Start"), audience=APPLICANT, tone="primary"),
        step("hand_in", M.IN_PROGRESS, M.SUBMITTED, rules.reaches_milestone, _("Hand in"), audience=APPLICANT, tone="primary"),
        step("verify", M.SUBMITTED, M.VERIFIED, rules.judges_milestone, _("Verify"), audience=APPLICANT, tone="primary"),
        step("send_back", M.SUBMITTED, M.IN_PROGRESS, rules.judges_milestone, _("Send back"), needs_reason=True, audience=APPLICANT),
        step("reject", M.SUBMITTED, M.REJECTED, rules.judges_milestone, _("Reject"), needs_reason=True, audience=APPLICANT, tone="danger"),
        step("miss", (M.PLANNED, M.IN_PROGRESS), M.MISSED, nobody, _("Note as missed"), by_system=True, audience=APPLICANT),
        step("waive", (M.PLANNED, M.IN_PROGRESS), M.WAIVED, rules.waives, _("Waive"), needs_reason=True, audience=APPLICANT),
    ),
)  # fmt: skip

MENTOR = Workflow(
    "mentor",
    (
        step("confirm", N.DESIRED, N.CONFIRMED, rules.runs_row, _("Confirm the mentor"), audience=APPLICANT, tone="primary"),
        step("end", (N.DESIRED, N.CONFIRMED), N.ENDED, rules.runs_row, _("End the mentoring"), audience=APPLICANT),
    ),
)  # fmt: skip

# A founder without account answers by link: then the system takes the step, and the version says who was asked.
UPDATE = Workflow(
    "update",
    (
        step("submit", (U.ASKED, U.SKIPPED, U.SUBMITTED), U.SUBMITTED, rules.writes_update, _("Send the update"), by_system=True, audience=APPLICANT, tone="primary"),
        step("correct", (U.ASKED, U.SKIPPED, U.SUBMITTED), U.SUBMITTED, rules.manages_row, _("Correct as the office"), needs_reason=True, audience=APPLICANT),
        step("reopen", (U.SUBMITTED, U.SKIPPED), U.ASKED, rules.manages_row, _("Ask again"), needs_reason=True, audience=APPLICANT),
        step("skip", U.ASKED, U.SKIPPED, rules.manages_row, _("Skip this quarter"), by_system=True, audience=DESKS),
    ),
)  # fmt: skip
