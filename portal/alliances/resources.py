"""Organisations, alliances and what they share, as they go in and out."""

from portal.alliances.models import (
    Agreement,
    Alliance,
    AllianceMember,
    Facility,
    IPItem,
    Organisation,
    OrganisationRole,
    Outcome,
    TechnologyArea,
)
from portal.alliances.models.outcome import normalise_doi
from portal.core.identifiers import normalise_ror
from portal.transfers.columns import Column, FuzzyDate, Reference, References, State, TextWidget
from portal.transfers.registry import register
from portal.transfers.resources import TableResource


@register
class OrganisationResource(TableResource):
    ror_id = Column("ror_id", widget=TextWidget(normal=normalise_ror))
    parent_code = Reference("parent")

    class Meta:
        model = Organisation
        table = "organisations"
        order = 10
        key = ("code",)
        fields = (
            "code", "name_en", "name_ja", "short_name", "kind", "country", "city", "ror_id", "parent_code", "website",
            "note_en", "source",
        )  # fmt: skip


@register
class AllianceResource(TableResource):
    status = State("state")
    lead_org_code = Reference("lead")

    class Meta:
        model = Alliance
        table = "alliances"
        order = 20
        key = ("code",)
        fields = (
            "code", "name_en", "name_ja", "kind", "start_on", "start_precision", "status", "lead_org_code",
            "purpose_en", "purpose_ja", "website", "source", "accent", "note_en",
        )  # fmt: skip
        optional = ("accent", "note_en")


@register
class AllianceMemberResource(TableResource):
    alliance_code = Reference("alliance")
    org_code = Reference("organisation")
    since = FuzzyDate("since_on", precision="since_precision")

    class Meta:
        model = AllianceMember
        table = "alliance_members"
        order = 30
        key = ("alliance_code", "org_code")
        fields = ("alliance_code", "org_code", "role", "side", "since", "source", "until_on", "note_en")
        optional = ("until_on", "note_en")


@register
class AgreementResource(TableResource):
    alliance_code = Reference("alliance")
    party_codes = References("parties")
    status = State("state")

    class Meta:
        model = Agreement
        table = "agreements"
        order = 40
        key = ("code",)
        fields = (
            "code", "alliance_code", "kind", "level", "title_en", "title_ja", "party_codes", "signed_on",
            "signed_precision", "in_force_from", "expires_on", "status", "signatories_en", "note_en", "source",
        )  # fmt: skip


@register
class OrganisationRoleResource(TableResource):
    org_code = Reference("organisation")

    class Meta:
        model = OrganisationRole
        table = "org_roles"
        order = 50
        key = ("org_code", "role_en", "person_family", "person_given", "from_date")
        fields = (
            "org_code", "role_en", "role_ja", "person_family", "person_given", "person_name_ja", "from_date",
            "from_precision", "to_date", "to_precision", "fte_percent", "source", "note_en",
        )  # fmt: skip
        optional = ("note_en",)


@register
class TechnologyAreaResource(TableResource):
    class Meta:
        model = TechnologyArea
        table = "technology_areas"
        order = 55
        key = ("code",)
        fields = ("code", "name_en", "name_ja")


@register
class FacilityResource(TableResource):
    org_code = Reference("organisation")

    class Meta:
        model = Facility
        table = "facilities"
        order = 60
        key = ("code",)
        fields = (
            "code", "org_code", "name_en", "name_ja", "kind", "site_en", "country", "opened_on", "opened_precision",
            "status", "key_figures_en", "key_figures_ja", "access_mode", "needs_safety_training", "export_control_flag",
            "website", "source", "note_en",
        )  # fmt: skip
        optional = ("note_en",)


@register
class OutcomeResource(TableResource):
    org_codes = References("organisations")
    alliance_code = Reference("alliance")
    status = State("state")
    doi = Column("doi", widget=TextWidget(normal=normalise_doi))

    class Meta:
        model = Outcome
        table = "outcomes"
        order = 130
        key = ("code",)
        fields = (
            "code", "kind", "title_en", "title_ja", "published_on", "org_codes", "alliance_code", "url", "status",
            "source", "doi", "note_en",
        )  # fmt: skip
        optional = ("doi", "note_en")


@register
class IPItemResource(TableResource):
    owner_org_codes = References("owners")
    status = State("state")
    standard_body_code = Reference("standard_body")

    class Meta:
        model = IPItem
        table = "demo_ip_items"
        order = 470
        key = ("code",)
        fields = (
            "code", "kind", "title_en", "owner_org_codes", "project_start_on", "open_closed_decision", "decision_on",
            "status", "priority_date", "countries", "standard_body_code", "note_en", "source",
        )  # fmt: skip
