"""Events at the desk: the list with what waits, the page of one event with its steps and its people."""

import datetime as dt
from dataclasses import asdict, replace

from django.contrib import admin
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from portal.core.admin_base import ScopedTabularInline, visible_rows
from portal.core.admin_steps import DeskStep, RecordAdmin
from portal.core.dates import fuzzy_date, long_date, zoned_text
from portal.core.narrative import tell
from portal.outbox.preview import mails_written_by
from portal.transfers.admin_base import TransferAdminMixin
from workshops.admin.registration import RegistrationInline, RegistrationRulesInline
from workshops.admin.speakers import EventPersonInline
from workshops.forms.event import HeldForm, InviteForm, MoveForm, NewDateForm, ReasonsForm
from workshops.models import Event, EventPerson, Invitation, Registration
from workshops.rules import event as rules
from workshops.services import event as services
from workshops.services import event_changes, event_report
from workshops.services.carrying import Along, what_goes_along
from workshops.services.registration.seats import seats_of, ways_of
from workshops.workflows.event import EVENT

SOON_DAYS = 60

CARRY_ALONG = ("move", "set_new_date")
TELL_EVERYBODY = ("move", "postpone", "set_new_date", "cancel")

tell(
    {
        "event.delete": _("deleted the draft"),
        "event.invite": _("invited people"),
        "event.move": _("changed time or place"),
        "event.correct_report": _("filed a new edition of the report"),
        "registration.still_coming": _("answered whether she or he still comes"),
    }
)


def _listed(numbers: dict[str, int], words: dict[str, str]) -> str:
    """“3 sessions · 2 parts of the itinerary”: what there is none of is left out."""
    return " · ".join(text % {"number": numbers[name]} for name, text in words.items() if numbers[name])


def _goes_along(step: str, along: Along) -> list[tuple[str, str]]:
    """What moves with the event, what stays, what ends, and what somebody has to look at.

    A move leaves agreements as they are, and only the hour that somebody wished for on the old day falls away; a new
    date comes after everything has been called off.
    """
    numbers = asdict(along)
    moves = {
        "sessions": ngettext("%(number)d session", "%(number)d sessions", along.sessions),
        "legs": ngettext("%(number)d part of the itinerary", "%(number)d parts of the itinerary", along.legs),
        "slots": ngettext("%(number)d time for meetings", "%(number)d times for meetings", along.slots),
    }
    hinders = {
        "scheduled": ngettext(
            "%(number)d scheduled meeting: postpone the event, which calls it off, to change the day",
            "%(number)d scheduled meetings: postpone the event, which calls them off, to change the day",
            along.scheduled,
        )
    }
    falls_away = {"wishes": ngettext("%(number)d wished time", "%(number)d wished times", along.wishes)}
    ends = {"open_meetings": ngettext("%(number)d meeting", "%(number)d meetings", along.open_meetings)}
    stays = {
        "used_slots": ngettext(
            "%(number)d time in which people have met", "%(number)d times in which people have met", along.used_slots
        ),
        "away": ngettext("%(number)d delegate who does not come", "%(number)d delegates who do not come", along.away),
    }
    asks = {
        "visa_letters": ngettext(
            "%(number)d letter for a visa that names the old days",
            "%(number)d letters for visas that name the old days",
            along.visa_letters,
        )
    }
    own = {
        "move": [(_now("Keeps the day"), hinders), (_now("Falls away on another day"), falls_away)],
        "set_new_date": [(_now("Is called off"), ends)],
    }
    lines = [
        (_now("Moves along"), moves), *own[step], (_now("Stays as it is"), stays),
        (_now("Please look at it yourself"), asks),
    ]  # fmt: skip
    return [(label, text) for label, words in lines if (text := _listed(numbers, words))]


class SituationFilter(DropdownFilter):
    """What waits for the organiser."""

    title = _("to do")
    parameter_name = "situation"

    def lookups(self, request, model_admin):
        return [
            ("soon", _("in the next 60 days")),
            ("untold", _("over, and nobody has said that it took place")),
            ("report", _("report to file")),
            ("late", _("report late")),
            ("undated", _("postponed, without a new date")),
            ("past", _("over")),
        ]

    def queryset(self, request, queryset):
        today, own = timezone.localdate(), queryset.editable_by(request.user)
        narrow = {
            "soon": lambda: queryset.filter(starts_on__range=(today, today + dt.timedelta(days=SOON_DAYS))),
            "untold": lambda: own.not_marked_held(today),
            "report": own.waiting_for_report,
            "late": lambda: own.late_with_report(today),
            "undated": lambda: own.filter(state=Event.State.POSTPONED),
            "past": lambda: queryset.filter(last_on__lt=today),
        }.get(self.value() or "")
        return narrow() if narrow else queryset


class InvitationInline(ScopedTabularInline):
    model = Invitation
    fields = readonly_fields = ("name", "email", "language", "invited_at")


@admin.register(Event)
class EventAdmin(TransferAdminMixin, RecordAdmin):
    workflow = EVENT
    deleted_in = (Event.State.IDEA, Event.State.PLANNED)
    count_states = True
    mails_of = staticmethod(mails_written_by)
    steps = {
        "approve": DeskStep(
            services.approve_event, bulk=True, explain=_("It stands in the plan; nobody outside sees it yet.")
        ),
        "announce": DeskStep(
            services.announce_event,
            bulk=True,
            explain=_("Everybody can read the page; registration opens at its hour by itself."),
        ),
        "mark_held": DeskStep(
            event_report.mark_event_held,
            rule=rules.may_mark_held,
            form=HeldForm,
            explain=_("The report is due within thirty days of the last day; its numbers are filled in from the rows."),
        ),
        "postpone": DeskStep(
            event_changes.postpone_event,
            form=ReasonsForm,
            explain=_(
                "Registrations stay. Everybody is told, calendars are cleared, reminders stop; when you set the new "
                "date, everybody is asked again."
            ),
        ),
        "set_new_date": DeskStep(
            event_changes.set_new_date,
            form=NewDateForm,
            explain=_(
                "Everybody registered is told and asked whether they still come; delegates are told. What has times of "
                "its own moves along by the same days, at the same hours of the place, and calendars are filled again. "
                "Meetings that were called off stay called off; the schedule of a mission is open again."
            ),
        ),
        "cancel": DeskStep(
            event_changes.cancel_event,
            form=ReasonsForm,
            explain=_(
                "Registration and waiting list close, reminders stop. Speakers are told at once; within a minute "
                "everybody registered is told, and the entry is taken out of their calendars."
            ),
        ),
        "move": DeskStep(
            event_changes.move_event,
            form=MoveForm,
            label=_("Change time or place"),
            rule=rules.may_move,
            explain=_(
                "Once it is announced, everybody is told and asked whether they still come; delegates are told in any "
                "case. If the days change, what has times of its own moves along, at the same hours of the place, and "
                "calendars are corrected."
            ),
        ),
        "invite": DeskStep(
            services.invite_people,
            form=InviteForm,
            label=_("Invite people"),
            rule=rules.may_invite,
            explain=_("Each gets a mail with the page of the event, and a reminder before registration closes."),
        ),
    }
    list_display = ("title", "state_badge", "day", "kind", "host_organisation", "with_place")
    list_filter = (SituationFilter, "state", "kind", "alliance", "format", "evidence")
    list_select_related = ("host_organisation", "alliance", "registration_rules")
    search_fields = ("code", "title_en", "title_ja", "city", "series_code")
    date_range = "starts_on"
    in_global_search = True
    summary = (
        "kind", "when", "place", "host_organisation", "alliance", "registration", "seats", "answers", "speakers",
        "report_until", "evidence",
    )  # fmt: skip
    inlines = (EventPersonInline, RegistrationRulesInline, RegistrationInline, InvitationInline)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "code", ("title_en", "title_ja"), ("kind", "series_code"), "host_organisation", "alliance",
                    ("summary_en", "summary_ja"), ("description_en", "description_ja"), ("notice_en", "notice_ja"),
                )
            },
        ),
        (
            _("Time and place"),
            {
                "classes": ("tab",),
                "fields": (
                    ("starts_on", "starts_time"), ("ends_on", "ends_time"), ("timezone", "date_precision"), "format",
                    ("venue_en", "venue_ja"), ("city", "country"), "online_url",
                ),
            },
        ),
        (
            _("Registration"),
            {
                "classes": ("tab",),
                "fields": (
                    ("registration_opens_on", "registration_opens_time"),
                    ("registration_closes_on", "registration_closes_time"),
                    ("capacity", "closes_when_full"), ("audience", "language"), "photo_notice",
                    ("contact_name", "contact_email"),
                ),
            },
        ),
        (
            _("Numbers"),
            {
                "classes": ("tab",),
                "fields": (
                    ("registered_count", "attended_count"), ("overseas_count", "countries_count"),
                    ("speakers_count", "overseas_speakers_count"), ("cost_amount", "cost_currency"),
                    ("report_en", "report_ja"),
                ),
            },
        ),
        (_("About the record"), {"classes": ("tab",), "fields": ("state", "evidence", "note_en", "source")}),
    )  # fmt: skip

    def get_queryset(self, request):
        # Only registrations that the reader may see are counted.
        own = visible_rows(Registration, request.user).filter(event=OuterRef("pk"), state__in=event_report.HAD_PLACE)
        number = own.order_by().values("event").annotate(number=Count("pk")).values("number")
        return super().get_queryset(request).annotate(place_count=Coalesce(Subquery(number), 0))

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        if obj is None:
            return fields
        return (*fields, *(["code"] if obj.was_announced else []), *event_changes.fixed_fields(obj))

    def has_delete_permission(self, request, obj=None):
        """Only drafts go; what was announced once is kept."""
        return super().has_delete_permission(request, obj) and (obj is None or rules.may_delete(request.user, obj))

    def delete_model(self, request, obj):
        services.delete_draft(event=obj, actor=request.user)

    def see_also(self, request, obj):
        pages = []
        if rules.organises(request.user, obj):
            pages.append((_now("Timetable"), reverse("admin:workshops_session_timetable", args=[obj.pk])))
        if obj.was_announced:
            pages.insert(0, (_now("Page for everybody"), reverse("workshops:event", args=[obj.code])))
        if obj.was_announced and rules.organises(request.user, obj):
            pages.append((_now("Door and badges"), reverse("workshops:door", args=[obj.code])))
            for words, table in ((_now("Who came in"), "checkin"), (_now("Food and access"), "registrationneeds")):
                address = reverse(f"admin:workshops_{table}_changelist")
                pages.append((words, f"{address}?{urlencode({'q': obj.code})}"))
        if rules.reads_report(request.user, obj):
            pages.append((_now("Report of the event"), reverse("workshops:report", args=[obj.code])))
        return pages

    # -- steps that tell everybody -------------------------------------------------------------------------------------
    def _step_context(self, request, name, obj, form):
        """Whoever takes such a step sees first how many people it concerns."""
        context = super()._step_context(request, name, obj, form)
        if name in TELL_EVERYBODY and (told := self._told(event_changes.people_told(obj))):
            context["facts"] = [*context["facts"], (_now("Concerns"), told)]
        if name in CARRY_ALONG:
            context["facts"] = [*context["facts"], *_goes_along(name, what_goes_along(obj, now=timezone.now()))]
        return context

    def _told(self, numbers: dict[str, int]) -> str:
        words = {
            "with_place": ngettext("%(number)d with a place", "%(number)d with a place", numbers["with_place"]),
            "waiting": ngettext("%(number)d is waiting", "%(number)d are waiting", numbers["waiting"]),
            "speakers": ngettext("%(number)d speaker", "%(number)d speakers", numbers["speakers"]),
            "delegates": ngettext("%(number)d delegate", "%(number)d delegates", numbers["delegates"]),
        }
        return _listed(numbers, words)

    def _mails(self, request, name, obj, form):
        """Registered people are told of a cancellation by the sweep a moment later; they are counted here already."""
        mails = super()._mails(request, name, obj, form)
        if name != "cancel" or mails is None:
            return mails
        return replace(mails, others=mails.others + event_changes.left_to_the_sweep(obj))

    # -- the list ------------------------------------------------------------------------------------------------------
    @display(description=_("title"), ordering="title_en")
    def title(self, event):
        return event.title

    @display(description=_("first day"), ordering="starts_on")
    def day(self, event):
        return fuzzy_date(event.starts_on, event.date_precision)

    @display(description=pgettext_lazy("number of people", "with a place"), ordering="place_count")
    def with_place(self, event):
        """“12 / 40”: who has a place, and how many places there are."""
        number = event.place_count or event.registered_count
        return f"{number or 0} / {event.capacity}" if event.capacity else number

    # -- at a glance ---------------------------------------------------------------------------------------------------
    @display(description=_("when"))
    def when(self, event):
        return event.when(event.timezone)

    @display(description=_("place"))
    def place(self, event):
        return event.where()

    @display(description=_("registration"))
    def registration(self, event):
        """From when until when, by the clock of the event."""
        if not event.takes_registrations:
            waits = not event.is_over and hasattr(event, "registration_rules")
            return _now("no opening day is set: nobody can register") if waits else _now("not through the portal")
        window = (event.registration_opens_at, event.last_instant_to_register)
        return " – ".join(zoned_text(instant, event.timezone) for instant in window if instant)

    @display(description=_("places"))
    def seats(self, event):
        """Taken and given places for each way of attending, and who waits."""
        if not event.takes_registrations:
            return ""
        seats, lines = seats_of(event), []
        for mode in ways_of(event):
            taken, free = seats.held(mode), seats.free(mode)
            label = dict(Event._meta.get_field("format").flatchoices)[mode]
            if free is None:
                lines.append(_now("%(mode)s: %(taken)d taken") % {"mode": label, "taken": taken})
            else:
                lines.append(
                    _now("%(mode)s: %(taken)d taken, %(free)d free")
                    % {"mode": label, "taken": taken, "free": max(free, 0)}
                )
        if waiting := sum(seats.waiting.values()):
            lines.append(ngettext("%(number)d is waiting", "%(number)d are waiting", waiting) % {"number": waiting})
        return " · ".join(lines)

    @display(description=_("still coming"))
    def answers(self, event):
        """What people have answered to the last question whether they still come."""
        numbers = event_changes.answers_to(event)
        if not numbers:
            return ""
        return _now("%(yes)d yes, %(no)d no, %(open)d not answered yet") % {
            "yes": numbers.get("yes", 0),
            "no": numbers.get("no", 0),
            "open": numbers.get("", 0),
        }

    @display(description=_("speakers"))
    def speakers(self, event):
        numbers = event.people.aggregate(
            coming=Count("pk", filter=Q(state=EventPerson.State.ACCEPTED)),
            asked=Count("pk", filter=Q(state=EventPerson.State.INVITED)),
        )
        if not any(numbers.values()):
            return ""
        return _now("%(coming)d agreed, %(asked)d not answered yet") % numbers

    @display(description=_("report"))
    def report_until(self, event):
        if event.state == Event.State.HELD and event.report_due_on:
            return _now("due on %(day)s") % {"day": long_date(event.report_due_on)}
        return long_date(event.reported_at.date()) if event.reported_at else ""
