"""Startups, cohorts and milestones at the desk."""

from django.contrib import admin
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from portal.core.admin_base import ScopedTabularInline
from portal.core.admin_steps import RecordAdmin
from portal.transfers.admin_base import TransferAdminMixin
from startups.models import Cohort, Milestone, Startup


class MilestoneInline(ScopedTabularInline):
    model = Milestone
    fields = readonly_fields = ("title_en", "due_on", "state_badge", "submitted_on", "verified_on")


@admin.register(Startup)
class StartupAdmin(TransferAdminMixin, RecordAdmin):
    list_display = ("name", "state_badge", "relation", "country", "origin_organisation", "technology_area")
    list_filter = ("state", "relation", "origin_kind", "technology_area")
    list_select_related = ("origin_organisation", "technology_area")
    search_fields = ("name", "code")
    in_global_search = True
    summary = ("relation", "country", "founded_on", "origin_organisation", "technology_area")
    inlines = (MilestoneInline,)


@admin.register(Cohort)
class CohortAdmin(TransferAdminMixin, RecordAdmin):
    list_display = ("name", "state_badge", "programme", "starts_on", "ends_on", "places")
    list_filter = ("state", "programme")
    list_select_related = ("programme",)
    search_fields = ("code", "name_en", "name_ja")
    date_hierarchy = "starts_on"
    summary = ("programme", "starts_on", "ends_on", "places")
    inlines = (MilestoneInline,)


class LateMilestones(DropdownFilter):
    title = _("late")
    parameter_name = "late"

    def lookups(self, request, model_admin):
        return [("yes", _("due and not submitted"))]

    def queryset(self, request, queryset):
        if self.value() != "yes":
            return queryset
        return queryset.filter(state__in=("planned", "in_progress"), due_on__lt=localdate())


@admin.register(Milestone)
class MilestoneAdmin(TransferAdminMixin, RecordAdmin):
    list_display = ("title_en", "state_badge", "startup", "cohort", "due_on", "submitted_on", "verified_on")
    list_filter = (LateMilestones, "state", "cohort")
    list_select_related = ("startup", "cohort", "verified_by")
    search_fields = ("code", "title_en", "startup__name")
    date_hierarchy = "due_on"
    summary = ("startup", "cohort", "due_on", "submitted_on", "verified_on", "verified_by")
