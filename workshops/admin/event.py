"""Events at the desk."""

import datetime as dt

from django.contrib import admin
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from portal.core.admin_steps import RecordAdmin
from portal.core.dates import fuzzy_date
from portal.transfers.admin_base import TransferAdminMixin
from workshops.admin.registration import RegistrationInline
from workshops.admin.speakers import EventPersonInline
from workshops.models import Event

SOON_DAYS = 60


class WhenFilter(DropdownFilter):
    title = _("when")
    parameter_name = "when"

    def lookups(self, request, model_admin):
        return [("soon", _("in the next 60 days")), ("past", _("over"))]

    def queryset(self, request, queryset):
        today = localdate()
        if self.value() == "soon":
            return queryset.filter(starts_on__range=(today, today + dt.timedelta(days=SOON_DAYS)))
        return queryset.filter(ends_on__lt=today) if self.value() == "past" else queryset


@admin.register(Event)
class EventAdmin(TransferAdminMixin, RecordAdmin):
    list_display = (
        "title",
        "state_badge",
        "day",
        "kind",
        "host_organisation",
        "alliance",
        "capacity",
        "registered_count",
    )
    list_filter = (WhenFilter, "state", "kind", "alliance", "evidence")
    list_select_related = ("host_organisation", "alliance")
    search_fields = ("code", "title_en", "title_ja", "city")
    date_hierarchy = "starts_on"
    in_global_search = True
    summary = ("kind", "day", "host_organisation", "alliance", "format", "venue", "capacity", "evidence")
    inlines = (EventPersonInline, RegistrationInline)

    @display(description=_("title"), ordering="title_en")
    def title(self, event):
        return event.title

    @display(description=_("first day"), ordering="starts_on")
    def day(self, event):
        return fuzzy_date(event.starts_on, event.date_precision)

    @display(description=_("venue"))
    def venue(self, event):
        return event.venue
