"""Milestones at the desk."""

from django.contrib import admin
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from portal.core.admin_base import ScopedTabularInline
from portal.core.admin_steps import RecordAdmin
from portal.transfers.admin_base import TransferAdminMixin
from startups.models import Milestone


class MilestoneInline(ScopedTabularInline):
    model = Milestone
    fields = readonly_fields = ("title_en", "due_on", "state_badge", "submitted_on", "verified_on")


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
