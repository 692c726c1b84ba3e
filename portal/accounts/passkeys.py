"""The forms of passkeys with a label of ours: allauth's leave it to the name of the field, in English for everybody."""

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _


class AddPasskeyForm(AddWebAuthnForm):
    name = forms.CharField(label=_("Name of the device"), required=False)


class EditPasskeyForm(EditWebAuthnForm):
    name = forms.CharField(label=_("Name of the device"))
