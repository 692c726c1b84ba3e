"""Where an eligible application for an exchange goes: to the export office of the host side."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from exchanges import emails
from exchanges.models import Application
from exchanges.workflows import APPLICATION
from portal.accounts.desks import nearest_with_desk
from portal.accounts.roles import Role
from portal.applications.services.eligibility import refuse_unless_eligible
from portal.core.workflow import StepError
from portal.screening.models import Regime, Screening

REGIMES = {"JP": Regime.JP, "US": Regime.US}


@transaction.atomic
def pass_eligibility(*, application: Application, actor, today: dt.date, reason: str = "") -> Screening:
    """Hand an eligible application to the export office of the host side, before anybody is asked to consent.

    Where a rule says no, somebody decides otherwise first, or gives the reason here.
    """
    refuse_unless_eligible(application, reason=reason, actor=actor)
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
