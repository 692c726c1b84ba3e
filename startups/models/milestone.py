"""What a startup promised to reach, and who saw that it did."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.models import SourcedModel
from portal.core.workflow import known_states
from startups.models.startup import STARTUP_DESKS, STARTUP_WRITERS


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

    code = models.SlugField(_("number"), max_length=60, unique=True)
    startup = models.ForeignKey(
        "startups.Startup", verbose_name=_("startup"), on_delete=models.PROTECT, related_name="milestones"
    )
    cohort = models.ForeignKey(
        "startups.Cohort", verbose_name=_("cohort"), on_delete=models.PROTECT, related_name="milestones"
    )
    title_en = models.CharField(_("milestone"), max_length=300)
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

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ("due_on", "code")
        constraints = [
            known_states(
                "state",
                ["planned", "in_progress", "submitted", "verified", "rejected", "missed", "waived"],
                "milestone_state_known",
            )
        ]

    class Scoping:
        organisations = ("cohort__programme__owner",)
        alliances = ("cohort__programme__alliance",)
        programmes = ("cohort__programme",)
        roles = STARTUP_DESKS
        writers = STARTUP_WRITERS

    def __str__(self):
        return f"{self.startup}: {self.title_en}"
