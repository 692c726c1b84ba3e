"""Applications at the desk, from receipt to decision."""

from django.contrib import admin
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from exchanges import rules
from exchanges.kind import EXCHANGE
from exchanges.models import (
    Application,
    ApplicationDocument,
    ApplicationVersion,
    Approval,
    EligibilityCheck,
    Offer,
    Review,
)
from exchanges.services import approvals, intake, offers
from exchanges.workflows import APPLICATION
from portal.accounts.models.person import search_form
from portal.accounts.roles import MANAGERS, has_role
from portal.applications.admin.desk import (
    ApplicationDesk,
    DocumentDesk,
    FindingsDesk,
    FindingsInline,
    PaperInline,
    ReviewsInline,
    VersionDesk,
)
from portal.applications.admin.steps import PassForm
from portal.core.admin_base import ScopedTabularInline, visible_rows
from portal.core.admin_steps import DeskStep
from portal.core.dates import plain_date
from portal.core.narrative import tell
from portal.transfers.admin_base import TransferAdminMixin

WAITING_FOR_MANAGER = ("submitted", "eligibility_check", "under_review", "shortlisted", "recommended")

tell(
    {
        "application.approvals_asked": _("asked host and home"),
        "offer.prepare": _("prepared the offer"),
        "approval.nobody_to_ask": _("found nobody to ask"),
        "approval.renew_link": _("sent a new link"),
    }
)


# -- when an act beside the life cycle is offered --------------------------------------------------------------------
def may_ask_again(user, application) -> bool:
    """Once more for parts that became void, for instance because nobody was there to be asked."""
    return (
        application.state == Application.State.HOST_AND_HOME
        and rules.manages(user, application)
        and any(approval.state == Approval.State.VOID for approval in application.approvals.all())
    )


def may_prepare_offer(user, application) -> bool:
    if application.state != Application.State.SELECTED or not rules.manages(user, application):
        return False
    return not hasattr(application, "stay") and not any(
        offer.state in ("prepared", "sent", "accepted") for offer in application.offers.all()
    )


# -- the parts of the page -------------------------------------------------------------------------------------------
class DocumentInline(PaperInline):
    model = ApplicationDocument


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


class EligibilityInline(FindingsInline):
    model = EligibilityCheck


class ReviewInline(ReviewsInline):
    model = Review


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


class StateFilter(ChoicesDropdownFilter):
    """By state, where the two states of the export check are one: a filter would tell which cases were referred."""

    ONE = frozenset({Application.State.EXPORT_PRECHECK, Application.State.EXPERT_REVIEW})

    def expected_parameters(self):
        return [*super().expected_parameters(), f"{self.field_path}__in"]

    def queryset(self, request, queryset):
        asked = {
            state
            for values in self.used_parameters.values()
            for value in values
            for state in (value if isinstance(value, list) else [value])
        }
        if not asked:
            return queryset
        return queryset.filter(state__in=asked | self.ONE if asked & self.ONE else asked)

    def choices(self, changelist):
        for choice in super().choices(changelist):
            state = choice["form"].fields[self.lookup_kwarg]
            state.choices = [one for one in state.choices if one[0] != Application.State.EXPERT_REVIEW]
            yield choice


@admin.register(Application)
class ApplicationAdmin(TransferAdminMixin, ApplicationDesk):
    kind = EXCHANGE
    workflow = APPLICATION
    steps = {
        **ApplicationDesk.receiving,
        "pass_eligibility": DeskStep(
            intake.pass_eligibility,
            form=PassForm,
            bulk=True,
            explain=_("The export office of the host side gets a case to look at."),
        ),
        **ApplicationDesk.refusing,
        "ask_again": DeskStep(approvals.ask, label=_("Ask host and home again"), rule=may_ask_again),
        **ApplicationDesk.reviewing,
        **ApplicationDesk.deciding,
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
    }
    ranking_steps = (*ApplicationDesk.ranking_steps, "prepare_offer")
    list_display = ("code", "applicant", "state_badge", "call", "home", "host", "start_requested", "submitted_at")
    list_display_links = ("code", "applicant")
    list_filter = (WaitingFilter, ("state", StateFilter), "call", "programme", "purpose")
    list_select_related = (
        "applicant", "call__programme", "programme", "home_organisation", "host_organisation", "host_person",
    )  # fmt: skip
    search_fields = (
        "code",
        "applicant__search_key",
        "topic",
        "home_organisation__name_en",
        "home_organisation__name_ja",
    )
    search_fold = staticmethod(search_form)
    date_range = "submitted_at"
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
        return super().get_queryset(request).prefetch_related("offers", "approvals", "stay")

    def get_inlines(self, request, obj):
        shared = (DocumentInline, ApprovalInline, OfferInline)
        return (*self.managers_inlines, *shared) if self._manages(request, obj) else shared

    def get_fieldsets(self, request, obj=None):
        parts = super().get_fieldsets(request, obj)
        return parts if self._manages(request, obj) else parts[:-1]

    @staticmethod
    def _manages(request, obj) -> bool:
        return rules.manages(request.user, obj) if obj is not None else has_role(request.user, MANAGERS)

    def see_also(self, request, obj):
        links = super().see_also(request, obj)
        links += [
            (_("The offer"), reverse("admin:exchanges_offer_change", args=[row.pk])) for row in obj.offers.all()[:1]
        ]
        if hasattr(obj, "stay"):
            links.append((_("The stay"), reverse("admin:exchanges_stay_change", args=[obj.stay.pk])))
        return links

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
class ApplicationVersionAdmin(VersionDesk):
    pass


@admin.register(ApplicationDocument)
class ApplicationDocumentAdmin(DocumentDesk):
    pass


@admin.register(EligibilityCheck)
class EligibilityCheckAdmin(FindingsDesk):
    pass
