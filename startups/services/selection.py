"""The way of an eligible application to a place: the engine decides, and the venture's record goes along."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from portal.applications.services import decisions
from portal.applications.services.eligibility import refuse_unless_eligible
from portal.core import audit
from portal.core.workflow import StepError
from startups.emails import applications as emails
from startups.models import CohortApplication, Founder, Startup
from startups.services import lifecycle
from startups.services.people import person_with
from startups.workflows import COHORT_APPLICATION


@transaction.atomic
def pass_eligibility(
    *, application: CohortApplication, conflict_note: str, actor, reason: str = ""
) -> CohortApplication:
    """Hand an eligible application to the reviewers: the venture is screened, with what was found about conflicts."""
    refuse_unless_eligible(application, reason=reason, actor=actor)
    row = COHORT_APPLICATION.apply("pass_eligibility", application, actor=actor)
    if row.startup is None:
        raise StepError(_("This application has no record of its venture. Ask the founders to send it again."))
    if row.startup.state == Startup.State.APPLIED:
        lifecycle.screen(startup=row.startup, conflict_note=conflict_note, actor=actor)
    return row


@transaction.atomic
def select(*, application: CohortApplication, actor, today: dt.date, reason: str = "") -> CohortApplication:
    """Give one of the cohort's places. Raises NoPlaceFree."""
    decisions.select(application=application, actor=actor, today=today, reason=reason)
    return _welcome(application, actor, today)


@transaction.atomic
def promote(*, application: CohortApplication, actor, today: dt.date, reason: str = "") -> CohortApplication:
    """Give a place that became free to somebody on the waiting list. Raises NoPlaceFree."""
    decisions.promote(application=application, actor=actor, today=today, reason=reason)
    return _welcome(application, actor, today)


def _welcome(application: CohortApplication, actor, today: dt.date) -> CohortApplication:
    """The whole team is known from now on, each as the person she already is in the portal; the founder is told."""
    startup = application.startup
    there = {founder.person_id for founder in startup.founders.filter(until_on=None)}
    for member in application.founders:
        if not member.get("email"):
            continue
        person = person_with(
            email=member["email"],
            given_name=member.get("given_name", ""),
            family_name=member.get("family_name", ""),
            actor=actor,
        )
        if person.pk not in there | {application.applicant_id}:
            Founder.objects.create(startup=startup, person=person, role_en=member.get("role", "")[:100], from_on=today)
            there.add(person.pk)
    audit.record("startup.selected", startup, actor=actor, audience=audit.APPLICANT, application=application.code)
    emails.venture_selected(application)
    return application
