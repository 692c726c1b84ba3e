"""An application as a document: what was answered, section by section, for whoever has to read it."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from exchanges.models import Application
from exchanges.services.applications import SECTION_FIELDS
from portal.core.dates import long_date


@dataclass(frozen=True)
class Answers:
    """One section: short answers as label–value pairs, long texts as prose."""

    title: str
    facts: list[tuple[str, str]]
    prose: list[tuple[str, str]]


PROSE = ("plan", "motivation", "funding", "access_needs")
TITLES = {
    "about": _("Person"),
    "studies": _("Studies or work"),
    "stay": _("Where and when"),
    "plan": _("The plan"),
    "home": _("Supervisor and home institution"),
}
# What only the applicant and the desks read: the others decide on the plan, not on needs or addresses.
PRIVATE = frozenset({"access_needs", "supervisor_email", "home_office_email"})


def answers_of(application: Application, *, private: bool) -> list[Answers]:
    """All sections with something in them; `private` also those answers that hosts and reviewers do not get."""
    found = [Answers(str(TITLES["about"]), _about(application), [])]
    for key, names in SECTION_FIELDS.items():
        facts = _answered(application, [name for name in names if name not in PROSE], private)
        if key == "stay" and application.days_requested:
            facts.append((_("Days, both ends counted"), str(application.days_requested)))
        prose = _answered(application, [name for name in names if name in PROSE], private)
        if facts or prose:
            found.append(Answers(str(TITLES[key]), facts, prose))
    return found


def _about(application) -> list[tuple[str, str]]:
    person = application.applicant
    native = " ".join(filter(None, (person.family_name_ja, person.given_name_ja)))
    facts = [
        (str(_("Name")), str(person)),
        (_("Name in the passport"), person.passport_name),
        (_("Name in native script"), native),
        (_("Career stage"), person.get_career_stage_display()),
        (_("ORCID iD"), person.orcid),
    ]
    return [(label, value) for label, value in facts if value]


def _answered(application, names, private) -> list[tuple[str, str]]:
    found = []
    for name in names:
        value = getattr(application, name)
        if not value or (name in PRIVATE and not private):
            continue
        field = application._meta.get_field(name)
        if name == "purpose":
            value = application.get_purpose_display()
        elif hasattr(value, "isoformat"):
            value = long_date(value)
        found.append((str(field.verbose_name), str(value)))
    return found
