"""What a page of figures is asked for: about what, and over which year of which calendar."""

import datetime as dt

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core.dates import FiscalCalendar, fiscal_year
from portal.figures import Subject, SubjectError, find_subject
from portal.figures.subjects import KINDS
from portal.reports.board import OFFERED_KINDS, Chosen

FIRST_YEAR, LAST_YEAR = 1990, 2100
CALENDARS = {"US": FiscalCalendar.US_UNIVERSITY}


class FiguresForm(forms.Form):
    """Always answers with something: what is missing or wrong falls back to the person's own alliance and this year."""

    subject: forms.Field = forms.ChoiceField(label=_("About"), required=False)
    year = forms.IntegerField(label=_("Fiscal year"), required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)
    calendar = forms.ChoiceField(label=_("Calendar"), required=False, choices=FiscalCalendar.choices)

    def __init__(self, asked, *, user, today: dt.date):
        self.user, self.today = user, today
        self.covered = {kind: list(KINDS[kind].covered_by(user)) for kind in OFFERED_KINDS}
        self.problems: list[str] = []
        self.named = self._named(asked.get("subject", ""))
        first = next((Subject.of(kind, rows[0]) for kind, rows in self.covered.items() if rows), None)
        chosen = self.named if "subject" in asked else first
        calendar = asked.get("calendar", "")
        if calendar not in FiscalCalendar.values:
            calendar = self._usual_calendar(chosen)
        self.chosen = Chosen.of(user, chosen, self._year(asked.get("year", ""), calendar), calendar, today)
        super().__init__(
            {"subject": self.chosen.key, "year": self.chosen.year, "calendar": self.chosen.calendar},
            auto_id="figures_%s",
        )
        self.fields["subject"] = forms.ChoiceField(label=_("About"), required=False, choices=self._choices())

    def _named(self, key: str) -> Subject | None:
        if not key:
            return None
        try:
            found = find_subject(key)
        except SubjectError as error:
            self.problems.append(str(error))
            return None
        kind = KINDS[found.kind]
        if not kind.rows.visible_to(self.user).filter(**{kind.key: found.key}).exists():
            self.problems.append(gettext("There is no such subject that you may see: “%(key)s”.") % {"key": key})
            return None
        return found

    @staticmethod
    def _usual_calendar(subject: Subject | None) -> str:
        owner = subject.organisation if subject else None
        return CALENDARS.get(owner.country if owner else "", FiscalCalendar.JAPAN)

    def _year(self, text: str, calendar: str) -> int:
        if text.isdecimal() and FIRST_YEAR <= int(text) <= LAST_YEAR:
            return int(text)
        if text:
            self.problems.append(
                gettext("“%(text)s” is no year. Write one from %(first)d to %(last)d.")
                % {"text": text, "first": FIRST_YEAR, "last": LAST_YEAR}
            )
        return fiscal_year(self.today, calendar)

    def _choices(self) -> list:
        choices: list = [("", gettext("Everything I may see"))]
        for kind, rows in self.covered.items():
            if rows:
                offered = [(Subject.of(kind, row).natural_key, str(row)) for row in rows]
                choices.append((str(KINDS[kind].label).capitalize(), offered))
        offered_keys = {key for _group, rows in choices[1:] for key, _label in rows}
        if self.chosen.subject and self.chosen.key not in offered_keys:
            choices.append((self.chosen.key, f"{self.chosen.subject} ({self.chosen.subject.kind_label})"))
        return choices
