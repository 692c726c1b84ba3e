"""What the history says about reports; their pages stand outside the admin, where directors find them."""

from django.utils.translation import gettext_lazy as _

from portal.core.narrative import tell, tell_workflow
from portal.reports.models import ReportRun
from portal.reports.workflows import REPORT

tell({"reports.request": _("asked for the report")})
tell_workflow(REPORT, ReportRun)
