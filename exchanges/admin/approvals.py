"""The signatures of host and home: the office decides here, people with a link decide on their own page."""

from functools import partial

from django import forms
from django.contrib import admin
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from exchanges import rules
from exchanges.admin.desk import ExchangeAdmin
from exchanges.models import Approval
from exchanges.services import approvals
from exchanges.workflows import APPROVAL
from portal.accounts.models.person import search_form
from portal.applications.admin.steps import text_area
from portal.core.admin_steps import DeskStep, StepForm


class ConsentForm(StepForm):
    comment = forms.CharField(label=_("Comment"), required=False, max_length=4000, widget=text_area())


class RefusalForm(StepForm):
    comment = forms.CharField(
        label=_("Reason"),
        max_length=4000,
        widget=text_area(),
        help_text=_("The programme office reads it, the applicant does not."),
    )


def may_renew_link(user, approval) -> bool:
    waits = approval.state == Approval.State.ASKED and approval.token_hash
    return bool(waits) and rules.manages_approval(user, approval)


class LateFilter(DropdownFilter):
    title = _("late")
    parameter_name = "late"

    def lookups(self, request, model_admin):
        return [("yes", _("asked and not answered in time"))]

    def queryset(self, request, queryset):
        return queryset.filter(state="asked", due_on__lt=localdate()) if self.value() == "yes" else queryset


@admin.register(Approval)
class ApprovalAdmin(ExchangeAdmin):
    workflow = APPROVAL
    count_states = True
    steps = {
        "approve": DeskStep(
            partial(approvals.decide, decision="approved"),
            form=ConsentForm,
            bulk=True,
            explain=_("You sign for your side. With the last signature the application goes on to the reviewers."),
        ),
        "refuse": DeskStep(
            partial(approvals.decide, decision="refused"),
            form=RefusalForm,
            explain=_("The application ends here; the other side is told, the applicant gets neutral words."),
            sample={"comment": _("(your reason)")},
        ),
        "renew_link": DeskStep(
            approvals.renew_token,
            label=_("Send a new link"),
            rule=may_renew_link,
            bulk=True,
            explain=_("The old link stops working."),
        ),
    }
    list_display = (
        "application",
        "part",
        "state_badge",
        "organisation",
        "approver_name",
        "asked_at",
        "due_on",
        "decided_at",
    )
    list_filter = (LateFilter, "state", "part")
    list_select_related = (
        "application__applicant",
        "application__host_person",
        "application__programme",
        "organisation",
    )
    search_fields = ("application__code", "application__applicant__search_key", "approver_name")
    search_fold = staticmethod(search_form)
    date_range = "due_on"
    summary = ("application", "part", "organisation", "approver_name", "asked_at", "due_on", "decided_at", "comment")
    fields = ("application_version", "approver_email")

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("application__approvals")
