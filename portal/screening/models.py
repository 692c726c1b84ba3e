"""Questions, rules and cases of the export-control check. Nobody outside the export offices reads a case."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import EXPORT_DESKS
from portal.core.bilingual import bilingual
from portal.core.models import BaseModel, SourcedModel
from portal.core.scoping import EVERYONE
from portal.core.workflow import known_states
from portal.screening.querysets import AnswerQuerySet
from portal.screening.terms import RESULTS


class Regime(models.TextChoices):
    JP = "JP", _("Japan (FEFA)")
    US = "US", _("United States (EAR)")
    ANY = "any", _("both")


class Question(SourcedModel):
    """One question of the check; `hit_when` names the answers that count."""

    code = models.SlugField(_("code"), unique=True)
    regime = models.CharField(_("law"), max_length=4, choices=Regime)
    stage = models.CharField(
        _("when"),
        max_length=10,
        choices=[
            ("pre", _("before consent")),
            ("mid", _("during")),
            ("exit", _("at the end")),
            ("outbound", _("outbound")),
        ],
    )
    asked_to = models.CharField(
        _("asked of"),
        max_length=10,
        choices=[
            ("applicant", _("applicant")),
            ("host", _("host")),
            ("officer", _("officer")),
            ("traveller", _("traveller")),
        ],
    )
    answer_type = models.CharField(
        _("kind of answer"),
        max_length=15,
        choices=[
            ("yes_no", _("yes or no")),
            ("yes_no_unknown", _("yes, no or unknown")),
            ("choice", _("choice")),
            ("text", _("text")),
        ],
    )
    hit_when = models.CharField(_("counts when"), max_length=100)
    effect_on_hit = models.CharField(_("effect"), max_length=200, blank=True)
    text_en = models.TextField(_("question in English"))
    text_ja = models.TextField(_("question in Japanese"))

    text = bilingual("text", _("question"))

    class Meta:
        verbose_name = _("screening question")
        verbose_name_plural = _("screening questions")
        ordering = ("code",)

    class Scoping:
        public = EVERYONE

    def __str__(self):
        return f"{self.code} {self.text}"


class Rule(SourcedModel):
    """A rule that turns answers into a proposal; people decide."""

    code = models.SlugField(_("code"), unique=True)
    regime = models.CharField(_("law"), max_length=4, choices=Regime)
    condition_en = models.TextField(_("if"))
    result = models.CharField(_("result"), max_length=40, choices=RESULTS)
    action_en = models.TextField(_("then"), blank=True)
    text_ja = models.TextField(_("in Japanese"), blank=True)

    class Meta:
        verbose_name = _("screening rule")
        verbose_name_plural = _("screening rules")
        ordering = ("pk",)

    class Scoping:
        public = EVERYONE

    def __str__(self):
        return f"{self.code} → {self.get_result_display()}"

    @property
    def told(self) -> str:
        """Condition and consequence in the reader's language; the Japanese text holds both."""
        if self.text_ja and (get_language() or "").startswith("ja"):
            return self.text_ja
        return " → ".join(filter(None, (self.condition_en, self.action_en)))


class Screening(BaseModel):
    """The case of one application at one side. Answers, reasons and nationality stay in here."""

    class State(models.TextChoices):
        DRAFT = "draft", _("being answered")
        SUBMITTED = "submitted", _("waiting for the officer")
        PRECHECK_CLEARED = "precheck_cleared", _("cleared at pre-check")
        EXPERT_REVIEW = "expert_review", _("in expert review")
        CLEARED = "cleared", _("cleared")
        CLEARED_WITH_CONDITIONS = "cleared_with_conditions", _("cleared with conditions")
        LICENCE_REQUIRED = "licence_required", _("licence required")
        LICENCE_APPLIED = "licence_applied", _("licence applied for")
        LICENSED = "licensed", pgettext_lazy("export", "licensed")
        DENIED = "denied", _("denied")
        RESCREEN_NEEDED = "rescreen_needed", _("to be screened again")
        CLOSED = "closed", _("closed")

    application = models.ForeignKey(
        "exchanges.Application", verbose_name=_("application"), on_delete=models.CASCADE, related_name="screenings"
    )
    organisation = models.ForeignKey(
        "alliances.Organisation",
        verbose_name=_("screening organisation"),
        on_delete=models.PROTECT,
        related_name="screenings",
    )
    regime = models.CharField(_("law"), max_length=4, choices=Regime)
    state = models.CharField(_("state"), max_length=30, choices=State, default=State.DRAFT)
    submitted_at = models.DateTimeField(pgettext_lazy("instant", "submitted"), null=True, blank=True)
    proposal = models.CharField(_("proposal of the rules"), max_length=40, choices=RESULTS, blank=True)
    proposal_reasons = models.JSONField(_("rules that applied"), default=list, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    countersigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("second signature"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    conditions = models.TextField(_("conditions"), blank=True)
    internal_note = models.TextField(_("internal note"), blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("screening case")
        verbose_name_plural = _("screening cases")
        ordering = ("submitted_at", "pk")
        constraints = [
            known_states(
                "state",
                [
                    "draft",
                    "submitted",
                    "precheck_cleared",
                    "expert_review",
                    "cleared",
                    "cleared_with_conditions",
                    "licence_required",
                    "licence_applied",
                    "licensed",
                    "denied",
                    "rescreen_needed",
                    "closed",
                ],
                "screening_state_known",
            ),
            models.UniqueConstraint(fields=("application", "organisation"), name="screening_once_per_side"),
            models.CheckConstraint(
                condition=Q(countersigned_by=None) | ~Q(countersigned_by=models.F("decided_by")),
                name="screening_two_persons",
                violation_error_message=_("Officer and approver must be two different persons."),
            ),
        ]

    class Scoping:
        organisations = ("organisation",)
        roles = EXPORT_DESKS

    def __str__(self):
        return f"{self.application} / {self.organisation.label}"

    @property
    def audit_organisation(self):
        """None: the trail of a case is read on the case, not in the audit trail that other desks read."""
        return None


class Answer(BaseModel):
    """One answer in a case. `value` is yes, no, unknown or free text; unknown never counts as no (rule R2).

    A changed answer is a new row; the former one stays with who gave it and decides nothing any more.
    """

    screening = models.ForeignKey(Screening, verbose_name=_("case"), on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, verbose_name=_("question"), on_delete=models.PROTECT, related_name="+")
    value = models.CharField(_("answer"), max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("answered by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    is_current = models.BooleanField(_("in force"), default=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ("question__code", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=("screening", "question"), condition=Q(is_current=True), name="screening_answer_once"
            )
        ]

    class Scoping:
        organisations = ("screening__organisation",)
        roles = EXPORT_DESKS

    def __str__(self):
        return f"{self.question.code}: {self.value}"
