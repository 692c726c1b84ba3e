"""What a startup promised to reach, and who saw that it did."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.bilingual import bilingual
from portal.core.models import SourcedModel
from portal.core.workflow import known_states
from portal.ui.states import Tone, tone_of
from startups.models.startup import VentureRow
from startups.querysets import MilestoneQuerySet


class Milestone(SourcedModel):
    """A milestone of a startup in a cohort; who verifies it is not its mentor."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        IN_PROGRESS = "in_progress", _("in progress")
        SUBMITTED = "submitted", _("submitted")
        VERIFIED = "verified", _("verified")
        REJECTED = "rejected", _("rejected")
        MISSED = "missed", _("missed")
        WAIVED = "waived", _("waived")

    path_to_startup = "startup__"

    code = models.SlugField(
        _("number"), max_length=60, unique=True, blank=True, help_text=_("Filled in by the portal if empty.")
    )
    startup = models.ForeignKey(
        "startups.Startup", verbose_name=_("startup"), on_delete=models.PROTECT, related_name="milestones"
    )
    cohort = models.ForeignKey(
        "startups.Cohort", verbose_name=_("cohort"), on_delete=models.PROTECT, related_name="milestones"
    )
    title_en = models.CharField(_("milestone"), max_length=300)
    title_ja = models.CharField(_("milestone in Japanese"), max_length=300, blank=True)
    due_on = models.DateField(_("due"))
    submitted_on = models.DateField(pgettext_lazy("instant", "submitted"), null=True, blank=True)
    verified_on = models.DateField(pgettext_lazy("instant", "verified"), null=True, blank=True)
    verified_by = models.ForeignKey(
        "accounts.Person",
        verbose_name=_("verified by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PLANNED)
    evidence_en = models.TextField(_("evidence"), blank=True)
    evidence_file = models.ForeignKey(
        "documents.StoredFile",
        verbose_name=_("paper"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    returned_reason = models.TextField(_("what is missing"), blank=True, editable=False)
    waiver_proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("waiver proposed by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    waiver_reason = models.TextField(_("why it should be waived"), blank=True, editable=False)

    title = bilingual("title", _("milestone"))

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ("due_on", "code")
        indexes = [
            models.Index(fields=("due_on", "code"), name="milestone_by_due_day"),
            models.Index(fields=("state", "due_on"), name="milestone_by_state"),
        ]
        constraints = [
            known_states(
                "state",
                ["planned", "in_progress", "submitted", "verified", "rejected", "missed", "waived"],
                "milestone_state_known",
            )
        ]

    @property
    def state_tone(self) -> str:
        """Handed in is not done: somebody has to look at it."""
        return Tone.WAITING if self.state == self.State.SUBMITTED else tone_of(self.state)

    class Scoping(VentureRow.Scoping):
        pass

    def __str__(self):
        return f"{self.startup}: {self.title}"

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        if not self.code:
            self.code = f"milestone-{self.pk:06d}"
            super().save(update_fields=["code"])

    @property
    def audit_organisation(self):
        return None
