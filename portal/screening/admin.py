"""Questions and rules of the export-control check; the cases themselves belong to the desk of exchanges."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from portal.core.admin_base import ScopedReadOnlyAdmin, worded
from portal.screening.models import Question, Rule
from portal.screening.terms import effect_words, hit_words
from portal.transfers.admin_base import TransferAdminMixin


@admin.register(Question)
class QuestionAdmin(TransferAdminMixin, ScopedReadOnlyAdmin):
    list_display = ("code", "regime", "stage", "asked_to", "text", "counts_when", "effect")
    list_filter = ("regime", "stage", "asked_to")
    search_fields = ("code", "text_en", "text_ja")
    fields = (
        "code", "regime", "stage", "asked_to", "answer_type", "counts_when", "effect", "text_en", "text_ja", "note_en",
        "source",
    )  # fmt: skip
    readonly_fields = fields
    counts_when = worded("hit_when", hit_words, _("counts when"))
    effect = worded("effect_on_hit", effect_words, _("effect"))


@admin.register(Rule)
class RuleAdmin(TransferAdminMixin, ScopedReadOnlyAdmin):
    list_display = ("code", "regime", "rule", "result")
    list_display_links = ("code", "rule")
    list_filter = ("regime",)
    search_fields = ("code", "condition_en", "text_ja")

    @display(description=_("rule"))
    def rule(self, row):
        return row.told
