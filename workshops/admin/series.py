"""Series of events at the desk."""

from urllib.parse import urlencode

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from portal.core.admin_steps import DeskStep, RecordAdmin
from portal.core.dates import zone_name
from portal.core.narrative import tell
from portal.transfers.admin_base import TransferAdminMixin
from workshops.forms.event import UntilForm
from workshops.models import EventSeries
from workshops.rules.event import organises
from workshops.services import series as services

tell(
    {
        "event_series.create_events": _("made events from the rule"),
        "calendar_feed.renew": _("made a new address of the calendar"),
        "calendar_feed.revoke": _("closed the address of the calendar"),
    }
)


@admin.register(EventSeries)
class EventSeriesAdmin(TransferAdminMixin, RecordAdmin):
    steps = {
        "create_events": DeskStep(
            services.create_events,
            form=UntilForm,
            label=_("Make the next events"),
            rule=organises,
            tone="primary",
            explain=_(
                "One idea of an event for each day of the rule that has none yet. "
                "Nobody is told before you announce them."
            ),
        ),
    }
    list_display = ("title", "rule_in_words", "host_organisation", "alliance", "first_on", "last_on", "is_public")
    list_filter = ("rhythm", "alliance", "kind")
    list_select_related = ("host_organisation", "alliance")
    search_fields = ("code", "title_en", "title_ja")
    summary = ("rule_in_words", "host_organisation", "alliance", "format", "first_on", "last_on")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "code", ("title_en", "title_ja"), ("summary_en", "summary_ja"), "host_organisation", "alliance",
                    ("kind", "is_public"),
                )
            },
        ),
        (
            _("Rhythm"),
            {
                "classes": ("tab",),
                "fields": (
                    ("rhythm", "interval"), ("week", "weekday"), ("starts_time", "minutes"), "timezone",
                    ("first_on", "last_on"),
                ),
            },
        ),
        (
            _("Place"),
            {
                "classes": ("tab",),
                "fields": ("format", ("venue_en", "venue_ja"), ("city", "country"), ("capacity", "language")),
            },
        ),
        (_("About the record"), {"classes": ("tab",), "fields": ("note_en", "source")}),
    )  # fmt: skip

    def get_readonly_fields(self, request, obj=None):
        """Events name their series by its code: it stays once there are any."""
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "code") if obj and services.events_of(obj).exists() else fields

    def see_also(self, request, obj):
        number = services.events_of(obj).visible_to(request.user).count()
        if not number:
            return []
        address = f"{reverse('admin:workshops_event_changelist')}?{urlencode({'q': obj.code})}"
        return [(ngettext("%(number)d event", "%(number)d events", number) % {"number": number}, address)]

    @display(description=_("title"), ordering="title_en")
    def title(self, series):
        return series.title

    @display(description=_("rhythm"), ordering="rhythm")
    def rule_in_words(self, series):
        """“Every 2 weeks on Thursday at 17:00 Chicago time”."""
        words = {
            "weekday": series.get_weekday_display(),
            "time": f"{series.starts_time:%H:%M}",
            "zone": zone_name(series.timezone),
            "interval": series.interval,
        }
        if series.rhythm == EventSeries.Rhythm.MONTHLY:
            words["week"] = series.get_week_display()
            return _now("%(week)s %(weekday)s, every %(interval)d months, %(time)s %(zone)s") % words
        return _now("every %(interval)d weeks, %(weekday)s, %(time)s %(zone)s") % words
