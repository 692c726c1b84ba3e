"""What every form asks about the person who applies."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.applications.models import BaseApplication
from portal.applications.sections import MissingItem, Section
from portal.core.names import in_latin_letters

PERSON_FIELDS = (
    "family_name", "given_name", "display_name", "family_name_ja", "given_name_ja", "family_name_kana",
    "given_name_kana", "name_order", "career_stage", "orcid", "ui_language", "timezone",
)  # fmt: skip


def _names_in_latin_letters(application: BaseApplication, today: dt.date) -> list[MissingItem]:
    """Names may be older than the rule, or come from another sign-in."""
    missing = []
    for name in ("given_name", "family_name"):
        try:
            in_latin_letters(getattr(application.applicant, name))
        except ValidationError as refusal:
            missing.append(MissingItem("about", name, refusal.messages[0]))
    return missing


def about_you(*required: str) -> Section:
    """The first section of every form."""
    return Section(
        key="about",
        title=_("About you"),
        heading=_("Person"),
        person_fields=PERSON_FIELDS,
        required=required,
        also_missing=_names_in_latin_letters,
    )
