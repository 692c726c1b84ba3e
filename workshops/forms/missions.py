"""Parts of an itinerary, and slots, as the desk types them."""

import datetime as dt
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.core.dates import exact_wall_clock

HOURS = ("starts_at", "ends_at")


class HoursOfThePlaceForm(forms.ModelForm):
    """Hours are typed and shown by the clock of the row's own zone, whichever clock the desk reads."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in HOURS:
            if name not in self.fields:
                continue
            self.fields[name].help_text = _("By the clock of the time zone that you enter here.")
            if self.instance.pk:
                local = getattr(self.instance, name).astimezone(ZoneInfo(self.instance.timezone))
                self.initial[name] = local.replace(tzinfo=None)

    def full_clean(self):
        """What is typed is no time of the reader's zone, where its hour may not exist."""
        with timezone.override(dt.UTC):
            super().full_clean()

    def clean(self):
        cleaned = super().clean()
        for name in HOURS:
            typed, zone = cleaned.get(name), cleaned.get("timezone")
            if typed and zone:
                local = timezone.make_naive(typed)
                try:
                    cleaned[name] = exact_wall_clock(local.date(), local.time(), zone)
                except ValidationError as refusal:
                    self.add_error(name, refusal)
        return cleaned
