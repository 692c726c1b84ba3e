"""What an application to a cohort does to the record of the venture: it begins it and keeps it right."""

import datetime as dt

from django.db import transaction

from portal.core import audit
from portal.core.workflow import lock
from startups.emails import applications as emails
from startups.models import CohortApplication, Founder, LegalEntity, Startup
from startups.services import lifecycle

# What the record takes over from the application, by the same names.
TAKEN_OVER = (
    "country", "founded_on", "founded_precision", "founding_evidence", "origin_kind", "origin_organisation",
    "origin_evidence", "technology_area", "has_foreign_owners", "foreign_owners",
)  # fmt: skip
OPEN = (Startup.State.LEAD, Startup.State.APPLIED)


@transaction.atomic
def record_startup(*, application: CohortApplication, actor, today: dt.date) -> Startup:
    """Begin the venture's record when its application comes in, with the applicant as first founder, or correct it.

    A lead of the same name in whose team the applicant is becomes it. A record that was screened is left alone.
    """
    startup = application.startup or Startup.objects.filter(code=application.code).first() or _lead_of(application)
    is_new = startup is None
    if is_new:
        startup = Startup(code=application.code, relation=Startup.Relation.APPLICANT, source=application.source)
    else:
        startup = lock(startup)
    if startup.state not in OPEN:
        return startup
    startup.name, startup.cohort = application.venture_name, application.cohort
    for name in TAKEN_OVER:
        setattr(startup, name, getattr(application, name))
    startup.save()
    application.startup = startup
    application.save(update_fields=["startup", "updated_at"])
    if is_new:
        _first_founder(startup, application, today)
        audit.record("startup.begin", startup, actor=actor, audience=audit.APPLICANT, application=application.code)
    _entity(startup, application)
    if startup.state == Startup.State.LEAD:
        startup = lifecycle.apply(startup=startup, actor=actor)
        emails.export_check_asked(application)
    return startup


def _lead_of(application: CohortApplication) -> Startup | None:
    return (
        Startup.objects.filter(
            name__iexact=application.venture_name,
            state=Startup.State.LEAD,
            founders__person=application.applicant,
            founders__until_on=None,
        )
        .order_by("pk")
        .first()
    )


def _first_founder(startup: Startup, application: CohortApplication, today: dt.date) -> None:
    own = application.applicant.as_recipient().email.lower()
    roles = [member.get("role", "") for member in application.founders if member.get("email", "").lower() == own]
    Founder.objects.create(
        startup=startup,
        person=application.applicant,
        role_en="".join(roles[:1]),
        is_primary_contact=True,
        from_on=today,
    )


def _entity(startup: Startup, application: CohortApplication) -> None:
    """The company, where there is one: named like the venture until its desk knows the registered name."""
    if application.is_incorporated and not startup.legal_entities.exists():
        LegalEntity.objects.create(
            startup=startup,
            name=application.venture_name,
            country=application.country,
            form=application.legal_form,
            registered_on=application.founded_on,
        )
