"""Registrations at the desk: who comes, who waits and why, what has to be decided, and the papers."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from portal.accounts.models.person import search_form
from portal.core.admin_base import ScopedReadOnlyAdmin, ScopedStackedInline, ScopedTabularInline, ScopedTypedFilter
from portal.core.admin_steps import DeskStep, ReadOnlyRecordAdmin, RecordAdmin, StepForm
from portal.core.countries import country_name
from portal.core.narrative import tell
from portal.outbox.preview import mails_written_by
from portal.transfers.admin_base import TransferAdminMixin
from workshops.models import (
    CheckIn,
    Registration,
    RegistrationNeeds,
    RegistrationRules,
    SeatOffer,
    TourCheck,
    VisaLetter,
)
from workshops.rules import registration as rules
from workshops.services import attendance, visa
from workshops.services.registration import decisions, links, reading, waiting
from workshops.services.registration.seats import why_nobody_moves_up
from workshops.workflows.registration import REGISTRATION, VISA_LETTER

tell(
    {
        "registration.submit": _("registered"),
        "registration.approve": _("approved"),
        "registration.dismiss": _("did not accept"),
        "registration.change": _("changed the registration"),
        "registration.offer": _("offered a free place"),
        "registration.offer_suspended": _("took the offered place back, because the event is postponed"),
        "registration.set_priority": _("changed the priority on the waiting list"),
        "registration.renew_link": _("sent a new link"),
        "registration.let_in": _("checked in"),
        "registration.undo_check_in": _("took the check-in back"),
        "registration.walk_in": _("registered at the door"),
        "registration.forget": _("forgot the person"),
        "tour_check.cleared": _("cleared for the laboratory tour"),
        "tour_check.refused": _("refused the laboratory tour"),
        "visa_letter.ask": _("asked for a letter"),
    }
)


# -- what the steps ask ------------------------------------------------------------------------------------------------
class ApprovalForm(StepForm):
    waitlist = forms.BooleanField(label=_("If no place is free, put on the waiting list"), required=False)


class DismissalForm(StepForm):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The person reads it."),
    )


class PriorityForm(StepForm):
    priority = forms.IntegerField(
        label=_("Priority"),
        min_value=-100,
        max_value=100,
        help_text=_("Higher numbers come first; 0 is the usual one."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["priority"].initial = getattr(self.record, "priority", 0)


class NoteForm(StepForm):
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only the export office reads it."),
    )


def may_mark_attended(user, registration) -> bool:
    return REGISTRATION.can("check_in", registration, user)


# -- parts of other records --------------------------------------------------------------------------------------------
class RegistrationInline(ScopedTabularInline):
    model = Registration
    fields = readonly_fields = (
        "participant", "state_badge", "role", "attendance_mode", "affiliation_label", "registered_at",
    )  # fmt: skip

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("affiliation")

    @display(description=pgettext_lazy("person", "name"))
    def participant(self, registration):
        page = reverse("admin:workshops_registration_change", args=[registration.pk])
        return format_html('<a href="{}">{}</a>', page, registration.person_name)

    @display(description=_("affiliation"))
    def affiliation_label(self, registration):
        return registration.affiliation_label


class RegistrationRulesInline(ScopedStackedInline):
    """How people register, on the page of the event. Raised limits reach the waiting list within a minute."""

    model = RegistrationRules
    editable = True
    fields = (
        ("seats_on_site", "seats_online"),
        ("needs_approval", "pending_holds_seat"),
        ("promote_until", "listing"),
        ("tour", "asks_food", "gives_visa_letters"),
    )


class SeatOfferInline(ScopedTabularInline):
    model = SeatOffer
    fields = readonly_fields = ("round", "offered_at", "answer_by", "answer", "answered_at")


class NeedsInline(ScopedTabularInline):
    model = RegistrationNeeds
    fields = readonly_fields = ("diet", "diet_note", "access", "purge_on")


class WaitingFilter(DropdownFilter):
    title = _("to do")
    parameter_name = "situation"

    def lookups(self, request, model_admin):
        return [
            ("approval", _("waits for approval")),
            ("waiting", _("on the waiting list")),
            ("offered", _("has been offered a place")),
            ("tour", _("laboratory tour, not cleared yet")),
        ]

    def queryset(self, request, queryset):
        narrow = {
            "approval": lambda: queryset.filter(state="submitted"),
            "waiting": queryset.queue,
            "offered": lambda: queryset.with_offer().filter(has_offer=True),
            "tour": lambda: queryset.filter(joins_tour=True, tour_check__result="").live(),
        }.get(self.value() or "")
        return narrow() if narrow else queryset


@admin.register(Registration)
class RegistrationAdmin(TransferAdminMixin, RecordAdmin):
    workflow = REGISTRATION
    deleted_in = ()
    count_states = True
    mails_of = staticmethod(mails_written_by)
    steps = {
        "approve": DeskStep(
            decisions.approve,
            label=_("Approve"),
            rule=rules.may_approve,
            form=ApprovalForm,
            tone="primary",
            bulk=True,
            explain=_("The person gets a place and a mail; where none is free you are asked about the waiting list."),
        ),
        "dismiss": DeskStep(
            decisions.dismiss,
            previews=False,  # may withdraw a letter, which writes a file
            label=_("Do not accept"),
            rule=rules.may_dismiss,
            form=DismissalForm,
            tone="danger",
            bulk=True,
            explain=_("The registration ends, the person is told why, and a place goes to the next who waits."),
        ),
        "set_priority": DeskStep(
            waiting.set_priority, label=_("Change priority"), rule=rules.may_reorder, form=PriorityForm
        ),
        "renew_link": DeskStep(
            links.renew_link,
            label=_("Send a new link"),
            rule=rules.may_get_a_link,
            bulk=True,
            explain=_("The old link stops working."),
        ),
        "check_in": DeskStep(
            attendance.mark_attended,
            rule=may_mark_attended,
            bulk=True,
            explain=_("For people who took part online or signed a sheet; who passed the door is marked by itself."),
        ),
    }
    list_display = (
        "person_name",
        "state_words",
        "event",
        "attendance_mode",
        "affiliation_label",
        "registered_at",
    )
    list_filter = (WaitingFilter, "state", "role", "attendance_mode", ("event", ScopedTypedFilter))
    list_select_related = ("event", "affiliation", "person")
    search_fields = ("code", "search_key", "email", "person__search_key")
    search_fold = staticmethod(search_form)
    date_range = "registered_at"
    ordering = ("-registered_at", "-pk")
    summary = (
        "event", "person_name", "name_native", "email", "affiliation_label", "country_label", "role", "attendance_mode",
        "registered_at", "position", "why_waiting", "checked_in",
    )  # fmt: skip
    inlines = (SeatOfferInline, NeedsInline)
    # Places are given and taken by steps; who registered said the rest, and says it anew behind the personal link.
    readonly_fields = (
        "code", "event", "person", "registered_at", "attendance_mode", "joins_tour", "listing", "consent_photo",
        "consent_contact_sharing", "language", "timezone",
    )  # fmt: skip
    fields = (
        "code", "event", ("person_name", "role"), ("name_native", "name_kana"), ("email", "person"),
        "affiliation", "affiliation_other", ("affiliation_country", "career_stage"),
        ("attendance_mode", "joins_tour"), ("listing", "consent_photo", "consent_contact_sharing"),
        ("registered_at", "state"), ("language", "timezone"), "note_en", "source",
    )  # fmt: skip

    def has_add_permission(self, request):
        """People register by the form, at the door or from a table: each of them asks for a place."""
        return False

    def see_also(self, request, obj):
        door = reverse("workshops:door", args=[obj.event.code])
        return [(_now("At the door"), reverse("workshops:ticket", args=[obj.public_id])), (_now("Door"), door)]

    @display(description=_("state"), ordering="state")
    def state_words(self, registration):
        return self.state_badge(registration)

    @display(description=_("affiliation"))
    def affiliation_label(self, registration):
        return registration.affiliation_label

    @display(description=_("country of the affiliation"))
    def country_label(self, registration):
        return registration.country_label

    @display(description=_("place on the waiting list"))
    def position(self, registration):
        return reading.waiting_position(registration) or ""

    @display(description=_("why nobody moves up"))
    def why_waiting(self, registration):
        if registration.state != Registration.State.WAITLISTED:
            return ""
        reasons = why_nobody_moves_up(registration.event, timezone.now())
        return format_html_join("", "<p>{}</p>", ((reason,) for reason in reasons))

    @display(description=pgettext_lazy("instant", "came in"))
    def checked_in(self, registration):
        entry = registration.check_ins.filter(undone_at=None).first()
        return entry.at if entry else ""


@admin.register(RegistrationRules)
class RegistrationRulesAdmin(TransferAdminMixin, RecordAdmin):
    list_display = ("event", "seats_on_site", "seats_online", "needs_approval", "tour", "listing")
    list_filter = ("needs_approval", "tour", "listing")
    list_select_related = ("event",)
    search_fields = ("event__code", "event__title_en", "event__title_ja")
    summary = ("event", "queue_now")
    fields = (
        "event", ("seats_on_site", "seats_online"), ("needs_approval", "pending_holds_seat"),
        ("promote_until", "listing"), ("tour", "asks_food", "gives_visa_letters"), "note_en", "source",
    )  # fmt: skip

    @display(description=_("why nobody moves up"))
    def queue_now(self, rules_of_event):
        reasons = why_nobody_moves_up(rules_of_event.event, timezone.now())
        return format_html_join("", "<p>{}</p>", ((reason,) for reason in reasons)) if reasons else ""


@admin.register(RegistrationNeeds)
class RegistrationNeedsAdmin(TransferAdminMixin, ScopedReadOnlyAdmin):
    """What the kitchen and the house have to know, of people who come; gone thirty days after the event."""

    list_display = ("registration", "diet", "diet_note", "access", "purge_on")
    list_filter = ("diet",)
    list_select_related = ("registration",)
    search_fields = ("registration__event__code", "registration__event__title_en", "registration__search_key")
    search_fold = staticmethod(search_form)


class StandsFilter(DropdownFilter):
    title = _("which")
    parameter_name = "which"

    def lookups(self, request, model_admin):
        return [("stands", _("came in")), ("undone", _("taken back"))]

    def queryset(self, request, queryset):
        wanted = {"stands": True, "undone": False}.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(undone_at__isnull=wanted)


@admin.register(CheckIn)
class CheckInAdmin(TransferAdminMixin, ScopedReadOnlyAdmin):
    """Who came through which door and when; the door itself is a page for a phone."""

    list_display = ("registration", "event", "at", "way", "taken_by", "undone_at")
    list_filter = (StandsFilter, "way")
    list_select_related = ("registration__event", "taken_by__person")
    search_fields = ("registration__event__code", "registration__event__title_en", "registration__search_key")
    search_fold = staticmethod(search_form)
    date_range = "at"

    @display(description=_("event"), ordering="registration__event")
    def event(self, check_in):
        return check_in.registration.event.title


class WaitingTours(DropdownFilter):
    title = _("waits for")
    parameter_name = "waits"

    def lookups(self, request, model_admin):
        return [("export", _("the export check"))]

    def queryset(self, request, queryset):
        return queryset.waiting() if self.value() == "export" else queryset


@admin.register(TourCheck)
class TourCheckAdmin(ReadOnlyRecordAdmin):
    """Names for a laboratory tour; only the export office of the host sees this list."""

    subject = "check"
    steps = {
        "clear": DeskStep(
            decisions.clear_tour,
            label=_("Clear"),
            rule=rules.clears_check,
            form=NoteForm,
            tone="primary",
            bulk=True,
            explain=_("The place that was kept is confirmed."),
        ),
        "refuse": DeskStep(
            decisions.refuse_tour,
            label=_("Refuse the tour"),
            rule=rules.clears_check,
            form=NoteForm,
            tone="danger",
            explain=_("The person is told without a reason. Talks stay open, where the event has them."),
        ),
    }
    list_display = ("name", "result", "citizen_of", "affiliation", "event", "created_at")
    list_filter = (WaitingTours, "result")
    list_select_related = ("registration__event", "registration__affiliation")
    search_fields = ("registration__search_key",)
    search_fold = staticmethod(search_form)
    summary = ("name", "citizen_of", "affiliation", "career_stage", "event", "result", "decided_at", "note")

    @display(description=pgettext_lazy("person", "name"))
    def name(self, check):
        return check.registration.person_name

    @display(description=_("citizenship"))
    def citizen_of(self, check):
        return _now(", ").join(country_name(code) for code in check.citizenships.split())

    @display(description=_("affiliation"))
    def affiliation(self, check):
        registration = check.registration
        return _now(", ").join(filter(None, (registration.affiliation_label, registration.country_label)))

    @display(description=_("career stage"))
    def career_stage(self, check):
        return check.registration.get_career_stage_display()

    @display(description=_("event"))
    def event(self, check):
        return check.registration.event.title


@admin.register(VisaLetter)
class VisaLetterAdmin(TransferAdminMixin, ReadOnlyRecordAdmin):
    """The register of letters for visas: asked for, issued, refused, withdrawn."""

    workflow = VISA_LETTER
    count_states = True
    mails_of = staticmethod(mails_written_by)
    subject = "visaletter"
    steps = {
        "issue": DeskStep(
            visa.issue,
            previews=False,
            explain=_("A numbered letter is made; the person fetches it behind the personal link."),
        ),
        "refuse": DeskStep(visa.refuse),
        "revoke": DeskStep(
            visa.revoke,
            previews=False,
            explain=_("A second letter withdraws the first; whoever checks the old code is told so."),
        ),
    }
    list_display = ("passport_name", "state_badge", "number", "event", "arrives_on", "leaves_on", "requested_at")
    list_filter = ("state", "payer")
    list_select_related = ("registration__event", "letter")
    search_fields = ("passport_name", "letter__number", "registration__search_key")
    search_fold = staticmethod(search_form)
    summary = (
        "passport_name", "event", "participant", "state_of_registration", "arrives_on", "leaves_on", "payer", "embassy",
        "letter", "requested_at", "decided_at",
    )  # fmt: skip

    @display(description=_("number"))
    def number(self, wish):
        return wish.letter.number if wish.letter else ""

    @display(description=_("event"))
    def event(self, wish):
        return wish.registration.event.title

    @display(description=_("registration"))
    def participant(self, wish):
        return wish.registration

    @display(description=_("state of the registration"))
    def state_of_registration(self, wish):
        return wish.registration.state_words
