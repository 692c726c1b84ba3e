"""The sections of an application as forms: a draft never blocks, only what is filled in must be right."""

from django import forms
from django.utils.translation import gettext_lazy as _

from exchanges.hosts import host_organisations, host_researchers
from exchanges.models import Application
from exchanges.services.applications import REQUIRED
from portal.accounts.models import Person
from portal.alliances.models import Organisation
from portal.core.identifiers import normalise_orcid


def _day():
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SectionForm(forms.ModelForm):
    """A part of an application, made for one applicant.

    Fields without which the application cannot be sent are marked as required, but never demanded while saving.
    """

    key = ""
    rows: tuple[tuple[str, ...], ...] = ()  # fields that stand side by side
    use_required_attribute = False

    class Meta:
        model = Application
        fields = ()

    def __init__(self, *args, application: Application, user, **kwargs):
        super().__init__(*args, instance=self.row_of(application), **kwargs)
        self.prepare(application, user)
        self._mark_required(REQUIRED.get(self.key, ()))

    @staticmethod
    def row_of(application):
        return application

    def prepare(self, application, user) -> None:
        """Narrow choices to what fits the call."""

    def full_clean(self):
        self._mark_required(())
        super().full_clean()
        self._mark_required(REQUIRED.get(self.key, ()))

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


class StudiesForm(SectionForm):
    key = "studies"

    class Meta:
        model = Application
        fields = ("home_organisation", "home_organisation_other", "degree_course", "field_of_study", "enrolled_until")
        widgets = {"enrolled_until": _day()}
        help_texts = {
            "degree_course": _("For example: doctoral course in physics, second year."),
            "enrolled_until": _("As your enrolment or contract says today. The last day of the month will do."),
        }

    def prepare(self, application, user):
        self.fields["home_organisation"].queryset = Organisation.objects.visible_to(user).order_by("name_en")
        self.fields["home_organisation"].empty_label = _("It is not in this list")


class StayForm(SectionForm):
    key = "stay"

    class Meta:
        model = Application
        fields = ("host_organisation", "host_person", "purpose", "start_requested", "end_requested")
        widgets = {"start_requested": _day(), "end_requested": _day()}
        help_texts = {
            "host_person": _("Leave it open if you do not know yet: the programme office helps to find somebody."),
            "start_requested": _("The day you arrive at the host."),
            "end_requested": _("The day you leave the host. Both days count."),
        }

    rows = (("start_requested", "end_requested"),)

    def prepare(self, application, user):
        self.fields["host_organisation"].queryset = host_organisations(application.call)
        self.fields["host_person"].queryset = host_researchers(application.call, application.applicant)
        self.fields["host_person"].label_from_instance = _with_institution
        self.fields["host_person"].empty_label = _("I do not know yet")

    def clean(self):
        values = super().clean()
        start, end = values.get("start_requested"), values.get("end_requested")
        if start and end and end < start:
            self.add_error("end_requested", _("The last day lies before the first day."))
        return values

    @property
    def saved_values(self):
        kept = super().saved_values
        if {"start_requested", "end_requested"} & set(self.errors):
            # One day alone could contradict the other one as it was kept before.
            kept.pop("start_requested", None)
            kept.pop("end_requested", None)
        return kept


class PlanForm(SectionForm):
    key = "plan"

    class Meta:
        model = Application
        fields = ("topic", "plan", "motivation", "funding", "access_needs")
        widgets = {
            "plan": forms.Textarea(attrs={"rows": 12}),
            "motivation": forms.Textarea(attrs={"rows": 6}),
            "funding": forms.Textarea(attrs={"rows": 3}),
            "access_needs": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "topic": _("One line that a physicist of another field understands."),
            "plan": _("What you want to do, with what, and what you will know at the end. One page is enough."),
            "motivation": _("Why this host, and what you bring."),
            "funding": _("Other money for the same time, if any: from whom, for what."),
            "access_needs": _("Access, health, family, faith: only the programme office reads this."),
        }


class HomeForm(SectionForm):
    key = "home"

    class Meta:
        model = Application
        fields = ("supervisor_name", "supervisor_email", "home_office_email")
        help_texts = {
            "supervisor_email": _(
                "Your supervisor gets one link by mail and needs no account. It is used for nothing else."
            ),
        }

    rows = (("supervisor_name", "supervisor_email"),)


SECTION_FORMS: dict[str, type[SectionForm]] = {
    form.key: form for form in (AboutForm, StudiesForm, StayForm, PlanForm, HomeForm)
}


def _with_institution(person) -> str:
    return f"{person}, {person.organisation.label}" if person.organisation else str(person)
