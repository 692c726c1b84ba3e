"""Speakers at the desk."""

from django.contrib import admin
from django.utils.translation import pgettext_lazy
from unfold.decorators import display

from portal.core.admin_base import ScopedTabularInline
from portal.core.admin_steps import RecordAdmin
from portal.transfers.admin_base import TransferAdminMixin
from workshops.models import EventPerson


class EventPersonInline(ScopedTabularInline):
    model = EventPerson
    editable = True
    fields = ("family_name", "given_name", "name_ja", "role", "affiliation", "talk_title_en", "person")


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
