"""Milestones at the desk: judged by somebody who is not the mentor, waived by two offices."""

from django.contrib import admin
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from portal.core.admin_base import ScopedTabularInline
from portal.core.admin_steps import DeskStep
from portal.core.narrative import tell
from portal.transfers.admin_base import TransferAdminMixin
from startups import rules
from startups.admin.desk import VentureAdmin, file_link
from startups.models import Milestone
from startups.services import milestones
from startups.workflows import MILESTONE

tell({"milestone.propose_waiver": _("proposed to waive it")})


def may_propose_waiver(user, milestone) -> bool:
    is_open = milestone.state in (Milestone.State.PLANNED, Milestone.State.IN_PROGRESS)
    return is_open and milestone.waiver_proposed_by_id is None and rules.manages_row(user, milestone)


class MilestoneInline(ScopedTabularInline):
    model = Milestone
    fields = readonly_fields = ("title", "due_on", "state_badge", "submitted_on", "verified_on")


class LateMilestones(DropdownFilter):
    title = _("which")
    parameter_name = "which"

    def lookups(self, request, model_admin):
        return [
            ("late", _("due and not submitted")),
            ("judge", _("handed in, to be looked at")),
            ("waiver", _("proposed to be waived")),
        ]

    def queryset(self, request, queryset):
        if self.value() == "late":
            return queryset.late(localdate())
        if self.value() == "judge":
            return queryset.filter(state="submitted")
        if self.value() == "waiver":
            return queryset.open().filter(waiver_proposed_by__isnull=False)
        return queryset


@admin.register(Milestone)
class MilestoneAdmin(TransferAdminMixin, VentureAdmin):
    workflow = MILESTONE
    count_states = True
    steps = {
        "verify": DeskStep(
            milestones.verify, explain=_("You have seen the evidence. Mentors of the startup cannot verify.")
        ),
        "send_back": DeskStep(milestones.send_back),
        "reject": DeskStep(milestones.reject),
        "propose_waiver": DeskStep(
            milestones.propose_waiver,
            label=_("Propose to waive"),
            rule=may_propose_waiver,
            previews=False,
            explain=_("The administrator of the alliance has to agree."),
        ),
        "waive": DeskStep(milestones.waive, explain=_("The startup manager has proposed it; you agree.")),
    }
    list_display = ("title", "state_badge", "startup", "cohort", "due_on", "days_late", "submitted_on", "verified_on")
    list_display_links = ("title",)
    list_filter = (LateMilestones, "state", "cohort")
    list_select_related = (
        "startup__cohort__programme__owner", "startup__origin_organisation", "cohort", "verified_by", "evidence_file",
        "waiver_proposed_by__person",
    )  # fmt: skip
    search_fields = ("code", "title_en", "title_ja", "startup__search_key")
    date_range = "due_on"
    summary = (
        "startup", "cohort", "due_on", "submitted_on", "evidence_en", "evidence_paper", "verified_on", "verified_by",
        "returned_reason", "waiver_proposed_by", "waiver_reason",
    )  # fmt: skip
    fields = (("startup", "cohort"), ("title_en", "title_ja"), ("due_on", "code"), "note_en", "source")

    def get_readonly_fields(self, request, obj=None):
        """What was promised does not change once it is settled; the startup never does."""
        fields = super().get_readonly_fields(request, obj)
        if obj is None:
            return fields
        if obj.state in (Milestone.State.PLANNED, Milestone.State.IN_PROGRESS):
            return (*fields, "startup")
        return (*fields, "startup", "cohort", "title_en", "title_ja", "due_on", "code")

    @display(description=_("days late"), ordering="due_on")
    def days_late(self, milestone):
        """Of what is open until today; of what was handed in, until that day."""
        is_open = milestone.state in (Milestone.State.PLANNED, Milestone.State.IN_PROGRESS)
        came = localdate() if is_open else milestone.submitted_on
        return (came - milestone.due_on).days if came and came > milestone.due_on else ""

    @display(description=_("evidence paper"))
    def evidence_paper(self, milestone):
        return file_link(milestone.evidence_file)
