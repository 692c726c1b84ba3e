"""Tables of the apps that lie below or beside this one and therefore cannot declare their own resources."""

from portal.transfers.columns import Column, TextWidget
from portal.transfers.registry import register
from portal.transfers.resources import TableResource


@register
class GlossaryResource(TableResource):
    class Meta:
        model = "core.GlossaryTerm"
        table = "glossary"
        order = 310
        key = ("app", "term_en")
        fields = ("app", "term_en", "term_ja", "model_or_field", "note_en", "source")


@register
class LifecycleStepResource(TableResource):
    # "+3 business days" is a deadline, not a formula.
    deadline_en = Column("deadline_en", widget=TextWidget(signed=True))

    class Meta:
        model = "core.LifecycleStep"
        table = "lifecycle_transitions"
        order = 320
        key = ("entity", "sort_order")
        fields = (
            "entity", "sort_order", "from_states", "to_state", "action_en", "actor", "condition_or_documents_en",
            "deadline_en", "from_is_initial", "to_is_final", "source", "note_en", "action_ja",
            "condition_or_documents_ja", "deadline_ja",
        )  # fmt: skip
        optional = ("note_en", "action_ja", "condition_or_documents_ja", "deadline_ja")


@register
class ReminderRuleResource(TableResource):
    # "-14d, -24h" are offsets, not formulas; the model checks their grammar.
    offsets = Column("offsets", widget=TextWidget(signed=True))

    class Meta:
        model = "reminders.ReminderRule"
        table = "reminder_rules"
        order = 370
        key = ("code",)
        fields = (
            "code", "entity", "trigger_en", "offsets", "recipients", "escalate_to", "time_zone_rule", "subject_en",
            "subject_ja", "source", "is_active", "note_en",
        )  # fmt: skip
        optional = ("is_active", "note_en")


@register
class RetentionRuleResource(TableResource):
    keep_for = Column("keep_for_en")
    counted_from = Column("counted_from_en")
    then = Column("then_en")
    basis_or_source = Column("source")

    class Meta:
        model = "core.RetentionRule"
        table = "retention_rules"
        order = 380
        key = ("code",)
        fields = (
            "code", "name_en", "data_en", "keep_for", "counted_from", "then", "basis_or_source", "note_en",
            "name_ja", "data_ja", "keep_for_ja", "counted_from_ja", "then_ja",
        )  # fmt: skip
        optional = ("note_en", "name_ja", "data_ja", "keep_for_ja", "counted_from_ja", "then_ja")
