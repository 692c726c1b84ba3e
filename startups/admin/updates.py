"""Founders' updates at the desk: read beside the earlier ones, corrected visibly, asked for again."""

from django import forms
from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from portal.core.admin_base import ScopedReadOnlyAdmin, ScopedTabularInline
from portal.core.admin_steps import DeskStep, StepForm
from portal.core.narrative import tell
from portal.transfers.admin_base import TransferAdminMixin
from startups import rules
from startups.admin.desk import SteppedVentureAdmin, text_area
from startups.forms.figures import CURRENCIES, FigureField
from startups.forms.updates import shown
from startups.models import FounderUpdate, Metric, MetricDefinition, UpdateVersion
from startups.periods import period_text
from startups.sanity import is_short, runway_months
from startups.services import updates
from startups.services.updates import Answers
from startups.workflows import UPDATE

tell({"update.ask": _("asked for the update"), "update.renew_link": _("mailed a new link")})


class CorrectionForm(StepForm):
    """The figures as they stand, to be corrected; empty means not answered."""

    currency = forms.ChoiceField(label=_("Currency of all amounts"), choices=[(code, code) for code in CURRENCIES])
    news = forms.CharField(label=_("News"), required=False, max_length=4000, widget=text_area(3))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        figures = updates.figures_of(self.record.latest) if self.record is not None else {}
        for metric in Metric:
            known = figures.get(metric)
            self.fields[metric.value] = FigureField(label=metric.label, initial=known.value if known else None)
        used = [known.currency for known in figures.values() if known.currency]
        self.fields["currency"].initial = used[0] if used else "JPY"
        if self.record is not None and self.record.latest is not None:
            self.fields["news"].initial = self.record.latest.news
        self.order_fields([*Metric.values, "currency", "news"])


def correct(*, update, actor, now, reason, currency, news, **figures):
    """The values of the form as answers."""
    answers = Answers(figures, currency=currency, news=news)
    return updates.correct(update=update, answers=answers, actor=actor, now=now, reason=reason)


def may_mail_again(user, update) -> bool:
    return update.state == FounderUpdate.State.ASKED and rules.runs_row(user, update)


class UpdateFilter(DropdownFilter):
    title = _("which")
    parameter_name = "which"

    def lookups(self, request, model_admin):
        return [("late", _("late")), ("staff", _("corrected by the office")), ("odd", _("confirmed although unusual"))]

    def queryset(self, request, queryset):
        if self.value() == "late":
            return queryset.late(localdate())
        if self.value() == "staff":
            return queryset.filter(latest__is_staff_edit=True)
        if self.value() == "odd":
            return queryset.filter(latest__isnull=False).exclude(latest__confirmed=[])
        return queryset


class VersionInline(ScopedTabularInline):
    model = UpdateVersion
    fk_name = "update"
    fields = readonly_fields = ("number", "made_at", "who", "told", "news", "confirmed")
    show_change_link = False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("made_by__person").prefetch_related("figures")

    @display(description=_("written by"))
    def who(self, version):
        if version.is_staff_edit:
            return _("the office: %(name)s") % {"name": version.made_by}
        return str(version.made_by) if version.made_by else _("a founder, by link")

    @display(description=_("figures"))
    def told(self, version):
        figures = updates.figures_of(version)
        rows = ((Metric(metric).label, shown(known)) for metric, known in figures.items())
        return format_html_join("", "<div>{}: {}</div>", rows) or "–"


@admin.register(FounderUpdate)
class FounderUpdateAdmin(TransferAdminMixin, SteppedVentureAdmin):
    workflow = UPDATE
    deleted_in = ()
    subject = "update"
    count_states = True
    steps = {
        "correct": DeskStep(
            correct,
            form=CorrectionForm,
            previews=False,
            explain=_("It becomes a new version, marked as one of the office. The founder is told what and why."),
        ),
        "reopen": DeskStep(updates.reopen, explain=_("What was sent stands, and the form begins with it.")),
        "renew_link": DeskStep(
            updates.renew_link,
            label=_("Mail a new link"),
            rule=may_mail_again,
            explain=_("The old link stops working."),
        ),
        "skip": DeskStep(updates.skip),
    }
    list_display = ("of_startup", "quarter", "state_badge", "due_on", "days_late", "submitted_on", "marks")
    list_display_links = ("of_startup",)
    list_filter = (UpdateFilter, "state", "period")
    list_select_related = (
        "startup__cohort__programme__owner", "startup__origin_organisation", "latest", "asked_of",
    )  # fmt: skip
    search_fields = ("code", "period", "startup__search_key")
    ordering = ("-period", "startup_id")
    summary = ("startup", "quarter", "asked_of", "due_on", "submitted_on", "latest_figures", "jobs", "runway")
    fields = ("definition_set", "note_en", "source")
    inlines = (VersionInline,)

    def has_add_permission(self, request):
        return False

    @display(description=_("startup"), ordering="startup__name")
    def of_startup(self, update):
        return str(update.startup)

    @display(description=_("quarter"), ordering="period")
    def quarter(self, update):
        return period_text(update.period)

    @display(description=_("days late"), ordering="due_on")
    def days_late(self, update):
        """Of what is open until today; of what came, until it came."""
        is_open = update.state == FounderUpdate.State.ASKED
        came = localdate() if is_open else update.submitted_on
        return (came - update.due_on).days if came and came > update.due_on else ""

    @display(description=_("marks"))
    def marks(self, update):
        if update.latest is None:
            return ""
        marks = [
            (update.latest.is_staff_edit, _("corrected by the office")),
            (update.latest.is_no_change, _("no change")),
            (update.latest.confirmed, _("unusual, confirmed")),
        ]
        return gettext(", ").join(str(label) for is_so, label in marks if is_so)

    @display(description=_("figures"))
    def latest_figures(self, update):
        figures = updates.figures_of(update.latest)
        rows = ((Metric(metric).label, shown(known)) for metric, known in figures.items())
        return format_html_join("", "<div>{}: {}</div>", rows)

    @display(description=_("people since the first update"))
    def jobs(self, update):
        change = updates.jobs_since_first(update)
        return "" if change is None else f"{change:+.0f}"

    @display(description=_("the money lasts"))
    def runway(self, update):
        """For the desk alone: never on a founder's page, never in a mail."""
        months = runway_months(updates.figures_of(update.latest))
        if months is None:
            return ""
        text = _("%(months)s months – short") if is_short(months) else _("%(months)s months")
        return text % {"months": f"{months:.1f}"}


@admin.register(MetricDefinition)
class MetricDefinitionAdmin(TransferAdminMixin, ScopedReadOnlyAdmin):
    list_display = ("definition_set", "metric", "name", "definition")
    list_display_links = ("metric",)
    list_filter = ("definition_set",)
    search_fields = ("name_en", "name_ja", "definition_en", "definition_ja")
