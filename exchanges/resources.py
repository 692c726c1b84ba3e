"""Checklists, applications and stays as they go in and out. Steps are taken in the portal, never by a file."""

from exchanges.models import Application, ChecklistItem, ChecklistTemplate, Review, Stay
from portal.applications.resources import ReviewTable
from portal.transfers.columns import Column, Computed, Reference, State
from portal.transfers.registry import register
from portal.transfers.resources import TableResource


@register
class ChecklistTemplateResource(TableResource):
    class Meta:
        model = ChecklistTemplate
        table = "checklist_templates"
        order = 350
        key = ("code",)
        fields = (
            "code", "name_en", "name_ja", "direction_from_jp_view", "host_country", "min_days", "max_days", "status_en",
            "source", "note_en",
        )  # fmt: skip
        optional = ("note_en",)


@register
class ChecklistItemResource(TableResource):
    template_code = Reference("template")

    class Meta:
        model = ChecklistItem
        table = "checklist_items"
        order = 360
        key = ("template_code", "item_code")
        fields = (
            "template_code", "item_code", "sort_order", "anchor", "offset", "offset_unit", "owner_role", "text_en",
            "text_ja", "blocking", "applies_if", "source", "note_en",
        )  # fmt: skip
        optional = ("note_en",)


@register
class ApplicationResource(TableResource):
    call_code = Reference("call")
    programme_code = Reference("programme")
    applicant_code = Reference("applicant")
    home_org_code = Reference("home_organisation")
    host_org_code = Reference("host_organisation")
    host_person_code = Reference("host_person")
    submitted_at = Column("submitted_at", zone="call__timezone")
    status = State("state", one=(Application.State.EXPORT_PRECHECK, Application.State.EXPERT_REVIEW))

    class Meta:
        model = Application
        table = "demo_applications"
        order = 420
        key = ("code",)
        fields = (
            "code", "call_code", "programme_code", "applicant_code", "home_org_code", "host_org_code",
            "host_person_code", "purpose", "start_requested", "end_requested", "submitted_at", "decided_on", "status",
            "note_en", "source", "home_organisation_other", "degree_course", "field_of_study", "topic",
        )  # fmt: skip
        optional = ("home_organisation_other", "degree_course", "field_of_study", "topic")


@register
class StayResource(TableResource):
    application_code = Reference("application")
    person_code = Reference("person")
    programme_code = Reference("programme")
    home_org_code = Reference("home_organisation")
    host_org_code = Reference("host_organisation")
    host_person_code = Reference("host_person")
    days_in_place = Computed("days_in_place", of=("state", "arrived_on", "start_on", "departed_on", "end_on"))
    status = State("state")
    checklist_template = Reference("checklist_template")

    class Meta:
        model = Stay
        table = "demo_stays"
        order = 430
        key = ("code",)
        fields = (
            "code", "application_code", "person_code", "programme_code", "direction", "home_org_code", "host_org_code",
            "host_person_code", "start_on", "end_on", "original_end_on", "days_in_place", "status",
            "status_of_residence_or_visa", "checklist_template", "screening_state", "fund_source", "support_en",
            "currency", "amount_total", "report_due_on", "report_received_on", "note_en", "source",
            "support_ja", "arrived_on", "departed_on", "is_paid",
        )  # fmt: skip
        optional = ("support_ja", "arrived_on", "departed_on", "is_paid")


@register
class ReviewResource(ReviewTable):
    class Meta:
        model = Review
        table = "reviews"
        order = 425
