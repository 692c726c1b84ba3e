"""The catalogue of reminders at the desk: what exists, what runs, what comes next, and the switch."""

from django.contrib import admin
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from portal.core.admin_base import ScopedReadOnlyAdmin
from portal.core.admin_steps import DeskStep, StepsMixin
from portal.core.dates import zoned_text
from portal.core.narrative import tell
from portal.reminders.models import ReminderRule
from portal.reminders.planning import coming_dates
from portal.reminders.rules import switches_off, switches_on
from portal.reminders.services import switch_off, switch_on
from portal.reminders.views import planned, week
from portal.reminders.vocabulary import anchor_words, clock_words, offsets_words, readers_words, step_words

tell({"reminders.switch_on": _("switched on"), "reminders.switch_off": _("switched off")})

PREVIEWED = 20


@admin.register(ReminderRule)
class ReminderRuleAdmin(StepsMixin, ScopedReadOnlyAdmin):
    subject = "rule"
    steps = {
        "switch_on": DeskStep(
            switch_on,
            label=_("Switch on"),
            rule=switches_on,
            tone="primary",
            explain=_("The rule speaks for everybody again, from the next date on."),
            bulk=True,
            previews=False,
        ),
        "switch_off": DeskStep(
            switch_off,
            label=_("Switch off"),
            rule=switches_off,
            tone="danger",
            explain=_("Nobody in the house is reminded by this rule any more; its mails that wait are cancelled."),
            bulk=True,
            previews=False,
        ),
    }
    summary = ("entity", "counted_from", "when", "readers", "superiors", "clock", "is_active", "is_running")

    list_display = ("code", "line", "entity", "counted_from", "when", "readers", "is_active", "is_running")
    list_display_links = ("code", "line")
    list_filter = ("is_active", "entity")
    search_fields = ("code", "entity", "subject_en", "subject_ja", "recipients", "escalate_to")
    fields = ("subject_en", "subject_ja", "next_mails", "source", "note_en")
    readonly_fields = fields

    def get_urls(self):
        """Beside the catalogue: what it brings about in the next seven days."""
        door = self.admin_site.admin_view
        return [
            path("week/", door(week), name="reminders_outlook"),
            path("week/<str:key>/", door(planned), name="reminders_planned"),
            *super().get_urls(),
        ]

    @display(description=_("subject"))
    def line(self, rule):
        return rule.subject

    @display(description=_("counted from"))
    def counted_from(self, rule):
        return anchor_words(rule.trigger_en)

    @display(description=_("when"))
    def when(self, rule):
        return offsets_words(rule.offsets)

    @display(description=_("to"))
    def readers(self, rule):
        return readers_words(rule.recipients)

    @display(description=_("if nothing happens, then to"))
    def superiors(self, rule):
        return readers_words(rule.escalate_to)

    @display(description=_("whose time"))
    def clock(self, rule):
        return clock_words(rule.time_zone_rule)

    @display(description=_("runs"), boolean=True)
    def is_running(self, rule):
        return rule.is_active and rule.runs

    @display(description=_("next mails"))
    def next_mails(self, rule):
        """Dates alone: whose they are stands in the list of mails, for the desks that see them."""
        dates = coming_dates(rule, now=timezone.now(), limit=PREVIEWED)
        rows = ((zoned_text(occurrence.at, zone), step_words(occurrence.step)) for occurrence, zone in dates)
        return format_html_join("", "<div>{} · {}</div>", rows) or "–"
