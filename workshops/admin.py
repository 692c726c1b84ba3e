"""Events, their speakers, registrations and meetings at the desk."""

import datetime as dt

from django.contrib import admin
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from portal.accounts.models.person import search_form
from portal.core.admin_base import ScopedTabularInline
from portal.core.admin_steps import RecordAdmin
from portal.core.dates import fuzzy_date
from portal.transfers.admin_base import TransferAdminMixin
from workshops.models import Event, EventPerson, Meeting, Registration

SOON_DAYS = 60


class EventPersonInline(ScopedTabularInline):
    model = EventPerson
    editable = True
    fields = ("family_name", "given_name", "name_ja", "role", "affiliation", "talk_title_en", "person")


class RegistrationInline(ScopedTabularInline):
    model = Registration
    fields = readonly_fields = ("person_name", "state_badge", "role", "attendance_mode", "affiliation", "registered_at")


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


@admin.register(EventPerson)
class EventPersonAdmin(TransferAdminMixin, RecordAdmin):
    list_display = ("name", "role", "event", "affiliation", "talk_title_en")
    list_filter = ("role",)
    list_select_related = ("event", "affiliation", "person")
    search_fields = ("family_name", "given_name", "name_ja", "event__title_en", "event__title_ja")
    summary = ("event", "role", "affiliation", "person")

    @display(description=pgettext_lazy("person", "name"), ordering="family_name")
    def name(self, speaker):
        return str(speaker)


@admin.register(Registration)
class RegistrationAdmin(TransferAdminMixin, RecordAdmin):
    list_display = ("person_name", "state_badge", "event", "role", "attendance_mode", "affiliation", "registered_at")
    list_filter = ("state", "role", "attendance_mode", "event")
    list_select_related = ("event", "affiliation", "person")
    search_fields = ("code", "person_name", "email", "person__search_key")
    search_fold = staticmethod(search_form)
    date_hierarchy = "registered_at"
    summary = ("event", "person_name", "email", "affiliation", "role", "attendance_mode", "registered_at")


@admin.register(Meeting)
class MeetingAdmin(TransferAdminMixin, RecordAdmin):
    list_display = ("topic_en", "state_badge", "event", "requester", "invitee", "starts_at", "place")
    list_filter = ("state", "event")
    list_select_related = ("event", "requester", "invitee")
    search_fields = ("code", "topic_en", "requester__search_key", "invitee__search_key")
    search_fold = staticmethod(search_form)
    date_hierarchy = "starts_at"
    summary = ("event", "requester", "invitee", "starts_at", "ends_at", "place", "nda_in_place")
