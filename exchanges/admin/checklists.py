"""Checklist templates: what has to be done before, during and after a stay."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from exchanges.models import ChecklistItem, ChecklistTemplate
from portal.core.admin_base import ScopedReadOnlyAdmin, ScopedTabularInline
from portal.transfers.admin_base import TransferAdminMixin


class ItemInline(ScopedTabularInline):
    model = ChecklistItem
    fields = readonly_fields = (
        "sort_order",
        "item_code",
        "text",
        "owner_role",
        "anchor",
        "offset",
        "offset_unit",
        "blocking",
    )
    show_change_link = False


@admin.register(ChecklistTemplate)
class ChecklistTemplateAdmin(TransferAdminMixin, ScopedReadOnlyAdmin):
    list_display = ("code", "name", "direction_from_jp_view", "host_country", "min_days", "max_days")
    list_display_links = ("code", "name")
    list_filter = ("direction_from_jp_view", "host_country")
    search_fields = ("code", "name_en", "name_ja")
    inlines = (ItemInline,)


@admin.register(ChecklistItem)
class ChecklistItemAdmin(TransferAdminMixin, ScopedReadOnlyAdmin):
    list_display = ("item_code", "text", "template", "owner_role", "anchor", "offset", "offset_unit", "blocking")
    list_display_links = ("item_code", "text")
    list_filter = ("template", "owner_role", "blocking")
    list_select_related = ("template",)
    search_fields = ("item_code", "text_en", "text_ja")
    fields = (
        "item_code", "template", "sort_order", "text_en", "text_ja", "owner_role", "anchor", "offset", "offset_unit",
        "blocking", "condition", "source", "note_en",
    )  # fmt: skip
    readonly_fields = fields

    @display(description=_("applies if"), ordering="applies_if")
    def condition(self, item):
        return item.condition
