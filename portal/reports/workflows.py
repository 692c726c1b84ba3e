"""The life of a report's run. A worker takes the steps; a person may stop it."""

from django.utils.translation import gettext_lazy as _

from portal.core.audit import INTERNAL
from portal.core.predicates import nobody
from portal.core.workflow import Workflow, step
from portal.reports.models import ReportRun
from portal.reports.rules.report import stops_report

State = ReportRun.State

REPORT = Workflow(
    "report_run",
    (
        # A run whose worker fell silent is begun again, by the same step.
        step("begin", (State.QUEUED, State.RUNNING), State.RUNNING, nobody, _("Begin"), by_system=True, audience=INTERNAL),
        step("finish", State.RUNNING, State.DONE, nobody, _("Finish"), by_system=True, audience=INTERNAL),
        step("fail", State.RUNNING, State.FAILED, nobody, _("Give up"), by_system=True, audience=INTERNAL),
        step("cancel", (State.QUEUED, State.RUNNING), State.CANCELLED, stops_report, _("Stop this report"), audience=INTERNAL, tone="danger"),
    ),
)  # fmt: skip
