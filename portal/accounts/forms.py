"""The sign-up form: a name, the language and the zone, beside what the sign-in library asks."""

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.accounts.zones import zone_choices


class SignupForm(forms.Form):
    """Used by allauth as the base of its own form."""

    given_name = forms.CharField(label=_("Given name"), max_length=100, help_text=_("In Latin letters, as in your passport."))
    family_name = forms.CharField(label=_("Family name"), max_length=100, required=False, help_text=_("Leave empty if you have a single name."))
    timezone = forms.ChoiceField(label=_("Your time zone"), choices=zone_choices, initial="UTC")

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
