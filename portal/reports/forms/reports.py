"""What a report is asked for: about what, and over which fiscal year."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.dates import FiscalCalendar, fiscal_year
from portal.figures.periods import fiscal_name
from portal.figures.subjects import KINDS
from portal.reports.models import REPORTERS

YEARS_OFFERED = 10


class ReportForm(forms.Form):
    subject = forms.ChoiceField(label=_("About"))
    calendar = forms.ChoiceField(label=_("Fiscal calendar"), choices=FiscalCalendar.choices)
    year = forms.TypedChoiceField(label=_("Fiscal year"), coerce=int)

    def __init__(self, *args, user, today: dt.date, **kwargs):
        super().__init__(*args, initial={"year": fiscal_year(today) - 1}, **kwargs)
        self.records = {
            f"{kind}:{row.code}": row
            for kind in ("alliance", "programme")
            for row in KINDS[kind].covered_by(user, REPORTERS)
        }
        latest = max(fiscal_year(today, calendar) for calendar in FiscalCalendar.values)
        years = range(latest, latest - YEARS_OFFERED, -1)
        choices = {
            "subject": [
                (label, [(key, row.name) for key, row in self.records.items() if key.startswith(f"{kind}:")])
                for kind, label in (("alliance", _("Alliances")), ("programme", _("Programmes")))
            ],
            "year": [(year, fiscal_name(year)) for year in years],
        }
        for name, offered in choices.items():
            setattr(self.fields[name], "choices", offered)  # noqa: B010 (fields of a form have no narrower type)

    @property
    def may_ask(self) -> bool:
        """Whether there is anything the person may ask about."""
        return bool(self.records)

    def record(self):
        """The alliance or programme that was chosen."""
        return self.records[self.cleaned_data["subject"]]
