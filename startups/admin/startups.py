"""Startups at the desk: the record, its way through the programme, who counts it, who reads it."""

from django import forms
from django.contrib import admin
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from portal.core.admin_base import ScopedTabularInline
from portal.core.admin_steps import DeskStep, StepForm
from portal.core.countries import country_name
from portal.core.dates import fuzzy_date
from portal.core.money import money_text
from portal.core.narrative import tell
from portal.transfers.admin_base import TransferAdminMixin
from startups import rules
from startups.admin.desk import VentureAdmin, day_input, file_link, text_area
from startups.admin.milestones import MilestoneInline
from startups.models import (
    Confidentiality,
    CountingDecision,
    Founder,
    FounderUpdate,
    FundingRound,
    LegalEntity,
    Mentor,
    NamedReader,
    Startup,
    StartupName,
)
from startups.periods import last_complete_quarter
from startups.services import access, counting, lifecycle, people, updates
from startups.workflows import STARTUP

tell(
    {
        "startup.describe": _("told about the firm"),
        "startup.export_check": _("checked exports"),
        "startup.decline_reason": _("noted why"),
        "startup.set_levels": _("changed who may read"),
        "startup.let_in": _("let a person in by name"),
        "startup.shut_out": _("ended a person's reading by name"),
        "startup.read": _("read the record"),
        "startup.count": _("decided whether it counts as new"),
        "startup.add_founder": _("added to the team"),
        "startup.end_founder": _("ended a place in the team"),
        "startup.wish_mentor": _("wished for a mentor"),
    }
)


# -- what the steps ask ----------------------------------------------------------------------------------------------
class ExportForm(StepForm):
    result = forms.CharField(
        label=_("Result"), max_length=1000, widget=text_area(3), help_text=_("In words that the whole desk may read.")
    )


class ScreenForm(StepForm):
    conflict_note = forms.CharField(
        label=_("Conflicts of interest"),
        max_length=2000,
        widget=text_area(3),
        help_text=_("What was found and how it is dealt with; “none” if none."),
    )


class AdmitForm(StepForm):
    terms_signed_on = forms.DateField(label=_("Terms signed on"), widget=day_input(), initial=localdate)
    support_kind = forms.ChoiceField(label=_("Support"), choices=Startup.Support.choices)
    ip_terms = forms.CharField(label=_("Terms on intellectual property"), max_length=2000, widget=text_area(3))


class EndForm(StepForm):
    ended_on = forms.DateField(label=_("Day"), widget=day_input(), initial=localdate)
    end_evidence = forms.CharField(label=_("Evidence"), max_length=2000, widget=text_area(3))


class ExitForm(EndForm):
    exit_kind = forms.ChoiceField(label=_("Kind of exit"), choices=Startup.Exit.choices)
    field_order = ("exit_kind", "ended_on", "end_evidence")


class LevelsForm(StepForm):
    confidentiality = forms.ChoiceField(label=_("Record, people and milestones"), choices=Confidentiality.choices)
    figures_confidentiality = forms.ChoiceField(label=_("Updates, figures and money"), choices=Confidentiality.choices)
    page_confidentiality = forms.ChoiceField(
        label=_("Public page"),
        choices=Confidentiality.choices,
        help_text=_("“Public” shows it as soon as the founders have agreed."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.record is not None:
            page = getattr(self.record, "showcase", None)
            self.initial = {
                "confidentiality": self.record.confidentiality,
                "figures_confidentiality": self.record.figures_confidentiality,
                "page_confidentiality": page.confidentiality if page else Confidentiality.TEAM,
            }


class ReaderForm(StepForm):
    email = forms.EmailField(label=_("E-mail address with which the person signs in"))


class CountForm(StepForm):
    rule_set = forms.ChoiceField(label=_("Rule set"), choices=CountingDecision.RuleSet.choices)
    counts = forms.TypedChoiceField(
        label=_("Counts as a new startup"),
        choices=[("yes", _("yes")), ("no", _("no"))],
        coerce=lambda answer: answer == "yes",
    )


class PersonForm(StepForm):
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Whoever is known in the portal as fellow, host or speaker is found by it and stays one person."),
    )
    given_name = forms.CharField(label=_("Given name, if new"), max_length=100, required=False)
    family_name = forms.CharField(label=_("Family name, if new"), max_length=100, required=False)


class FounderForm(PersonForm):
    role_en = forms.CharField(label=_("Role"), max_length=100, required=False)
    is_founder = forms.BooleanField(label=_("Is a founder"), required=False, initial=True)
    is_primary_contact = forms.BooleanField(label=_("First contact from now on"), required=False)


class MentorForm(PersonForm):
    topics_en = forms.CharField(label=_("Advises on"), max_length=200, required=False)
    is_primary = forms.BooleanField(label=_("First mentor"), required=False)


class PeriodForm(StepForm):
    period = forms.CharField(label=_("Quarter"), max_length=7, help_text=_("Such as 2026-Q2."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["period"].initial = last_complete_quarter(localdate())


# -- when an act beside the life cycle is offered ----------------------------------------------------------------------
def awaits_export_check(user, startup) -> bool:
    return startup.state == Startup.State.APPLIED and rules.checks_export(user, startup)


def is_asked_for_updates(user, startup) -> bool:
    return startup.state in updates.ASKED_STATES and rules.runs(user, startup)


class WaitingFilter(DropdownFilter):
    title = _("waits for")
    parameter_name = "waits"

    def lookups(self, request, model_admin):
        return [("export", _("the export check")), ("terms", _("the terms: it has a place"))]

    def queryset(self, request, queryset):
        if self.value() == "export":
            return queryset.awaiting_export_check()
        if self.value() == "terms":
            return queryset.awaiting_terms()
        return queryset


class CountingFilter(DropdownFilter):
    title = _("counts as new")
    parameter_name = "counts"

    def lookups(self, request, model_admin):
        return [("yes", _("counted")), ("open", _("to be decided"))]

    def queryset(self, request, queryset):
        today = localdate()
        if self.value() == "yes":
            return queryset.counted_as_new(today)
        if self.value() == "open":
            return queryset.undecided_as_new(today)
        return queryset


# -- the parts of the record -------------------------------------------------------------------------------------------
class FounderInline(ScopedTabularInline):
    model = Founder
    fields = readonly_fields = ("who", "role", "is_founder", "is_primary_contact", "from_on", "until_on")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("person")

    @display(description=_("person"))
    def who(self, row):
        return str(row.person)


class MentorInline(ScopedTabularInline):
    model = Mentor
    fields = readonly_fields = ("who", "topics", "is_primary", "state_badge", "confirmed_on")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("person")

    @display(description=_("mentor"))
    def who(self, row):
        return str(row.person)


class NameInline(ScopedTabularInline):
    model = StartupName
    editable = True
    fields = ("text", "from_on", "until_on")


class LegalEntityInline(ScopedTabularInline):
    model = LegalEntity
    editable = True
    fields = ("name", "country", "form", "number", "registered_on", "dissolved_on", "source")


class UpdateInline(ScopedTabularInline):
    model = FounderUpdate
    fields = readonly_fields = ("period", "state_badge", "due_on", "submitted_on")


class FundingInline(ScopedTabularInline):
    model = FundingRound
    fields = readonly_fields = ("kind", "closed", "amount_in_words", "verified_on")

    @display(description=_("closed"))
    def closed(self, row):
        return fuzzy_date(row.closed_on, row.closed_precision)

    @display(description=_("amount"))
    def amount_in_words(self, row):
        return _("not disclosed") if row.original is None else money_text(row.original, row.currency)


class CountingInline(ScopedTabularInline):
    model = CountingDecision
    fields = readonly_fields = ("rule_set", "counts", "reason", "decided_by", "decided_on")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("decided_by")


class ReaderInline(ScopedTabularInline):
    model = NamedReader
    fields = readonly_fields = ("user", "let_in_by", "created_at")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("user__person", "let_in_by__person")


@admin.register(Startup)
class StartupAdmin(TransferAdminMixin, VentureAdmin):
    workflow = STARTUP
    count_states = True
    steps = {
        "record_export_check": DeskStep(
            lifecycle.record_export_check,
            form=ExportForm,
            label=_("Record the export check"),
            rule=awaits_export_check,
            tone="primary",
            previews=False,
        ),
        "screen": DeskStep(
            lifecycle.screen,
            form=ScreenForm,
            explain=_(
                "The day of the founding and the origin must be proved, and the export office must have checked."
            ),
        ),
        "admit": DeskStep(lifecycle.admit, form=AdmitForm),
        "decline": DeskStep(lifecycle.decline, explain=_("Founders read a neutral text, not your reason.")),
        "kick_off": DeskStep(lifecycle.kick_off, explain=_("From now on the founders are asked each quarter.")),
        "pause": DeskStep(lifecycle.pause),
        "resume": DeskStep(lifecycle.resume),
        "graduate": DeskStep(
            lifecycle.graduate, explain=_("All milestones are verified or waived, and the demo day was held.")
        ),
        "leave": DeskStep(lifecycle.leave),
        "record_exit": DeskStep(lifecycle.record_exit, form=ExitForm),
        "record_closure": DeskStep(
            lifecycle.record_closure, form=EndForm, explain=_("It stays in every figure that counts it already.")
        ),
        "add_founder": DeskStep(
            people.add_founder, form=FounderForm, label=_("Add to the team"), rule=rules.runs, previews=False
        ),
        "wish_for_mentor": DeskStep(
            people.wish_for_mentor, form=MentorForm, label=_("Add a mentor"), rule=rules.runs, previews=False
        ),
        "ask_update": DeskStep(
            updates.ask,
            form=PeriodForm,
            label=_("Ask for an update"),
            rule=is_asked_for_updates,
            explain=_("The one for figures gets a personal link by mail."),
        ),
        "count": DeskStep(
            counting.decide,
            form=CountForm,
            label=_("Decide whether it counts"),
            rule=rules.runs,
            previews=False,
            explain=_("Firms that the strategy names, and firms founded before 21 January 2020, never count."),
        ),
        "set_levels": DeskStep(
            access.set_levels, form=LevelsForm, label=_("Change who may read"), rule=rules.runs, previews=False
        ),
        "let_in": DeskStep(
            access.let_in, form=ReaderForm, label=_("Let a person in by name"), rule=rules.runs, previews=False
        ),
        "shut_out": DeskStep(
            access.shut_out, form=ReaderForm, label=_("End reading by name"), rule=rules.runs, previews=False
        ),
    }
    list_display = ("name", "state_badge", "relation", "cohort", "origin_organisation", "level")
    list_filter = (
        WaitingFilter, CountingFilter, "state", "relation", "origin_kind", "technology_area", "cohort",
        "confidentiality",
    )  # fmt: skip
    list_select_related = ("origin_organisation", "technology_area", "cohort__programme__owner", "founding_file")
    search_fields = ("search_key",)
    prepopulated_fields = {"code": ("name",)}
    in_global_search = True
    summary = (
        "relation", "cohort", "country_shown", "founded", "founding_paper", "origin_organisation", "technology_area",
        "export_checked_on", "terms_signed_on", "support_kind", "ip_terms", "admitted_on", "paused_on", "left_on",
        "ended_on", "exit_kind", "end_evidence", "level", "figures_confidentiality",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": ("name", ("name_ja", "name_kana"), ("code", "country"), "technology_area", "cohort")}),
        (_("Founding"), {"fields": (("founded_on", "founded_precision"), "founding_evidence")}),
        (_("Origin"), {"fields": (("origin_kind", "origin_organisation"), "origin_evidence")}),
        (_("Ownership and conflicts"), {"fields": ("has_foreign_owners", "foreign_owners", "conflict_note")}),
        (_("Counting"), {"fields": (("relation", "same_venture_as"),)}),
        (_("Notes"), {"fields": ("note_en", "source")}),
    )
    inlines = (
        MilestoneInline, FounderInline, MentorInline, UpdateInline, FundingInline, LegalEntityInline, NameInline,
        CountingInline, ReaderInline,
    )  # fmt: skip

    @display(description=_("who may read"), ordering="confidentiality")
    def level(self, startup):
        if startup.relation == Startup.Relation.NAMED_IN_STRATEGY:
            return Confidentiality.PUBLIC.label
        return startup.get_confidentiality_display()

    @display(description=_("country"))
    def country_shown(self, startup):
        return country_name(startup.country)

    @display(description=_("founded"))
    def founded(self, startup):
        return fuzzy_date(startup.founded_on, startup.founded_precision)

    @display(description=_("paper about the founding"))
    def founding_paper(self, startup):
        return file_link(startup.founding_file)
