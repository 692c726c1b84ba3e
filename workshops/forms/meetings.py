"""What people of a mission type: a request, a time, a reason, minutes, a follow-up."""

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.dates import in_brackets, long_date
from workshops.models import MeetingFollowUp, MeetingSlot
from workshops.schedules import Span, span_in
from workshops.services.scheduling import JUST_MOVED


def _text(rows: int):
    return forms.Textarea(attrs={"rows": rows})


def slot_value(slot: MeetingSlot) -> str:
    """Which slot, and when it was when the page showed it: its event may move before the page comes back."""
    return f"{slot.public_id}@{slot.starts_at:%Y%m%dT%H%MZ}"


def _by_day(slots: list[MeetingSlot], zone: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The slots under their day by both clocks, told once; beside each slot the hours of the reader's own."""
    days: dict[str, list[tuple[str, str]]] = {}
    for slot in slots:
        there = span_in(slot.starts_at, slot.ends_at, slot.timezone)
        here = span_in(slot.starts_at, slot.ends_at, zone)
        heading = format_html("{} {}", long_date(there.day), _clock_of(there))
        hours = format_html('<span class="nowrap">{}</span>', there.clock)
        if here.offset != there.offset:
            day = f"{long_date(here.day)} " if here.day != there.day else ""
            heading = format_html("{} / {}{}", heading, day, _clock_of(here))
            hours = format_html('{} <span class="help nowrap">{}</span>', hours, here.clock)
        days.setdefault(format_html("<span>{}</span>", heading), []).append((slot_value(slot), hours))
    return list(days.items())


def _clock_of(span: Span) -> str:
    return format_html('<span class="nowrap">{}{}</span>', span.zone, in_brackets(span.offset))


class SlotField(forms.ChoiceField):
    """One of the times that are free. What was free a moment ago is not refused here: the service says it kindly."""

    widget = forms.RadioSelect

    def __init__(self, *, offered: list[MeetingSlot], every: list[MeetingSlot], zone: str, **options):
        self.by_value = {slot_value(slot): slot for slot in every}
        choices: list = _by_day(offered, zone)
        if not options.get("required", True):
            choices.insert(0, ("", options.pop("empty_label", _("Any time"))))
        super().__init__(choices=choices, error_messages={"invalid_choice": JUST_MOVED}, **options)

    def valid_value(self, value):
        return value in self.by_value

    def clean(self, value):
        return self.by_value.get(super().clean(value))


class RequestForm(forms.Form):
    """A request for a meeting."""

    topic = forms.CharField(
        label=_("What you would like to talk about"),
        max_length=300,
        help_text=_("One line. It decides whether the other one says yes."),
    )
    message = forms.CharField(
        label=_("A few words more, if you like"),
        required=False,
        max_length=2000,
        widget=_text(4),
        help_text=_("Nothing confidential: this goes by e-mail."),
    )

    def __init__(self, *args, offered, every, zone, **kwargs):
        super().__init__(*args, **kwargs)
        if offered:
            self.fields["slot"] = SlotField(
                label=_("Wished time"), offered=offered, every=every, zone=zone, required=False, initial=""
            )


class SlotForm(forms.Form):
    """The time of a meeting; `may_wait` lets somebody accept without choosing one."""

    def __init__(self, *args, offered, every, zone, may_wait=False, wished=None, **kwargs):
        super().__init__(*args, **kwargs)
        options = {"empty_label": _("Yes, at any time: the organiser finds one")} if may_wait else {}
        initial = slot_value(wished) if wished is not None and wished in offered else ""
        self.fields["slot"] = SlotField(
            label=_("Time"), offered=offered, every=every, zone=zone, required=not may_wait, initial=initial, **options
        )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=1000, widget=_text(2), help_text=_("The other one reads it."))


class DeclineForm(forms.Form):
    reason = forms.CharField(label=_("Why, if you like to say"), required=False, max_length=1000, widget=_text(2))


class MinutesForm(forms.Form):
    text = forms.CharField(
        label=_("Minutes"),
        max_length=20000,
        widget=_text(8),
        help_text=_("What was said, and what was agreed: who does what until when."),
    )
    confidential = forms.BooleanField(label=_("They hold confidential content"), required=False)


class FollowUpForm(forms.Form):
    """What comes next, and in the end what came of it."""

    next_step = forms.CharField(label=_("Next step"), required=False, max_length=500)
    owner = forms.ChoiceField(label=_("Who does it"), required=False)
    due_on = forms.DateField(
        label=pgettext_lazy("deadline", "Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    outcome = forms.ChoiceField(label=_("What came of it"), required=False, choices=MeetingFollowUp.Outcome.choices)
    outcome_on = forms.DateField(
        label=_("Day it was agreed"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Needed for agreements of every kind."),
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {str(person.public_id): person for person in people}
        self.fields["owner"].choices = [
            ("", _("not decided yet")), *((key, str(person)) for key, person in self.people.items())
        ]  # fmt: skip

    def clean_owner(self):
        return self.people.get(self.cleaned_data["owner"])
