"""The life cycles of startup, milestone and cohort (handbook, domain §4), and of what belongs to them.

The tables of startup, milestone and cohort are the published `lifecycle_transitions.csv`; a test compares them in both directions.
"""

from django.utils.translation import gettext_lazy as _

from portal.core.audit import APPLICANT, DESKS
from portal.core.predicates import nobody
from portal.core.workflow import Workflow, step
from startups import rules
from startups.models import Cohort, CohortApplication, FounderUpdate, Mentor, Milestone, Startup

S, M, N, U = Startup.State, Milestone.State, Mentor.State, FounderUpdate.State
C, A = Cohort.State, CohortApplication.State

# The record of a venture whose application has ended follows it by itself: `services.applications.follow_ending`.
STARTUP = Workflow(
    "startup",
    (
        step("apply", S.LEAD, S.APPLIED, rules.is_founder, _("Apply"), audience=APPLICANT, tone="primary"),
        step("screen", S.APPLIED, S.SCREENED, rules.manages, _("Finish the screening"), by_system=True, tone="primary"),
        step("admit", S.SCREENED, S.ADMITTED, rules.manages, _("Admit"), audience=APPLICANT, tone="primary"),
        step("decline", S.SCREENED, S.DECLINED, rules.manages, _("Decline"), by_system=True, audience=APPLICANT, tone="danger"),
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
        step("reject", M.SUBMITTED, M.REJECTED, rules.judges_milestone, _("Reject the milestone"), needs_reason=True, audience=APPLICANT, tone="danger"),
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

COHORT = Workflow(
    "cohort",
    (
        step("open", C.PLANNED, C.CALL_OPEN, rules.runs_cohort, _("Open the cohort for applications"), tone="primary"),
        step("close_call", C.CALL_OPEN, C.SELECTING, nobody, _("Begin the selection"), by_system=True),
        step("start", C.SELECTING, C.RUNNING, rules.runs_cohort, _("Start the cohort"), tone="primary"),
        step("hold_demo_day", C.RUNNING, C.DEMO_DAY, rules.runs_cohort, _("Hold the demo day"), tone="primary"),
        step("graduate", C.DEMO_DAY, C.GRADUATED, rules.runs_cohort, _("Graduate the cohort"), tone="primary"),
        step("follow", C.GRADUATED, C.FOLLOW_UP, nobody, _("Begin the follow-up"), by_system=True),
        step("close", C.FOLLOW_UP, C.CLOSED, rules.runs_cohort, _("Close the cohort"), tone="danger"),
    ),
)

# The life cycle of an application without the two sides of an exchange: who is eligible goes to the reviewers.
WITHDRAWABLE = (
    A.SUBMITTED, A.ELIGIBILITY_CHECK, A.RETURNED, A.UNDER_REVIEW, A.SHORTLISTED, A.RECOMMENDED, A.SELECTED,
    A.WAITLISTED,
)  # fmt: skip
DECIDABLE = (A.UNDER_REVIEW, A.SHORTLISTED, A.RECOMMENDED, A.WAITLISTED)

COHORT_APPLICATION = Workflow(
    "application",
    (
        step("submit", A.DRAFT, A.SUBMITTED, rules.is_applicant, _("Submit the application"), audience=APPLICANT, tone="primary"),
        step("lapse", A.DRAFT, A.EXPIRED, nobody, _("Let the draft lapse"), by_system=True, audience=APPLICANT),
        step("start_check", A.SUBMITTED, A.ELIGIBILITY_CHECK, rules.manages_application, _("Start the eligibility check"), audience=APPLICANT, tone="primary"),
        step("return", A.ELIGIBILITY_CHECK, A.RETURNED, rules.manages_application, _("Ask for completion"), needs_reason=True, audience=APPLICANT),
        step("resubmit", A.RETURNED, A.SUBMITTED, rules.is_applicant, _("Submit again"), audience=APPLICANT, tone="primary"),
        step("expire", A.RETURNED, A.EXPIRED, nobody, _("Let the application lapse"), by_system=True, audience=APPLICANT),
        step("refuse_ineligible", A.ELIGIBILITY_CHECK, A.INELIGIBLE, rules.manages_application, _("Refuse as not eligible"), needs_reason=True, audience=APPLICANT, tone="danger"),
        step("pass_eligibility", A.ELIGIBILITY_CHECK, A.UNDER_REVIEW, rules.manages_application, _("Pass on to the reviewers"), audience=APPLICANT, tone="primary"),
        step("shortlist", A.UNDER_REVIEW, A.SHORTLISTED, rules.manages_application, _("Put on the shortlist")),
        step("recommend", A.SHORTLISTED, A.RECOMMENDED, rules.manages_application, _("Recommend"), tone="primary"),
        step("recommend_directly", A.UNDER_REVIEW, A.RECOMMENDED, rules.manages_application, _("Recommend without interview"), tone="primary"),
        step("select", A.RECOMMENDED, A.SELECTED, rules.manages_application, _("Select"), tone="primary", audience=APPLICANT),
        step("waitlist", A.RECOMMENDED, A.WAITLISTED, rules.manages_application, _("Put on the waiting list")),
        step("promote", A.WAITLISTED, A.SELECTED, rules.manages_application, _("Give the free place"), tone="primary", audience=APPLICANT),
        step("decline", DECIDABLE, A.DECLINED, rules.manages_application, _("Decline"), needs_reason=True, tone="danger"),
        step("withdraw", WITHDRAWABLE, A.WITHDRAWN, rules.is_applicant, _("Withdraw the application"), audience=APPLICANT, tone="danger"),
    ),
)  # fmt: skip
