"""What an applicant adds to a step."""

from django import forms
from django.utils.translation import gettext_lazy as _


class WithdrawalForm(forms.Form):
    reason = forms.CharField(
        label=_("Why, if you like to say"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
