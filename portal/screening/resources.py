"""Questions and rules of the export-control check as they go in and out; cases never do."""

from portal.screening.models import Question, Rule
from portal.transfers.registry import register
from portal.transfers.resources import TableResource


@register
class QuestionResource(TableResource):
    class Meta:
        model = Question
        table = "screening_questions"
        order = 330
        key = ("code",)
        fields = (
            "code", "regime", "stage", "asked_to", "answer_type", "hit_when", "effect_on_hit", "text_en", "text_ja",
            "note_en", "source",
        )  # fmt: skip


@register
class RuleResource(TableResource):
    class Meta:
        model = Rule
        table = "screening_rules"
        order = 340
        key = ("code",)
        fields = ("code", "regime", "condition_en", "result", "action_en", "text_ja", "source", "note_en")
        optional = ("note_en",)
