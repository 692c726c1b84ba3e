"""Organisations and what binds them at the desk."""

import datetime as dt
from functools import partial

from django import forms
from django.conf import settings
from django.contrib import admin
from django.utils.timezone import localdate
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from portal.alliances import services
from portal.alliances.models import (
    Agreement,
    AgreementFile,
    Alliance,
    AllianceMember,
    Facility,
    IPItem,
    Organisation,
    OrganisationAlias,
    OrganisationRelation,
    OrganisationRole,
    Outcome,
    TechnologyArea,
)
from portal.alliances.rules import keeps_papers
from portal.alliances.workflows import AGREEMENT, ALLIANCE, OUTCOME
from portal.core.admin_base import ScopedModelAdmin, ScopedTabularInline, worded
from portal.core.admin_steps import DeskStep, RecordAdmin, StepForm
from portal.core.cities import city_name
from portal.core.countries import country_name
from portal.core.dates import fuzzy_date
from portal.core.narrative import tell
from portal.core.predicates import nobody
from portal.transfers.admin_base import TransferAdminMixin

tell({"outcome.report": _("reported the result")})

EXPIRING_DAYS = 365
BOTH_NAMES = ("code", "name_en", "name_ja")


def table_steps(workflow, service) -> dict[str, DeskStep]:
    """One button for each step of the table that a person may take, all taken by one service."""
    return {
        row.name: DeskStep(partial(service, step=row.name)) for row in workflow.transitions if row.rule is not nobody
    }


class AgreementFileForm(StepForm):
    upload = forms.FileField(label=_("File"))
    language = forms.ChoiceField(label=_("Language"), choices=[("", "—"), *settings.LANGUAGES], required=False)
    is_signed_copy = forms.BooleanField(label=_("Signed copy"), required=False)


class AliasInline(ScopedTabularInline):
    model = OrganisationAlias
    editable = True
    fields = ("name",)


class UnitInline(ScopedTabularInline):
    model = Organisation
    fk_name = "parent"
    verbose_name_plural = _("units")
    fields = readonly_fields = ("name_en", "name_ja", "kind", "country_shown")
    country_shown = worded("country", country_name, _("country"))


class OfficeInline(ScopedTabularInline):
    model = OrganisationRole
    editable = True
    fields = ("role_en", "role_ja", "person_family", "person_given", "person_name_ja", "from_date", "to_date")


class RelationInline(ScopedTabularInline):
    model = OrganisationRelation
    fk_name = "organisation"
    editable = True
    fields = ("kind", "other", "from_date", "to_date")


class CountryFilter(DropdownFilter):
    title = _("country")
    parameter_name = "country"

    def lookups(self, request, model_admin):
        codes = model_admin.get_queryset(request).exclude(country="").values_list("country", flat=True).distinct()
        return sorted(((code, country_name(code)) for code in codes.order_by()), key=lambda choice: choice[1])

    def queryset(self, request, queryset):
        return queryset.filter(country=self.value()) if self.value() else queryset


@admin.register(Organisation)
class OrganisationAdmin(TransferAdminMixin, RecordAdmin):
    list_display = ("name", "short_name", "kind", "country_shown", "city_shown", "parent")
    list_filter = ("kind", CountryFilter)
    list_select_related = ("parent",)
    search_fields = ("name_en", "name_ja", "short_name", "code")
    in_global_search = True
    summary = ("kind", "country_shown", "city_shown", "parent", "ror_id", "website")
    country_shown = worded("country", country_name, _("country"))
    city_shown = worded("city", city_name, _("city"))
    inlines = (UnitInline, AliasInline, OfficeInline, RelationInline)
    fieldsets = (
        (None, {"fields": ("code", ("name_en", "name_ja"), ("short_name", "kind"), ("country", "city"), "parent")}),
        (_("About the record"), {"classes": ("tab",), "fields": (("ror_id", "website"), "note_en", "source")}),
    )

    @display(description=_("name"), ordering="name_en")
    def name(self, organisation):
        return organisation.name


class MemberInline(ScopedTabularInline):
    model = AllianceMember
    editable = True
    fields = ("organisation", "role", "side", "since_on", "since_precision", "until_on")


class AgreementOfAllianceInline(ScopedTabularInline):
    model = Agreement
    fields = readonly_fields = ("title", "kind", "state_badge", "signed_on", "expires_on")


@admin.register(Alliance)
class AllianceAdmin(TransferAdminMixin, RecordAdmin):
    workflow = ALLIANCE
    steps = table_steps(ALLIANCE, services.take_alliance_step)
    list_display = ("name", "state_badge", "kind", "lead", "since")
    list_filter = ("state", "kind")
    list_select_related = ("lead",)
    search_fields = BOTH_NAMES
    in_global_search = True
    summary = ("kind", "lead", "since", "website")
    inlines = (MemberInline, AgreementOfAllianceInline)

    @display(description=_("name"), ordering="name_en")
    def name(self, alliance):
        return alliance.name

    @display(description=_("since"), ordering="start_on")
    def since(self, alliance):
        return fuzzy_date(alliance.start_on, alliance.start_precision)


@admin.register(AllianceMember)
class AllianceMemberAdmin(TransferAdminMixin, ScopedModelAdmin):
    list_display = ("organisation", "alliance", "role", "side", "since_on", "until_on")
    list_filter = ("alliance", "role", "side")
    list_select_related = ("organisation", "alliance")
    search_fields = ("organisation__name_en", "organisation__name_ja", "alliance__name_en", "alliance__name_ja")


class ExpiryFilter(DropdownFilter):
    title = _("last day")
    parameter_name = "expiry"

    def lookups(self, request, model_admin):
        return [("year", _("in the next 12 months")), ("over", _("passed"))]

    def queryset(self, request, queryset):
        today = localdate()
        if self.value() == "year":
            return queryset.filter(expires_on__range=(today, today + dt.timedelta(days=EXPIRING_DAYS)))
        return queryset.filter(expires_on__lt=today) if self.value() == "over" else queryset


class AgreementFileInline(ScopedTabularInline):
    model = AgreementFile
    fields = ("file", "language", "is_signed_copy")


@admin.register(Agreement)
class AgreementAdmin(TransferAdminMixin, RecordAdmin):
    workflow = AGREEMENT
    steps = {
        **table_steps(AGREEMENT, services.take_agreement_step),
        "attach_file": DeskStep(
            services.attach_agreement_file,
            form=AgreementFileForm,
            label=_("Add a file"),
            rule=keeps_papers,
            previews=False,
        ),
    }
    list_display = ("title", "state_badge", "kind", "alliance", "signed", "expires_on")
    list_filter = (ExpiryFilter, "state", "kind", "level", "alliance")
    list_select_related = ("alliance", "successor")
    search_fields = ("code", "title_en", "title_ja")
    in_global_search = True
    summary = ("kind", "level", "alliance", "signed", "in_force_from", "expires_on", "signatories_en")
    inlines = (AgreementFileInline,)

    @display(description=_("title"), ordering="title_en")
    def title(self, agreement):
        return agreement.title

    @display(description=pgettext_lazy("instant", "signed"), ordering="signed_on")
    def signed(self, agreement):
        return fuzzy_date(agreement.signed_on, agreement.signed_precision)


@admin.register(TechnologyArea)
class TechnologyAreaAdmin(ScopedModelAdmin):
    list_display = BOTH_NAMES
    search_fields = BOTH_NAMES


@admin.register(Facility)
class FacilityAdmin(TransferAdminMixin, RecordAdmin):
    list_display = ("name", "organisation", "kind", "status", "access_mode", "export_control_flag")
    list_filter = ("kind", "status", "access_mode", "needs_safety_training")
    list_select_related = ("organisation",)
    search_fields = BOTH_NAMES
    in_global_search = True
    summary = (
        "organisation",
        "kind",
        "place",
        "status",
        "access_mode",
        "needs_safety_training",
        "export_control_flag",
    )

    place = worded("site_en", city_name, _("place"))

    @display(description=_("name"), ordering="name_en")
    def name(self, facility):
        return facility.name


@admin.register(OrganisationRole)
class OrganisationRoleAdmin(TransferAdminMixin, ScopedModelAdmin):
    list_display = ("role", "holder", "organisation", "from_date", "to_date")
    list_select_related = ("organisation", "person")
    search_fields = ("role_en", "role_ja", "person_family", "person_given", "person_name_ja")

    @display(description=_("who"), ordering="person_family")
    def holder(self, office):
        japanese = (get_language() or "").startswith("ja") and office.person_name_ja
        return japanese or f"{office.person_given} {office.person_family}".strip()


@admin.register(OrganisationRelation)
class OrganisationRelationAdmin(ScopedModelAdmin):
    list_display = ("organisation", "kind", "other", "from_date", "to_date")
    list_filter = ("kind",)
    list_select_related = ("organisation", "other")
    search_fields = ("organisation__name_en", "organisation__name_ja", "other__name_en", "other__name_ja")


@admin.register(Outcome)
class OutcomeAdmin(TransferAdminMixin, RecordAdmin):
    workflow = OUTCOME
    steps = {
        "verify": DeskStep(services.verify_outcome),
        "reject": DeskStep(services.reject_outcome),
        "publish": DeskStep(services.publish_outcome),
    }
    list_display = ("title", "state_badge", "kind", "published_on", "alliance", "doi")
    list_filter = ("state", "kind", "alliance")
    list_select_related = ("alliance", "stay__person")
    search_fields = ("code", "title_en", "title_ja", "doi")
    date_range = "published_on"
    in_global_search = True
    summary = ("kind", "published_on", "doi", "url", "alliance", "stay")

    @display(description=_("title"), ordering="title_en")
    def title(self, outcome):
        return outcome.title


@admin.register(IPItem)
class IPItemAdmin(TransferAdminMixin, RecordAdmin):
    list_display = ("title_en", "state_badge", "kind", "open_closed_decision", "priority_date")
    list_filter = ("state", "kind", "open_closed_decision")
    list_select_related = ("standard_body",)
    search_fields = ("code", "title_en")
    date_range = "priority_date"
    summary = ("kind", "open_closed_decision", "decision_on", "priority_date", "countries", "standard_body")
