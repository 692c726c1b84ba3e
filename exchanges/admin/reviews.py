"""Reviews at the desk of the programme that asked for them; reviewers write on their own pages."""

from django.contrib import admin
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from exchanges.admin.applications import percent
from exchanges.admin.desk import ExchangeAdmin
from exchanges.models import Review, Score
from exchanges.services import reviews
from exchanges.workflows import REVIEW
from portal.accounts.models.person import search_form
from portal.core.admin_base import ScopedTabularInline
from portal.core.admin_steps import DeskStep


class ScoreInline(ScopedTabularInline):
    model = Score
    fields = readonly_fields = ("criterion", "value")
    show_change_link = False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("criterion")


class LateFilter(DropdownFilter):
    title = _("late")
    parameter_name = "late"

    def lookups(self, request, model_admin):
        return [("yes", _("asked and not handed in"))]

    def queryset(self, request, queryset):
        late = {"state__in": ("assigned", "accepted"), "due_on__lt": localdate()}
        return queryset.filter(**late) if self.value() == "yes" else queryset


@admin.register(Review)
class ReviewAdmin(ExchangeAdmin):
    workflow = REVIEW
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
    date_hierarchy = "due_on"
    summary = ("application", "reviewer_name", "due_on", "score", "advice", "comment", "submitted_at")
    fields = ("application_version", "has_no_conflict")
    inlines = (ScoreInline,)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("scores__criterion")

    @display(description=_("reviewer"), ordering="reviewer__person__family_name")
    def reviewer_name(self, review):
        return str(review.reviewer)

    @display(description=_("score"))
    def score(self, review):
        return percent(review.total)
