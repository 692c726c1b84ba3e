"""The questions of the export check as a form: one field per question, nothing required before handing in.

Questions carry their codes, because some speak of others by them.
"""

from django import forms
from django.utils.translation import gettext_lazy as _

from exchanges.questions import Sheet
from portal.screening.answers import options


class QuestionForm(forms.Form):
    use_required_attribute = False

    def __init__(self, *args, sheet: Sheet, **kwargs):
        super().__init__(*args, prefix=str(sheet.screening.public_id)[:8], **kwargs)
        self.sheet = sheet
        for question in sheet.questions:
            self.fields[question.code] = _field(question, sheet.answers.get(question.code, ""))

    @property
    def values(self) -> dict[str, str]:
        """Answer by question code; an open question is empty."""
        return {code: value for code, value in self.cleaned_data.items() if value}


def _field(question, value) -> forms.Field:
    allowed = options(question)
    if allowed is None:
        return forms.CharField(
            label=str(question), required=False, initial=value, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
        )
    widget = forms.RadioSelect if len(allowed) <= 3 else forms.Select
    choices = list(allowed.items()) if widget is forms.RadioSelect else [("", _("Please choose")), *allowed.items()]
    return forms.ChoiceField(label=str(question), required=False, initial=value, choices=choices, widget=widget)
