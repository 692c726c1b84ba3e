"""The sign-up form beside what the sign-in library asks, and a person's own details."""

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Person
from portal.core.identifiers import normalise_orcid
from portal.core.names import in_latin_letters
from portal.core.zones import zone_choices
from portal.ui.choices import LongSelect


class SignupForm(forms.Form):
    """Used by allauth as the base of its own form."""

    given_name = forms.CharField(
        label=_("Given name"), max_length=100, help_text=_("In Latin letters, as in your passport.")
    )
    family_name = forms.CharField(
        label=_("Family name"), max_length=100, required=False, help_text=_("Leave empty if you have a single name.")
    )
    timezone = forms.ChoiceField(label=_("Your time zone"), choices=zone_choices, widget=LongSelect, initial="UTC")

    def clean_given_name(self):
        return in_latin_letters(self.cleaned_data["given_name"])

    def clean_family_name(self):
        return in_latin_letters(self.cleaned_data["family_name"])

    def signup(self, request, user):
        """Called by allauth after the user is saved: keeps language and zone, and makes or claims the person."""
        from portal.accounts.services import complete_signup

        complete_signup(
            user=user,
            given_name=self.cleaned_data["given_name"],
            family_name=self.cleaned_data["family_name"],
            timezone=self.cleaned_data["timezone"],
            language=get_language() or settings.LANGUAGE_CODE,
        )


class ProfileForm(forms.ModelForm):
    """A person's own names, languages and identifiers; fields are those of the person and the language of the user."""

    language = forms.ChoiceField(
        label=_("Language of pages and mails"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )
    timezone = forms.ChoiceField(
        label=_("Your time zone"),
        choices=zone_choices,
        widget=LongSelect,
        help_text=_("Times are shown by the clock of the host and by yours."),
    )

    class Meta:
        model = Person
        fields = (
            "given_name",
            "family_name",
            "display_name",
            "family_name_ja",
            "given_name_ja",
            "family_name_kana",
            "given_name_kana",
            "name_order",
            "career_stage",
            "position_en",
            "position_ja",
            "orcid",
            "timezone",
        )
        help_texts = {
            "given_name": _("In Latin letters, as in your passport. A single name goes here."),
            "family_name_ja": _("For example in kanji, if your name is written so."),
            "name_order": _("How your name stands in Japanese texts when it is written in Latin letters."),
            "orcid": _("For example 0000-0002-1825-0097. Your papers are found by it after the stay."),
        }
        widgets = {"name_order": forms.RadioSelect}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.user:
            self.initial["language"] = self.instance.user.language
            self.initial["timezone"] = self.instance.user.timezone

    def clean_given_name(self):
        return in_latin_letters(self.cleaned_data["given_name"])

    def clean_family_name(self):
        return in_latin_letters(self.cleaned_data["family_name"])

    def clean_orcid(self):
        value = self.cleaned_data["orcid"].strip()
        return normalise_orcid(value) if value else ""
