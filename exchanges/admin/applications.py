"""Applications at the desk, from receipt to decision."""

import datetime as dt

from django import forms
from django.contrib import admin
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from exchanges import rules
from exchanges.admin.desk import ExchangeAdmin, day_input, file_link, text_area
from exchanges.models import (
    Application,
    ApplicationDocument,
    ApplicationVersion,
    Approval,
    EligibilityCheck,
    Offer,
    Review,
)
from exchanges.reviewers import known_reviewers, reviewer_at
from exchanges.services import approvals, decisions, eligibility, intake, offers, reviews
from exchanges.workflows import APPLICATION
from portal.accounts.models.person import search_form
from portal.accounts.roles import MANAGERS, has_role
from portal.core.admin_base import ScopedReadOnlyAdmin, ScopedTabularInline, visible_rows
from portal.core.admin_steps import DeskStep, StepForm
from portal.core.dates import plain_date
from portal.core.narrative import tell
from portal.programmes.models import Call
from portal.programmes.rules import manages_call
from portal.transfers.admin_base import TransferAdminMixin

REVIEW_DAYS = 14
WAITING_FOR_MANAGER = ("submitted", "eligibility_check", "under_review", "shortlisted", "recommended")

tell(
    {
        "application.start": _("began the application"),
        "application.eligibility": _("ran the rules of eligibility again"),
        "application.eligibility_override": _("decided otherwise than the rules"),
        "application.approvals_asked": _("asked host and home"),
        "application.document_removed": _("took out a paper"),
        "offer.prepare": _("prepared the offer"),
        "approval.nobody_to_ask": _("found nobody to ask"),
        "approval.renew_link": _("sent a new link"),
        "review.assign": _("asked for a review"),
        "review.conflict": _("declared a conflict of interest"),
    }
)


# -- what the steps ask ----------------------------------------------------------------------------------------------
class ReturnForm(StepForm):
    items = forms.CharField(
        label=_("What is missing"), widget=text_area(), help_text=_("The applicant reads this text as it is.")
    )
    until = forms.DateField(
        label=_("Complete until"), required=False, widget=day_input(), help_text=_("Empty: in 14 days.")
    )


class OverrideForm(StepForm):
    outcome = forms.ChoiceField(label=_("Decision"), choices=EligibilityCheck.Outcome.choices)
    reason = forms.CharField(label=_("Reason"), widget=text_area(), help_text=_("Kept with the findings of the rules."))


class WaitlistForm(StepForm):
    rank = forms.IntegerField(label=_("Rank on the waiting list"), min_value=1, max_value=999, initial=1)


class ReviewerForm(StepForm):
    """One reviewer and a day, for one application or for many."""

    reviewer = forms.ModelChoiceField(label=_("Reviewer"), queryset=None, required=False)
    address = forms.EmailField(
        label=_("or the reviewer's e-mail address"),
        required=False,
        help_text=_("For reviewers who are not in the list."),
    )
    due_on = forms.DateField(label=_("Due"), widget=day_input())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reviewer"].queryset = known_reviewers(self.user)
        self.fields["due_on"].initial = localdate() + dt.timedelta(days=REVIEW_DAYS)

    def clean(self):
        values = super().clean()
        address = values.pop("address", "")
        if values.get("reviewer") is None and address:
            values["reviewer"] = reviewer_at(address)
            if values["reviewer"] is None:
                self.add_error("address", _("Nobody with this address has a reviewer's seat."))
        elif values.get("reviewer") is None:
            self.add_error("reviewer", _("Please choose a reviewer or give an address."))
        return values


# -- when an act beside the life cycle is offered --------------------------------------------------------------------
def may_check_again(user, application) -> bool:
    return application.state == Application.State.ELIGIBILITY_CHECK and rules.manages(user, application)


def may_ask_again(user, application) -> bool:
    """Once more for parts that became void, for instance because nobody was there to be asked."""
    return (
        application.state == Application.State.HOST_AND_HOME
        and rules.manages(user, application)
        and any(approval.state == Approval.State.VOID for approval in application.approvals.all())
    )


def may_assign(user, application) -> bool:
    return application.state in reviews.ASSIGNABLE and rules.manages(user, application)


def may_prepare_offer(user, application) -> bool:
    if application.state != Application.State.SELECTED or not rules.manages(user, application):
        return False
    return not any(offer.state in ("prepared", "sent", "accepted") for offer in application.offers.all())


def override_eligibility(*, application, outcome: str, reason: str, actor):
    """Decide otherwise about the newest findings."""
    return eligibility.override(
        check=eligibility.latest_check(application), outcome=outcome, reason=reason, actor=actor
    )


# -- the parts of the page -------------------------------------------------------------------------------------------
class DocumentInline(ScopedTabularInline):
    model = ApplicationDocument
    fields = readonly_fields = ("kind", "download", "created_at", "replaced_at")
    show_change_link = False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("file")

    @display(description=_("file"))
    def download(self, document):
        return file_link(document.file)


class ApprovalInline(ScopedTabularInline):
    model = Approval
    fields = readonly_fields = (
        "part",
        "state_badge",
        "organisation",
        "approver_name",
        "due_on",
        "decided_at",
        "comment",
    )

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("organisation")


class EligibilityInline(ScopedTabularInline):
    model = EligibilityCheck
    fields = readonly_fields = ("created_at", "result", "found", "override_reason")
    show_change_link = False

    @display(description=_("result"))
    def result(self, check):
        return check.get_final_outcome_display()

    @display(description=_("findings"))
    def found(self, check):
        return "\n".join(findings_in_words(check))


class ReviewInline(ScopedTabularInline):
    model = Review
    fields = readonly_fields = ("reviewer_name", "state_badge", "due_on", "score", "advice", "comment")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("reviewer__person").prefetch_related("scores__criterion")

    @display(description=_("reviewer"))
    def reviewer_name(self, review):
        return str(review.reviewer)

    @display(description=_("score"))
    def score(self, review):
        return percent(review.total)


class OfferInline(ScopedTabularInline):
    model = Offer
    fields = readonly_fields = (
        "state_badge",
        "start_on",
        "end_on",
        "sent_at",
        "answer_by",
        "answered_at",
        "answer_comment",
    )


def percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def findings_in_words(check) -> list[str]:
    """One line for each rule that did not say a plain yes; all is well otherwise."""
    key = "message_ja" if (get_language() or "").startswith("ja") else "message_en"
    marks = {False: str(_("no")), None: str(_("a person must look"))}
    lines = [f"{marks[finding['ok']]}: {finding[key]}" for finding in check.findings if finding["ok"] is not True]
    return lines or [str(_("Every rule is met."))]


# -- questions to the list -------------------------------------------------------------------------------------------
class WaitingFilter(DropdownFilter):
    title = _("waits for")
    parameter_name = "waits"

    def lookups(self, request, model_admin):
        return [
            ("manager", _("the programme's managers")),
            ("approvals", _("approvals of host and home")),
            ("export", _("the export offices")),
            ("applicant", _("the applicant")),
            ("reviews", _("reviews that are late")),
        ]

    def queryset(self, request, queryset):
        states = {
            "manager": WAITING_FOR_MANAGER,
            "approvals": ("host_and_home",),
            "export": ("export_precheck", "expert_review"),
            "applicant": ("returned",),
        }
        if self.value() == "reviews":
            late = visible_rows(Review, request.user).filter(state__in=("assigned", "accepted"), due_on__lt=localdate())
            return queryset.filter(pk__in=late.values("application"))
        return queryset.filter(state__in=states[self.value()]) if self.value() in states else queryset


@admin.register(Application)
class ApplicationAdmin(TransferAdminMixin, ExchangeAdmin):
    workflow = APPLICATION
    count_states = True
    steps = {
        "start_check": DeskStep(
            intake.start_check, bulk=True, explain=_("The rules of eligibility look at the application as of today.")
        ),
        "return": DeskStep(
            intake.return_application,
            form=ReturnForm,
            explain=_("The applicant can change and send the application again until the day you name."),
            sample={"items": _("(what you write above)")},
        ),
        "check_again": DeskStep(
            eligibility.check, label=_("Run the rules again"), rule=may_check_again, previews=False
        ),
        "override": DeskStep(
            override_eligibility,
            form=OverrideForm,
            label=_("Decide otherwise than the rules"),
            rule=may_check_again,
            previews=False,
        ),
        "pass_eligibility": DeskStep(
            intake.pass_eligibility, bulk=True, explain=_("The export office of the host side gets a case to look at.")
        ),
        "refuse_ineligible": DeskStep(intake.refuse_ineligible),
        "ask_again": DeskStep(approvals.ask, label=_("Ask host and home again"), rule=may_ask_again),
        "assign": DeskStep(
            reviews.assign, form=ReviewerForm, label=_("Ask a reviewer"), rule=may_assign, bulk=True, previews=False
        ),
        "shortlist": DeskStep(decisions.shortlist, bulk=True, explain=_("Reviews that were handed in are frozen.")),
        "recommend": DeskStep(decisions.recommend, bulk=True),
        "recommend_directly": DeskStep(
            decisions.recommend, bulk=True, explain=_("Reviews that were handed in are frozen.")
        ),
        "select": DeskStep(
            decisions.select, bulk=True, explain=_("One of the call's places is given. The offer is a step of its own.")
        ),
        "waitlist": DeskStep(decisions.waitlist, form=WaitlistForm, sample={"rank": 1}),
        "promote": DeskStep(decisions.promote, explain=_("The place that became free is given.")),
        "decline": DeskStep(
            decisions.decline,
            bulk=True,
            explain=_("The applicant gets neutral words; your reason stays with the desks."),
        ),
        "prepare_offer": DeskStep(
            offers.prepare,
            label=_("Prepare the offer"),
            rule=may_prepare_offer,
            tone="primary",
            bulk=True,
            explain=_(
                "Dates, support and conditions come from application, programme and screening. "
                "You can change them before sending."
            ),
            previews=False,
        ),
    }  # fmt: skip
    list_display = ("code", "applicant", "state_badge", "call", "home", "host", "start_requested", "submitted_at")
    list_display_links = ("code", "applicant")
    list_filter = (WaitingFilter, "state", "call", "programme", "purpose")
    list_select_related = ("applicant", "call", "programme", "home_organisation", "host_organisation", "host_person")
    search_fields = (
        "code",
        "applicant__search_key",
        "topic",
        "home_organisation__name_en",
        "home_organisation__name_ja",
    )
    search_fold = staticmethod(search_form)
    date_hierarchy = "submitted_at"
    in_global_search = True
    summary = (
        "applicant",
        "call",
        "home",
        "host_organisation",
        "host_person",
        "purpose",
        "days_asked",
        "submitted_at",
        "returned_items",
        "returned_until",
    )
    fieldsets = (
        (_("Plan"), {"classes": ("tab",), "fields": ("topic", "plan", "motivation", "funding", "access_needs")}),
        (
            _("Studies and supervisor"),
            {
                "classes": ("tab",),
                "fields": ("degree_course", "enrolled_until", "field_of_study", "supervisor_name", "supervisor_email"),
            },
        ),
        (_("Decision"), {"classes": ("tab",), "fields": ("rank", "decided_on", "version", "in_grace", "note_en")}),
    )
    # Findings, reviews and ranks are the programme's own.
    managers_inlines = (EligibilityInline, ReviewInline)

    def get_queryset(self, request):
        # Drafts are their owner's alone, even where the owner also works at a desk.
        return (
            super().get_queryset(request).exclude(state=Application.State.DRAFT).prefetch_related("offers", "approvals")
        )

    def get_inlines(self, request, obj):
        shared = (DocumentInline, ApprovalInline, OfferInline)
        return (*self.managers_inlines, *shared) if self._manages(request, obj) else shared

    def get_fieldsets(self, request, obj=None):
        return self.fieldsets if self._manages(request, obj) else self.fieldsets[:-1]

    @staticmethod
    def _manages(request, obj) -> bool:
        return rules.manages(request.user, obj) if obj is not None else has_role(request.user, MANAGERS)

    def see_also(self, request, obj):
        links = []
        if manages_call(request.user, obj.call):
            links.append((_("Ranking of the call"), reverse("admin:exchanges_application_ranking", args=[obj.call_id])))
        if hasattr(obj, "stay"):
            links.append((_("The stay"), reverse("admin:exchanges_stay_change", args=[obj.stay.pk])))
        return links

    def get_urls(self):
        ranking = self.admin_site.admin_view(self.ranking_view)
        return [path("ranking/<int:call_id>/", ranking, name="exchanges_application_ranking"), *super().get_urls()]

    def ranking_view(self, request, call_id: int):
        """The panel's table of one call, best first, with the same bulk actions as the list."""
        call = Call.objects.visible_to(request.user).filter(pk=call_id).first()
        if call is None or not manages_call(request.user, call):
            raise Http404
        rows = decisions.ranking(call=call)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Ranking"),
            "subtitle": str(call),
            "opts": self.opts,
            "call": call,
            "rows": [(number, row, percent(row.mean)) for number, row in enumerate(rows, start=1)],
            "places_left": decisions.places_left(call),
            "actions": [
                (f"step_{name}", self.step_label(name))
                for name in (
                    "assign",
                    "shortlist",
                    "recommend_directly",
                    "recommend",
                    "select",
                    "decline",
                    "prepare_offer",
                )
            ],
            "list_url": reverse("admin:exchanges_application_changelist"),
        }
        return TemplateResponse(request, "admin/exchanges/application/ranking.html", context)

    @display(description=_("home institution"), ordering="home_organisation__name_en")
    def home(self, application):
        return application.home_organisation.label if application.home_organisation else application.home_label

    @display(description=_("host institution"), ordering="host_organisation__name_en")
    def host(self, application):
        return application.host_organisation.label if application.host_organisation else ""

    @display(description=_("days asked for"))
    def days_asked(self, application):
        if application.days_requested is None:
            return ""
        return _("%(first)s to %(last)s (%(days)d days)") % {
            "first": plain_date(application.start_requested),
            "last": plain_date(application.end_requested),
            "days": application.days_requested,
        }


@admin.register(ApplicationVersion)
class ApplicationVersionAdmin(ScopedReadOnlyAdmin):
    list_display = ("application", "number", "created_at")
    list_select_related = ("application__applicant",)
    search_fields = ("application__code", "application__applicant__search_key")
    search_fold = staticmethod(search_form)
    date_hierarchy = "created_at"
    fields = ("application", "number", "created_at", "content")


@admin.register(ApplicationDocument)
class ApplicationDocumentAdmin(ScopedReadOnlyAdmin):
    list_display = ("application", "kind", "created_at", "replaced_at")
    list_select_related = ("application__applicant",)
    search_fields = ("application__code", "application__applicant__search_key", "kind")
    search_fold = staticmethod(search_form)
    fields = ("application", "kind", "download", "created_at", "replaced_at")
    readonly_fields = fields

    @display(description=_("file"))
    def download(self, document):
        return file_link(document.file)


@admin.register(EligibilityCheck)
class EligibilityCheckAdmin(ScopedReadOnlyAdmin):
    list_display = ("application", "outcome", "overridden_outcome", "rules_version", "created_at")
    list_filter = ("outcome", "overridden_outcome")
    list_select_related = ("application__applicant",)
    search_fields = ("application__code", "application__applicant__search_key")
    search_fold = staticmethod(search_form)
    fields = ("application", "outcome", "found", "overridden_outcome", "override_reason", "rules_version", "created_at")
    readonly_fields = fields

    @display(description=_("findings"))
    def found(self, check):
        return "\n".join(findings_in_words(check))
