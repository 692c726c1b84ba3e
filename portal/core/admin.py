"""The glossary, the published life cycles, retention and the audit trail at the desk."""

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.decorators import display

from portal.core.admin_base import ScopedReadOnlyAdmin, worded
from portal.core.lifecycles import actor_in_words, states_in_words
from portal.core.models import AuditEntry, GlossaryTerm, LifecycleStep, RetentionRule
from portal.core.narrative import changes_in_words, words_of

# Permissions come with seats; groups would be a second way to give them.
admin.site.unregister(Group)


@admin.register(GlossaryTerm)
class GlossaryTermAdmin(ScopedReadOnlyAdmin):
    list_display = ("term_en", "term_ja", "app", "model_or_field")
    list_filter = ("app",)
    search_fields = ("term_en", "term_ja", "note_en")


@admin.register(LifecycleStep)
class LifecycleStepAdmin(ScopedReadOnlyAdmin):
    list_display = ("entity", "sort_order", "sources", "action", "target", "who", "deadline")
    list_display_links = ("action",)
    list_filter = ("entity",)
    search_fields = ("entity", "action_en", "action_ja", "actor")
    fields = (
        "entity", "sort_order", "sources", "action", "target", "who", "condition_or_documents", "deadline",
        "from_is_initial", "to_is_final", "note_en", "source",
    )  # fmt: skip
    readonly_fields = fields
    who = worded("actor", actor_in_words, _("who"))

    @display(description=pgettext_lazy("state", "from"))
    def sources(self, step):
        return states_in_words(step.entity, step.from_states)

    @display(description=pgettext_lazy("state", "to"))
    def target(self, step):
        return states_in_words(step.entity, step.to_state)


@admin.register(RetentionRule)
class RetentionRuleAdmin(ScopedReadOnlyAdmin):
    list_display = ("name", "keep_for", "counted_from", "then")
    search_fields = ("name_en", "name_ja", "data_en", "data_ja")
    fields = ("code", "name", "data", "keep_for", "counted_from", "then", "note_en", "source")
    readonly_fields = fields


@admin.register(AuditEntry)
class AuditEntryAdmin(ScopedReadOnlyAdmin):
    list_display = ("at", "actor_label", "what", "target_label", "audience")
    list_display_links = ("what",)
    list_filter = ("audience",)
    search_fields = ("actor_label", "target_label", "verb")
    date_range = "at"
    fields = ("at", "actor_label", "what", "target_label", "audience", "reason", "changes", "detail")
    readonly_fields = fields

    @display(description=_("act"), ordering="verb")
    def what(self, entry):
        return words_of(entry.verb, entry.target_type)

    @display(description=_("changes"))
    def changes(self, entry):
        try:
            lines = changes_in_words(entry, apps.get_model(entry.target_type))
        except LookupError:  # a kind of record that the portal does not know any more
            lines = []
        return format_html_join("", "<div>{}</div>", ((line,) for line in lines)) or "–"
