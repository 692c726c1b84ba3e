"""Cases of the export-control check: answered, proposed by rules, decided by two people of the export offices."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from exchanges.admin.desk import ExchangeAdmin
from exchanges.services import prechecks
from portal.accounts.models.person import search_form
from portal.applications.admin.steps import text_area
from portal.core import audit
from portal.core.admin_base import ScopedTabularInline
from portal.core.admin_steps import DeskStep, StepForm
from portal.core.narrative import tell
from portal.screening import rules
from portal.screening.answers import options
from portal.screening.models import Answer, Screening
from portal.screening.services import questions_of
from portal.screening.workflows import SCREENING

S = Screening.State

tell(
    {
        "screening.answer": _("answered questions"),
        "screening.first_signature": _("signed first"),
        "screening.countersign": _("signed second"),
        "screening.refuse": _("refused"),
    }
)


class ConditionsForm(StepForm):
    conditions = forms.CharField(
        label=_("Conditions"), required=False, widget=text_area(), help_text=_("They become part of the offer.")
    )


class ReasonForm(StepForm):
    reason = forms.CharField(
        label=_("Reason"),
        widget=text_area(),
        help_text=_("It stays in the case; nobody outside the export offices reads it."),
    )


class AnswersForm(StepForm):
    """The questions of the case that this person may answer."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        given = self.record.answers.by_question()
        for question in questions_of(self.record):
            if rules.ANSWERING[question.asked_to](self.user, self.record):
                self.fields[question.code] = self._field(question, given.get(question.code, ""))

    @staticmethod
    def _field(question, value):
        common = {"label": str(question), "required": False, "initial": value}
        choices = options(question)
        if choices is None:
            return forms.CharField(max_length=500, **common)
        return forms.ChoiceField(choices=[("", "–"), *choices.items()], **common)

    def clean(self):
        return {"values": super().clean()}


def may_answer(user, screening) -> bool:
    return screening.state in (S.DRAFT, S.SUBMITTED, S.EXPERT_REVIEW, S.RESCREEN_NEEDED) and rules.is_officer(
        user, screening
    )


def may_countersign(user, screening) -> bool:
    waits = screening.state == S.PRECHECK_CLEARED and screening.countersigned_by_id is None
    return waits and rules.is_approver(user, screening) and screening.decided_by_id != user.pk


def may_sign_after_review(user, screening) -> bool:
    waits = screening.state == S.EXPERT_REVIEW and screening.decided_at is None
    return waits and rules.decides(user, screening) and screening.decided_by_id != user.pk


def may_refuse(user, screening) -> bool:
    return screening.state == S.EXPERT_REVIEW and screening.decided_at is None and rules.is_approver(user, screening)


class AnswerInline(ScopedTabularInline):
    model = Answer
    fields = readonly_fields = ("question", "answer", "is_current", "answered_by", "created_at")
    show_change_link = False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("question", "answered_by__person")

    @display(description=_("answer"))
    def answer(self, answer):
        choices = options(answer.question) or {}
        return choices.get(answer.value, answer.value)


@admin.register(Screening)
class ScreeningAdmin(ExchangeAdmin):
    workflow = SCREENING
    subject = "screening"
    count_states = True
    steps = {
        "answer": DeskStep(
            prechecks.answer, form=AnswersForm, label=_("Write down answers"), rule=may_answer, previews=False
        ),
        "clear_at_precheck": DeskStep(
            prechecks.clear, form=ConditionsForm, explain=_("Host and home are asked for their approval at once.")
        ),
        "refer": DeskStep(prechecks.refer, form=ReasonForm, sample={"reason": "–"}),
        "sign": DeskStep(
            prechecks.approve_after_review,
            form=ConditionsForm,
            label=_("Sign the clearance"),
            rule=may_sign_after_review,
            tone="primary",
            explain=_("Officer and approver sign, in any order; with the second signature the application goes on."),
        ),
        "countersign": DeskStep(
            prechecks.countersign, label=_("Sign second"), rule=may_countersign, tone="primary", bulk=True
        ),
        "refuse": DeskStep(
            prechecks.refuse,
            form=ReasonForm,
            label=_("Refuse"),
            rule=may_refuse,
            tone="danger",
            explain=_("The application ends. The applicant and the other desks get neutral words."),
            sample={"reason": "–"},
        ),
    }
    list_display = ("application", "state_badge", "organisation", "regime", "proposal", "submitted_at", "valid_until")
    list_filter = ("state", "regime")
    list_select_related = (
        "application__applicant",
        "application__host_person",
        "organisation",
        "decided_by__person",
        "countersigned_by__person",
    )
    search_fields = ("application__code", "application__applicant__search_key")
    search_fold = staticmethod(search_form)
    date_range = "submitted_at"
    summary = (
        "application_label",
        "organisation",
        "regime",
        "submitted_at",
        "proposal",
        "rules_that_applied",
        "decided_by",
        "countersigned_by",
        "decided_at",
        "valid_until",
    )
    fields = ("conditions", "internal_note")
    inlines = (AnswerInline,)

    def timeline_for(self, request, obj):
        """All of it: the trail of a case belongs to no organisation's, and only its offices come here."""
        return audit.timeline(obj)

    # The export offices see the case, not the record of the other desks.
    @display(description=_("application"))
    def application_label(self, screening):
        return str(screening.application)

    @display(description=_("rules that applied"))
    def rules_that_applied(self, screening):
        return ", ".join(screening.proposal_reasons)
