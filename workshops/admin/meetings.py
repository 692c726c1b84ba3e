"""One-to-one meetings at the desk: giving times, settling who came, and what came of it."""

import datetime as dt

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from portal.accounts.models.person import search_form
from portal.core.admin_base import ScopedTypedFilter
from portal.core.admin_steps import DeskStep, RecordAdmin, StepForm
from portal.core.dates import zoned_text
from portal.core.narrative import tell
from portal.outbox.preview import mails_written_by
from portal.transfers.admin_base import TransferAdminMixin
from workshops.boards import Board
from workshops.forms.missions import HoursOfThePlaceForm
from workshops.models import Delegate, Meeting, MeetingFollowUp, MeetingSlot, MeetingTable
from workshops.rules import meetings as rules
from workshops.schedules import place_of, span_text
from workshops.services import meetings, scheduling
from workshops.workflows.meetings import MEETING

FOLLOW_UP_AFTER = (30, 90, 180)

tell(
    {
        "meeting.request": _("asked for the meeting"),
        "meeting.move": _("moved the meeting"),
        "meeting.wish_taken": _("the wished time went to another meeting"),
        "meeting.mark": _("said whether it took place"),
        "meeting.change_minutes": _("changed the minutes"),
        "meeting.approve_own_part": _("approved the minutes for one side"),
        "meeting.follow_up": _("kept the follow-up"),
        "meeting.hand_over": _("a colleague goes instead"),
        "meeting.lose_interpreter": _("the interpreter does not come"),
    }
)


# -- what the steps ask ------------------------------------------------------------------------------------------------
class SlotChoice(forms.ModelChoiceField):
    def label_from_instance(self, slot):
        return zoned_text(slot.starts_at, slot.timezone)


class PlaceForm(StepForm):
    """Slot and table of a meeting; only times at which both are free stand in the list."""

    slot = SlotChoice(label=_("Time"), queryset=None)
    table = forms.ModelChoiceField(
        label=_("Table"), queryset=None, required=False, help_text=_("Empty: the first one that is free.")
    )
    interpreter = forms.ModelChoiceField(
        label=_("Interpreter"), queryset=None, required=False, help_text=_("Empty: one is found where it is needed.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        meeting = self.record
        delegation = scheduling.delegation_of(meeting)
        board = Board(delegation, now=timezone.now())
        free = board.common_slots(meeting.requester_id, meeting.invitee_id, besides=meeting.pk)
        self.fields["slot"].queryset = delegation.slots.filter(pk__in=[slot.pk for slot in free])
        self.fields["slot"].initial = meeting.slot_id or meeting.wished_slot_id
        self.fields["table"].queryset = delegation.tables.all()
        self.fields["table"].initial = meeting.table_id
        self.fields["interpreter"].queryset = delegation.delegates.filter(
            role=Delegate.Role.INTERPRETER, cancelled_at=None
        ).select_related("person")
        self.fields["interpreter"].initial = meeting.interpreter_id


class HandOverForm(StepForm):
    """A colleague of one of the two."""

    to = forms.ModelChoiceField(label=_("Who goes instead"), queryset=None)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        people = scheduling.delegation_of(self.record).delegates
        both = (self.record.requester_id, self.record.invitee_id)
        companies = people.filter(person__in=both, company__isnull=False).values("company")
        colleagues = people.filter(company__in=companies, cancelled_at=None).exclude(person__in=both)
        self.fields["to"].queryset = colleagues.select_related("person")


class FollowUpForm(StepForm):
    """The follow-up as the office hears of it."""

    next_step = forms.CharField(label=_("Next step"), required=False, max_length=500)
    due_on = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    outcome = forms.ChoiceField(label=_("What came of it"), required=False, choices=MeetingFollowUp.Outcome.choices)
    outcome_on = forms.DateField(
        label=_("Day it was agreed"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        known = getattr(self.record, "followup", None)
        for name, field in self.fields.items():
            field.initial = getattr(known, name, None)


def may_place(user, meeting) -> bool:
    """Accepted, and its event has slots and tables."""
    in_mission = meeting.state == Meeting.State.ACCEPTED and hasattr(meeting.event, "delegation")
    return in_mission and rules.organises(user, meeting)


def may_move(user, meeting) -> bool:
    return hasattr(meeting.event, "delegation") and rules.may_reschedule(user, meeting)


def may_hand_over(user, meeting) -> bool:
    to_come = meeting.state in (Meeting.State.ACCEPTED, Meeting.State.SCHEDULED)
    return to_come and hasattr(meeting.event, "delegation") and rules.organises(user, meeting)


def may_follow_up(user, meeting) -> bool:
    return meeting.was_held and rules.organises(user, meeting)


# -- lists -------------------------------------------------------------------------------------------------------------
class SituationFilter(DropdownFilter):
    """What waits for the organiser."""

    title = _("to do")
    parameter_name = "situation"

    def lookups(self, request, model_admin):
        return [
            ("unanswered", _("asked and not answered")),
            ("unscheduled", _("agreed, without a time")),
            ("clash", _("somebody is in two meetings at once")),
            ("doubtful", _("did it take place?")),
            ("one_sided", _("the sides disagree")),
            *((f"follow_up_{days}", _("follow up: %(days)d days after") % {"days": days}) for days in FOLLOW_UP_AFTER),
        ]

    def queryset(self, request, queryset):
        now, wanted = timezone.now(), self.value() or ""
        if wanted.startswith("follow_up_"):
            days = wanted.removeprefix("follow_up_")
            known = int(days) if days in map(str, FOLLOW_UP_AFTER) else FOLLOW_UP_AFTER[0]
            return queryset.to_follow_up(today=now.date(), days=known)
        narrow = {
            "unanswered": lambda: queryset.filter(state=Meeting.State.REQUESTED),
            "unscheduled": queryset.unscheduled,
            "clash": queryset.clashing,
            "doubtful": lambda: queryset.doubtful(now),
            "one_sided": queryset.one_sided,
        }.get(wanted)
        return narrow() if narrow else queryset


@admin.register(Meeting)
class MeetingAdmin(TransferAdminMixin, RecordAdmin):
    workflow = MEETING
    deleted_in = ()
    count_states = True
    mails_of = staticmethod(mails_written_by)
    steps = {
        "fix_slot": DeskStep(
            scheduling.give_slot, form=PlaceForm, rule=may_place, explain=_("Both get a calendar entry by mail.")
        ),
        "move": DeskStep(
            scheduling.give_slot,
            form=PlaceForm,
            label=_("Move the meeting"),
            rule=may_move,
            explain=_("Both get a calendar entry that replaces the one before."),
        ),
        "hand_over": DeskStep(
            meetings.hand_over,
            form=HandOverForm,
            label=_("Send a colleague instead"),
            rule=may_hand_over,
            explain=_("Time and table stay. Who does not go loses the calendar entry, who goes gets it."),
        ),
        "confirm": DeskStep(meetings.confirm, bulk=True),
        "mark_no_show": DeskStep(meetings.mark_no_show, explain=_("The slot is free for others at once.")),
        "follow_up": DeskStep(
            meetings.save_follow_up, form=FollowUpForm, label=_("Keep the follow-up"), rule=may_follow_up
        ),
        "cancel": DeskStep(
            meetings.cancel,
            bulk=True,
            explain=_("Both are told at once; time and table are free again; calendars forget it."),
        ),
    }
    list_display = ("topic_en", "state_badge", "event", "requester", "invitee", "time", "marks")
    list_filter = (SituationFilter, "state", ("event", ScopedTypedFilter))
    list_select_related = (
        "event__delegation",
        "requester",
        "invitee",
        "slot",
        "table",
        "interpreter__person",
        "followup",
    )
    search_fields = ("code", "topic_en", "requester__search_key", "invitee__search_key")
    search_fold = staticmethod(search_form)
    date_range = "starts_at"
    summary = (
        "event",
        "requester",
        "invitee",
        "time",
        "where",
        "interpreter",
        "answer_until",
        "nda_in_place",
        "marks",
        "next_step",
        "outcome",
    )
    fields = (
        "code",
        "event",
        "requester",
        "invitee",
        "topic_en",
        "message",
        "nda_in_place",
        "starts_at",
        "ends_at",
        "timezone",
        "place",
        "wished_slot",
        "slot",
        "table",
        "interpreter",
        "minutes",
        "minutes_confidential",
        "follow_up_en",
        "note_en",
        "source",
    )

    def get_fields(self, request, obj=None):
        """In a mission time and place follow from slot and table; they stand above, in the zone of the event."""
        in_mission = obj is not None and hasattr(obj.event, "delegation")
        return [name for name in self.fields if not (in_mission and name in scheduling.FREE_TIME)]

    def get_readonly_fields(self, request, obj=None):
        """What steps decide is not typed."""
        chosen = ("wished_slot", "slot", "table", "interpreter", "minutes", "minutes_confidential")
        fixed = ("code", *scheduling.FIXED_BY_STEPS) if obj is not None else ()
        return (*super().get_readonly_fields(request, obj), *dict.fromkeys((*chosen, *fixed)))

    @display(description=_("time"), ordering="starts_at")
    def time(self, meeting):
        """Outside missions it is typed here; in a mission it is the one it was given."""
        is_told = meeting.has_time if hasattr(meeting.event, "delegation") else meeting.starts_at
        return zoned_text(meeting.starts_at, meeting.timezone) if is_told else ""

    @display(description=_("answer until"))
    def answer_until(self, meeting):
        return zoned_text(meeting.answer_by, meeting.timezone) if meeting.answer_by else ""

    @display(description=_("place"))
    def where(self, meeting):
        return place_of(meeting)

    @display(description=_("who says what"))
    def marks(self, meeting):
        """Both sides, where one has spoken."""
        if not (meeting.requester_mark or meeting.invitee_mark):
            return ""
        return f"{meeting.get_requester_mark_display()} / {meeting.get_invitee_mark_display()}"

    @display(description=_("next step"))
    def next_step(self, meeting):
        known = getattr(meeting, "followup", None)
        return known.next_step if known else ""

    @display(description=_("what came of it"))
    def outcome(self, meeting):
        known = getattr(meeting, "followup", None)
        return known.get_outcome_display() if known and known.outcome else ""


class DueFilter(DropdownFilter):
    title = _("due")
    parameter_name = "due"

    def lookups(self, request, model_admin):
        return [("late", _("late")), ("soon", _("in the next 30 days")), ("open", _("nothing came of it yet"))]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        if self.value() == "late":
            return queryset.filter(due_on__lt=today, outcome="")
        if self.value() == "soon":
            return queryset.filter(due_on__range=(today, today + dt.timedelta(days=30)), outcome="")
        return queryset.filter(outcome="") if self.value() == "open" else queryset


@admin.register(MeetingFollowUp)
class MeetingFollowUpAdmin(TransferAdminMixin, RecordAdmin):
    list_display = ("meeting", "next_step", "owner", "due_on", "outcome", "outcome_on")
    list_filter = (DueFilter, "outcome")
    list_select_related = ("meeting", "owner")
    search_fields = ("meeting__code", "meeting__topic_en", "next_step")
    date_range = "due_on"
    summary = ("meeting", "next_step", "owner", "due_on", "outcome", "outcome_on")
    fields = ("meeting", "next_step", "owner", "due_on", "outcome", "outcome_on", "note_en", "source")


@admin.register(MeetingSlot)
class MeetingSlotAdmin(TransferAdminMixin, RecordAdmin):
    form = HoursOfThePlaceForm
    list_display = ("code", "delegation", "when")
    list_filter = ("delegation",)
    list_select_related = ("delegation",)
    search_fields = ("code",)
    date_range = "starts_at"
    fields = ("code", "delegation", "starts_at", "ends_at", "timezone", "note_en", "source")
    summary = ("delegation", "when")

    @display(description=_("time"), ordering="starts_at")
    def when(self, slot):
        return span_text(slot)

    def get_fields(self, request, obj=None):
        """Meetings have copied the times of their slot: it is made and deleted, never moved."""
        return self.fields if obj is None else ("code", "note_en", "source")


@admin.register(MeetingTable)
class MeetingTableAdmin(TransferAdminMixin, RecordAdmin):
    list_display = ("name_en", "name_ja", "delegation", "place_en", "is_online", "sort_order")
    list_filter = ("delegation", "is_online")
    list_select_related = ("delegation",)
    search_fields = ("code", "name_en", "name_ja", "place_en")
    fields = (
        "code",
        "delegation",
        "name_en",
        "name_ja",
        "place_en",
        "place_ja",
        "is_online",
        "online_url",
        "sort_order",
        "note_en",
        "source",
    )
