"""What a person adds to a step: a reason, a day, a note, a proof."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from exchanges.models import StayReport
from portal.alliances.models import Outcome
from portal.alliances.models.outcome import normalise_doi

RESULT_KINDS = [
    (kind.value, kind.label)
    for kind in (Outcome.Kind.PAPER, Outcome.Kind.TALK, Outcome.Kind.PATENT, Outcome.Kind.OTHER)
]


def _text(rows: int):
    return forms.Textarea(attrs={"rows": rows})


class AnswerForm(forms.Form):
    """An answer to an offer."""

    comment = forms.CharField(
        label=_("A word to the programme office, if you like"), required=False, max_length=2000, widget=_text(3)
    )


class TaskForm(forms.Form):
    note = forms.CharField(
        label=_("Note, if there is something to say"), required=False, max_length=2000, widget=_text(3)
    )
    upload = forms.FileField(
        label=_("Proof, if there is a paper"),
        required=False,
        help_text=_("PDF or picture, up to 10 MB. A photograph will do."),
    )


class DayForm(forms.Form):
    """The real day of an arrival or a departure: today or before."""

    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args, label, today: dt.date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["day"].label = label
        self.fields["day"].initial = today

    def clean_day(self):
        day = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come yet. Please confirm it when it has."))
        return day


class DecisionForm(forms.Form):
    """A signature: yes or no, and for a no the reason."""

    decision = forms.ChoiceField(
        label=_("Your decision"),
        choices=[("approved", _("I agree")), ("refused", _("I do not agree"))],
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=4000,
        widget=_text(4),
        help_text=_("Needed if you do not agree. The programme office reads it, the applicant does not."),
    )

    def clean(self):
        values = super().clean()
        if values.get("decision") == "refused" and not values.get("comment", "").strip():
            self.add_error("comment", _("Please say in a sentence why you do not agree."))
        return values


class LinkDecisionForm(DecisionForm):
    """The same for somebody without an account, who signs with a name."""

    name = forms.CharField(label=_("Your name"), max_length=200)
    field_order = ("decision", "comment", "name")


class ReportForm(forms.ModelForm):
    """The final report; as a draft it may stay incomplete."""

    use_required_attribute = False

    class Meta:
        model = StayReport
        fields = ("body", "summary_en", "summary_ja", "results")
        widgets = {"body": _text(14), "summary_en": _text(4), "summary_ja": _text(4), "results": _text(4)}
        help_texts = {
            "body": _("What you did, what came out of it, what was hard, what you would tell the next fellow."),
            "summary_en": _("Three sentences for everybody. One of the two languages is enough."),
            "results": _("One per line. Papers with a DOI can be added by themselves, also years later."),
        }


class OutcomeForm(forms.Form):
    """A paper, talk or other result of a stay."""

    kind = forms.ChoiceField(label=_("Kind"), choices=RESULT_KINDS)
    title = forms.CharField(label=_("Title"), max_length=400)
    doi = forms.CharField(
        label=_("DOI"),
        required=False,
        max_length=200,
        help_text=_("For example 10.1038/s41586-020-2649-2, or its address."),
    )
    url = forms.URLField(label=_("Web address"), required=False, max_length=400, assume_scheme="https")
    published_on = forms.DateField(
        label=_("Published or given on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_doi(self):
        value = self.cleaned_data["doi"].strip()
        return normalise_doi(value) if value else ""
