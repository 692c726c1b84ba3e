"""What a speaker says on her own pages, and what the desk enters when it invites."""

import csv
import io
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.core.countries import open_country_choices
from portal.core.zones import zone_choices
from portal.ui.choices import LongSelect
from workshops.models import EventPerson
from workshops.services.speakers import SECTIONS

MOST_AT_ONCE = 200
SPREADSHEET_TAB = "\t"


def _text(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class AnswerForm(forms.Form):
    message = forms.CharField(
        label=gettext_lazy("A word to the organisers, if you like"), required=False, max_length=2000, widget=_text(3)
    )


class _Section(forms.ModelForm):
    class Meta:
        model = EventPerson
        fields: tuple[str, ...] = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.label = capfirst(field.label)

    def _get_validation_exclusions(self):
        """The service asks the database; a form that shows one page of a record cannot."""
        return {field.name for field in EventPerson._meta.fields}


class TalkForm(_Section):
    class Meta(_Section.Meta):
        fields = SECTIONS["talk"]
        labels = {
            "talk_title_en": gettext_lazy("title of the talk in English"),
            "talk_title_ja": gettext_lazy("title of the talk in Japanese"),
        }
        widgets = {"abstract_en": _text(8), "abstract_ja": _text(8)}
        help_texts = {
            "talk_title_ja": gettext_lazy("Only if you have one. Readers without it see the English one."),
        }


def _zones() -> list[tuple[str, str]]:
    return [("", _("That of the event")), *zone_choices()]


class AboutForm(_Section):
    affiliation_country = forms.ChoiceField(
        label=gettext_lazy("country where you work"), choices=open_country_choices, widget=LongSelect, required=False
    )
    timezone = forms.ChoiceField(
        label=gettext_lazy("your time zone"),
        choices=_zones,
        widget=LongSelect,
        required=False,
        help_text=gettext_lazy("We show you times in it, beside those of the event."),
    )

    class Meta(_Section.Meta):
        fields = SECTIONS["about"]
        widgets = {"biography_en": _text(6), "biography_ja": _text(6)}
        labels = {"affiliation_other": gettext_lazy("affiliation at the time of the event")}
        help_texts = {
            "given_name": gettext_lazy("As it shall stand in the programme."),
            "biography_en": gettext_lazy("Three to five sentences."),
            "language": gettext_lazy("In which we write to you."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.affiliation_id:
            self.fields["affiliation_other"].help_text = _("Only if it is not %(organisation)s.") % {
                "organisation": self.instance.affiliation.name
            }


def _yes_or_no(label, *, undecided: str = "", **options) -> forms.TypedChoiceField:
    """A question whose missing answer is neither yes nor no."""
    choices = [("yes", pgettext_lazy("answer", "Yes")), ("no", pgettext_lazy("answer", "No"))]
    if undecided:
        choices.append(("", undecided))
    return forms.TypedChoiceField(
        label=label,
        choices=choices,
        coerce={"yes": True, "no": False}.get,
        empty_value=None,
        required=not undecided,
        widget=forms.RadioSelect,
        **options,
    )


def _chosen(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


UNDECIDED = gettext_lazy("I do not know yet")


class NeedsForm(forms.Form):
    needs_travel = _yes_or_no(gettext_lazy("Shall we book or pay your journey?"), undecided=UNDECIDED)
    needs_accommodation = _yes_or_no(gettext_lazy("Do you need a room?"), undecided=UNDECIDED)
    needs_visa_letter = _yes_or_no(gettext_lazy("Do you need a letter for a visa?"), undecided=UNDECIDED)
    needs_technical = forms.CharField(
        label=gettext_lazy("What do you need for your talk?"),
        required=False,
        max_length=2000,
        widget=_text(3),
        help_text=gettext_lazy("Connections, sound, an interpreter, a step-free way to the stage …"),
    )
    message = forms.CharField(
        label=gettext_lazy("Anything else we should know"), required=False, max_length=2000, widget=_text(3)
    )

    def __init__(self, *args, instance: EventPerson, **kwargs):
        initial = {name: getattr(instance, name) for name in SECTIONS["needs"]}
        initial |= {name: _chosen(value) for name, value in initial.items() if not isinstance(value, str)}
        super().__init__(*args, initial=initial, **kwargs)


class ConsentsForm(forms.Form):
    """Three questions, none of them answered beforehand; no answer is worth more than another."""

    photo = _yes_or_no(
        gettext_lazy("May photographs of you and your portrait be shown?"),
        help_text=gettext_lazy("On the page of the event, in its report and in news about it."),
    )
    recording = _yes_or_no(
        gettext_lazy("May your talk be recorded?"),
        help_text=gettext_lazy("Recordings are shown to the participants afterwards."),
    )
    publication = _yes_or_no(
        gettext_lazy("May your biography, your abstract and your slides be published?"),
        help_text=gettext_lazy("Your name, affiliation and title stand in the programme in any case."),
    )

    def __init__(self, *args, instance: EventPerson, **kwargs):
        initial = {name: _chosen(getattr(instance, f"consent_{name}")) for name in EventPerson.CONSENTS}
        super().__init__(*args, initial=initial, **kwargs)


class PortraitForm(forms.Form):
    upload = forms.FileField(
        label=gettext_lazy("Your portrait"),
        help_text=gettext_lazy("JPEG or PNG, up to 10 MB. A photograph from your phone will do."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png"}),
    )


# -- the desk invites many ---------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """One line of a list of people to invite: its values, or what is wrong with it."""

    number: int
    text: str
    values: dict
    problem: str = ""


class InviteManyForm(forms.Form):
    """People as lines of a spreadsheet: family name, given name, address, and if wanted role, language, affiliation."""

    COLUMNS = ("family_name", "given_name", "email", "role", "language", "affiliation_other")

    people = forms.CharField(
        label=gettext_lazy("People, one a line"),
        widget=forms.Textarea(
            attrs={"rows": 10, "placeholder": "Mihon, Hanako, hanako.mihon@example.org, keynote_speaker, ja"}
        ),
        help_text=gettext_lazy(
            "Family name, given name, e-mail address; then, if you like, role, language (en or ja) and affiliation. "
            "Copied cells of a spreadsheet work too."
        ),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role, where a line names none"),
        choices=EventPerson.Role.choices,
        initial=EventPerson.Role.INVITED_SPEAKER,
    )
    answer_by = forms.DateField(
        label=gettext_lazy("Answer until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    words = forms.CharField(
        label=gettext_lazy("Your words in the mail"), required=False, max_length=4000, widget=_text(5)
    )

    def clean_people(self):
        text = self.cleaned_data["people"]
        rows = [line for line in text.splitlines() if line.strip()]
        if len(rows) > MOST_AT_ONCE:
            raise ValidationError(_("At most %(number)s people at once, please."), params={"number": MOST_AT_ONCE})
        return text

    def lines(self) -> list[Line]:
        """The list as the form understands it; wrong lines say what is wrong with them."""
        found, seen = [], set()
        for number, text in enumerate(self.cleaned_data["people"].splitlines(), start=1):
            if text.strip():
                found.append(self._line(number, text, seen))
        return found

    def _line(self, number: int, text: str, seen: set[str]) -> Line:
        delimiter = SPREADSHEET_TAB if SPREADSHEET_TAB in text else ","
        cells = [cell.strip() for cell in next(csv.reader(io.StringIO(text), delimiter=delimiter), [])]
        values = dict(zip(self.COLUMNS, cells, strict=False))
        values = {name: value for name, value in values.items() if value}
        values.setdefault("role", self.cleaned_data["role"])
        problem = self._problem(values, len(cells), seen)
        if not problem:
            seen.add(values["email"].lower())
        return Line(number, text.strip(), values, problem)

    def _problem(self, values: dict, cells: int, seen: set[str]) -> str:
        if cells > len(self.COLUMNS):
            return _("There are more than six cells in this line. Put cells with commas into quotation marks.")
        if not values.get("family_name"):
            return _("The family name is missing.")
        try:
            validate_email(values.get("email", ""))
        except ValidationError:
            return _("“%(value)s” is no e-mail address.") % {"value": values.get("email", "")}
        if values["email"].lower() in seen:
            return _("This address stands in an earlier line already.")
        if values["role"] not in EventPerson.Role.values:
            return _("“%(value)s” is no role. Use one of: %(known)s.") % {
                "value": values["role"],
                "known": ", ".join(EventPerson.Role.values),
            }
        if values.get("language", "en") not in ("en", "ja"):
            return _("“%(value)s” is no language of the portal. Use en or ja.") % {"value": values["language"]}
        return ""
