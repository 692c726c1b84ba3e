"""What a reader of a letter types in to check it."""

from django import forms
from django.utils.translation import gettext_lazy as _


class VerificationForm(forms.Form):
    code = forms.CharField(
        label=_("Verification code"),
        max_length=40,
        help_text=_("12 letters and digits at the foot of the letter, for example 7K3M-Q9TX-2BHN."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
