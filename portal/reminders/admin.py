"""The catalogue of reminders at the desk: what exists, what runs, what comes next, and the switch."""

from django.contrib import admin
from django.db.models import Prefetch
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from portal.core import audit
from portal.core.admin_base import ScopedReadOnlyAdmin, worded
from portal.core.admin_steps import DeskStep, StepsMixin
from portal.core.dates import zoned_text
from portal.core.narrative import tell
from portal.reminders.desks import concerning, silences_concerning
from portal.reminders.forms import SwitchOffForm, SwitchOnForm
from portal.reminders.models import ReminderRule
from portal.reminders.outlook import coming_dates
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
            form=SwitchOnForm,
            explain=_("The rule speaks in the name of this organisation again, from the next date on."),
            bulk=True,
            previews=False,
        ),
        "switch_off": DeskStep(
            switch_off,
            label=_("Switch off"),
            rule=switches_off,
            tone="danger",
            form=SwitchOffForm,
            explain=_(
                "Nobody is reminded by this rule in the name of this organisation any more; such mails that wait are "
                "cancelled. Other organisations are not touched."
            ),
            bulk=True,
            previews=False,
        ),
    }
    summary = ("entity", "counted_from", "when", "readers", "superiors", "clock", "is_running", "off_for")

    list_display = ("code", "line", "counted_from", "when", "readers", "is_running", "off_for")
    list_display_links = ("code", "line")
    list_filter = ("entity",)
    search_fields = ("code", "entity", "subject_en", "subject_ja", "recipients", "escalate_to")
    fields = ("subject_en", "subject_ja", "next_mails", "source", "note_en")
    readonly_fields = fields

    def get_queryset(self, request):
        silences = Prefetch("silences", silences_concerning(request.user), to_attr="known_silences")
        return super().get_queryset(request).prefetch_related(silences)

    def get_object(self, request, object_id, from_field=None):
        rule = super().get_object(request, object_id, from_field)
        if rule is not None:
            rule.reader = request.user
        return rule

    def timeline_for(self, request, obj):
        """The catalogue is everybody's; a switch is told to the desks that it touches."""
        entries = audit.timeline(obj)
        return entries if request.user.scope.is_global else entries.filter(organisation__in=concerning(request.user))

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

    counted_from = worded("trigger_en", anchor_words, _("counted from"))
    when = worded("offsets", offsets_words, _("when"))
    readers = worded("recipients", readers_words, _("to"))
    superiors = worded("escalate_to", readers_words, _("if nothing happens, then to"))
    clock = worded("time_zone_rule", clock_words, _("whose time"))

    @display(description=_("runs"), boolean=True)
    def is_running(self, rule):
        return rule.is_active and rule.runs

    @display(description=_("switched off for"))
    def off_for(self, rule):
        return gettext(", ").join(str(silence.organisation) for silence in rule.known_silences) or "–"

    @display(description=_("next mails"))
    def next_mails(self, rule):
        """Dates alone, of the reader's desk: whose they are stands in the list of mails."""
        dates = coming_dates(rule, rule.reader, now=timezone.now(), limit=PREVIEWED)
        rows = ((zoned_text(occurrence.at, zone), step_words(occurrence.step)) for occurrence, zone in dates)
        return format_html_join("", "<div>{} · {}</div>", rows) or "–"
