"""Mails about applications to a cohort that only ventures get; the others are the engine's."""

from django.utils import timezone

from portal.accounts.desks import users_at
from portal.accounts.roles import Role
from portal.applications.emails import desk_page, recipients, to_applicant, write
from startups.models import CohortApplication


def about_application(application: CohortApplication) -> dict:
    """The words that every mail about an application may use."""
    origin = application.origin_organisation
    return {
        "number": application.code,
        "call": lambda: application.call.title,
        "applicant": lambda: f"{application.applicant}",
        "home": lambda: origin.name if origin else application.get_country_display(),
        "topic": application.venture_name,
        "cohort": lambda: application.cohort.name,
    }


def venture_selected(application: CohortApplication) -> None:
    """To the founder: there is a place, and what comes before the start."""
    to_applicant("venture_selected", application, key=f"v{application.version}")


def export_check_asked(application: CohortApplication) -> None:
    """To the export officers of the programme's owner: a firm to look at before the reviewers read about it."""
    programme = application.programme
    write(
        "venture_export_check",
        recipients(users_at(Role.EXPORT_OFFICER, programme.owner, today=timezone.localdate())),
        application.startup,
        programme=programme,
        url=desk_page(application.startup),
        key=application.code,
        **about_application(application),
    )
