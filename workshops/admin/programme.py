"""The programme at the desk: the timetable of an event with rooms side by side, its sessions, rooms and clashes."""

from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from portal.core.admin_base import ScopedTabularInline, ScopedTypedFilter
from portal.core.admin_steps import DeskStep, ReadOnlyRecordAdmin, RecordAdmin, StepForm, refusal_text
from portal.core.dates import known_zones, zone_name
from portal.core.narrative import tell
from portal.core.workflow import StepError
from portal.core.zones import zone_choices
from portal.outbox.preview import mails_written_by
from portal.transfers.admin_base import TransferAdminMixin
from workshops.clash_texts import seen_events, sentence, span_text
from workshops.forms.programme import SessionForm, people_formset
from workshops.models import Clash, Event, Room, Session, SessionPerson
from workshops.rules import programme as rules
from workshops.services import clashes
from workshops.services import programme as services
from workshops.timetable import grids
from workshops.workflows.programme import SESSION

tell(
    {
        "session.added": gettext_lazy("added the session"),
        "session.changed": gettext_lazy("changed the session"),
        "session.deleted": gettext_lazy("deleted a draft of the programme"),
        "room.hidden": gettext_lazy("hid the room"),
        "room.shown": gettext_lazy("offers the room again"),
        "clash.let_pass": gettext_lazy("let a clash pass"),
        "clash.found": gettext_lazy("found new clashes in the timetable"),
    }
)


class WhyClashForm(StepForm):
    why_clash = forms.CharField(
        label=gettext_lazy("Why it may clash"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Only needed where the timetable shows a clash that cannot stay so."),
    )


class SessionPersonInline(ScopedTabularInline):
    model = SessionPerson
    fields = readonly_fields = ("event_person", "role")


@admin.register(Session)
class SessionAdmin(TransferAdminMixin, ReadOnlyRecordAdmin):
    workflow = SESSION
    count_states = True
    mails_of = staticmethod(mails_written_by)
    steps = {
        "confirm": DeskStep(services.confirm_session, form=WhyClashForm, bulk=True),
        "reopen": DeskStep(services.reopen_session),
        "cancel": DeskStep(
            services.cancel_session,
            explain=gettext_lazy("Its people are told. The public programme goes on showing it as cancelled."),
        ),
        "restore": DeskStep(services.restore_session, form=WhyClashForm),
    }
    list_display = ("title_link", "state_badge", "kind", "event", "when", "room")
    list_filter = ("state", "kind", ("event", ScopedTypedFilter))
    list_select_related = ("event__host_organisation", "event__alliance", "room")
    search_fields = ("code", "title_en", "title_ja", "event__title_en", "event__title_ja")
    date_range = "starts_at"
    summary = ("event", "kind", "when", "room", "expected")
    fields = ("title_en", "title_ja", "abstract_en", "abstract_ja")
    inlines = (SessionPersonInline,)

    @display(description=gettext_lazy("title"), ordering="title_en")
    def title_link(self, session):
        return session.title

    @display(description=gettext_lazy("when"), ordering="starts_at")
    def when(self, session):
        return span_text(session) if session.starts_at else _("waits to be placed")

    def _fact(self, request, field, attribute, value):
        """A session may stand in a room of an event that somebody else runs: its name is told, without a link."""
        if isinstance(value, Room) and not Room.objects.visible_to(request.user).filter(pk=value.pk).exists():
            return str(value)
        return super()._fact(request, field, attribute, value)

    # -- the timetable -------------------------------------------------------------------------------------------------
    def get_urls(self):
        def page(route, view, name):
            return path(route, self.admin_site.admin_view(view), name=f"workshops_session_{name}")

        return [
            page("timetable/<int:event_id>/", self.timetable_view, "timetable"),
            page("timetable/<int:event_id>/add/", self.add_session_view, "plan"),
            page("<int:session_id>/edit/", self.edit_session_view, "edit"),
            page("<int:session_id>/delete-draft/", self.delete_draft_view, "delete_draft"),
            *super().get_urls(),
        ]

    def see_also(self, request, obj):
        links = [(_("Timetable"), _timetable(obj.event_id))]
        if rules.plans_event_of(request.user, obj) and obj.state != Session.State.CANCELLED:
            links.append((_("Change or move"), reverse("admin:workshops_session_edit", args=[obj.pk])))
        return links

    def timetable_view(self, request, event_id):
        """Days with rooms as columns; what clashes, what waits to be placed, and who has not answered."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        event = self._event(request, event_id)
        rows = event.sessions.select_related("room", "event").prefetch_related("people__event_person")
        sessions = list(rows.order_by("starts_at", "pk"))
        asked = request.GET.get("zone", "")
        own = asked if asked in known_zones() else request.user.timezone
        found = list(clashes.for_reader(event))
        seen = seen_events(found, request.user)
        placed = [session for session in sessions if session.starts_at]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Timetable"),
            "subtitle": str(event),
            "opts": self.opts,
            "event": event,
            "grids": grids([s for s in placed if s.state != Session.State.CANCELLED], event.timezone, own),
            "waiting": [session for session in sessions if session.starts_at is None],
            "cancelled": [session for session in placed if session.state == Session.State.CANCELLED],
            "drafts": sum(session.state == Session.State.DRAFT for session in placed),
            "clashes": [(clash, sentence(clash, seen)) for clash in found],
            "clashing": {clash.session_id for clash in found} | {clash.other_session_id for clash in found},
            "rooms": Room.objects.visible_to(request.user).of(event),
            "people": dict(event.people.order_by().values_list("state").annotate(number=Count("pk"))),
            "zone": zone_name(event.timezone),
            "own_zone": own,
            "own_zone_name": zone_name(own),
            "zones": zone_choices(),
            "may_plan": rules.plans(request.user, event),
        }
        return TemplateResponse(request, "admin/workshops/timetable.html", context)

    def add_session_view(self, request, event_id):
        return self._form_view(request, self._planned_event(request, event_id), None)

    def edit_session_view(self, request, session_id):
        """Everything about a session on one page: what, when, where, who."""
        session = self._session(request, session_id)
        if session.state == Session.State.CANCELLED:
            messages.warning(request, _("This session is cancelled. Restore it before you change it."))
            return redirect(self.change_url(session))
        return self._form_view(request, session.event, session)

    def delete_draft_view(self, request, session_id):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        session = self._session(request, session_id)
        event_id = session.event_id
        try:
            services.delete_session(session=session, actor=request.user, now=timezone.now())
        except StepError as refusal:
            messages.error(request, refusal_text(refusal))
            return redirect("admin:workshops_session_edit", session_id)
        messages.success(request, _("The draft is deleted."))
        return redirect(_timetable(event_id))

    def _form_view(self, request, event: Event, session: Session | None):
        data = request.POST if request.method == "POST" else None
        asks_why = data is not None and "why_clash" in data
        form = SessionForm(
            data, event=event, user=request.user, instance=session, asks_why=asks_why, initial=_from(request)
        )
        people = people_formset(data, event=event, user=request.user, session=session)
        standing = []
        # Both are asked, so that everything wrong is said at once.
        if data is not None and all([form.is_valid(), people.is_valid()]):
            try:
                saved = services.save_session(
                    event=event,
                    session=Session.objects.visible_to(request.user).get(pk=session.pk) if session else None,
                    values={
                        name: form.cleaned_data[name] for name in services.SESSION_FIELDS if name in form.cleaned_data
                    },
                    times=form.times(),
                    people=people.chosen(),
                    why_clash=form.cleaned_data.get("why_clash", ""),
                    actor=request.user,
                    now=timezone.now(),
                )
            except services.ClashesWith as refusal:
                seen = seen_events(refusal.clashes, request.user)
                standing = [sentence(clash, seen) for clash in refusal.clashes]
                form = SessionForm(data, event=event, user=request.user, instance=session, asks_why=True)
                form.add_error("why_clash", refusal_text(refusal))
            except (StepError, ValidationError) as refusal:
                form.add_error(None, refusal_text(refusal))
            else:
                self._told(request, saved)
                again = "again" in request.POST and session is None
                plan = reverse("admin:workshops_session_plan", args=[event.pk])
                return redirect(f"{plan}?{_next_slot(saved)}" if again else _timetable(event.pk))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Change or move") if session else _("Add a session"),
            "subtitle": str(session or event),
            "opts": self.opts,
            "event": event,
            "session": session,
            "form": form,
            "people": people,
            "standing": standing,
            "zone": zone_name(event.timezone),
            "back_url": _timetable(event.pk),
            "may_delete": session is not None and session.state == Session.State.DRAFT and not session.sequence,
        }
        return TemplateResponse(request, "admin/workshops/session_form.html", context)

    def _told(self, request, session: Session) -> None:
        """Saved, and what the timetable warns of about it."""
        messages.success(request, _("Saved: %(session)s.") % {"session": session})
        touched = Q(session=session) | Q(other_session=session)
        found = list(clashes.for_reader(session.event).filter(touched, overridden_at=None))
        seen = seen_events(found, request.user)
        for clash in found:
            messages.warning(request, sentence(clash, seen))

    def _event(self, request, event_id: int) -> Event:
        """The timetable belongs to the desk of the event; its public page is for everybody else."""
        if not self.has_view_permission(request):
            raise Http404
        events = Event.objects.editable_by(request.user).select_related("host_organisation", "alliance")
        return get_object_or_404(events, pk=event_id)

    def _planned_event(self, request, event_id: int) -> Event:
        event = self._event(request, event_id)
        if not rules.plans(request.user, event):
            raise Http404
        return event

    def _session(self, request, session_id: int) -> Session:
        rows = Session.objects.editable_by(request.user).select_related(
            "event__host_organisation", "event__alliance", "room"
        )
        session = get_object_or_404(rows, pk=session_id)
        self._planned_event(request, session.event_id)
        return session


@admin.register(Room)
class RoomAdmin(TransferAdminMixin, RecordAdmin):
    steps = {
        "hide": DeskStep(
            services.hide_room,
            label=gettext_lazy("Offer it no more"),
            rule=rules.may_hide_room,
            explain=gettext_lazy("Sessions keep the room; those to come are shown as clashing until they have moved."),
        ),
        "show": DeskStep(
            services.show_room,
            label=gettext_lazy("Offer it again"),
            rule=rules.may_show_room,
        ),
    }
    list_display = ("room", "event", "organisation", "capacity", "opens_at", "closes_at", "is_hidden")
    list_filter = ("is_hidden", ("event", ScopedTypedFilter), "organisation")
    list_select_related = ("event", "organisation")
    search_fields = ("code", "name_en", "name_ja")
    summary = ("event", "organisation", "capacity", "timezone", "is_hidden")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("event", "organisation"),
                    ("name_en", "name_ja"),
                    ("capacity", "position"),
                    "online_url",
                    "timezone",
                    ("opens_at", "closes_at", "buffer_minutes"),
                )
            },
        ),
    )

    @display(description=gettext_lazy("room"), ordering="name_en")
    def room(self, room):
        return room.name

    def get_changeform_initial_data(self, request):
        """A room added from a timetable belongs to its event and keeps its clock."""
        initial = super().get_changeform_initial_data(request)
        event = Event.objects.editable_by(request.user).filter(pk=initial.get("event") or 0).first()
        return {**initial, "timezone": event.timezone} if event else initial

    def save_model(self, request, obj, form, change):
        services.save_room(room=obj, actor=request.user, now=timezone.now())

    def see_also(self, request, obj):
        return [(_("Timetable"), _timetable(obj.event_id))] if obj.event_id else []


@admin.register(Clash)
class ClashAdmin(ReadOnlyRecordAdmin):
    steps = {
        "let_pass": DeskStep(
            clashes.let_pass,
            label=gettext_lazy("It may stay so"),
            rule=rules.may_pass_clash,
            explain=gettext_lazy("It comes up again as soon as one of its items has moved."),
        ),
    }
    list_display = ("rule", "level", "session", "event", "found_at", "overridden_at", "gone_at")
    list_filter = ("rule", "level", ("event", ScopedTypedFilter))
    list_select_related = ("session", "event__host_organisation", "event__alliance")
    search_fields = ("session__title_en", "session__title_ja")
    fields = ()
    summary = ("told", "level", "found_at", "gone_at", "override_reason", "overridden_by", "overridden_at")

    def get_queryset(self, request):
        related = ("session__room", "other_session__event", "meeting", "event_person", "overridden_by")
        return super().get_queryset(request).select_related(*self.list_select_related, *related)

    @display(description=gettext_lazy("clash"))
    def told(self, clash):
        """Without naming what another desk plans: this page is shown to several readers."""
        return sentence(clash, seen_events([clash], None))

    def see_also(self, request, obj):
        return [(_("Timetable"), _timetable(obj.event_id))]


def _timetable(event_id: int) -> str:
    return reverse("admin:workshops_session_timetable", args=[event_id])


def _from(request) -> dict:
    """Day, time and room that a link to the form proposes."""
    return {name: request.GET[name] for name in ("day", "starts", "room") if request.GET.get(name)}


def _next_slot(session: Session) -> str:
    """The proposal for the next session: same day and room, from the end of this one."""
    if session.ends_at is None:
        return ""
    end = session.ends_at.astimezone(ZoneInfo(session.timezone))
    room = f"&room={session.room_id}" if session.room_id else ""
    return f"day={end:%Y-%m-%d}&starts={end:%H:%M}{room}"
