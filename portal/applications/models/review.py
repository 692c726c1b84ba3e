"""Reviews: conflict statement first, scores per criterion, frozen at the decision."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.models import BaseModel
from portal.core.workflow import known_states

# A reviewer sees what to declare a conflict about, and the papers only after having declared that there is none.
READ_BY_REVIEWER = ("accepted", "submitted", "locked")
GIVEN_TO_REVIEWER = ("assigned", *READ_BY_REVIEWER)


class BaseReview(BaseModel):
    """One reviewer's word on one application. The kind adds `application` with the related name `reviews`."""

    application: Any
    scores: Any

    class State(models.TextChoices):
        ASSIGNED = "assigned", _("assigned")
        ACCEPTED = "accepted", _("accepted")
        SUBMITTED = "submitted", _("submitted")
        LOCKED = "locked", _("locked")
        DECLINED = "declined", _("declined")
        CANCELLED = "cancelled", _("cancelled")

    class Advice(models.TextChoices):
        YES = "yes", _("accept")
        MAYBE = "maybe", _("undecided")
        NO = "no", _("do not accept")

    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("reviewer"), on_delete=models.PROTECT, related_name="%(class)ss"
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASSIGNED)
    due_on = models.DateField(_("due"))
    has_no_conflict = models.BooleanField(_("no conflict of interest declared"), null=True, editable=False)
    advice = models.CharField(_("advice"), max_length=5, choices=Advice, blank=True)
    comment = models.TextField(_("comment for the panel"), blank=True)
    application_version = models.PositiveIntegerField(_("version seen"), default=0)
    submitted_at = models.DateTimeField(pgettext_lazy("instant", "submitted"), null=True, blank=True)

    class Meta:
        abstract = True
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ("due_on", "pk")
        constraints = [
            known_states(
                "state",
                ["assigned", "accepted", "submitted", "locked", "declined", "cancelled"],
                "%(class)s_state_known",
            ),
            models.UniqueConstraint(
                fields=("application", "reviewer"),
                condition=~models.Q(state__in=("declined", "cancelled")),
                name="%(class)s_once_per_reviewer",
                violation_error_message=_("This reviewer already has this application."),
            ),
        ]

    def __str__(self):
        return f"{self.application} / {self.reviewer}"

    @property
    def audit_organisation(self):
        return self.application.programme.owner

    @property
    def mail_organisation(self):
        return self.application.mail_organisation

    @property
    def total(self) -> float | None:
        """Weighted mean of the scores given, as a share of the highest (0–1); None without scores, never zero."""
        scores = [s for s in self.scores.all() if s.value is not None]
        weight = sum(s.criterion.weight for s in scores)
        return sum(s.criterion.weight * s.value / s.criterion.max_score for s in scores) / weight if weight else None


class BaseScore(BaseModel):
    """The value given for one criterion. The kind adds `review` with the related name `scores`."""

    review: Any

    criterion = models.ForeignKey(
        "programmes.Criterion", verbose_name=_("criterion"), on_delete=models.PROTECT, related_name="%(class)ss"
    )
    value = models.PositiveSmallIntegerField(_("score"), null=True, blank=True)

    class Meta:
        abstract = True
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ("criterion__sort_order", "pk")
        constraints = [models.UniqueConstraint(fields=("review", "criterion"), name="%(class)s_once_per_criterion")]

    def __str__(self):
        return f"{self.criterion}: {self.value}"
