"""Registrations at the desk."""

from django.contrib import admin

from portal.accounts.models.person import search_form
from portal.core.admin_base import ScopedTabularInline
from portal.core.admin_steps import RecordAdmin
from portal.transfers.admin_base import TransferAdminMixin
from workshops.models import Registration


class RegistrationInline(ScopedTabularInline):
    model = Registration
    fields = readonly_fields = ("person_name", "state_badge", "role", "attendance_mode", "affiliation", "registered_at")


@admin.register(Registration)
class RegistrationAdmin(TransferAdminMixin, RecordAdmin):
    list_display = ("person_name", "state_badge", "event", "role", "attendance_mode", "affiliation", "registered_at")
    list_filter = ("state", "role", "attendance_mode", "event")
    list_select_related = ("event", "affiliation", "person")
    search_fields = ("code", "person_name", "email", "person__search_key")
    search_fold = staticmethod(search_form)
    date_hierarchy = "registered_at"
    summary = ("event", "person_name", "email", "affiliation", "role", "attendance_mode", "registered_at")
