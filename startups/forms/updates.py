"""A founder's update on a phone: every figure with its meaning and what was said last time."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.money import money_text
from startups.forms.figures import CURRENCIES, FigureField, plain
from startups.models import Metric, MetricDefinition
from startups.models.update import IN_MONEY
from startups.sanity import Known, Question
from startups.services.updates import Answers


class UpdateForm(forms.Form):
    """Fields come from the set of definitions; questions about odd figures are added when there are some."""

    news = forms.CharField(
        label=gettext_lazy("What is new, and what do you need?"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One sentence is enough. Your team at the programme reads it."),
    )

    def __init__(self, *args, definitions: Iterable[MetricDefinition], earlier: Mapping[str, Known], **kwargs):
        super().__init__(*args, **kwargs)
        self.metrics = [Metric(definition.metric) for definition in definitions]
        for definition in definitions:
            self.fields[definition.metric] = FigureField(
                label=definition.name, help_text=_explained(definition, earlier.get(definition.metric))
            )
        used = [known.currency for known in earlier.values() if known.currency]
        self.fields["currency"] = forms.ChoiceField(
            label=_("Currency of all amounts"), choices=[(code, code) for code in dict.fromkeys([*CURRENCIES, *used])]
        )
        money = [metric for metric in self.metrics if metric in IN_MONEY]
        counts = [metric for metric in self.metrics if metric not in IN_MONEY]
        self.order_fields([*counts, *(["currency"] if money else []), *money, "news"])
        if not money:
            self.fields.pop("currency")

    def ask(self, questions: list[Question]) -> None:
        """Show what looks odd above everything else, each with a box that says: yes, this is right."""
        for question in questions:
            self.fields[f"confirm_{question.code}"] = forms.BooleanField(
                label=_("%(question)s Yes, it is.") % {"question": question.text}, required=False
            )
        self.asked = [self[f"confirm_{question.code}"] for question in questions]

    asked: list = []

    @property
    def shown(self):
        """The fields below the questions."""
        return [field for field in self if not field.name.startswith("confirm_")]

    def answers(self) -> Answers:
        """What was said, as far as it could be read."""
        ticked = {name.removeprefix("confirm_") for name in self.data if name.startswith("confirm_")}
        return Answers(
            {metric: self.cleaned_data.get(metric) for metric in self.metrics},
            currency=self.cleaned_data.get("currency", ""),
            news=self.cleaned_data.get("news", ""),
            confirmed=frozenset(ticked),
        )


def _explained(definition: MetricDefinition, earlier: Known | None):
    if earlier is None or earlier.value is None:
        return definition.definition
    return format_html(
        "{}<br><strong>{}</strong>", definition.definition, _("Last time: %(value)s") % {"value": shown(earlier)}
    )


def shown(known: Known) -> str:
    """A figure for people: an amount with its currency, a number with its separators."""
    if known.value is None:
        return ""
    return money_text(known.value, known.currency) if known.currency else f"{Decimal(plain(known.value)):,}"
