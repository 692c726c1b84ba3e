"""The sections of an application to a cohort as forms."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from portal.alliances.models import Organisation, TechnologyArea
from portal.applications.forms.sections import AboutForm, SectionForm, day_input
from portal.core.countries import country_choices
from portal.ui.choices import LongSelect
from startups.forms.figures import CURRENCIES, FigureField
from startups.models import CohortApplication, Startup
from startups.models.application import MEMBER_PARTS

MOST_MEMBERS = 12
EMPTY_LINES = 2
LEAST_LINES = 3


def _countries() -> list[tuple]:
    return [("", "—"), *country_choices()]


def _text(rows: int):
    return forms.Textarea(attrs={"rows": rows})


def _yes_or_no(field) -> None:
    """Two answers, and none yet."""
    field.widget.choices = [("unknown", "—"), ("true", _("yes")), ("false", _("no"))]


class TeamWidget(forms.Widget):
    """Four fields for each member, and room for two more."""

    template_name = "startups/widgets/team.html"
    use_fieldset = True

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        members = list(value or [])
        lines = min(max(len(members) + EMPTY_LINES, LEAST_LINES), MOST_MEMBERS)
        members += [{}] * (lines - len(members))
        context["lines"] = [
            {
                "number": number,
                "rows": [
                    [(part, f"{name}_{number - 1}_{part}", member.get(part, "")) for part in row]
                    for row in (MEMBER_PARTS[:2], MEMBER_PARTS[2:])
                ],
            }
            for number, member in enumerate(members, start=1)
        ]
        return context

    def value_from_datadict(self, data, files, name):
        lines = [
            {part: data.get(f"{name}_{number}_{part}", "").replace("|", "/").strip() for part in MEMBER_PARTS}
            for number in range(MOST_MEMBERS)
        ]
        return [line for line in lines if any(line.values())]

    def value_omitted_from_data(self, data, files, name):
        return f"{name}_0_{MEMBER_PARTS[0]}" not in data

    def id_for_label(self, id_):
        return f"{id_}_0_{MEMBER_PARTS[0]}" if id_ else id_


class TeamField(forms.Field):
    """The team as a list of members; a line is a name at least, and an address that is one and of nobody else."""

    widget = TeamWidget

    def clean(self, value):
        members = super().clean(value) or []
        addresses = [member["email"].lower() for member in members]
        for number, member in enumerate(members, start=1):
            if member["email"] and addresses.index(member["email"].lower()) < number - 1:
                message = _(
                    "Line %(number)d: “%(email)s” is the address of another member. Everybody needs an own one."
                )
                raise ValidationError(message % {"number": number, "email": member["email"]})
            if not (member["given_name"] or member["family_name"]):
                raise ValidationError(_("Line %(number)d: please give the name as well.") % {"number": number})
            if not member["given_name"]:  # where the portal keeps a single name
                member["given_name"], member["family_name"] = member["family_name"], ""
            if member["email"]:
                try:
                    validate_email(member["email"])
                except ValidationError:
                    message = _("Line %(number)d: “%(email)s” is not an e-mail address.")
                    raise ValidationError(message % {"number": number, "email": member["email"]}) from None
            for part, longest in (("given_name", 100), ("family_name", 100), ("email", 254), ("role", 100)):
                if len(member[part]) > longest:
                    raise ValidationError(_("Line %(number)d: this is too long.") % {"number": number})
        return members


class VentureForm(SectionForm):
    key = "venture"

    class Meta:
        model = CohortApplication
        fields = (
            "venture_name", "country", "is_incorporated", "legal_form", "founded_on", "founded_precision",
            "founding_evidence", "origin_kind", "origin_organisation", "origin_evidence", "technology_area",
        )  # fmt: skip
        widgets = {"founded_on": day_input(), "founding_evidence": _text(2), "origin_evidence": _text(3)}
        help_texts = {
            "venture_name": _("The name you use, also before there is a company."),
            "is_incorporated": _("A team without a company may apply as well."),
            "legal_form": _("Such as KK, GK, Inc., LLC."),
            "founded_on": _("Of a month or a year that you know, give the first day."),
            "founding_evidence": _("What proves the day: register extract, number, page. You can add it as a paper."),
            "origin_kind": _("Where the technology was made."),
            "origin_evidence": _("What proves it: licence, employment of the founders, joint paper or patent."),
        }

    rows = (
        ("venture_name", "country"),
        ("is_incorporated", "legal_form"),
        ("founded_on", "founded_precision"),
        ("origin_kind", "origin_organisation"),
    )

    def prepare(self, application, user):
        self.fields["country"] = forms.ChoiceField(
            label=self.fields["country"].label, choices=_countries, widget=LongSelect, required=False
        )
        self.fields["origin_kind"].choices = [
            ("", "—"), *((value, label) for value, label in Startup.Origin.choices if value != Startup.Origin.UNKNOWN)
        ]  # fmt: skip
        organisations = Organisation.objects.visible_to(user).order_by("name_en")
        self.fields["origin_organisation"].queryset = organisations
        self.fields["origin_organisation"].empty_label = _("It is not in this list")
        self.fields["technology_area"].queryset = TechnologyArea.objects.visible_to(user).order_by("name_en")
        self.fields["technology_area"].empty_label = "—"
        _yes_or_no(self.fields["is_incorporated"])

    def clean_founded_on(self):
        founded_on = self.cleaned_data["founded_on"]
        if founded_on and founded_on > localdate():
            raise ValidationError(_("This day is still to come. Leave it empty until the company is founded."))
        return founded_on


class TeamForm(SectionForm):
    key = "team"

    founders = TeamField(
        label=_("Founders and team"),
        help_text=_("Yourself first. Everybody with an address is known to the programme once you have a place."),
    )

    class Meta:
        model = CohortApplication
        fields = ("founders", "has_foreign_owners", "foreign_owners", "advisers")
        widgets = {"foreign_owners": _text(2)}
        help_texts = {
            "has_foreign_owners": _("Seen from the country of the venture. The law on export control asks this."),
            "foreign_owners": _("Who, from where, what share."),
            "advisers": _("Names, so that nobody who advises you or holds a share reviews your application."),
        }

    def prepare(self, application, user):
        _yes_or_no(self.fields["has_foreign_owners"])


class PlanForm(SectionForm):
    key = "plan"

    class Meta:
        model = CohortApplication
        fields = ("problem", "solution", "market", "traction", "ip_ownership", "funding_so_far", "support_wanted")
        widgets = {
            "problem": _text(4), "solution": _text(8), "market": _text(4), "traction": _text(4),
            "ip_ownership": _text(4), "funding_so_far": _text(3), "support_wanted": _text(4),
        }  # fmt: skip
        help_texts = {
            "problem": _("Whose problem, and what it costs them today."),
            "solution": _("What you make, and what of it is quantum. Write nothing that is still to be patented."),
            "market": _("Who pays, how many of them there are, who else offers something."),
            "traction": _("Prototypes, pilots, customers, papers."),
            "ip_ownership": _("Who owns patents and software, and which licences you have or need."),
            "funding_so_far": _("From whom, for what; also grants."),
            "support_wanted": _("Mentors, laboratory, equipment, money, contacts: what would help most."),
        }


class FiguresForm(SectionForm):
    key = "figures"

    class Meta:
        model = CohortApplication
        fields = ("figures_on", "headcount", "revenue", "revenue_currency", "raised", "raised_currency")
        widgets = {"figures_on": day_input()}
        help_texts = {
            "figures_on": _("Later figures are compared with these."),
            "headcount": _("Empty means that you do not say; 0 means nobody is employed."),
            "revenue": _("Empty means that you do not say; 0 means none."),
            "raised": _("Shares and loans, without grants. Empty means that you do not say."),
        }

    rows = (("revenue", "revenue_currency"), ("raised", "raised_currency"))

    def prepare(self, application, user):
        if application.figures_on is None:
            self.initial["figures_on"] = localdate()
        for name in ("headcount", "revenue", "raised"):
            asked = self.fields[name]
            self.fields[name] = FigureField(places=asked.decimal_places, label=asked.label, help_text=asked.help_text)
        for name in ("revenue_currency", "raised_currency"):
            known = getattr(application, name)
            codes = dict.fromkeys([*CURRENCIES, *([known] if known else [])])
            self.fields[name] = forms.ChoiceField(
                label=_("Currency"), choices=[("", "—"), *((code, code) for code in codes)], required=False
            )

    def clean(self):
        values = super().clean()
        for name in ("headcount", "revenue", "raised"):
            if values.get(name) is not None and values[name] < 0:
                self.add_error(name, _("This cannot be less than zero."))
        return values


SECTION_FORMS: dict[str, type[SectionForm]] = {
    form.key: form for form in (AboutForm, VentureForm, TeamForm, PlanForm, FiguresForm)
}
