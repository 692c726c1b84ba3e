"""An application for a call: who applies, where it stands, what was handed in and what the rules said about it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.applications.querysets import BaseApplicationQuerySet
from portal.core.models import BaseModel, SourcedModel


class State(models.TextChoices):
    """The states that the engine knows; a kind may have more between the check and the review."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    ELIGIBILITY_CHECK = "eligibility_check", _("eligibility check")
    RETURNED = "returned", _("returned for completion")
    UNDER_REVIEW = "under_review", _("under review")
    SHORTLISTED = "shortlisted", _("shortlisted")
    RECOMMENDED = "recommended", _("recommended")
    SELECTED = "selected", _("selected")
    WAITLISTED = "waitlisted", _("on the waiting list")
    DECLINED = "declined", pgettext_lazy("application", "declined")
    INELIGIBLE = "ineligible", _("not eligible")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EXPIRED = "expired", _("expired")


class BaseApplication(SourcedModel):
    """One person's application for one call. A kind adds what it asks and, where it has more of them, its states."""

    State = State

    # What the kind's own tables point back with.
    versions: Any
    documents: Any
    eligibility_checks: Any
    reviews: Any

    code = models.SlugField(_("number"), max_length=60, unique=True, blank=True)
    call = models.ForeignKey(
        "programmes.Call", verbose_name=_("call"), on_delete=models.PROTECT, related_name="%(class)ss"
    )
    programme = models.ForeignKey(
        "programmes.Programme", verbose_name=_("programme"), on_delete=models.PROTECT, related_name="%(class)ss"
    )
    applicant = models.ForeignKey(
        "accounts.Person", verbose_name=_("applicant"), on_delete=models.PROTECT, related_name="%(class)ss"
    )
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    saved_at = models.DateTimeField(_("last saved"), null=True, blank=True, editable=False)
    submitted_at = models.DateTimeField(pgettext_lazy("instant", "submitted"), null=True, blank=True)
    in_grace = models.BooleanField(_("received in the grace period"), default=False, editable=False)
    returned_items = models.TextField(_("what is missing"), blank=True)
    returned_until = models.DateField(_("complete until"), null=True, blank=True)
    decided_on = models.DateField(_("decided"), null=True, blank=True)
    rank = models.PositiveSmallIntegerField(_("rank"), null=True, blank=True)

    objects = BaseApplicationQuerySet.as_manager()

    class Meta:
        abstract = True
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ("-pk",)
        indexes = [
            models.Index(fields=("call", "state"), name="%(class)s_by_call"),
            models.Index(fields=("state", "-submitted_at"), name="%(class)s_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("call", "applicant"),
                condition=Q(state="draft"),
                name="%(class)s_one_draft_per_call",
                violation_error_message=_("There is already a draft for this call."),
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.applicant}".strip()

    @property
    def was_handed_in(self) -> bool:
        return self.version > 0 or self.state not in (State.DRAFT, State.EXPIRED)

    @property
    def audit_organisation(self):
        """None for what has never been handed in: no desk is told that somebody thought of applying."""
        return self.programme.owner if self.was_handed_in else None

    @property
    def mail_organisation(self):
        """The desk in whose outbox mails about it stand."""
        return self.programme.owner if self.was_handed_in else None

    @property
    def subject(self) -> str:
        """What it is about in one line: to whoever may read the application."""
        return self.code


class BaseVersion(BaseModel):
    """What was handed in, frozen at each submission, so that every approval and review names what it saw.

    The kind adds `application` with the related name `versions`.
    """

    application: Any

    number = models.PositiveIntegerField(_("version"))
    content = models.JSONField(_("content"))
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("submitted by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        abstract = True
        verbose_name = _("version of the application")
        verbose_name_plural = _("versions of the application")
        ordering = ("number",)

    def __str__(self):
        return f"{self.application} v{self.number}"


class BaseDocument(BaseModel):
    """A file handed in for one of the papers the call asks for. A replaced file stays, marked as replaced.

    The kind adds `application` with the related name `documents`.
    """

    application: Any

    kind = models.SlugField(_("kind"), max_length=40)
    file = models.ForeignKey("documents.StoredFile", on_delete=models.PROTECT, related_name="+", verbose_name=_("file"))
    replaced_at = models.DateTimeField(_("replaced"), null=True, blank=True)

    class Meta:
        abstract = True
        verbose_name = _("document of the application")
        verbose_name_plural = _("documents of the application")
        ordering = ("kind", "pk")

    def __str__(self):
        return f"{self.kind}: {self.file}"


def override_has_reason(name: str) -> models.CheckConstraint:
    """The constraint that no finding is overridden without a person and a reason."""
    return models.CheckConstraint(
        condition=Q(overridden_outcome="") | (Q(overridden_by__isnull=False) & ~Q(override_reason="")),
        name=name,
        violation_error_message=_("Deciding otherwise needs a person and a reason."),
    )


class BaseEligibilityCheck(BaseModel):
    """The automatic rules' findings with the version of the rules, and staff's decision where it differs.

    The kind adds `application` with the related name `eligibility_checks`.
    """

    application: Any

    class Outcome(models.TextChoices):
        ELIGIBLE = "eligible", _("eligible")
        CHECK = "check", _("a person must look")
        NOT_ELIGIBLE = "not_eligible", _("not eligible")

    rules_version = models.CharField(_("version of the rules"), max_length=20)
    findings = models.JSONField(_("findings"))
    outcome = models.CharField(pgettext_lazy("check", "outcome"), max_length=15, choices=Outcome)
    overridden_outcome = models.CharField(_("decided otherwise"), max_length=15, choices=Outcome, blank=True)
    overridden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    override_reason = models.TextField(_("reason"), blank=True)

    class Meta:
        abstract = True
        verbose_name = _("eligibility check")
        verbose_name_plural = _("eligibility checks")
        ordering = ("-pk",)

    def __str__(self):
        return f"{self.application}: {self.get_final_outcome_display()}"

    @property
    def final_outcome(self) -> str:
        return self.overridden_outcome or self.outcome

    def get_final_outcome_display(self) -> str:
        return str(self.Outcome(self.final_outcome).label)
