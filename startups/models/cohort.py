"""Cohorts: groups of startups that run through a programme together."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.bilingual import bilingual
from portal.core.dates import Precision
from portal.core.models import SourcedModel
from portal.core.scoping import EVERYONE
from portal.core.workflow import known_states
from portal.reminders.offsets import add_months
from startups.models.confidentiality import STARTUP_DESKS
from startups.querysets import STARTUP_WRITERS, CohortQuerySet

FOLLOW_UP_MONTHS = (12, 36, 60)


class Cohort(SourcedModel):
    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        CALL_OPEN = "call_open", _("call open")
        SELECTING = "selecting", _("selecting")
        RUNNING = "running", _("running")
        DEMO_DAY = "demo_day", _("demo day")
        GRADUATED = "graduated", _("graduated")
        FOLLOW_UP = "follow_up", _("follow-up")
        CLOSED = "closed", _("closed")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    programme = models.ForeignKey(
        "programmes.Programme", verbose_name=_("programme"), on_delete=models.PROTECT, related_name="cohorts"
    )
    call = models.OneToOneField(
        "programmes.Call",
        verbose_name=_("call"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cohort",
        help_text=_("The call by which ventures apply to this cohort."),
    )
    name_en = models.CharField(_("name in English"), max_length=200)
    name_ja = models.CharField(_("name in Japanese"), max_length=200, blank=True)
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    date_precision = models.CharField(_("precision"), max_length=12, choices=Precision, default=Precision.DAY)
    places = models.PositiveIntegerField(_("places"), null=True, blank=True)
    demo_event = models.ForeignKey(
        "workshops.Event",
        verbose_name=_("demo day"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cohorts",
    )
    graduated_on = models.DateField(pgettext_lazy("day", "graduated"), null=True, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)

    name = bilingual("name", _("name"))

    objects = CohortQuerySet.as_manager()

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        ordering = ("-starts_on", "code")
        constraints = [
            known_states(
                "state",
                ["planned", "call_open", "selecting", "running", "demo_day", "graduated", "follow_up", "closed"],
                "cohort_state_known",
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(starts_on__lte=F("ends_on")),
                name="cohort_ends_after_start",
                violation_error_message=_("The last day lies before the first day."),
            ),
        ]

    class Scoping:
        public = EVERYONE
        organisations = ("programme__owner",)
        alliances = ("programme__alliance",)
        programmes = ("programme",)
        roles = STARTUP_DESKS
        writers = STARTUP_WRITERS

    def __str__(self):
        return self.name

    def clean(self):
        if self.call_id and self.programme_id and self.call.programme_id != self.programme_id:
            raise ValidationError({"call": _("This call belongs to another programme.")})

    @property
    def audit_organisation(self):
        return self.programme.owner

    @property
    def follow_up_days(self) -> list[dt.date]:
        """When its startups are asked again: 12, 36 and 60 months after the end; none before the end is known."""
        end = self.graduated_on or self.ends_on
        return [add_months(end, months) for months in FOLLOW_UP_MONTHS] if end else []
