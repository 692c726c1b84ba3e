"""One-to-one meetings at the desk."""

from django.contrib import admin

from portal.accounts.models.person import search_form
from portal.core.admin_steps import RecordAdmin
from portal.transfers.admin_base import TransferAdminMixin
from workshops.models import Meeting


@admin.register(Meeting)
class MeetingAdmin(TransferAdminMixin, RecordAdmin):
    list_display = ("topic_en", "state_badge", "event", "requester", "invitee", "starts_at", "place")
    list_filter = ("state", "event")
    list_select_related = ("event", "requester", "invitee")
    search_fields = ("code", "topic_en", "requester__search_key", "invitee__search_key")
    search_fold = staticmethod(search_form)
    date_hierarchy = "starts_at"
    summary = ("event", "requester", "invitee", "starts_at", "ends_at", "place", "nda_in_place")
