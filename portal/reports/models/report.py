"""Reports: one run for each kind, subject, period and edition, from the request to its files."""

import datetime as dt

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.roles import COORDINATORS, Role
from portal.core.dates import FiscalCalendar, fiscal_bounds
from portal.core.models import BaseModel
from portal.core.workflow import known_states
from portal.figures import Period
from portal.reports.querysets import ReportRunQuerySet

# Who asks for reports of what her seat covers; who is told of them; who reads them and the overview.
REPORTERS = frozenset({Role.ALLIANCE_ADMIN, Role.KPI_AUDITOR, Role.PROGRAMME_MANAGER})
DIRECTORS = REPORTERS | {Role.SIGNATORY}
READERS = DIRECTORS | COORDINATORS
OPEN_STATES = ("queued", "running")


class ReportRun(BaseModel):
    """A report of an alliance or a programme over a fiscal year.

    Its figures are frozen when it runs: `snapshot` holds them with the day they were taken and a hash of the records
    behind each. A later run of the same period is a new edition, which says what has changed.
    """

    class Kind(models.TextChoices):
        ALLIANCE = "alliance", _("yearly report of an alliance")
        PROGRAMME = "programme", _("report of a programme")

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("report", "waiting to begin")
        RUNNING = "running", pgettext_lazy("report", "being written")
        DONE = "done", pgettext_lazy("report", "ready")
        FAILED = "failed", pgettext_lazy("report", "failed")
        CANCELLED = "cancelled", pgettext_lazy("report", "stopped")

    class Step(models.TextChoices):
        """What is being done, in words that its reader understands."""

        WAITING = "waiting", _("Waiting for its turn.")
        COUNTING = "counting", _("Counting the figures.")
        DRAWING = "drawing", _("Collecting what the pictures show.")
        ENGLISH = "en", _("Typesetting the English report.")
        JAPANESE = "ja", _("Typesetting the Japanese report.")
        TABLES = "tables", _("Writing the tables.")
        FINISHED = "finished", _("Finished.")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    alliance = models.ForeignKey(
        "alliances.Alliance",
        verbose_name=_("alliance"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reports",
    )
    programme = models.ForeignKey(
        "programmes.Programme",
        verbose_name=_("programme"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reports",
    )
    calendar = models.CharField(_("fiscal calendar"), max_length=15, choices=FiscalCalendar)
    year = models.PositiveSmallIntegerField(_("fiscal year"))
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    progress = models.PositiveSmallIntegerField(_("per cent done"), default=0)
    step = models.CharField(_("what is being done"), max_length=10, choices=Step, default=Step.WAITING)
    snapshot = models.JSONField(_("frozen figures"), null=True, blank=True, encoder=DjangoJSONEncoder)
    as_of = models.DateField(_("figures as of"), null=True, blank=True)
    digest = models.CharField(_("hash of the figures"), max_length=64, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked for by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    started_at = models.DateTimeField(pgettext_lazy("instant", "begun"), null=True, blank=True)
    finished_at = models.DateTimeField(pgettext_lazy("instant", "finished"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    claim_token = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    failure = models.TextField(_("why it failed"), blank=True)

    objects = ReportRunQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("yearly", "report")
        verbose_name_plural = pgettext_lazy("yearly", "reports")
        ordering = ("-year", "-edition", "-pk")
        indexes = [
            models.Index(fields=("created_at",), condition=Q(state__in=OPEN_STATES), name="report_waiting"),
        ]
        constraints = [
            known_states("state", ["queued", "running", "done", "failed", "cancelled"], "report_state_known"),
            models.CheckConstraint(
                condition=Q(kind="alliance", alliance__isnull=False, programme__isnull=True)
                | Q(kind="programme", alliance__isnull=True, programme__isnull=False),
                name="report_has_one_subject",
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="report_progress_in_per_cent"),
            models.CheckConstraint(
                condition=Q(state="running", claim_token__isnull=False, lease_until__isnull=False)
                | (~Q(state="running") & Q(claim_token__isnull=True, lease_until__isnull=True)),
                name="report_running_is_claimed",
            ),
            models.UniqueConstraint(
                fields=("alliance", "calendar", "year", "edition"),
                condition=Q(alliance__isnull=False),
                name="report_of_alliance_once",
            ),
            models.UniqueConstraint(
                fields=("programme", "calendar", "year", "edition"),
                condition=Q(programme__isnull=False),
                name="report_of_programme_once",
            ),
            # One run at a time: who asks again gets the one under way.
            models.UniqueConstraint(
                fields=("alliance", "calendar", "year"),
                condition=Q(alliance__isnull=False, state__in=OPEN_STATES),
                name="report_of_alliance_runs_once",
            ),
            models.UniqueConstraint(
                fields=("programme", "calendar", "year"),
                condition=Q(programme__isnull=False, state__in=OPEN_STATES),
                name="report_of_programme_runs_once",
            ),
        ]

    class Scoping:
        organisations = (
            "alliance__lead",
            "alliance__members__organisation",
            "programme__owner",
            "programme__alliance__lead",
            "programme__alliance__members__organisation",
        )
        alliances = ("alliance", "programme__alliance")
        programmes = ("programme",)
        roles = READERS
        writers = REPORTERS

    def __str__(self):
        return f"{self.subject} {self.period}"

    @property
    def subject(self):
        return self.alliance if self.kind == self.Kind.ALLIANCE else self.programme

    @property
    def period(self) -> Period:
        return Period.fiscal(self.year, self.calendar)

    @property
    def last_day(self) -> dt.date:
        return fiscal_bounds(self.year, self.calendar)[1]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_preliminary(self) -> bool:
        """Whether the year was not over yet on the day of the figures."""
        return self.as_of is not None and self.as_of <= self.last_day

    @property
    def audit_organisation(self):
        return self.alliance.lead if self.kind == self.Kind.ALLIANCE else self.programme.owner

    @property
    def state_tone(self) -> str:
        return {"queued": "waiting", "running": "active", "done": "done", "failed": "stopped"}.get(
            self.state, "neutral"
        )
