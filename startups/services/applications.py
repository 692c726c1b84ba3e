"""What an application to a cohort does to the record of the venture: it begins it, keeps it right and ends it."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.applications.models import State
from portal.applications.querysets import IN_PROCESS
from portal.core import audit
from portal.core.workflow import lock
from startups.emails import applications as emails
from startups.models import CohortApplication, Founder, LegalEntity, Startup
from startups.services import lifecycle
from startups.workflows import STARTUP

# What the record takes over from the application, by the same names.
TAKEN_OVER = (
    "country", "founded_on", "founded_precision", "founding_evidence", "origin_kind", "origin_organisation",
    "origin_evidence", "technology_area", "has_foreign_owners", "foreign_owners",
)  # fmt: skip
OPEN = (Startup.State.LEAD, Startup.State.APPLIED)
UNDECIDED = (*OPEN, Startup.State.SCREENED)
LIVE = (*IN_PROCESS, State.SELECTED)


@transaction.atomic
def record_startup(*, application: CohortApplication, actor, today: dt.date) -> Startup:
    """Begin the venture's record when its application comes in, with the applicant as first founder, or correct it.

    A lead of the same name in whose team the applicant is becomes it, and so does the record of another application
    to the same programme: one venture has one record. A record that was screened is left alone.
    """
    startup = application.startup or Startup.objects.filter(code=application.code).first() or _known(application)
    is_new = startup is None
    if is_new:
        startup = Startup(code=application.code, relation=Startup.Relation.APPLICANT, source=application.source)
    else:
        startup = lock(startup)
    if startup.state in OPEN:
        startup.name = application.venture_name
        if is_new or _other_of(startup, application) is None:
            startup.cohort = application.cohort
        for name in TAKEN_OVER:
            setattr(startup, name, getattr(application, name))
        startup.save()
    application.startup = startup
    application.save(update_fields=["startup", "updated_at"])
    if startup.state not in OPEN:
        return startup
    if is_new:
        _replace_earlier(startup, application, actor)
        _first_founder(startup, application, today)
        audit.record("startup.begin", startup, actor=actor, audience=audit.APPLICANT, application=application.code)
    _entity(startup, application)
    if startup.state == Startup.State.LEAD:
        startup = lifecycle.apply(startup=startup, actor=actor)
        emails.export_check_asked(application)
    return startup


@transaction.atomic
def follow_ending(*, application: CohortApplication) -> None:
    """The record ends with the application that began it; while another one is being decided, it goes on with that.

    The life cycle lets a record end only from its screening, so an application that ends earlier settles that as well.
    """
    if application.startup_id is None:
        return
    startup = lock(application.startup)
    if startup.state not in UNDECIDED:
        return
    why = _("Its application %(number)s has ended: %(state)s.") % {
        "number": application.code,
        "state": application.get_state_display(),
    }
    other = _other_of(startup, application)
    if other is not None:
        _go_on_with(startup, other, why)
        return
    if startup.state == Startup.State.APPLIED:
        STARTUP.apply("screen", startup, actor=None, reason=why)
    STARTUP.apply("decline", startup, actor=None, reason=why)
    application.startup.refresh_from_db(fields=["state"])


def _go_on_with(startup: Startup, other: CohortApplication, why: str) -> None:
    if startup.cohort_id == other.cohort_id:
        return
    before, startup.cohort = startup.cohort.code, other.cohort
    startup.save(update_fields=["cohort", "updated_at"])
    audit.record(
        "startup.other_cohort", startup, actor=None, reason=why, before=before, after=other.cohort.code,
        audience=audit.DESKS,
    )  # fmt: skip


def _other_of(startup: Startup, application: CohortApplication) -> CohortApplication | None:
    """Another application of the same venture that is in hand."""
    others = CohortApplication.objects.filter(startup=startup, state__in=LIVE).exclude(pk=application.pk)
    return others.select_related("cohort").order_by("pk").first()


def _of_applicant(application: CohortApplication):
    """Records of this name in whose team the applicant is."""
    return Startup.objects.filter(
        name__iexact=application.venture_name,
        founders__person=application.applicant,
        founders__until_on=None,
    ).order_by("pk")


def _known(application: CohortApplication) -> Startup | None:
    of_programme = Q(state__in=UNDECIDED, cohort__programme=application.programme_id)
    return _of_applicant(application).filter(Q(state=Startup.State.LEAD) | of_programme).first()


def _replace_earlier(startup: Startup, application: CohortApplication, actor) -> None:
    """Who was declined and applies again is one venture: earlier records point at this one, which is the one counted.

    What was decided about counting the venture holds for it still.
    """
    for earlier in _of_applicant(application).filter(state=Startup.State.DECLINED).exclude(pk=startup.pk):
        Startup.objects.filter(Q(pk=earlier.pk) | Q(same_venture_as=earlier)).update(same_venture_as=startup)
        decided = startup.counting_decisions.values("rule_set")
        earlier.counting_decisions.exclude(rule_set__in=decided).update(startup=startup)
        audit.record("startup.applied_again", earlier, actor=actor, audience=audit.DESKS, application=application.code)


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
