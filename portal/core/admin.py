"""The glossary, the published life cycles, retention and the audit trail at the desk."""

from django.contrib import admin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from portal.core.admin_base import ScopedReadOnlyAdmin
from portal.core.models import AuditEntry, GlossaryTerm, LifecycleStep, RetentionRule
from portal.core.narrative import words_of

# Permissions come with seats; groups would be a second way to give them.
admin.site.unregister(Group)


@admin.register(GlossaryTerm)
class GlossaryTermAdmin(ScopedReadOnlyAdmin):
    list_display = ("term_en", "term_ja", "app", "model_or_field")
    list_filter = ("app",)
    search_fields = ("term_en", "term_ja", "note_en")


@admin.register(LifecycleStep)
class LifecycleStepAdmin(ScopedReadOnlyAdmin):
    list_display = ("entity", "sort_order", "from_states", "action_en", "to_state", "actor", "deadline_en")
    list_display_links = ("action_en",)
    list_filter = ("entity",)
    search_fields = ("entity", "action_en", "actor")


@admin.register(RetentionRule)
class RetentionRuleAdmin(ScopedReadOnlyAdmin):
    list_display = ("name_en", "keep_for", "counted_from", "then")
    search_fields = ("name_en", "data_en")


@admin.register(AuditEntry)
class AuditEntryAdmin(ScopedReadOnlyAdmin):
    list_display = ("at", "actor_label", "what", "target_label", "audience")
    list_display_links = ("what",)
    list_filter = ("audience",)
    search_fields = ("actor_label", "target_label", "verb")
    date_range = "at"
    fields = ("at", "actor_label", "what", "target_label", "audience", "reason", "before", "after", "detail")
    readonly_fields = fields

    @display(description=_("act"), ordering="verb")
    def what(self, entry):
        return words_of(entry.verb, entry.target_type)
