"""Cohorts at the desk."""

from django.contrib import admin

from portal.core.admin_steps import RecordAdmin
from portal.transfers.admin_base import TransferAdminMixin
from startups.admin.milestones import MilestoneInline
from startups.models import Cohort


@admin.register(Cohort)
class CohortAdmin(TransferAdminMixin, RecordAdmin):
    list_display = ("name", "state_badge", "programme", "starts_on", "ends_on", "places")
    list_filter = ("state", "programme")
    list_select_related = ("programme",)
    search_fields = ("code", "name_en", "name_ja")
    date_hierarchy = "starts_on"
    summary = ("programme", "starts_on", "ends_on", "places")
    inlines = (MilestoneInline,)
