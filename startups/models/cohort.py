"""Cohorts: groups of startups that run through a programme together."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.core.bilingual import bilingual
from portal.core.dates import Precision
from portal.core.models import SourcedModel
from portal.core.scoping import EVERYONE
from portal.core.workflow import known_states
from startups.models.startup import STARTUP_DESKS, STARTUP_WRITERS


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
    name_en = models.CharField(_("name in English"), max_length=200)
    name_ja = models.CharField(_("name in Japanese"), max_length=200, blank=True)
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    date_precision = models.CharField(_("precision"), max_length=12, choices=Precision, default=Precision.DAY)
    places = models.PositiveIntegerField(_("places"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)

    name = bilingual("name")

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
