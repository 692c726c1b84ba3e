"""Applications to cohorts and their reviews at the desk."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from portal.accounts.models.person import search_form
from portal.applications.admin.desk import (
    ApplicationDesk,
    DocumentDesk,
    FindingsDesk,
    FindingsInline,
    PaperInline,
    ReviewDesk,
    ReviewsInline,
    ScoresInline,
    VersionDesk,
)
from portal.applications.admin.steps import PassForm, text_area
from portal.core.admin_base import visible_rows
from portal.core.admin_steps import DeskStep
from portal.core.narrative import tell
from portal.transfers.admin_base import TransferAdminMixin
from startups.kind import VENTURE
from startups.models import (
    CohortApplication,
    CohortApplicationDocument,
    CohortApplicationVersion,
    CohortEligibilityCheck,
    CohortReview,
    CohortScore,
)
from startups.models.application import member_in_words
from startups.services import selection
from startups.workflows import COHORT_APPLICATION

FOR_CHECK = ("submitted", "eligibility_check")
FOR_DECISION = ("under_review", "shortlisted", "recommended")

tell(
    {
        "startup.begin": _("began the record with an application"),
        "startup.selected": _("gave a place in the cohort"),
        "startup.other_cohort": _("moved the record to the cohort of its other application"),
        "startup.applied_again": _("joined the record to the one of a later application"),
    }
)


class ConflictForm(PassForm):
    conflict_note = forms.CharField(
        label=_("Conflicts of interest"),
        widget=text_area(3),
        help_text=_("What was found and how it is dealt with, or “none”. It stands in the record of the startup."),
    )


class WaitingFilter(DropdownFilter):
    title = _("waits for")
    parameter_name = "waits"

    def lookups(self, request, model_admin):
        return [
            ("check", _("the startup manager: eligibility")),
            ("decision", _("the startup manager: a decision")),
            ("applicant", _("the applicant")),
            ("reviews", _("reviews that are late")),
        ]

    def queryset(self, request, queryset):
        states = {"check": FOR_CHECK, "decision": FOR_DECISION, "applicant": ("returned",)}
        if self.value() == "reviews":
            late = visible_rows(CohortReview, request.user).filter(
                state__in=("assigned", "accepted"), due_on__lt=localdate()
            )
            return queryset.filter(pk__in=late.values("application"))
        return queryset.filter(state__in=states[self.value()]) if self.value() in states else queryset


class DocumentInline(PaperInline):
    model = CohortApplicationDocument


class EligibilityInline(FindingsInline):
    model = CohortEligibilityCheck


class ReviewInline(ReviewsInline):
    model = CohortReview


@admin.register(CohortApplication)
class CohortApplicationAdmin(TransferAdminMixin, ApplicationDesk):
    kind = VENTURE
    workflow = COHORT_APPLICATION
    steps = {
        **ApplicationDesk.receiving,
        "pass_eligibility": DeskStep(
            selection.pass_eligibility,
            form=ConflictForm,
            explain=_("The venture counts as screened. The export office must have noted its check before."),
            sample={"conflict_note": "none"},
        ),
        **ApplicationDesk.refusing,
        **ApplicationDesk.reviewing,
        "select": DeskStep(
            selection.select,
            bulk=True,
            explain=_(
                "One of the places is given, the founders are told and the team becomes known. "
                "The startup is admitted on its own page, once the terms are signed."
            ),
            mails_say_why=False,
        ),
        "waitlist": ApplicationDesk.deciding["waitlist"],
        "promote": DeskStep(selection.promote, explain=_("The place that became free is given."), mails_say_why=False),
        "decline": ApplicationDesk.deciding["decline"],
    }
    list_display = ("code", "venture_name", "applicant", "state_badge", "cohort", "country_shown", "submitted_at")
    list_display_links = ("code", "venture_name")
    list_filter = (WaitingFilter, "state", "cohort", "technology_area")
    list_select_related = ("applicant", "cohort", "programme", "call", "startup")
    search_fields = ("code", "venture_name", "applicant__search_key")
    search_fold = staticmethod(search_form)
    date_range = "submitted_at"
    in_global_search = True
    summary = (
        "venture_name", "applicant", "cohort", "team", "origin_organisation", "technology_area", "submitted_at",
        "returned_items", "returned_until",
    )  # fmt: skip
    fieldsets = (
        (
            _("Plan"),
            {
                "classes": ("tab",),
                "fields": (
                    "problem", "solution", "market", "traction", "ip_ownership", "funding_so_far", "support_wanted",
                ),
            },
        ),
        (
            _("Venture"),
            {
                "classes": ("tab",),
                "fields": (
                    "country_shown", "is_incorporated", "legal_form", "founded", "founding_evidence", "origin_kind",
                    "origin_evidence", "has_foreign_owners", "foreign_owners", "advisers",
                ),
            },
        ),
        (
            _("Figures at the start"),
            {
                "classes": ("tab",),
                "fields": ("figures_on", "headcount", "revenue_shown", "raised_shown"),
            },
        ),
        (_("Decision"), {"classes": ("tab",), "fields": ("rank", "decided_on", "version", "in_grace", "note_en")}),
    )  # fmt: skip
    inlines = (EligibilityInline, ReviewInline, DocumentInline)

    def see_also(self, request, obj):
        links = super().see_also(request, obj)
        if obj.startup_id and visible_rows(type(obj.startup), request.user).filter(pk=obj.startup_id).exists():
            links.append((_("The startup"), reverse("admin:startups_startup_change", args=[obj.startup_id])))
        return links

    @display(description=_("country"), ordering="country")
    def country_shown(self, application):
        return application.get_country_display()

    @display(description=_("team"))
    def team(self, application):
        return gettext("; ").join(
            " ".join(filter(None, (member_in_words(member), member.get("email")))) for member in application.founders
        )

    @display(description=_("founded"))
    def founded(self, application):
        return application.get_founded_on_display()

    @display(description=_("revenue of the last twelve months"))
    def revenue_shown(self, application):
        return "–" if application.revenue is None else application.get_revenue_display()

    @display(description=_("money raised so far"))
    def raised_shown(self, application):
        return "–" if application.raised is None else application.get_raised_display()


class ScoreInline(ScoresInline):
    model = CohortScore


@admin.register(CohortReview)
class CohortReviewAdmin(ReviewDesk):
    inlines = (ScoreInline,)


@admin.register(CohortApplicationVersion)
class CohortApplicationVersionAdmin(VersionDesk):
    pass


@admin.register(CohortApplicationDocument)
class CohortApplicationDocumentAdmin(DocumentDesk):
    pass


@admin.register(CohortEligibilityCheck)
class CohortEligibilityCheckAdmin(FindingsDesk):
    pass
