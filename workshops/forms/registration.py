"""The forms of a participant: registering, changing, asking for a letter; and the one at the door."""

from django import forms
from django.utils.translation import get_language, gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import ConsentPurpose, Person
from portal.alliances.models import Organisation
from portal.core.bilingual import in_language
from portal.core.countries import country_choices, open_country_choices
from portal.core.names import in_latin_letters
from portal.core.zones import zone_choices
from portal.ui.choices import LongSelect, LongSelectMultiple, suggestions_html
from workshops.models import AttendanceMode, Registration, RegistrationNeeds, RegistrationRules, VisaLetter
from workshops.models.registration import normal_email
from workshops.services.registration.changes import CONSENTS, NAMES
from workshops.services.registration.seats import rules_of, ways_of
from workshops.services.registration.signup import CONTACT, LISTED, PHOTO, PUBLISHED, SignUp

NEEDS = ("diet", "diet_note", "access")


class AffiliationInput(forms.TextInput):
    """A text with the names of known organisations to choose from."""

    template_name = "workshops/widgets/affiliation.html"

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, {**(attrs or {}), "list": f"known_{name}"})
        names = Organisation.objects.visible_to(None).order_by("name_en").values_list("name_en", "name_ja")
        japanese = (get_language() or "").startswith("ja")
        context["known"] = suggestions_html(ja if japanese and ja else en for en, ja in names)
        return context


class AddressField(forms.EmailField):
    """An e-mail address in whatever width and case it was typed."""

    def to_python(self, value):
        return super().to_python(normal_email(value) if value else value)


class OwnWordsForm(forms.Form):
    """Names, needs and consents: what the participant says at first and may change later."""

    use_required_attribute = False

    person_name = forms.CharField(
        label=_("Name"),
        max_length=200,
        help_text=_("In Latin letters, exactly as it should stand on your badge and certificate."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    name_native = forms.CharField(
        label=_("Name in your own script, if it is another one"), max_length=200, required=False
    )
    name_kana = forms.CharField(
        label=_("Reading in kana, for Japanese names"),
        max_length=200,
        required=False,
        help_text=_("Helps us to find you in the list at the door."),
    )
    attendance_mode = forms.ChoiceField(label=_("How will you take part?"), widget=forms.RadioSelect)
    diet = forms.ChoiceField(label=_("Food"), choices=RegistrationNeeds.Diet.choices, required=False)
    diet_note = forms.CharField(label=_("Note on food, allergies"), max_length=300, required=False)
    access = forms.CharField(
        label=_("What you need to take part well"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "For example a ramp, an interpreter, large print. Only the organisers read this and the note on food; "
            "both are deleted 30 days after the event."
        ),
    )
    listing = forms.ChoiceField(
        label=_("Who may read your name and affiliation in the list of participants?"),
        required=False,
        widget=forms.RadioSelect,
    )
    consent_photo = forms.BooleanField(required=False)
    consent_contact_sharing = forms.BooleanField(required=False)

    def __init__(self, *args, event, **kwargs):
        super().__init__(*args, **kwargs)
        self.event, self.rules = event, rules_of(event)
        self._prepare_ways()
        self._prepare_needs()
        self._prepare_consents()

    def _prepare_ways(self) -> None:
        ways, field = ways_of(self.event), self.fields["attendance_mode"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(way, AttendanceMode(way).label) for way in ways]
        field.error_messages["required"] = _("Please choose how you take part.")
        if len(ways) == 1:
            field.initial, field.widget = ways[0], forms.HiddenInput()

    def _prepare_needs(self) -> None:
        if not self.rules.asks_food or ways_of(self.event) == [AttendanceMode.ONLINE]:
            del self.fields["diet"], self.fields["diet_note"]

    def _prepare_consents(self) -> None:
        codes = (PHOTO, CONTACT, LISTED, PUBLISHED)
        purposes = ConsentPurpose.objects.visible_to(None).filter(code__in=codes).only("code", "text_en", "text_ja")
        wording = {purpose.code: in_language(purpose, "text", get_language()) for purpose in purposes.order_by()}
        for name, code in (("consent_photo", PHOTO), ("consent_contact_sharing", CONTACT)):
            self.fields[name].label = gettext("I agree: %(purpose)s") % {"purpose": wording.get(code, "")}
        levels = [("", _("Nobody"))]
        if self.rules.listing:
            levels.append(("participants", wording.get(LISTED, "")))
        if self.rules.listing == "public":
            levels.append(("public", wording.get(PUBLISHED, "")))
        field = self.fields["listing"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = levels
        if len(levels) == 1:
            del self.fields["listing"]

    def clean_person_name(self) -> str:
        return in_latin_letters(self.cleaned_data["person_name"])

    @property
    def needs(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(name, "") for name in NEEDS}

    @property
    def consents(self) -> dict:
        return {
            "listing": self.cleaned_data.get("listing", ""),
            "consent_photo": self.cleaned_data["consent_photo"],
            "consent_contact_sharing": self.cleaned_data["consent_contact_sharing"],
        }


class RegistrationForm(OwnWordsForm):
    """The public form of an event."""

    email = AddressField(
        label=_("E-mail address"),
        help_text=_("Your personal link goes there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    affiliation = forms.CharField(
        label=_("University, company or other affiliation"),
        max_length=300,
        widget=AffiliationInput(attrs={"autocomplete": "organization"}),
    )
    affiliation_country = forms.ChoiceField(
        label=_("Country of the affiliation"), choices=open_country_choices, widget=LongSelect
    )
    career_stage = forms.ChoiceField(
        label=_("What do you do?"), choices=[("", _("Please choose")), *Person.CareerStage.choices]
    )
    timezone = forms.ChoiceField(
        label=_("Your time zone"),
        choices=zone_choices,
        widget=LongSelect,
        help_text=_("Our mails show times in it, and no deadline ends in your night."),
    )
    joins_tour = forms.BooleanField(
        label=_("I wish to take part in the laboratory tour"),
        required=False,
        help_text=_("The host looks at each name before a laboratory is shown. The talks are open either way."),
    )
    citizenships = forms.MultipleChoiceField(
        label=_("Citizenship, for the laboratory tour"),
        choices=country_choices,
        required=False,
        widget=LongSelectMultiple(attrs={"size": 6}),
        help_text=_("All that you hold. Only the export office of the host reads it; it is deleted after the event."),
    )
    PERSON = (
        "person_name", "name_native", "name_kana", "email", "affiliation", "affiliation_country", "career_stage",
        "timezone",
    )  # fmt: skip
    field_order = (*PERSON, "attendance_mode", "joins_tour", "citizenships", *NEEDS, *CONSENTS)
    GROUPS = (
        (pgettext_lazy("participant", "About you"), PERSON),
        (_("Taking part"), ("attendance_mode", "joins_tour", "citizenships", *NEEDS)),
        (_("What you allow"), CONSENTS),
    )

    def __init__(self, *args, event, **kwargs):
        super().__init__(*args, event=event, **kwargs)
        self._propose_zone()
        if self.rules.tour != RegistrationRules.Tour.WISH:
            del self.fields["joins_tour"]
        if self.rules.tour == RegistrationRules.Tour.NONE:
            del self.fields["citizenships"]
        elif self.rules.tour == RegistrationRules.Tour.EVERYBODY:
            self.fields["citizenships"].required = True
            self.fields["citizenships"].label = _("Citizenship, because the event is held in a laboratory")

    def _propose_zone(self) -> None:
        """Her own zone where it is known; else the zone of the event, until her browser has said where she is."""
        if not self.is_bound and not self.initial.get("timezone"):
            self.initial["timezone"] = self.event.timezone
            self.fields["timezone"].widget.attrs["data-own-zone"] = ""

    @property
    def groups(self):
        """The fields under their headings; a heading without fields is left out."""
        grouped = [(title, [self[name] for name in names if name in self.fields]) for title, names in self.GROUPS]
        return [(title, fields) for title, fields in grouped if fields]

    def clean(self):
        values = super().clean()
        if values.get("joins_tour") and not values.get("citizenships"):
            self.add_error("citizenships", _("The host needs your citizenship to clear you for the tour."))
        return values

    def answers(self) -> SignUp:
        """What was said, ready for the service."""
        values = self.cleaned_data
        known = _organisation_called(values["affiliation"])
        return SignUp(
            person_name=values["person_name"],
            name_native=values["name_native"],
            name_kana=values["name_kana"],
            email=values["email"],
            affiliation=known,
            affiliation_other="" if known else values["affiliation"],
            affiliation_country=values["affiliation_country"],
            career_stage=values["career_stage"],
            attendance_mode=values["attendance_mode"],
            joins_tour=values.get("joins_tour", False),
            citizenships=" ".join(values.get("citizenships", [])),
            **self.needs,
            **self.consents,
        )


def _organisation_called(name: str):
    """The organisation that the person chose from the list, by its name in one of the languages."""
    rows = Organisation.objects.visible_to(None)
    return rows.filter(name_en__iexact=name).first() or rows.filter(name_ja=name).first()


class ChangeForm(OwnWordsForm):
    """The same for who is registered already."""

    @staticmethod
    def initial_of(registration: Registration) -> dict:
        needs = getattr(registration, "needs", None)
        names = (*NAMES, "attendance_mode", *CONSENTS)
        return {
            **{name: getattr(registration, name) for name in names},
            **{name: getattr(needs, name) for name in NEEDS if needs},
        }

    def changes(self) -> dict:
        values = self.cleaned_data
        return {
            "names": {name: values[name] for name in NAMES},
            "attendance_mode": values["attendance_mode"],
            "needs": self.needs,
            **self.consents,
        }


class ConsentsForm(ChangeForm):
    """After the event: what she allows, and nothing that has been."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.fields.keys() - set(CONSENTS):
            del self.fields[name]

    def changes(self) -> dict:
        return self.consents


def _day():
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class VisaLetterForm(forms.Form):
    """What stands in a letter of invitation; no number of a passport is asked for."""

    use_required_attribute = False

    passport_name = forms.CharField(
        label=_("Name as in your passport"),
        max_length=200,
        help_text=_("In the letters of the passport, family name first."),
    )
    arrives_on = forms.DateField(label=_("Day of arrival"), widget=_day())
    leaves_on = forms.DateField(label=_("Day of departure"), widget=_day())
    payer = forms.ChoiceField(
        label=_("Who pays for travel and stay?"), choices=VisaLetter.Payer.choices, widget=forms.RadioSelect
    )
    embassy = forms.CharField(
        label=_("Embassy or consulate"), max_length=200, required=False, help_text=_("Where you apply for the visa.")
    )

    def clean_passport_name(self) -> str:
        return in_latin_letters(self.cleaned_data["passport_name"])

    def clean(self):
        values = super().clean()
        first, last = values.get("arrives_on"), values.get("leaves_on")
        if first and last and last < first:
            self.add_error("leaves_on", pgettext("journey", "The day of departure lies before the day of arrival."))
        return values


class LinkForm(forms.Form):
    use_required_attribute = False

    email = AddressField(label=_("E-mail address"), help_text=_("The one with which you registered."))


class WalkInForm(forms.Form):
    """Somebody without registration stands at the door: twenty seconds."""

    use_required_attribute = False

    person_name = forms.CharField(label=_("Name"), max_length=200)
    affiliation_other = forms.CharField(label=_("Affiliation"), max_length=300, required=False)
    affiliation_country = forms.ChoiceField(
        label=_("Country of the affiliation"), choices=open_country_choices, widget=LongSelect, required=False
    )
    email = AddressField(
        label=_("E-mail address"), required=False, help_text=_("For the certificate, if one is wanted.")
    )
    over_capacity = forms.BooleanField(label=_("All places are taken: let this person in all the same"), required=False)

    def __init__(self, *args, is_full: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_full:
            del self.fields["over_capacity"]
