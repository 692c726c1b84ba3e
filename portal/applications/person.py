"""What every form asks about the person who applies."""

from django.utils.translation import gettext_lazy as _

from portal.applications.sections import Section

PERSON_FIELDS = (
    "family_name", "given_name", "display_name", "family_name_ja", "given_name_ja", "family_name_kana",
    "given_name_kana", "name_order", "career_stage", "orcid", "ui_language", "timezone",
)  # fmt: skip


def about_you(*required: str) -> Section:
    """The first section of every form."""
    return Section(
        key="about", title=_("About you"), heading=_("Person"), person_fields=PERSON_FIELDS, required=required
    )
