"""The programme's desk between receipt and pre-check: check, ask for completion, refuse, pass on."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from exchanges import emails
from exchanges.models import Application, EligibilityCheck
from exchanges.services.eligibility import latest_check, record_findings
from exchanges.workflows import APPLICATION
from portal.accounts.desks import nearest_with_desk
from portal.accounts.roles import Role
from portal.core.workflow import StepError
from portal.screening.models import Regime, Screening

COMPLETION = dt.timedelta(days=14)
REGIMES = {"JP": Regime.JP, "US": Regime.US}


@transaction.atomic
def start_check(*, application: Application, actor, today: dt.date) -> Application:
    """Take a submitted application up; the rules look at it again as of today."""
    row = APPLICATION.apply("start_check", application, actor=actor)
    record_findings(application=row, today=today)
    return row


@transaction.atomic
def return_application(
    *, application: Application, items: str, actor, today: dt.date, until: dt.date | None = None
) -> Application:
    """Ask the applicant to complete what `items` names, within fourteen days unless another day is given."""
    until = until or today + COMPLETION
    if until <= today:
        raise StepError(_("The day to answer by must lie in the future."))
    row = APPLICATION.apply(
        "return", application, actor=actor, reason=items, changes={"returned_items": items, "returned_until": until}
    )
    emails.application_returned(row)
    return row


@transaction.atomic
def refuse_ineligible(*, application: Application, reason: str, actor, today: dt.date) -> Application:
    """End an application that does not meet the rules; `reason` quotes the rule and goes to the applicant."""
    row = APPLICATION.apply("refuse_ineligible", application, actor=actor, reason=reason, changes={"decided_on": today})
    emails.application_ineligible(row, reason)
    return row


@transaction.atomic
def pass_eligibility(*, application: Application, actor, today: dt.date) -> Screening:
    """Hand an eligible application to the export office of the host side, before anybody is asked to consent.

    A finding that only a person can judge does not stop the manager; a rule that says no must be overridden first.
    """
    check = latest_check(application)
    if check is None or check.final_outcome == EligibilityCheck.Outcome.NOT_ELIGIBLE:
        raise StepError(
            _("By the rules this application is not eligible. Decide otherwise with a reason first, or refuse it.")
        )
    if application.host_organisation is None:
        raise StepError(_("The host institution is missing. Ask the applicant for it first."))
    row = APPLICATION.apply("pass_eligibility", application, actor=actor)
    office = nearest_with_desk(Role.EXPORT_OFFICER, row.host_organisation, today=today) or row.host_organisation
    screening, _created = Screening.objects.get_or_create(
        application=row,
        organisation=office,
        defaults={"regime": REGIMES.get(row.host_organisation.country, Regime.ANY)},
    )
    emails.screening_asked(screening)
    return screening
