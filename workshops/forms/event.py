"""Forms of events: the report, and what the steps at the desk ask for."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.core.admin_steps import StepForm
from workshops.models import AttendanceMode, Event
from workshops.services.event_report import REPORT_FIELDS


def day_field(label, **options):
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


def time_field(label, **options):
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, required=False, **options)


class ReportForm(forms.ModelForm):
    """The report. An empty number is unknown, zero is zero."""

    class Meta:
        model = Event
        fields = REPORT_FIELDS
        widgets = {
            "report_en": forms.Textarea(attrs={"rows": 8}),
            "report_ja": forms.Textarea(attrs={"rows": 8, "lang": "ja"}),
        }

    def __init__(self, *args, from_rows: dict[str, int | None], **kwargs):
        super().__init__(*args, **kwargs)
        for name, count in from_rows.items():
            self.fields[name].help_text = (
                _("The rows of the portal do not say. Leave it empty if nobody knows.")
                if count is None
                else _("Counted from the rows of the portal: %(number)d.") % {"number": count}
            )


class WhenForm(StepForm):
    """Days and hours by the clock of the event."""

    starts_on = day_field(_("first day"))
    starts_time = time_field(_("begins at"), help_text=_("By the clock of the place of the event."))
    ends_on = day_field(_("last day"), required=False, help_text=_("Empty: it is one day."))
    ends_time = time_field(_("ends at"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.record is not None:
            for name, field in self.fields.items():
                field.initial = getattr(self.record, name, field.initial)


class NewDateForm(WhenForm):
    registration_opens_on = day_field(
        _("registration opens on"), required=False, help_text=_("Empty or in the past: at once.")
    )
    registration_closes_on = day_field(
        _("registration closes on"), required=False, help_text=_("Empty: when the event begins.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("starts_on", "ends_on", "registration_closes_on"):
            self.fields[name].initial = None


class MoveForm(WhenForm):
    format = forms.ChoiceField(label=_("format"), choices=AttendanceMode.choices)
    venue_en = forms.CharField(label=_("venue in English"), required=False, max_length=300)
    venue_ja = forms.CharField(label=_("venue in Japanese"), required=False, max_length=300)
    city = forms.CharField(label=_("city"), required=False, max_length=100)
    online_url = forms.URLField(
        label=_("address of the online room"), required=False, max_length=500, assume_scheme="https"
    )
    is_correction = forms.BooleanField(label=_("Only a correction of spelling: nobody is written to"), required=False)


class ReasonsForm(StepForm):
    """Why, as those concerned read it: each in her language."""

    reason = forms.CharField(
        label=_("Reason in English"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Kept in the history; people who are told about this step read it."),
    )
    reason_ja = forms.CharField(
        label=_("Reason in Japanese"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Empty: readers of Japanese get the English one."),
    )


class HeldForm(StepForm):
    attended_count = forms.IntegerField(
        label=_("Head count"),
        min_value=0,
        required=False,
        help_text=_("Empty where people were checked in at the door. Zero counts too."),
    )


class InviteForm(StepForm):
    addresses = forms.CharField(
        label=_("Addresses"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One person a line: name@example.org or Name <name@example.org>."),
    )
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)
    words = forms.CharField(label=_("A word of your own"), widget=forms.Textarea(attrs={"rows": 3}), required=False)


class UntilForm(StepForm):
    until = day_field(_("Events up to this day"))
