"""How forms are drawn: one renderer for the whole portal, and the list of everything wrong in a form."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.forms import BaseForm
from django.forms.renderers import TemplatesSetting

from portal.ui.choices import input_html

# Widgets that are one tag, by the names of Django's templates for them.
INPUTS = frozenset(
    f"django/forms/widgets/{kind}.html"
    for kind in ("text", "email", "url", "tel", "number", "date", "time", "password", "hidden", "checkbox")
)


class PortalFormRenderer(TemplatesSetting):
    """`{{ form }}` draws the summary and all fields, `{{ form.title.as_field_group }}` draws one.

    Inputs are written without their templates, which take ten times as long: forms have dozens.
    """

    form_template_name = "components/form.html"
    formset_template_name = "components/formset.html"
    field_template_name = "components/field.html"

    def render(self, template_name, context, request=None):
        if template_name in INPUTS:
            return input_html(context["widget"])
        return super().render(template_name, context, request=request)


@dataclass(frozen=True)
class Problem:
    """One thing wrong: where the reader finds it (empty: the form as a whole), its label, what to do."""

    target: str
    label: str
    message: str


def problems(forms: Iterable[BaseForm]) -> list[Problem]:
    """Everything wrong in these forms, in the order in which a reader meets the fields."""
    found = []
    for form in forms:
        found += [Problem("", "", message) for message in form.non_field_errors()]
        for field in [*form.hidden_fields(), *form.visible_fields()]:
            label = "" if field.is_hidden else str(field.label).rstrip(".:。：")
            found += [Problem(_first_control(field), label, message) for message in field.errors]
    return found


def _first_control(field) -> str:
    """The id of the control a link should lead to; a group of choices has no id of its own, only its members."""
    if field.is_hidden or not field.auto_id:
        return ""
    if field.use_fieldset and field.subwidgets:
        return field.subwidgets[0].data.get("attrs", {}).get("id") or field.auto_id
    return field.id_for_label or field.auto_id
