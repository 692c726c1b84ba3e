"""The life cycles of application, approval, offer, stay, task and report (handbook, domain §4).

The first lines of each table are the published `lifecycle_transitions.csv`; a test compares them in both directions.
Approvals, tasks and reports are parts of those records and have short tables of their own.
"""

from django.utils.translation import gettext_lazy as _

from exchanges import rules
from exchanges.models import Application, Approval, Offer, Stay, StayReport, StayTask
from portal.core.audit import APPLICANT, INTERNAL
from portal.core.predicates import nobody
from portal.core.workflow import Workflow, step

A, F, S = Application.State, Offer.State, Stay.State

# Everything between submission and acceptance of the offer: here an applicant may still withdraw.
WITHDRAWABLE = (
    A.SUBMITTED, A.ELIGIBILITY_CHECK, A.RETURNED, A.EXPORT_PRECHECK, A.EXPERT_REVIEW, A.HOST_AND_HOME, A.UNDER_REVIEW,
    A.SHORTLISTED, A.RECOMMENDED, A.SELECTED, A.WAITLISTED,
)  # fmt: skip
DECIDABLE = (A.UNDER_REVIEW, A.SHORTLISTED, A.RECOMMENDED, A.WAITLISTED)

APPLICATION = Workflow(
    "application",
    (
        step("submit", A.DRAFT, A.SUBMITTED, rules.is_applicant, _("Submit the application"), audience=APPLICANT, tone="primary"),
        step("lapse", A.DRAFT, A.EXPIRED, nobody, _("Let the draft lapse"), by_system=True, audience=APPLICANT),
        step("start_check", A.SUBMITTED, A.ELIGIBILITY_CHECK, rules.manages, _("Start the eligibility check"), audience=APPLICANT, tone="primary"),
        step("return", A.ELIGIBILITY_CHECK, A.RETURNED, rules.manages, _("Ask for completion"), needs_reason=True, audience=APPLICANT),
        step("resubmit", A.RETURNED, A.SUBMITTED, rules.is_applicant, _("Submit again"), audience=APPLICANT, tone="primary"),
        step("expire", A.RETURNED, A.EXPIRED, nobody, _("Let the application lapse"), by_system=True, audience=APPLICANT),
        step("refuse_ineligible", A.ELIGIBILITY_CHECK, A.INELIGIBLE, rules.manages, _("Refuse as not eligible"), needs_reason=True, audience=APPLICANT, tone="danger"),
        step("pass_eligibility", A.ELIGIBILITY_CHECK, A.EXPORT_PRECHECK, rules.manages, _("Pass on to the pre-check"), audience=APPLICANT, tone="primary"),
        step("clear", A.EXPORT_PRECHECK, A.HOST_AND_HOME, rules.officer_of_host, _("Clear to proceed"), audience=APPLICANT, tone="primary"),
        step("refer", A.EXPORT_PRECHECK, A.EXPERT_REVIEW, rules.officer_of_host, _("Refer to expert review"), audience=INTERNAL),
        step("clear_after_review", A.EXPERT_REVIEW, A.HOST_AND_HOME, rules.export_desk_of_host, _("Clear to proceed"), audience=APPLICANT, tone="primary"),
        step("refuse_on_compliance", A.EXPERT_REVIEW, A.DECLINED, rules.approver_of_host, _("Decline"), audience=INTERNAL, tone="danger"),
        step("endorse", A.HOST_AND_HOME, A.UNDER_REVIEW, rules.speaks_for_a_side, _("Both sides have approved"), by_system=True, audience=APPLICANT),
        step("refuse_by_side", A.HOST_AND_HOME, A.DECLINED, rules.speaks_for_a_side, _("Refuse for one side"), by_system=True, tone="danger"),
        step("shortlist", A.UNDER_REVIEW, A.SHORTLISTED, rules.manages, _("Put on the shortlist")),
        step("recommend", A.SHORTLISTED, A.RECOMMENDED, rules.manages, _("Recommend"), tone="primary"),
        step("recommend_directly", A.UNDER_REVIEW, A.RECOMMENDED, rules.manages, _("Recommend without interview"), tone="primary"),
        step("select", A.RECOMMENDED, A.SELECTED, rules.manages, _("Select"), tone="primary"),
        step("waitlist", A.RECOMMENDED, A.WAITLISTED, rules.manages, _("Put on the waiting list")),
        step("promote", A.WAITLISTED, A.SELECTED, rules.manages, _("Give the free place"), tone="primary"),
        step("decline", DECIDABLE, A.DECLINED, rules.manages, _("Decline"), needs_reason=True, tone="danger"),
        step("withdraw", WITHDRAWABLE, A.WITHDRAWN, rules.is_applicant, _("Withdraw the application"), audience=APPLICANT, tone="danger"),
    ),
)  # fmt: skip

OFFER = Workflow(
    "offer",
    (
        step("send", F.PREPARED, F.SENT, rules.manages_offer, _("Send the offer"), audience=APPLICANT, tone="primary"),
        step("accept", F.SENT, F.ACCEPTED, rules.is_offered_to, _("Accept the offer"), audience=APPLICANT, tone="primary"),
        step("decline", F.SENT, F.DECLINED, rules.is_offered_to, _("Decline the offer"), audience=APPLICANT),
        step("expire", F.SENT, F.EXPIRED, nobody, _("Let the offer lapse"), by_system=True, audience=APPLICANT),
        step("rescind", (F.SENT, F.ACCEPTED), F.RESCINDED, rules.may_rescind, _("Rescind the offer"), needs_reason=True, tone="danger"),
    ),
)  # fmt: skip

STAY = Workflow(
    "stay",
    (
        step("start_checklist", S.PLANNED, S.PRE_ARRIVAL, nobody, _("Start the checklist"), by_system=True, audience=APPLICANT),
        step("confirm_arrival", S.PRE_ARRIVAL, S.ARRIVED, rules.is_host_of_stay, _("Confirm the arrival"), audience=APPLICANT, tone="primary"),
        step("mark_no_show", S.PRE_ARRIVAL, S.NO_SHOW, rules.is_host_of_stay, _("Record that the fellow did not come"), needs_reason=True, tone="danger"),
        step("cancel", S.PRE_ARRIVAL, S.CANCELLED, rules.either_side, _("Cancel the stay"), needs_reason=True, by_system=True, audience=APPLICANT, tone="danger"),
        step("finish_arrival", S.ARRIVED, S.ACTIVE, rules.visa_office_of_stay, _("Finish the arrival steps"), audience=APPLICANT, tone="primary"),
        step("suspend", S.ACTIVE, S.SUSPENDED, rules.may_suspend, _("Suspend the stay"), needs_reason=True, tone="danger"),
        step("resume", S.SUSPENDED, S.ACTIVE, rules.may_resume, _("Resume the stay"), needs_reason=True, tone="primary"),
        step("shorten", S.ACTIVE, S.CURTAILED, rules.either_side, _("Shorten the stay"), needs_reason=True, audience=APPLICANT),
        step("enter_exit", (S.ACTIVE, S.CURTAILED), S.ENDING, nobody, _("Start the exit phase"), by_system=True, audience=APPLICANT),
        step("confirm_departure", S.ENDING, S.DEPARTED, rules.is_host_of_stay, _("Confirm the departure"), audience=APPLICANT, tone="primary"),
        step("ask_report", S.DEPARTED, S.REPORT_DUE, nobody, _("Ask for the report"), by_system=True, audience=APPLICANT),
        step("accept_report", S.REPORT_DUE, S.CLOSED, rules.manages_stay, _("Accept the report and close the stay"), audience=APPLICANT, tone="primary"),
    ),
)  # fmt: skip

APPROVAL = Workflow(
    "approval",
    (
        step("approve", Approval.State.ASKED, Approval.State.APPROVED, rules.holds_part, _("Approve"), by_system=True, tone="primary"),
        step("refuse", Approval.State.ASKED, Approval.State.REFUSED, rules.holds_part, _("Refuse"), by_system=True, needs_reason=True, tone="danger"),
        step("void", (Approval.State.ASKED, Approval.State.APPROVED, Approval.State.REFUSED), Approval.State.VOID, rules.manages_approval, _("Make void"), by_system=True, needs_reason=True),
    ),
)  # fmt: skip

TASK = Workflow(
    "task",
    (
        step("complete", StayTask.State.OPEN, StayTask.State.DONE, rules.settles_task, _("Mark as done"), by_system=True, audience=APPLICANT, tone="primary"),
        step("waive", StayTask.State.OPEN, StayTask.State.WAIVED, rules.may_waive, _("Not needed here"), needs_reason=True, by_system=True, audience=APPLICANT),
        step("reopen", (StayTask.State.DONE, StayTask.State.WAIVED), StayTask.State.OPEN, rules.settles_task, _("Open again"), audience=APPLICANT),
    ),
)  # fmt: skip

REPORT = Workflow(
    "report",
    (
        step("submit", (StayReport.State.DRAFT, StayReport.State.RETURNED), StayReport.State.SUBMITTED, rules.writes_report, _("Submit the report"), audience=APPLICANT, tone="primary"),
        step("return", StayReport.State.SUBMITTED, StayReport.State.RETURNED, rules.reads_report, _("Ask for changes"), needs_reason=True, audience=APPLICANT),
        step("accept", StayReport.State.SUBMITTED, StayReport.State.ACCEPTED, rules.reads_report, _("Accept the report"), audience=APPLICANT, tone="primary"),
    ),
)  # fmt: skip
