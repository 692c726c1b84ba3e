"""Questions and rules of the export-control check; the cases themselves belong to the desk of exchanges."""

from django.contrib import admin

from portal.core.admin_base import ScopedReadOnlyAdmin
from portal.screening.models import Question, Rule
from portal.transfers.admin_base import TransferAdminMixin


@admin.register(Question)
class QuestionAdmin(TransferAdminMixin, ScopedReadOnlyAdmin):
    list_display = ("code", "regime", "stage", "asked_to", "text", "hit_when")
    list_filter = ("regime", "stage", "asked_to")
    search_fields = ("code", "text_en", "text_ja")


@admin.register(Rule)
class RuleAdmin(TransferAdminMixin, ScopedReadOnlyAdmin):
    list_display = ("code", "regime", "condition_en", "result", "action_en")
    list_filter = ("regime",)
    search_fields = ("code", "condition_en", "text_ja")
