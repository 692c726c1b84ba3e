"""Cohorts at the desk, from planning to the last follow-up."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from portal.core.admin_base import ScopedTabularInline, visible_rows, worded
from portal.core.admin_steps import DeskStep, RecordAdmin, StepForm
from portal.core.countries import country_name
from portal.core.dates import fuzzy_date, long_date
from portal.transfers.admin_base import TransferAdminMixin
from startups import rules
from startups.admin.milestones import MilestoneInline
from startups.models import Cohort, Startup
from startups.services import cohorts
from startups.workflows import COHORT


class DemoDayForm(StepForm):
    """The event at which the startups show themselves; events are another desk's, and chosen from what one sees."""

    demo_event = forms.ModelChoiceField(label=_("Demo day"), queryset=None)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        events = Cohort._meta.get_field("demo_event").related_model
        self.fields["demo_event"].queryset = visible_rows(events, self.user)
        if self.record is not None:
            self.fields["demo_event"].initial = self.record.demo_event_id


class StartupInline(ScopedTabularInline):
    model = Startup
    fk_name = "cohort"
    fields = readonly_fields = ("name", "state_badge", "country_shown", "admitted_on")
    country_shown = worded("country", country_name, _("country"))


@admin.register(Cohort)
class CohortAdmin(TransferAdminMixin, RecordAdmin):
    workflow = COHORT
    count_states = True
    steps = {
        "open": DeskStep(cohorts.open_cohort, explain=_("Applications come in while its call is open.")),
        "start": DeskStep(cohorts.start_cohort),
        "hold_demo_day": DeskStep(cohorts.hold_demo_day, form=DemoDayForm),
        "graduate": DeskStep(
            cohorts.graduate_cohort, explain=_("From today its startups are asked again after 12, 36 and 60 months.")
        ),
        "close": DeskStep(cohorts.close_cohort),
    }
    list_display = ("name", "state_badge", "programme", "first_day", "last_day", "places")
    list_filter = ("state", "programme")
    list_select_related = ("programme",)
    search_fields = ("code", "name_en", "name_ja")
    date_range = "starts_on"
    summary = ("programme", "call", "first_day", "last_day", "places", "demo_event", "graduated_on", "follow_ups")
    inlines = (StartupInline, MilestoneInline)
    fieldsets = (
        (None, {"fields": ("code", ("name_en", "name_ja"), "programme", "call", "places")}),
        (_("Dates"), {"classes": ("tab",), "fields": (("starts_on", "ends_on"), "date_precision", "demo_event")}),
        (_("About the record"), {"classes": ("tab",), "fields": ("state", "note_en", "source")}),
    )

    def see_also(self, request, obj):
        if obj.call_id is None or not rules.runs_cohort(request.user, obj):
            return []
        applications = reverse("admin:startups_cohortapplication_changelist")
        ranking = reverse("admin:startups_cohortapplication_ranking", args=[obj.call_id])
        return [
            (_("Applications"), f"{applications}?cohort__id__exact={obj.pk}"),
            (_("Ranking of the call"), ranking),
        ]

    @display(description=_("first day"), ordering="starts_on")
    def first_day(self, cohort):
        return fuzzy_date(cohort.starts_on, cohort.date_precision)

    @display(description=_("last day"), ordering="ends_on")
    def last_day(self, cohort):
        return fuzzy_date(cohort.ends_on, cohort.date_precision)

    @display(description=_("days of the follow-up"))
    def follow_ups(self, cohort):
        return gettext(", ").join(long_date(day) for day in cohort.follow_up_days)
