"""People and consent purposes as they go in and out."""

from django.utils.translation import gettext as _

from portal.accounts import services
from portal.accounts.models import ConsentPurpose, CountrySystem, Person
from portal.accounts.roles import Role
from portal.core.identifiers import normalise_orcid
from portal.transfers.columns import LIST_SEPARATOR, Column, Reference, TextWidget
from portal.transfers.problems import CellError
from portal.transfers.registry import register
from portal.transfers.resources import TableResource


class RolesWidget(TextWidget):
    """Roles joined by “|”, each one known."""

    def clean(self, value, row=None, **kwargs):
        roles = [role.strip() for role in super().clean(value, row, **kwargs).split(LIST_SEPARATOR)]
        if unknown := [role for role in roles if role not in Role.values]:
            raise CellError(
                _("“%(value)s” is not one of the codes of this column: %(codes)s.")
                % {"value": unknown[0], "codes": ", ".join(Role.values)}
            )
        return LIST_SEPARATOR.join(roles)


class EntryRoles(Column):
    """The roles with which a person is entered; later ones are given and ended as seats, each on its own."""

    is_state = True

    def __init__(self):
        super().__init__("portal_roles", widget=RolesWidget())


@register
class PersonResource(TableResource):
    email = Column("email", widget=TextWidget(normal=str.lower))
    org_code = Reference("organisation")
    portal_roles = EntryRoles()
    orcid = Column("orcid", widget=TextWidget(normal=normalise_orcid))

    class Meta:
        model = Person
        table = "demo_people"
        plain = True  # the model's own `save` gives a code, and rows of a file have one
        order = 410
        key = ("code",)
        fields = (
            "code", "family_name", "given_name", "family_name_ja", "given_name_ja", "name_order", "email", "org_code",
            "position_en", "career_stage", "side", "portal_roles", "ui_language", "timezone", "note_en", "source",
            "family_name_kana", "given_name_kana", "display_name", "orcid", "position_ja",
        )  # fmt: skip
        optional = ("family_name_kana", "given_name_kana", "display_name", "orcid", "position_ja")

    def after_save(self, obj, *, created, user):
        """A person entered with roles gets a sign-in without password and a seat for each role."""
        if not created or not obj.portal_roles:
            return
        if not (obj.email and obj.organisation):
            raise CellError(_("A person with roles needs an e-mail address and an organisation."))
        signed_in = services.ensure_user_for(person=obj, actor=user)
        for role in obj.portal_roles.split(LIST_SEPARATOR):
            services.grant_seat(user=signed_in, organisation=obj.organisation, role=role, actor=user)


@register
class ConsentPurposeResource(TableResource):
    class Meta:
        model = ConsentPurpose
        table = "consent_purposes"
        order = 390
        key = ("code",)
        fields = (
            "code", "text_en", "text_ja", "legal_basis", "kind", "withdrawable", "source", "note_en", "wording_en",
            "wording_ja",
        )  # fmt: skip
        optional = ("note_en", "wording_en", "wording_ja")


@register
class CountrySystemResource(TableResource):
    class Meta:
        model = CountrySystem
        table = "country_systems"
        order = 395
        key = ("country",)
        fields = ("country", "text_en", "text_ja", "source", "note_en")
        optional = ("note_en",)
