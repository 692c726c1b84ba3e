"""What founders report each quarter: an update is asked for, and every answer to it is kept as a version."""

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.bilingual import bilingual
from portal.core.links import LinkedModel
from portal.core.models import BaseModel, SourcedModel
from portal.core.scoping import EVERYONE
from portal.core.workflow import known_states
from startups.models import confidentiality as reach
from startups.models.confidentiality import FIGURES
from startups.models.money import ConvertedAmount, FiguresScoping
from startups.periods import PERIOD, days_of
from startups.querysets import UpdateQuerySet, VentureQuerySet


def validate_period(value: str) -> None:
    if not PERIOD.fullmatch(value):
        raise ValidationError(_("Write the quarter as 2026-Q2."))


class Metric(models.TextChoices):
    PEOPLE = "people", pgettext_lazy("figure", "People")
    FTE = "fte", _("Full-time equivalents")
    REVENUE = "revenue", _("Revenue")
    GRANTS = "grants", _("Grants")
    RAISED = "raised", _("Money raised")
    SPENT = "spent", _("Money spent")
    CASH = "cash", _("Money in the bank")


IN_MONEY = frozenset({Metric.REVENUE, Metric.GRANTS, Metric.RAISED, Metric.SPENT, Metric.CASH})
# Counted on the last day of the period; the others are sums over the period.
AT_THE_END = frozenset({Metric.PEOPLE, Metric.FTE, Metric.CASH})


class MetricDefinition(SourcedModel):
    """What a figure means, for the whole house, in a set that never changes once somebody has answered by it."""

    definition_set = models.CharField(_("set of definitions"), max_length=20)
    metric = models.CharField(_("figure"), max_length=10, choices=Metric)
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)
    name_en = models.CharField(_("name in English"), max_length=100)
    name_ja = models.CharField(_("name in Japanese"), max_length=100)
    definition_en = models.CharField(_("definition in English"), max_length=300)
    definition_ja = models.CharField(_("definition in Japanese"), max_length=300)

    FIXED = ("definition_set", "metric", "definition_en", "definition_ja")

    name = bilingual("name", _("figure"))
    definition = bilingual("definition", _("definition"))

    class Meta:
        verbose_name = _("definition of a figure")
        verbose_name_plural = _("definitions of figures")
        ordering = ("-definition_set", "sort_order")
        constraints = [models.UniqueConstraint(fields=("definition_set", "metric"), name="metric_definition_once")]

    class Scoping:
        public = EVERYONE

    def __str__(self):
        return f"{self.definition_set}: {self.name}"

    def clean(self):
        """A meaning by which somebody has answered stays; a new one is a new set."""
        before = type(self)._base_manager.filter(pk=self.pk).first() if self.pk else None
        if before is None or all(getattr(before, name) == getattr(self, name) for name in self.FIXED):
            return
        if FounderUpdate._base_manager.filter(definition_set=before.definition_set, latest__isnull=False).exists():
            raise ValidationError(_("Founders have answered by this definition. Make a new set instead."))


class FounderUpdate(SourcedModel, LinkedModel):
    """One startup's update on one quarter. The day it is due says nothing about the period it is about."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        SUBMITTED = "submitted", _("submitted")
        SKIPPED = "skipped", _("skipped")

    path_to_startup = "startup__"
    link_purpose = "founder_update"

    code = models.SlugField(_("number"), max_length=80, unique=True)
    startup = models.ForeignKey(
        "startups.Startup", verbose_name=_("startup"), on_delete=models.CASCADE, related_name="updates"
    )
    period = models.CharField(_("period"), max_length=7, validators=[validate_period])
    definition_set = models.CharField(_("set of definitions"), max_length=20)
    due_on = models.DateField(_("due"))
    asked_of = models.ForeignKey(
        "accounts.Person",
        verbose_name=_("asked of"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    submitted_on = models.DateField(pgettext_lazy("day", "submitted"), null=True, blank=True)
    latest = models.ForeignKey(
        "startups.UpdateVersion",
        verbose_name=_("latest version"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = UpdateQuerySet.as_manager()

    class Meta:
        verbose_name = _("founder's update")
        verbose_name_plural = _("founders' updates")
        ordering = ("-period", "startup_id")
        indexes = [
            models.Index(fields=("-period", "startup"), name="founder_update_by_period"),
            models.Index(fields=("state", "due_on"), name="founder_update_by_state"),
        ]
        constraints = [
            known_states("state", ["asked", "submitted", "skipped"], "founder_update_state_known"),
            models.UniqueConstraint(
                fields=("startup", "period"),
                name="founder_update_once",
                violation_error_message=_("This startup has been asked about this quarter already."),
            ),
        ]

    class Scoping(FiguresScoping):
        pass

    def __str__(self):
        return f"{self.startup}: {self.period}"

    @property
    def audit_organisation(self):
        return None

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        return days_of(self.period)

    def is_late(self, today: dt.date) -> bool:
        return self.state == self.State.ASKED and self.due_on < today


class UpdateVersion(BaseModel):
    """One answer as it was given. A correction is a new version; nothing is overwritten."""

    path_to_startup = "update__startup__"

    code = models.SlugField(_("number"), max_length=90, unique=True)
    update = models.ForeignKey(
        FounderUpdate, verbose_name=_("update"), on_delete=models.CASCADE, related_name="versions"
    )
    number = models.PositiveSmallIntegerField(_("version"))
    made_at = models.DateTimeField(_("sent"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    is_staff_edit = models.BooleanField(_("changed by the office"), default=False)
    is_no_change = models.BooleanField(_("“no change”"), default=False)
    news = models.TextField(_("news and needs"), blank=True)
    confirmed = models.JSONField(_("confirmed although unusual"), default=list, blank=True)

    objects = VentureQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of an update")
        verbose_name_plural = _("versions of updates")
        ordering = ("update", "-number")
        constraints = [models.UniqueConstraint(fields=("update", "number"), name="update_version_once")]

    class Scoping(FiguresScoping):
        organisations = reach.organisations("update__startup__", FIGURES)
        alliances = reach.alliances("update__startup__", FIGURES)
        programmes = reach.programmes("update__startup__", FIGURES)
        owners = reach.founders("update__startup__")
        assigned = reach.readers("update__startup__")

    def __str__(self):
        return f"{self.update} ({self.number})"

    @property
    def audit_organisation(self):
        return None


class UpdateFigure(BaseModel, ConvertedAmount):
    """One number of a version. No row, or an empty value, is “not answered” and never zero."""

    path_to_startup = "version__update__startup__"

    version = models.ForeignKey(
        UpdateVersion, verbose_name=_("version"), on_delete=models.CASCADE, related_name="figures"
    )
    metric = models.CharField(_("figure"), max_length=10, choices=Metric)
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=2, null=True, blank=True)
    as_of = models.DateField(_("as of"), null=True, blank=True)

    objects = VentureQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure of an update")
        verbose_name_plural = _("figures of updates")
        ordering = ("version", "pk")
        constraints = [models.UniqueConstraint(fields=("version", "metric"), name="update_figure_once")]

    class Scoping(FiguresScoping):
        organisations = reach.organisations("version__update__startup__", FIGURES)
        alliances = reach.alliances("version__update__startup__", FIGURES)
        programmes = reach.programmes("version__update__startup__", FIGURES)
        owners = reach.founders("version__update__startup__")
        assigned = reach.readers("version__update__startup__")

    def __str__(self):
        return f"{self.version}: {self.get_metric_display()}"

    @property
    def original(self):
        return self.value if self.metric in IN_MONEY else None
