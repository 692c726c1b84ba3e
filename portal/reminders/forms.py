"""What is asked before a reminder rule is switched: for whose mails."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.admin_steps import StepForm
from portal.reminders.desks import silent, speaking


class SwitchForm(StepForm):
    organisation = forms.ModelChoiceField(
        queryset=None,
        empty_label=None,
        label=_("For the mails of"),
        help_text=_("Those that go out in the name of this organisation or of one of its units."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        field.queryset = self.choices_of(self.user, self.record)
        field.initial = field.queryset.first()


class SwitchOnForm(SwitchForm):
    choices_of = staticmethod(silent)


class SwitchOffForm(SwitchForm):
    choices_of = staticmethod(speaking)
