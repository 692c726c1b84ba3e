"""What founders hand in about milestones, their public page and their firm."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.dates import Precision
from startups.models import Showcase, Startup


def _text(rows: int):
    return forms.Textarea(attrs={"rows": rows})


def _day():
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class HandInForm(forms.Form):
    evidence = forms.CharField(
        label=_("What shows that it is reached"),
        required=False,
        max_length=4000,
        widget=_text(5),
        help_text=_("Say what the paper shows, or where the result can be seen."),
    )
    upload = forms.FileField(
        label=_("Paper, if there is one"), required=False, help_text=_("PDF, picture or Word, up to 10 MB.")
    )


class ShowcaseForm(forms.ModelForm):
    class Meta:
        model = Showcase
        fields = ("one_liner_en", "one_liner_ja", "description_en", "description_ja", "website")
        widgets = {"description_en": _text(6), "description_ja": _text(6)}
        help_texts = {
            "one_liner_en": _("What you do, for somebody who does not know your field."),
            "description_en": _("One of the two languages is enough; readers of the other one see it as well."),
        }

    def clean_website(self):
        """An address as people say it: without the beginning that every one has."""
        address = self.cleaned_data["website"].strip()
        return address if "://" in address or not address else f"https://{address}"


class FactsForm(forms.ModelForm):
    """What the programme has to know before it can look at an application."""

    class Meta:
        model = Startup
        fields = (
            "name", "name_ja", "founded_on", "founded_precision", "founding_evidence", "origin_kind",
            "origin_evidence", "technology_area", "has_foreign_owners", "foreign_owners",
        )  # fmt: skip
        widgets = {
            "founded_on": _day(),
            "founding_evidence": _text(2),
            "origin_evidence": _text(2),
            "foreign_owners": _text(2),
            "has_foreign_owners": forms.NullBooleanSelect,
        }
        help_texts = {
            "founded_on": _("The day in the register. Leave it empty as long as there is no company."),
            "has_foreign_owners": _("Anybody outside the country of the company, whatever the share."),
        }

    founding_upload = forms.FileField(
        label=_("Paper about the founding"), required=False, help_text=_("Such as a register extract.")
    )

    def clean(self):
        values = super().clean()
        if values.get("founded_on") and not values.get("founded_precision"):
            values["founded_precision"] = Precision.DAY
        return values


class LeaveForm(forms.Form):
    reason = forms.CharField(label=_("Why do you leave?"), max_length=2000, widget=_text(4))
