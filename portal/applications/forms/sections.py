"""The sections of an application as forms: a draft never blocks, only what is filled in must be right."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Person
from portal.applications.kinds import kind_of
from portal.applications.models import BaseApplication
from portal.core.identifiers import normalise_orcid
from portal.core.names import in_latin_letters


def day_input():
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SectionForm(forms.ModelForm):
    """A part of an application, made for one applicant.

    Fields without which the application cannot be sent are marked as required, but never demanded while saving.
    """

    key = ""
    rows: tuple[tuple[str, ...], ...] = ()  # fields that stand side by side
    use_required_attribute = False

    def __init__(self, *args, application: BaseApplication, user, **kwargs):
        super().__init__(*args, instance=self.row_of(application), **kwargs)
        self.needed = kind_of(application).section_by_key[self.key].required
        self.prepare(application, user)
        self._mark_required(self.needed)

    @staticmethod
    def row_of(application):
        return application

    def prepare(self, application, user) -> None:
        """Narrow choices to what fits the call."""

    def full_clean(self):
        self._mark_required(())
        super().full_clean()
        self._mark_required(self.needed)

    def _mark_required(self, names) -> None:
        for name, field in self.fields.items():
            field.required = name in names

    @property
    def layout(self) -> list[list[forms.BoundField]]:
        """The fields in reading order, those that stand side by side together."""
        row_of = {name: row for row in self.rows for name in row}
        rows = [row_of.get(name, (name,)) for name in self.fields]
        return [[self[name] for name in row] for row in dict.fromkeys(rows)]

    @property
    def problem_sentences(self) -> list[str]:
        """What is wrong, each with the label of its field: for the line beside the button."""
        labels = {name: field.label for name, field in self.fields.items()}
        return [
            f"{labels[name]}: {error}" if name in labels else str(error)
            for name, errors in self.errors.items()
            for error in errors
        ]

    @property
    def saved_values(self) -> dict:
        """What can be kept: everything that is right, even beside something that is wrong."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.errors}


class AboutForm(SectionForm):
    key = "about"

    class Meta:
        model = Person
        fields = (
            "given_name",
            "family_name",
            "family_name_ja",
            "given_name_ja",
            "family_name_kana",
            "given_name_kana",
            "career_stage",
            "orcid",
        )
        help_texts = {
            "given_name": _("In Latin letters, as in your passport. A single name goes here."),
            "family_name_ja": _("For example in kanji, if your name is written so."),
            "orcid": _("For example 0000-0002-1825-0097. You can leave it empty."),
        }

    rows = (("given_name", "family_name"), ("family_name_ja", "given_name_ja"), ("family_name_kana", "given_name_kana"))

    @staticmethod
    def row_of(application):
        return application.applicant

    def clean_given_name(self):
        return in_latin_letters(self.cleaned_data["given_name"])

    def clean_family_name(self):
        return in_latin_letters(self.cleaned_data["family_name"])

    def clean_orcid(self):
        value = (self.cleaned_data["orcid"] or "").strip()
        return normalise_orcid(value) if value else ""

    @property
    def saved_values(self):
        kept = super().saved_values
        if not kept.get("given_name"):
            kept.pop("given_name", None)  # a person without any name cannot be kept
        if self.non_field_errors():
            kept.pop("orcid", None)  # somebody else has this iD
        return kept
