"""What an application for an exchange asks, section by section, and what of it is needed before it can be sent."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchanges.hosts import are_one_institution, receives_at
from exchanges.lengths import LengthNote, length_notes
from exchanges.models import Application
from portal.applications.person import about_you
from portal.applications.sections import PAPERS, SENDING, MissingItem, Section


def _institution(application: Application, today: dt.date) -> list[MissingItem]:
    if application.home_label:
        return []
    return [MissingItem("studies", "home_organisation", _("Please say which institution you come from."))]


def _signs_for_two(application: Application, today: dt.date) -> list[MissingItem]:
    """Nobody approves for both sides: those who sign by a link must be other people than those who sign in."""
    supervisor, office = application.supervisor_email.lower(), application.home_office_email.lower()
    host = application.host_person.as_recipient().email.lower() if application.host_person else ""
    own = application.applicant.as_recipient().email.lower()
    if supervisor and supervisor in (own, host):
        message = _("The supervisor must be another person than you and your host.")
        return [MissingItem("home", "supervisor_email", message)]
    if office and office in (own, host, supervisor):
        message = _("The international office needs an address of its own.")
        return [MissingItem("home", "home_office_email", message)]
    return []


def contradictions(application: Application, today: dt.date) -> dict[str, str]:
    """What cannot be about a wished stay, by field: such an application is not handed in."""
    found = {}
    home, host, person = application.home_organisation, application.host_organisation, application.host_person
    if application.start_requested and application.start_requested <= today:
        found["start_requested"] = _("The first day has to lie in the future.")
    if home and host and are_one_institution(home, host):
        found["host_organisation"] = _("Home and host are the same institution. Please choose another host.")
    if host and person and not receives_at(person, host, today):
        found["host_person"] = _(
            "%(person)s does not receive people at %(host)s. Please choose somebody else, or leave it open."
        ) % {"person": person, "host": host.label}
    return found


def _cannot_be(application: Application, today: dt.date) -> list[MissingItem]:
    return [MissingItem("stay", field, message) for field, message in contradictions(application, today).items()]


def _days_in_order(application: Application) -> None:
    start, end = application.start_requested, application.end_requested
    if start and end and end < start:
        raise ValidationError({"end_requested": _("The last day lies before the first day.")})


def _about_the_length(application: Application) -> list[LengthNote]:
    host, home = application.host_organisation, application.home_organisation
    return length_notes(
        application.start_requested,
        application.end_requested,
        programme=application.programme,
        host_country=host.country if host else "",
        home_country=home.country if home else "",
    )


def _days(application: Application) -> list[tuple[str, str]]:
    days = application.days_requested
    return [(_("Days, both ends counted"), str(days))] if days else []


SECTIONS = (
    about_you("given_name", "career_stage"),
    Section(
        key="studies",
        title=gettext_lazy("Studies or work"),
        fields=("home_organisation", "home_organisation_other", "degree_course", "enrolled_until", "field_of_study"),
        required=("degree_course", "field_of_study"),
        also_missing=_institution,
    ),
    Section(
        key="stay",
        title=gettext_lazy("Where and when"),
        fields=("host_organisation", "host_person", "purpose", "start_requested", "end_requested"),
        required=("host_organisation", "purpose", "start_requested", "end_requested"),
        also_missing=_cannot_be,
        check=_days_in_order,
        notes=_about_the_length,
        facts=_days,
    ),
    Section(
        key="plan",
        title=gettext_lazy("Your plan"),
        heading=gettext_lazy("The plan"),
        fields=("topic", "plan", "motivation", "funding", "access_needs"),
        required=("topic", "plan", "motivation"),
        prose=("plan", "motivation", "funding", "access_needs"),
        # Health, family and faith are nobody's business but the office's that makes taking part possible.
        for_managers=("access_needs",),
    ),
    Section(key=PAPERS, title=gettext_lazy("Papers")),
    Section(
        key="home",
        title=gettext_lazy("Supervisor and home institution"),
        fields=("supervisor_name", "supervisor_email", "home_office_email"),
        required=("supervisor_name", "supervisor_email"),
        private=("supervisor_email", "home_office_email"),
        also_missing=_signs_for_two,
    ),
    Section(key=SENDING, title=gettext_lazy("Consents and sending")),
)
