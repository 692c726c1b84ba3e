"""The desk after receipt: check, ask for completion, refuse. Where an eligible one goes is the kind's own."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from portal.applications import emails
from portal.applications.kinds import kind_of
from portal.applications.models import BaseApplication
from portal.applications.services.eligibility import record_findings
from portal.core.workflow import StepError

COMPLETION = dt.timedelta(days=14)


@transaction.atomic
def start_check(*, application: BaseApplication, actor, today: dt.date) -> BaseApplication:
    """Take a submitted application up; the rules look at it again as of today."""
    row = kind_of(application).workflow.apply("start_check", application, actor=actor)
    record_findings(application=row, today=today)
    return row


@transaction.atomic
def return_application(
    *, application: BaseApplication, items: str, actor, today: dt.date, until: dt.date | None = None
) -> BaseApplication:
    """Ask the applicant to complete what `items` names, within fourteen days unless another day is given."""
    until = until or today + COMPLETION
    if until <= today:
        raise StepError(_("The day to answer by must lie in the future."))
    row = kind_of(application).workflow.apply(
        "return", application, actor=actor, reason=items, changes={"returned_items": items, "returned_until": until}
    )
    emails.application_returned(row)
    return row


@transaction.atomic
def refuse_ineligible(*, application: BaseApplication, reason: str, actor, today: dt.date) -> BaseApplication:
    """End an application that does not meet the rules; `reason` quotes the rule and goes to the applicant."""
    row = kind_of(application).workflow.apply(
        "refuse_ineligible", application, actor=actor, reason=reason, changes={"decided_on": today}
    )
    kind_of(row).ended(row)
    emails.application_ineligible(row, reason)
    return row
