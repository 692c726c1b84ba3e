"""Programmes and calls at the desk."""

import datetime as dt

from django import forms
from django.contrib import admin
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from portal.core.admin_base import ScopedTabularInline, visible_rows
from portal.core.admin_steps import DeskStep, RecordAdmin, StepForm
from portal.core.dates import zoned_text
from portal.core.narrative import tell
from portal.programmes import services
from portal.programmes.models import Call, Criterion, IntakeMode, Programme, RequestedDocument
from portal.programmes.rules import manages_call
from portal.programmes.workflows import CALL, PROGRAMME
from portal.transfers.admin_base import TransferAdminMixin

CLOSING_SOON_DAYS = 14

tell({"call.extend": _("moved the closing day")})


class CallInline(ScopedTabularInline):
    model = Call
    fields = readonly_fields = ("title", "state_badge", "opens_on", "closes_on", "places")


@admin.register(Programme)
class ProgrammeAdmin(TransferAdminMixin, RecordAdmin):
    workflow = PROGRAMME
    steps = {
        "approve": DeskStep(services.approve_programme),
        "publish": DeskStep(
            services.publish_programme, explain=_("Everybody can read the programme in both languages.")
        ),
        "pause": DeskStep(services.pause_programme, explain=_("Calls stop taking new ones; stays that run go on.")),
        "resume": DeskStep(services.resume_programme),
        "close": DeskStep(services.close_programme),
    }
    list_display = ("name", "state_badge", "kind", "direction", "owner", "alliance")
    list_filter = ("state", "kind", "direction", "alliance")
    list_select_related = ("owner", "alliance")
    search_fields = ("code", "name_en", "name_ja")
    in_global_search = True
    summary = ("kind", "direction", "owner", "alliance", "intake_mode", "min_days", "max_days")
    inlines = (CallInline,)
    fieldsets = (
        (None, {"fields": ("code", ("name_en", "name_ja"), "owner", "alliance", ("kind", "direction"), "audience")}),
        (
            _("Length and intake"),
            {
                "classes": ("tab",),
                "fields": (
                    ("min_days", "max_days"),
                    ("duration_text_en", "duration_text_ja"),
                    ("extendable", "intake_mode"),
                    "host_contact_rule",
                ),
            },
        ),
        (_("Support and papers"), {"classes": ("tab",), "fields": (("support_en", "support_ja"), "documents_en")}),
        (_("About the record"), {"classes": ("tab",), "fields": ("state", "note_en", "source")}),
    )

    @display(description=_("name"), ordering="name_en")
    def name(self, programme):
        return programme.name


class ExtendForm(StepForm):
    closes_on = forms.DateField(label=_("New closing day"), widget=forms.DateInput(attrs={"type": "date"}))
    closes_time = forms.TimeField(
        label=_("New closing time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}),
        help_text=_("In the call's own time zone. Empty: at the end of the day."),
    )


def may_extend(user, call) -> bool:
    if call.intake_mode == IntakeMode.ROLLING:
        return False
    return call.state in (Call.State.APPROVED, Call.State.OPEN, Call.State.PAUSED) and manages_call(user, call)


class ClosingFilter(DropdownFilter):
    title = _("closes")
    parameter_name = "closing"

    def lookups(self, request, model_admin):
        return [("soon", _("in the next 14 days"))]

    def queryset(self, request, queryset):
        if self.value() != "soon":
            return queryset
        today = localdate()
        return queryset.filter(state="open", closes_on__range=(today, today + dt.timedelta(days=CLOSING_SOON_DAYS)))


class RequestedDocumentInline(ScopedTabularInline):
    model = RequestedDocument
    editable = True
    fields = ("sort_order", "kind", "name_en", "name_ja", "help_en", "help_ja", "is_required", "max_megabytes")


class CriterionInline(ScopedTabularInline):
    model = Criterion
    editable = True
    fields = ("sort_order", "name_en", "name_ja", "help_en", "help_ja", "weight", "max_score")


@admin.register(Call)
class CallAdmin(TransferAdminMixin, RecordAdmin):
    workflow = CALL
    steps = {
        "approve": DeskStep(services.approve_call, explain=_("The call opens by itself on its opening day.")),
        "pause": DeskStep(services.pause_call, explain=_("Nobody can submit until you resume.")),
        "resume": DeskStep(services.resume_call),
        "close": DeskStep(services.close_call),
        "hand_over": DeskStep(services.hand_over_call),
        "announce": DeskStep(services.announce_results),
        "extend": DeskStep(services.extend_call, form=ExtendForm, label=_("Move the closing day"), rule=may_extend),
        "cancel": DeskStep(services.cancel_call),
    }
    list_display = ("title", "state_badge", "programme", "opens_on", "closes_on", "places", "received")
    list_filter = (ClosingFilter, "state", "intake_mode", "programme")
    list_select_related = ("programme", "facility")
    search_fields = ("code", "title_en", "title_ja")
    date_range = "closes_on"
    ordering = ("-opens_at", "code")
    in_global_search = True
    summary = ("programme", "facility", "intake_mode", "opens", "closes", "places", "results_on", "contact_name")
    inlines = (RequestedDocumentInline, CriterionInline)
    fieldsets = (
        (None, {"fields": ("code", ("title_en", "title_ja"), "programme", "facility", ("intake_mode", "places"))}),
        (
            _("Dates"),
            {
                "classes": ("tab",),
                "fields": (("opens_on", "opens_time"), ("closes_on", "closes_time"), ("timezone", "results_on")),
            },
        ),
        (_("Texts"), {"classes": ("tab",), "fields": (("about_en", "about_ja"),)}),
        (
            _("Review and contact"),
            {"classes": ("tab",), "fields": ("min_reviews", ("contact_name", "contact_email"))},
        ),
        (_("About the record"), {"classes": ("tab",), "fields": ("state", "note_en", "source")}),
    )

    def get_queryset(self, request):
        # A call is public, the number of its applications is not: only those the reader may see are counted.
        visible = visible_rows(Call._meta.get_field("applications").related_model, request.user)
        number = visible.filter(call=OuterRef("pk")).order_by().values("call").annotate(number=Count("pk"))
        received = Coalesce(Subquery(number.values("number")), 0)
        return super().get_queryset(request).annotate(received_count=received)

    @display(description=_("title"), ordering="title_en")
    def title(self, call):
        return call.title

    @display(description=pgettext_lazy("number of applications", "received"), ordering="received_count")
    def received(self, call):
        return call.received_count

    @display(description=_("opens"))
    def opens(self, call):
        return zoned_text(call.opens_at, call.timezone) if call.opens_at else ""

    @display(description=_("closes"))
    def closes(self, call):
        return zoned_text(call.last_instant, call.timezone) if call.last_instant else ""
