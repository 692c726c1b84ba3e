"""The life cycle of a review, the same for every kind of application (handbook, domain §4)."""

from django.utils.translation import gettext_lazy as _

from portal.applications import rules
from portal.applications.models import BaseReview
from portal.core.audit import INTERNAL
from portal.core.predicates import nobody
from portal.core.workflow import Workflow, step

R = BaseReview.State

REVIEW = Workflow(
    "review",
    (
        step("accept", R.ASSIGNED, R.ACCEPTED, rules.is_reviewer, _("Accept the review"), audience=INTERNAL, tone="primary"),
        step("decline", R.ASSIGNED, R.DECLINED, rules.is_reviewer, _("Decline the review"), needs_reason=True, audience=INTERNAL),
        step("submit", R.ACCEPTED, R.SUBMITTED, rules.is_reviewer, _("Submit the review"), audience=INTERNAL, tone="primary"),
        step("reopen", R.SUBMITTED, R.ACCEPTED, rules.chairs_review, _("Reopen the review"), needs_reason=True, audience=INTERNAL),
        step("lock", R.SUBMITTED, R.LOCKED, nobody, _("Lock the review"), by_system=True, audience=INTERNAL),
        step("cancel", (R.ASSIGNED, R.ACCEPTED), R.CANCELLED, rules.manages_review, _("Cancel the review"), by_system=True, needs_reason=True, audience=INTERNAL),
    ),
)  # fmt: skip
