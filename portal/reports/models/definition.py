"""Definitions of figures, targets, and values that were published elsewhere."""

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.alliances.models.organisation import NO_DATE
from portal.core.bilingual import bilingual
from portal.core.models import SourcedModel
from portal.core.scoping import EVERYONE
from portal.figures.registry import Basis, Unit
from portal.reports import terms

AUDITORS = frozenset({Role.KPI_AUDITOR, Role.ALLIANCE_ADMIN})


class KpiDefinition(SourcedModel):
    code = models.CharField(_("code"), max_length=10, unique=True)
    app = models.CharField(_("part"), max_length=30, choices=terms.PARTS)
    name_en = models.CharField(_("name in English"), max_length=200)
    name_ja = models.CharField(_("name in Japanese"), max_length=200)
    unit = models.CharField(_("unit"), max_length=20, choices=Unit)
    aggregation = models.CharField(_("aggregation"), max_length=20, choices=terms.AGGREGATIONS)
    basis = models.CharField(_("basis"), max_length=30, choices=Basis)
    formula_en = models.TextField(_("formula in English"))
    formula_ja = models.TextField(_("formula in Japanese"))
    denominator_en = models.TextField(_("denominator"), blank=True)

    name = bilingual("name", _("name"))
    formula = bilingual("formula")

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ("code",)

    class Scoping:
        public = EVERYONE

    def __str__(self):
        return f"{self.code} {self.name}"

    @property
    def denominator(self) -> str:
        return terms.denominator_in_words(self.denominator_en)

    @property
    def source_text(self) -> str:
        return terms.source_in_words(self.source)


class KpiTarget(SourcedModel):
    kpi = models.ForeignKey(KpiDefinition, verbose_name=_("figure"), on_delete=models.CASCADE, related_name="targets")
    target_value = models.DecimalField(_("target"), max_digits=14, decimal_places=4)
    comparator = models.CharField(_("comparison"), max_length=2, choices=[(">=", _("at least")), ("<=", _("at most"))])
    from_date = models.DateField(_("from"), null=True, blank=True)
    by_date = models.DateField(_("by"), null=True, blank=True)
    text_en = models.TextField(_("text in English"))
    text_ja = models.TextField(_("text in Japanese"))
    scope = models.CharField(_("for"), max_length=100)
    subject = models.CharField(
        _("measured over"),
        max_length=120,
        blank=True,
        help_text=_("Such as programme:duality; empty for everything that the portal knows of."),
    )
    part = models.CharField(
        _("part of the figure"), max_length=200, blank=True, help_text=_("Keys of its parts, separated by “|”.")
    )

    text = bilingual("text")

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ("kpi", "by_date")
        constraints = [models.UniqueConstraint(fields=("kpi", "scope"), name="kpi_target_once")]

    class Scoping:
        public = EVERYONE
        writers = AUDITORS

    def __str__(self):
        return f"{self.kpi.code} {self.get_comparator_display()} {self.target_value.normalize():f}"


class KpiObservation(SourcedModel):
    """A value somebody published, kept beside the computed one with its source and quality."""

    kpi = models.ForeignKey(
        KpiDefinition, verbose_name=_("figure"), on_delete=models.CASCADE, related_name="observations"
    )
    subject_code = models.CharField(_("about"), max_length=80, blank=True)
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=4)
    unit = models.CharField(_("unit"), max_length=20, choices=Unit)
    from_date = models.DateField(_("from"), null=True, blank=True)
    to_date = models.DateField(_("until"), null=True, blank=True)
    period_kind = models.CharField(_("kind of period"), max_length=20, choices=terms.PERIODS)
    quality = models.CharField(_("quality"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("published value")
        verbose_name_plural = _("published values")
        ordering = ("kpi", "from_date", "pk")
        constraints = [
            models.UniqueConstraint(
                "kpi",
                "subject_code",
                Coalesce("from_date", NO_DATE),
                Coalesce("to_date", NO_DATE),
                "quality",
                name="kpi_observation_once",
            )
        ]

    class Scoping:
        public = EVERYONE
        writers = AUDITORS

    def __str__(self):
        return f"{self.kpi.code} {self.subject_code}: {self.value.normalize():f}"

    @property
    def span_text(self) -> str:
        return terms.span_in_words(self.from_date, self.to_date, self.quality)

    @property
    def quality_text(self) -> str:
        """How sure the value is; not what is said of its days already."""
        quality = terms.quality_in_words(self.quality)
        return "" if quality == self.span_text else quality

    @property
    def note_text(self) -> str:
        return terms.note_in_words(self.note_en)

    @property
    def source_text(self) -> str:
        return terms.source_in_words(self.source)
