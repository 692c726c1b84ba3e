"""Applications and reviews at the desk: what every kind shows and offers; each kind registers classes of its own."""

from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from portal.accounts.models.person import search_form
from portal.applications.admin.steps import (
    OverrideForm,
    ReturnForm,
    ReviewerForm,
    WaitlistForm,
    may_assign,
    may_check_again,
    override_eligibility,
)
from portal.applications.kinds import ApplicationKind, kind_for, kind_of
from portal.applications.models import State
from portal.applications.services import decisions, eligibility, intake, reviews
from portal.applications.summary import frozen_answers
from portal.applications.workflows import REVIEW
from portal.core.admin_base import ScopedReadOnlyAdmin, ScopedTabularInline
from portal.core.admin_steps import DeskStep, ReadOnlyRecordAdmin
from portal.core.narrative import tell
from portal.outbox.preview import mails_written_by
from portal.programmes.models import Call
from portal.transfers.admin_base import TransferAdminMixin

tell(
    {
        "application.start": _("began the application"),
        "application.discard": _("discarded the draft"),
        "application.eligibility": _("ran the rules of eligibility again"),
        "application.eligibility_override": _("decided otherwise than the rules"),
        "application.document_removed": _("took out a paper"),
        "review.assign": _("asked for a review"),
        "review.conflict": _("declared a conflict of interest"),
    }
)


def file_link(stored_file) -> str:
    """The way to a private file, which asks again who wants it."""
    if stored_file is None:
        return ""
    return format_html(
        '<a class="desk-link" href="{}">{}</a>',
        reverse("documents:download", args=[stored_file.public_id]),
        stored_file.name,
    )


def percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def findings_in_words(check) -> list[str]:
    """One line for each rule that did not say a plain yes; all is well otherwise."""
    marks = {False: str(_("no")), None: str(_("a person must look"))}
    lines = [
        f"{marks[finding['ok']]}: {eligibility.message_of(finding)}"
        for finding in check.findings
        if finding["ok"] is not True
    ]
    return lines or [str(_("Every rule is met."))]


# -- the parts of the page -------------------------------------------------------------------------------------------
class PaperInline(ScopedTabularInline):
    fields = readonly_fields = ("kind", "download", "created_at", "replaced_at")
    show_change_link = False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("file")

    @display(description=_("file"))
    def download(self, document):
        return file_link(document.file)


class FindingsInline(ScopedTabularInline):
    fields = readonly_fields = ("created_at", "rules_version", "result", "found", "overridden_by", "override_reason")
    show_change_link = False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("overridden_by__person")

    @display(description=_("result"))
    def result(self, check):
        return check.get_final_outcome_display()

    @display(description=_("findings"))
    def found(self, check):
        return "\n".join(findings_in_words(check))


class ReviewsInline(ScopedTabularInline):
    fields = readonly_fields = ("reviewer_name", "state_badge", "due_on", "score", "advice", "comment")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("reviewer__person").prefetch_related("scores__criterion")

    @display(description=_("reviewer"))
    def reviewer_name(self, review):
        return str(review.reviewer)

    @display(description=_("score"))
    def score(self, review):
        return percent(review.total)


# -- the records -----------------------------------------------------------------------------------------------------
class ApplicationDesk(ReadOnlyRecordAdmin):
    """Applications from receipt to decision: written by their steps alone, each with its mails shown before.

    A kind puts its own steps between the groups.
    """

    kind: ApplicationKind
    subject = "application"
    mails_of = staticmethod(mails_written_by)
    count_states = True
    receiving = {
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
    }
    refusing = {"refuse_ineligible": DeskStep(intake.refuse_ineligible)}
    reviewing = {
        "assign": DeskStep(
            reviews.assign, form=ReviewerForm, label=_("Ask a reviewer"), rule=may_assign, bulk=True, previews=False
        ),
        "shortlist": DeskStep(
            decisions.shortlist,
            bulk=True,
            explain=_("Reviews that were handed in are frozen."),
            mails_say_why=False,
        ),
        "recommend": DeskStep(decisions.recommend, bulk=True, mails_say_why=False),
        "recommend_directly": DeskStep(
            decisions.recommend,
            bulk=True,
            explain=_("Reviews that were handed in are frozen."),
            mails_say_why=False,
        ),
    }
    deciding = {
        "select": DeskStep(
            decisions.select,
            bulk=True,
            explain=_("One of the call's places is given. The offer is a step of its own."),
            mails_say_why=False,
        ),
        "waitlist": DeskStep(decisions.waitlist, form=WaitlistForm, mails_say_why=False, sample={"rank": 1}),
        "promote": DeskStep(decisions.promote, explain=_("The place that became free is given."), mails_say_why=False),
        "decline": DeskStep(
            decisions.decline,
            bulk=True,
            explain=_("The applicant gets neutral words; your reason stays with the desks."),
            mails_say_why=False,
        ),
    }
    ranking_steps: tuple[str, ...] = (
        "assign", "shortlist", "recommend_directly", "recommend", "select", "decline",
    )  # fmt: skip

    def get_queryset(self, request):
        # Drafts are their owner's alone, even where the owner also works at a desk.
        return super().get_queryset(request).exclude(state=State.DRAFT)

    def get_fieldsets(self, request, obj=None):
        """The parts of the record; what only those who run the call read is left out for other desks."""
        parts = super().get_fieldsets(request, obj)
        if obj is None or self.kind.manages(request.user, obj):
            return parts
        kept = self.kind.for_managers
        return [
            (title, {**part, "fields": tuple(name for name in part["fields"] if name not in kept)})
            for title, part in parts
        ]

    @property
    def ranking_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_ranking"

    def see_also(self, request, obj):
        if not self.kind.ranks(request.user, obj.call):
            return []
        return [(_("Ranking of the call"), reverse(f"admin:{self.ranking_name}", args=[obj.call_id]))]

    def get_urls(self):
        ranking = self.admin_site.admin_view(self.ranking_view)
        return [path("ranking/<int:call_id>/", ranking, name=self.ranking_name), *super().get_urls()]

    def ranking_view(self, request, call_id: int):
        """The panel's table of one call, best first, with the same bulk actions as the list."""
        call = Call.objects.visible_to(request.user).filter(pk=call_id).first()
        if call is None or kind_for(call) is not self.kind or not self.kind.ranks(request.user, call):
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
            "actions": [(f"step_{name}", self.step_label(name)) for name in self.ranking_steps],
            "list_url": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"),
            "record_url": f"admin:{self.opts.app_label}_{self.opts.model_name}_change",
        }
        return TemplateResponse(request, "admin/applications/ranking.html", context)


class LateFilter(DropdownFilter):
    title = _("late")
    parameter_name = "late"

    def lookups(self, request, model_admin):
        return [("yes", _("asked and not handed in"))]

    def queryset(self, request, queryset):
        late = {"state__in": ("assigned", "accepted"), "due_on__lt": localdate()}
        return queryset.filter(**late) if self.value() == "yes" else queryset


class ScoresInline(ScopedTabularInline):
    fields = readonly_fields = ("criterion", "value")
    show_change_link = False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("criterion")


class ReviewDesk(TransferAdminMixin, ReadOnlyRecordAdmin):
    """Reviews at the desk of the programme that asked for them; reviewers write on their own pages."""

    workflow = REVIEW
    subject = "review"
    mails_of = staticmethod(mails_written_by)
    count_states = True
    steps = {
        "reopen": DeskStep(reviews.reopen, explain=_("The reviewer can change the review again.")),
        "cancel": DeskStep(
            reviews.cancel, bulk=True, explain=_("The reviewer is told that nothing is needed any more.")
        ),
    }
    list_display = ("application", "reviewer_name", "state_badge", "due_on", "score", "advice", "submitted_at")
    list_filter = (LateFilter, "state", "advice")
    list_select_related = ("application__applicant", "application__programme", "reviewer__person")
    search_fields = ("application__code", "application__applicant__search_key", "reviewer__person__search_key")
    search_fold = staticmethod(search_form)
    date_range = "due_on"
    summary = ("application", "reviewer_name", "due_on", "score", "advice", "comment", "submitted_at")
    fields = ("application_version", "has_no_conflict")

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("scores__criterion")

    @display(description=_("reviewer"), ordering="reviewer__person__family_name")
    def reviewer_name(self, review):
        return str(review.reviewer)

    @display(description=_("score"))
    def score(self, review):
        return percent(review.total)


class VersionDesk(ScopedReadOnlyAdmin):
    list_display = ("application", "number", "created_at")
    list_select_related = ("application__applicant",)
    search_fields = ("application__code", "application__applicant__search_key")
    search_fold = staticmethod(search_form)
    date_range = "created_at"

    def get_fields(self, request, obj=None):
        runs_it = obj is not None and kind_of(obj.application).manages(request.user, obj.application)
        return ("application", "number", "created_at", "all_answers" if runs_it else "shared_answers")

    def get_readonly_fields(self, request, obj=None):
        return self.get_fields(request, obj)

    @display(description=_("content"))
    def all_answers(self, version):
        return "\n".join(frozen_answers(version, hidden=()))

    @display(description=_("content"))
    def shared_answers(self, version):
        return "\n".join(frozen_answers(version, hidden=kind_of(version.application).for_managers))


class DocumentDesk(ScopedReadOnlyAdmin):
    list_display = ("application", "kind", "created_at", "replaced_at")
    list_select_related = ("application__applicant",)
    search_fields = ("application__code", "application__applicant__search_key", "kind")
    search_fold = staticmethod(search_form)
    fields = ("application", "kind", "download", "created_at", "replaced_at")
    readonly_fields = fields

    @display(description=_("file"))
    def download(self, document):
        return file_link(document.file)


class FindingsDesk(ScopedReadOnlyAdmin):
    list_display = ("application", "outcome", "overridden_outcome", "overridden_by", "rules_version", "created_at")
    list_filter = ("outcome", "overridden_outcome")
    list_select_related = ("application__applicant", "overridden_by__person")
    search_fields = ("application__code", "application__applicant__search_key")
    search_fold = staticmethod(search_form)
    fields = (
        "application", "outcome", "found", "overridden_outcome", "overridden_by", "override_reason", "rules_version",
        "created_at",
    )  # fmt: skip
    readonly_fields = fields

    @display(description=_("findings"))
    def found(self, check):
        return "\n".join(findings_in_words(check))
