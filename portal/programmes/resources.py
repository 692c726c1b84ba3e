"""Programmes and calls as they go in and out."""

from portal.programmes.models import Call, Programme
from portal.transfers.columns import Column, Reference, State
from portal.transfers.registry import register
from portal.transfers.resources import TableResource


@register
class ProgrammeResource(TableResource):
    owner_org_code = Reference("owner")
    alliance_code = Reference("alliance")
    status = State("state")

    class Meta:
        model = Programme
        table = "programmes"
        order = 70
        key = ("code",)
        fields = (
            "code", "owner_org_code", "alliance_code", "name_en", "name_ja", "kind", "direction", "audience",
            "min_days", "max_days", "duration_text_en", "duration_text_ja", "extendable", "intake_mode",
            "host_contact_rule", "support_en", "support_ja", "documents_en", "status", "note_en", "source",
        )  # fmt: skip


@register
class CallResource(TableResource):
    programme_code = Reference("programme")
    facility_code = Reference("facility")
    closes_at = Column("closes_time")
    status = State("state")

    class Meta:
        model = Call
        table = "calls"
        order = 80
        key = ("code",)
        fields = (
            "code", "programme_code", "title_en", "title_ja", "intake_mode", "opens_on", "closes_on", "closes_at",
            "timezone", "places", "status", "note_en", "source",
            "facility_code", "opens_time", "results_on", "about_en", "about_ja", "min_reviews", "contact_name",
            "contact_email",
        )  # fmt: skip
        optional = (
            "facility_code", "opens_time", "results_on", "about_en", "about_ja", "min_reviews", "contact_name",
            "contact_email",
        )  # fmt: skip
