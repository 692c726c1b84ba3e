"""The sections of an application for an exchange as forms."""

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from exchanges.hosts import host_organisations, host_researchers
from exchanges.models import Application
from exchanges.sections import contradictions
from portal.alliances.models import Organisation
from portal.applications.forms.sections import AboutForm, SectionForm, day_input


class StudiesForm(SectionForm):
    key = "studies"

    class Meta:
        model = Application
        fields = ("home_organisation", "home_organisation_other", "degree_course", "field_of_study", "enrolled_until")
        widgets = {"enrolled_until": day_input()}
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
        widgets = {"start_requested": day_input(), "end_requested": day_input()}
        help_texts = {
            "host_person": _("Leave it open if you do not know yet: the programme office helps to find somebody."),
            "start_requested": _("The day you arrive at the host."),
            "end_requested": _("The day you leave the host. Both days count."),
        }

    rows = (("start_requested", "end_requested"),)

    def prepare(self, application, user):
        hosts = host_organisations(application.call)
        self.fields["host_organisation"].queryset = hosts
        self.fields["host_person"].queryset = host_researchers(hosts, application.applicant)
        self.fields["host_person"].label_from_instance = _with_institution
        self.fields["host_person"].empty_label = _("I do not know yet")

    def clean(self):
        values = super().clean()
        start, end = values.get("start_requested"), values.get("end_requested")
        if start and end and end < start:
            self.add_error("end_requested", _("The last day lies before the first day."))
        for name, message in self._contradictions().items():
            self.add_error(name, message)
        return values

    def _contradictions(self) -> dict[str, str]:
        names = ("host_organisation", "host_person", "start_requested")
        wish = {name: self.cleaned_data.get(name) for name in names}
        return contradictions(Application(home_organisation=self.instance.home_organisation, **wish), localdate())

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
