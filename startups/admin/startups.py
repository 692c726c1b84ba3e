"""Startups at the desk."""

from django.contrib import admin

from portal.core.admin_steps import RecordAdmin
from portal.transfers.admin_base import TransferAdminMixin
from startups.admin.milestones import MilestoneInline
from startups.models import Startup


@admin.register(Startup)
class StartupAdmin(TransferAdminMixin, RecordAdmin):
    list_display = ("name", "state_badge", "relation", "country", "origin_organisation", "technology_area")
    list_filter = ("state", "relation", "origin_kind", "technology_area")
    list_select_related = ("origin_organisation", "technology_area")
    search_fields = ("name", "code")
    in_global_search = True
    summary = ("relation", "country", "founded_on", "origin_organisation", "technology_area")
    inlines = (MilestoneInline,)
