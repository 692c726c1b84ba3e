"""Missions at the desk: delegations with their companies, people, itinerary and the schedule of their meetings."""

import datetime as dt

from django import forms
from django.conf import settings
from django.contrib import admin
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from portal.accounts.models.person import search_form
from portal.core.admin_base import ScopedStackedInline, ScopedTabularInline, worded
from portal.core.admin_steps import DeskStep, RecordAdmin, StepForm
from portal.core.countries import country_name
from portal.core.dates import in_brackets, long_date, zone_name
from portal.core.narrative import tell
from portal.core.zones import zone_choices
from portal.outbox.preview import mails_written_by
from portal.transfers.admin_base import TransferAdminMixin
from workshops.boards import Board
from workshops.forms.missions import HoursOfThePlaceForm
from workshops.models import Delegate, Delegation, ItineraryLeg, Meeting, MeetingSlot, MeetingTable, MissionCompany
from workshops.rules import meetings as rules
from workshops.schedules import span_in, span_text
from workshops.services import mission_links, missions, scheduling

tell(
    {
        "mission.slots": _("made slots"),
        "mission.carried": _("moved slots and itinerary along with the event"),
        "mission.schedule": _("scheduled the accepted meetings"),
        "mission.freeze": _("froze the schedule"),
        "mission.thaw": _("opened the schedule again"),
        "mission.send_links": _("mailed everybody her pages"),
        "mission.send_link": _("mailed her pages"),
        "mission.renew_link": _("mailed a fresh link"),
        "mission.add_delegate": _("put into the mission"),
        "mission.cancel_delegate": _("does not come"),
        "mission.welcome_delegate": _("comes after all"),
        "mission.new_feed": _("made an address for the calendar"),
    }
)


# -- what the steps ask ------------------------------------------------------------------------------------------------
class SlotsForm(StepForm):
    """A block of time, cut into slots."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    first = forms.TimeField(label=_("begins at"), initial=dt.time(10), widget=forms.TimeInput(attrs={"type": "time"}))
    last = forms.TimeField(label=_("ends at"), initial=dt.time(12), widget=forms.TimeInput(attrs={"type": "time"}))
    minutes = forms.IntegerField(label=_("Minutes a meeting"), initial=30, min_value=5, max_value=240)
    pause = forms.IntegerField(label=_("Minutes between two meetings"), initial=0, min_value=0, max_value=120)
    tables = forms.IntegerField(
        label=_("Tables"), initial=4, min_value=0, max_value=200, help_text=_("Missing ones are added and numbered.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.record is not None:
            self.fields["day"].initial = self.record.event.starts_on
            self.fields["first"].help_text = zone_name(self.record.timezone)


class DelegateForm(StepForm):
    """Somebody who takes part, by name and address."""

    company = forms.ModelChoiceField(
        label=_("Company"), queryset=None, required=False, help_text=_("Empty for interpreters only.")
    )
    family_name = forms.CharField(label=_("Family name"), max_length=100)
    given_name = forms.CharField(label=_("Given name"), max_length=100)
    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("Role"), choices=Delegate.Role.choices, initial=Delegate.Role.DELEGATE)
    languages = forms.CharField(
        label=_("Languages spoken"),
        required=False,
        max_length=60,
        help_text=_("Codes separated by “|”, such as ja|en."),
    )
    needs_interpreter = forms.BooleanField(label=_("Needs an interpreter"), required=False)
    ui_language = forms.ChoiceField(label=_("Language of mails"), choices=settings.LANGUAGES)
    timezone = forms.ChoiceField(label=_("Time zone at home"), choices=zone_choices)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.record is not None:
            self.fields["company"].queryset = self.record.companies.all()
            self.fields["timezone"].initial = self.record.timezone


# -- parts of a delegation ---------------------------------------------------------------------------------------------
class CompanyInline(ScopedStackedInline):
    model = MissionCompany
    editable = True
    fields = (
        ("name_en", "name_ja"),
        ("side", "country", "organisation"),
        ("technology_areas", "website"),
        ("profile_en", "profile_ja"),
        ("wishes_en", "wishes_ja"),
    )


class DelegateInline(ScopedTabularInline):
    model = Delegate
    fields = readonly_fields = ("person", "company", "role", "spoken", "needs_interpreter", "coming")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("person", "company")

    @display(description=_("languages spoken"))
    def spoken(self, delegate):
        return delegate.spoken_names

    @display(description=_("comes"), boolean=True)
    def coming(self, delegate):
        return delegate.is_coming


class LegInline(ScopedTabularInline):
    model = ItineraryLeg
    form = HoursOfThePlaceForm
    editable = True
    fields = ("kind", "title_en", "title_ja", "starts_at", "ends_at", "timezone", "place_en", "host", "capacity")


class TableInline(ScopedTabularInline):
    model = MeetingTable
    editable = True
    fields = ("name_en", "name_ja", "place_en", "place_ja", "is_online", "online_url", "sort_order")


class SlotInline(ScopedTabularInline):
    model = MeetingSlot
    fields = readonly_fields = ("code", "when")

    @display(description=_("time"))
    def when(self, slot):
        return span_text(slot)


# -- the desk ----------------------------------------------------------------------------------------------------------
@admin.register(Delegation)
class DelegationAdmin(TransferAdminMixin, RecordAdmin):
    mails_of = staticmethod(mails_written_by)
    steps = {
        "add_delegate": DeskStep(
            missions.add_delegate, form=DelegateForm, label=_("Add a person"), rule=rules.runs_mission, previews=False
        ),
        "generate_slots": DeskStep(
            missions.generate_slots,
            form=SlotsForm,
            label=_("Make slots and tables"),
            rule=rules.runs_mission,
            previews=False,
        ),
        "schedule_accepted": DeskStep(
            scheduling.schedule_accepted,
            label=_("Schedule the accepted ones"),
            rule=rules.runs_mission,
            tone="primary",
            explain=_(
                "Every accepted meeting without a time gets one: wishes of both first, then in the order of the"
                " requests. Meetings that have a time stay where they are. The schedule says why one found no place."
            ),
        ),
        "send_links": DeskStep(
            mission_links.send_links,
            label=_("Mail everybody her pages"),
            rule=rules.runs_mission,
            explain=_("Who has no sign-in gets a personal link."),
        ),
        "freeze": DeskStep(
            missions.freeze,
            label=_("Freeze the schedule"),
            rule=rules.may_freeze,
            explain=_("From now on only the organiser gives or changes times. What moves later is marked."),
        ),
        "thaw": DeskStep(missions.thaw, label=_("Open the schedule again"), rule=rules.may_thaw),
    }
    list_display = ("name", "event", "organisation", "frozen_at")
    list_select_related = ("event__host_organisation", "organisation")
    search_fields = ("code", "name_en", "name_ja", "event__title_en", "event__title_ja")
    in_global_search = True
    summary = ("event", "organisation", "contact_email", "numbers", "frozen_at")
    fields = (
        "code",
        "event",
        "organisation",
        ("name_en", "name_ja"),
        "contact_email",
        "answer_hours",
        "request_limit",
        "meeting_limit",
        "note_en",
        "source",
    )
    inlines = (CompanyInline, DelegateInline, LegInline, TableInline, SlotInline)

    @display(description=_("name"), ordering="name_en")
    def name(self, delegation):
        return delegation.name

    @display(description=_("size"))
    def numbers(self, delegation):
        return _("%(companies)d companies, %(people)d people, %(slots)d slots, %(tables)d tables") % {
            "companies": delegation.companies.count(),
            "people": delegation.delegates.filter(cancelled_at=None).count(),
            "slots": delegation.slots.count(),
            "tables": delegation.tables.count(),
        }

    def see_also(self, request, obj):
        meetings = reverse("admin:workshops_meeting_changelist")
        return [
            (_("Schedule"), reverse("admin:workshops_delegation_schedule", args=[obj.pk])),
            (_("Meetings"), f"{meetings}?event__id__exact={obj.event_id}"),
            (_("Did they take place?"), f"{meetings}?event__id__exact={obj.event_id}&situation=doubtful"),
            (_("To follow up"), f"{meetings}?event__id__exact={obj.event_id}&situation=follow_up_30"),
        ]

    def get_urls(self):
        schedule = require_safe(self.admin_site.admin_view(self.schedule_view))
        name = "workshops_delegation_schedule"
        return [path("<int:object_id>/schedule/", schedule, name=name), *super().get_urls()]

    def schedule_view(self, request, object_id: int):
        """Slots × tables of the mission, who waits for a place and why, and what has changed since the freeze."""
        self._require_view(request)
        delegation = self.visible_or_404(request, str(object_id))
        board = Board(delegation, now=timezone.now())
        rows = Meeting.objects.visible_to(request.user).filter(event=delegation.event_id).for_list()
        placed = {(row.slot_id, row.table_id): row for row in rows.holding().exclude(slot=None)}
        context = {
            **self.admin_site.each_context(request),
            "title": _("Schedule"),
            "subtitle": str(delegation),
            "opts": self.opts,
            "delegation": delegation,
            "tables": board.tables,
            "lines": [_line(slot, board.tables, placed) for slot in board.slots],
            "waiting": [(row, board.why_not(row)) for row in rows.unscheduled().order_by("created_at", "pk")],
            "changed": [(row, span_text(row)) for row in _changed_since(rows, delegation.frozen_at)],
            "without_interpreter": [
                row
                for row in placed.values()
                if row.state == Meeting.State.SCHEDULED
                and row.interpreter_id is None
                and board.needs_interpreter(row.requester_id, row.invitee_id)
            ],
            "back_url": self.change_url(delegation),
            "may_schedule": rules.runs_mission(request.user, delegation),
            "schedule_url": self.step_url(delegation, "schedule_accepted"),
        }
        return TemplateResponse(request, "admin/workshops/delegation/schedule.html", context)


def _changed_since(meetings, frozen_at: dt.datetime | None):
    """What a sheet printed after the freeze does not show: given or moved later, or called off."""
    if frozen_at is None:
        return meetings.none()
    return meetings.filter(moved_at__gt=frozen_at).exclude(starts_at=None).order_by("starts_at", "pk")


def _line(slot: MeetingSlot, tables: list[MeetingTable], placed: dict) -> dict:
    span = span_in(slot.starts_at, slot.ends_at, slot.timezone)
    return {
        "day": long_date(span.day),
        "clock": span.clock,
        "zone": span.zone + in_brackets(span.offset),
        "cells": [(table, placed.get((slot.pk, table.pk))) for table in tables],
    }


class ComingFilter(DropdownFilter):
    title = _("comes")
    parameter_name = "coming"

    def lookups(self, request, model_admin):
        return [("yes", _("comes")), ("no", _("cancelled"))]

    def queryset(self, request, queryset):
        return queryset.filter(cancelled_at__isnull=self.value() == "yes") if self.value() else queryset


@admin.register(Delegate)
class DelegateAdmin(TransferAdminMixin, RecordAdmin):
    mails_of = staticmethod(mails_written_by)
    steps = {
        "send_link": DeskStep(
            mission_links.send_link, label=_("Mail her pages"), rule=rules.looks_after, bulk=True, previews=False
        ),
        "cancel_delegate": DeskStep(
            missions.cancel_delegate,
            label=_("Does not come"),
            rule=rules.may_cancel_delegate,
            tone="danger",
            explain=_("Her meetings are cancelled, those she was to meet are told at once, their time is free."),
        ),
        "welcome_delegate": DeskStep(
            missions.welcome_delegate, label=_("Comes after all"), rule=rules.may_welcome_delegate
        ),
    }
    list_display = ("person", "delegation", "company", "role", "spoken", "needs_interpreter", "cancelled_at")
    list_filter = (ComingFilter, "role", "delegation", "needs_interpreter")
    list_select_related = ("person", "delegation__event", "company")
    search_fields = ("code", "person__search_key", "company__name_en", "company__name_ja")
    search_fold = staticmethod(search_form)
    summary = ("person", "delegation", "company", "role", "spoken", "needs_interpreter", "cancelled_at")
    fields = ("code", "delegation", "company", "person", "role", "languages", "needs_interpreter", "note_en", "source")

    @display(description=_("languages spoken"), ordering="languages")
    def spoken(self, delegate):
        return delegate.spoken_names

    def has_delete_permission(self, request, obj=None):
        """Who has got a link knows of the mission and may have meetings: she is cancelled, which tells everybody."""
        return super().has_delete_permission(request, obj) and (obj is None or not obj.token_hash)

    def get_readonly_fields(self, request, obj=None):
        """Who it is does not change; and the person's own record may lie outside the desk's reach."""
        fixed = ("code", "delegation", "person") if obj is not None else ()
        return (*super().get_readonly_fields(request, obj), *fixed)


@admin.register(MissionCompany)
class MissionCompanyAdmin(TransferAdminMixin, RecordAdmin):
    list_display = ("name_en", "name_ja", "delegation", "side", "country_shown", "technology_areas")
    list_filter = ("delegation", "side")
    list_select_related = ("delegation",)
    search_fields = ("code", "name_en", "name_ja", "technology_areas")
    summary = ("delegation", "side", "country_shown", "organisation", "technology_areas")
    country_shown = worded("country", country_name, _("country"))
    fields = ("code", "delegation", *CompanyInline.fields, "note_en", "source")


@admin.register(ItineraryLeg)
class ItineraryLegAdmin(TransferAdminMixin, RecordAdmin):
    form = HoursOfThePlaceForm
    list_display = ("title", "kind", "delegation", "when", "place", "host", "capacity")
    summary = ("delegation", "when", "place", "host")
    list_filter = ("delegation", "kind")
    list_select_related = ("delegation", "host")
    search_fields = ("code", "title_en", "title_ja", "place_en")
    date_range = "starts_at"
    fields = (
        "code",
        "delegation",
        "kind",
        ("title_en", "title_ja"),
        ("starts_at", "ends_at", "timezone"),
        ("place_en", "place_ja"),
        ("host", "capacity"),
        "note_en",
        "source",
    )

    @display(description=_("title"), ordering="title_en")
    def title(self, leg):
        return leg.title

    @display(description=_("time"), ordering="starts_at")
    def when(self, leg):
        return span_text(leg)

    @display(description=_("place"), ordering="place_en")
    def place(self, leg):
        return leg.place
