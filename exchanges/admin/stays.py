"""Stays at the desk: the checklist, arrival and departure, the report and the certificate."""

import datetime as dt

from django import forms
from django.contrib import admin
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from exchanges import rules
from exchanges.admin.desk import ExchangeAdmin
from exchanges.models import Stay, StayReport, StayTask
from exchanges.services import stays
from exchanges.workflows import REPORT, STAY, TASK
from portal.accounts.models.person import search_form
from portal.alliances.models import Outcome
from portal.applications.admin.desk import file_link
from portal.applications.admin.steps import day_input
from portal.core.admin_base import ScopedReadOnlyAdmin, ScopedTabularInline, visible_rows
from portal.core.admin_steps import DeskStep, StepForm
from portal.core.narrative import tell, tell_workflow
from portal.core.scoping import scope_of
from portal.transfers.admin_base import TransferAdminMixin

ARRIVING_DAYS = 30
RUNNING = ("arrived", "active", "suspended", "curtailed", "ending")

tell(
    {
        "stay.create": _("made the stay from the accepted offer"),
        "stay.move_dates": _("moved the days"),
        "offer.move_dates": _("moved the days"),
        "stay.outcome": _("added an outcome"),
    }
)
tell_workflow(REPORT, StayReport)


# -- what the steps ask ----------------------------------------------------------------------------------------------
class ArrivalForm(StepForm):
    arrived_on = forms.DateField(label=_("Day of arrival"), widget=day_input(), initial=localdate)


class DepartureForm(StepForm):
    departed_on = forms.DateField(label=_("Last day at the host"), widget=day_input(), initial=localdate)


class ShortenForm(StepForm):
    new_end = forms.DateField(label=_("New last day"), widget=day_input())


class DatesForm(StepForm):
    start_on = forms.DateField(label=_("First day"), widget=day_input())
    end_on = forms.DateField(label=_("Last day"), widget=day_input())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.initial = getattr(self.record, name, None)


class OutcomeForm(StepForm):
    title = forms.CharField(label=_("Title"), max_length=400)
    kind = forms.ChoiceField(label=_("Kind"), choices=Outcome.Kind.choices)
    doi = forms.CharField(label=_("DOI"), required=False, max_length=200)
    published_on = forms.DateField(label=_("Published"), required=False, widget=day_input())


class TaskForm(StepForm):
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class TaskWithProofForm(TaskForm):
    upload = forms.FileField(label=_("Proof"), required=False)


# -- when an act beside the life cycle is offered --------------------------------------------------------------------
def may_move_dates(user, stay) -> bool:
    return stay.state in (Stay.State.PLANNED, Stay.State.PRE_ARRIVAL) and rules.manages_stay(user, stay)


def has_report_to_read(user, stay) -> bool:
    report = getattr(stay, "report", None)
    return report is not None and report.state == StayReport.State.SUBMITTED and rules.manages_stay(user, stay)


def may_link_outcome(user, stay) -> bool:
    return stay.state not in (Stay.State.PLANNED, Stay.State.CANCELLED, Stay.State.NO_SHOW) and rules.manages_stay(
        user, stay
    )


# -- tasks -----------------------------------------------------------------------------------------------------------
def tasks_of(user) -> Q:
    """Tasks that wait for one of the person's own offices."""
    mine = Q(pk__in=())
    for seat in scope_of(user).seats:
        mine |= Q(owner_role=seat.role, organisation__in=seat.organisation_ids)
    return mine


class TaskFilter(DropdownFilter):
    title = _("which")
    parameter_name = "which"

    def lookups(self, request, model_admin):
        return [
            ("mine", _("open, for my office")),
            ("late", _("late")),
            ("week", _("due in the next 7 days")),
            ("blockers", _("open and blocking, arrival within 30 days")),
        ]

    def queryset(self, request, queryset):
        today = localdate()
        if self.value() == "mine":
            return queryset.open().filter(tasks_of(request.user))
        if self.value() == "late":
            return queryset.late(today)
        if self.value() == "week":
            return queryset.open().filter(due_on__range=(today, today + dt.timedelta(days=7)))
        if self.value() == "blockers":
            arriving = visible_rows(Stay, request.user).arriving(today, ARRIVING_DAYS)
            return queryset.open().filter(blocking=True, anchor="start", offset__lt=0, stay__in=arriving)
        return queryset


@admin.register(StayTask)
class StayTaskAdmin(ExchangeAdmin):
    workflow = TASK
    subject = "task"
    count_states = True
    steps = {
        "complete": DeskStep(stays.complete_task, form=TaskWithProofForm, bulk=True),
        "waive": DeskStep(
            stays.waive_task, bulk=True, explain=_("The step counts as settled; the reason stays with it.")
        ),
        "reopen": DeskStep(stays.reopen_task),
    }
    list_display = ("text", "state_badge", "due_on", "days_late", "owner_role", "side", "person", "blocks")
    list_filter = (TaskFilter, "state", "owner_role", "blocking")
    list_select_related = (
        "stay__person",
        "stay__host_person",
        "stay__programme",
        "organisation",
        "done_by__person",
        "file",
    )
    search_fields = ("item_code", "text_en", "text_ja", "stay__code", "stay__person__search_key")
    search_fold = staticmethod(search_form)
    date_range = "due_on"
    summary = (
        "stay",
        "text",
        "due_on",
        "owner_role",
        "organisation",
        "blocking",
        "done_on",
        "done_by",
        "note",
        "proof",
    )
    fields = ("item_code", "anchor", "offset", "offset_unit")

    @display(description=_("task"), ordering="item_code")
    def text(self, task):
        return str(task)

    @display(description=_("fellow"), ordering="stay__person__family_name")
    def person(self, task):
        return str(task.stay.person)

    @display(description=_("whose side"), ordering="organisation__name_en")
    def side(self, task):
        return task.organisation.label if task.organisation else ""

    @display(description=_("days late"), ordering="due_on")
    def days_late(self, task):
        late = (localdate() - task.due_on).days
        return late if task.state == StayTask.State.OPEN and late > 0 else ""

    @display(description=_("blocks"), ordering="blocking")
    def blocks(self, task):
        return _("yes") if task.blocking else ""

    @display(description=_("proof"))
    def proof(self, task):
        return file_link(task.file)


class TaskInline(ScopedTabularInline):
    model = StayTask
    fields = readonly_fields = ("line", "due_on", "owner_role", "blocks", "state_badge", "done_on", "acts")
    show_change_link = False
    request = None

    def get_queryset(self, request):
        self.request = request
        rows = super().get_queryset(request)
        return rows.select_related("stay__person", "stay__host_person", "stay__programme")

    @display(description=_("task"))
    def line(self, task):
        return str(task)

    @display(description=_("blocks"))
    def blocks(self, task):
        return _("yes") if task.blocking else ""

    @display(description=_("what can be done"))
    def acts(self, task):
        page = self.admin_site.get_model_admin(StayTask)
        links = ((offered.url, offered.label) for offered in page.offered(self.request, task))
        return format_html_join(" · ", '<a class="desk-link" href="{}">{}</a>', links)


# -- stays -----------------------------------------------------------------------------------------------------------
class WhenFilter(DropdownFilter):
    title = _("when")
    parameter_name = "when"

    def lookups(self, request, model_admin):
        return [
            ("arriving", _("arriving in the next 30 days")),
            ("blocked", _("arriving in the next 30 days with an open blocking task")),
            ("running", _("at the host now")),
            ("leaving", _("leaving in the next 30 days")),
            ("report", _("report overdue")),
        ]

    def queryset(self, request, queryset):
        today = localdate()
        if self.value() == "arriving":
            return queryset.arriving(today, ARRIVING_DAYS)
        if self.value() == "blocked":
            return queryset.arriving(today, ARRIVING_DAYS).filter(pk__in=blocked_stays(request.user))
        if self.value() == "running":
            return queryset.running(today)
        if self.value() == "leaving":
            return queryset.filter(state__in=RUNNING, end_on__range=(today, today + dt.timedelta(days=ARRIVING_DAYS)))
        if self.value() == "report":
            return queryset.filter(state="report_due", report_due_on__lt=today, report_received_on=None)
        return queryset


def blocked_stays(user):
    """Stays with an open task that blocks the arrival, as keys for a filter."""
    blocking = visible_rows(StayTask, user).open().filter(blocking=True, anchor="start", offset__lt=0)
    return blocking.values("stay")


@admin.register(Stay)
class StayAdmin(TransferAdminMixin, ExchangeAdmin):
    workflow = STAY
    count_states = True
    steps = {
        "move_dates": DeskStep(
            stays.move_dates,
            form=DatesForm,
            label=_("Correct the days"),
            rule=may_move_dates,
            explain=_(
                "Within the days that host and home have approved. Open tasks move along, a letter with the new days "
                "replaces the letter of offer, and fellow, host and home are told."
            ),
            previews=False,
        ),
        "confirm_arrival": DeskStep(stays.confirm_arrival, form=ArrivalForm),
        "finish_arrival": DeskStep(stays.finish_arrival),
        "mark_no_show": DeskStep(stays.mark_no_show, explain=_("All open tasks are struck.")),
        "cancel": DeskStep(stays.cancel, explain=_("All open tasks are struck.")),
        "suspend": DeskStep(
            stays.suspend,
            explain=_("All access stops today. Only your office can resume the stay."),
            mails_say_why=False,
        ),
        "resume": DeskStep(stays.resume, mails_say_why=False),
        "shorten": DeskStep(stays.curtail, form=ShortenForm, explain=_("The steps of the last days move along.")),
        "confirm_departure": DeskStep(stays.confirm_departure, form=DepartureForm),
        "return_report": DeskStep(
            stays.return_report, label=_("Ask for changes to the report"), rule=has_report_to_read
        ),
        # The certificate becomes a file when it is issued, so it is not made just to look at.
        "accept_report": DeskStep(
            stays.accept_report,
            rule=has_report_to_read,
            tone="primary",
            previews=False,
            explain=_(
                "The certificate is issued in the fellow's language and mailed. The travel settlement and every "
                "blocking step have to be done before, or marked as not needed."
            ),
        ),
        "link_outcome": DeskStep(
            stays.link_outcome, form=OutcomeForm, label=_("Add an outcome"), rule=may_link_outcome, previews=False
        ),
    }
    list_display = (
        "code", "person", "state_badge", "programme", "home", "host", "start_on", "end_on", "open_tasks",
    )  # fmt: skip
    list_display_links = ("code", "person")
    list_filter = (WhenFilter, "state", "direction", "programme")
    list_select_related = (
        "person", "programme", "home_organisation", "host_organisation", "host_person", "certificate__file",
        "application", "report",
    )  # fmt: skip
    search_fields = ("code", "person__search_key", "host_organisation__name_en", "host_organisation__name_ja")
    search_fold = staticmethod(search_form)
    date_range = "start_on"
    ordering = ("-start_on", "-pk")
    in_global_search = True
    summary = (
        "person", "programme", "direction", "home_organisation", "host_organisation", "host_person", "start_on",
        "end_on", "days", "arrived_on", "departed_on", "report_due_on", "report_received_on", "certificate_file",
    )  # fmt: skip
    fields = (
        "original_end_on",
        "status_of_residence_or_visa",
        "checklist_template",
        ("support_en", "support_ja"),
        "fund_source",
        "is_paid",
    )
    inlines = (TaskInline,)

    def get_queryset(self, request):
        mine = visible_rows(StayTask, request.user).open().filter(stay=OuterRef("pk"))
        number = mine.order_by().values("stay").annotate(number=Count("pk")).values("number")
        return super().get_queryset(request).annotate(open_count=Coalesce(Subquery(number), 0))

    def see_also(self, request, obj):
        links = []
        if obj.application_id and request.user.has_perm("exchanges.view_application"):
            links.append(
                (_("The application"), reverse("admin:exchanges_application_change", args=[obj.application_id]))
            )
        reads_reports = request.user.has_perm("exchanges.view_stayreport")
        if reads_reports and hasattr(obj, "report") and obj.report.state != StayReport.State.DRAFT:
            links.append((_("The report"), reverse("admin:exchanges_stayreport_change", args=[obj.report.pk])))
        return links

    @display(description=_("home institution"), ordering="home_organisation__name_en")
    def home(self, stay):
        return stay.home_organisation.label if stay.home_organisation else ""

    @display(description=_("host institution"), ordering="host_organisation__name_en")
    def host(self, stay):
        return stay.host_organisation.label

    @display(description=_("open tasks"), ordering="open_count")
    def open_tasks(self, stay):
        return stay.open_count

    @display(description=_("days, both ends counted"))
    def days(self, stay):
        return stay.days

    @display(description=_("certificate"))
    def certificate_file(self, stay):
        return file_link(stay.certificate.file) if stay.certificate else ""


@admin.register(StayReport)
class StayReportAdmin(ScopedReadOnlyAdmin):
    list_display = ("stay", "state", "submitted_at")
    list_filter = ("state",)
    list_select_related = ("stay__person",)
    search_fields = ("stay__code", "stay__person__search_key")
    search_fold = staticmethod(search_form)
    fields = (
        "stay",
        "state",
        "summary_en",
        "summary_ja",
        "body",
        "results",
        "download",
        "submitted_at",
        "returned_reason",
    )
    readonly_fields = fields

    @display(description=_("file"))
    def download(self, report):
        return file_link(report.file)
