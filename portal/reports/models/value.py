"""Frozen values of figures: what was counted, when, over which rows, and who verified it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.roles import DESK_ROLES
from portal.core.models import BaseModel
from portal.figures import Period, Subject, SubjectError, find_subject
from portal.figures.wording import figure_text
from portal.reports.models.definition import AUDITORS
from portal.reports.querysets import KpiValueQuerySet


class KpiValue(BaseModel):
    """One edition of one figure of a subject and a period. It is never overwritten: a correction is a new edition."""

    kpi = models.ForeignKey(
        "reports.KpiDefinition", verbose_name=_("figure"), on_delete=models.PROTECT, related_name="values"
    )
    subject = models.CharField(_("about"), max_length=120, blank=True, help_text=_("Such as alliance:ctqa."))
    alliance = models.ForeignKey(
        "alliances.Alliance",
        verbose_name=_("alliance"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="kpi_values",
    )
    organisation = models.ForeignKey(
        "alliances.Organisation",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    period = models.CharField(
        _("period"), max_length=24, help_text=_("First and last day, such as 2026-04-01/2027-03-31.")
    )
    from_date = models.DateField(_("from"), null=True, blank=True)
    to_date = models.DateField(_("until"), null=True, blank=True)
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=4, null=True, blank=True)
    numerator = models.DecimalField(_("numerator"), max_digits=20, decimal_places=4, null=True, blank=True)
    denominator = models.DecimalField(_("denominator"), max_digits=20, decimal_places=4, null=True, blank=True)
    unknown = models.PositiveIntegerField(_("not known"), default=0)
    unit = models.CharField(_("unit"), max_length=20)
    formula_en = models.TextField(_("formula at that time"))
    keys = models.JSONField(_("records behind it"), default=dict)
    keys_hash = models.CharField(_("hash of the records"), max_length=64)
    as_of = models.DateField(_("as of"))
    counts_demo = models.BooleanField(_("contains demonstration data"), default=False)
    is_small = models.BooleanField(_("too few people to publish"), default=False)
    reason = models.TextField(_("reason for the new edition"), blank=True)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("frozen by"), on_delete=models.PROTECT, related_name="+"
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("verified by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    verified_at = models.DateTimeField(pgettext_lazy("instant", "verified"), null=True, blank=True)

    objects = KpiValueQuerySet.as_manager()

    class Meta:
        verbose_name = _("frozen value")
        verbose_name_plural = _("frozen values")
        ordering = ("-to_date", "kpi", "subject", "-edition")
        constraints = [
            models.UniqueConstraint(fields=("kpi", "subject", "period", "edition"), name="kpi_value_edition_once"),
            models.CheckConstraint(
                condition=Q(edition=1) | ~Q(reason=""),
                name="kpi_value_correction_has_reason",
                violation_error_message=_("A new edition needs a reason."),
            ),
            models.CheckConstraint(
                condition=Q(verified_by=None, verified_at=None)
                | Q(verified_by__isnull=False, verified_at__isnull=False),
                name="kpi_value_verified_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(from_date=None) | Q(to_date=None) | Q(from_date__lte=F("to_date")),
                name="kpi_value_ends_after_start",
                violation_error_message=_("The period ends before it begins."),
            ),
        ]
        indexes = [models.Index(fields=("subject", "period"), name="kpi_value_by_subject")]

    class Scoping:
        organisations = ("organisation", "alliance__lead", "alliance__members__organisation")
        alliances = ("alliance",)
        roles = DESK_ROLES
        writers = AUDITORS
        # The public reads what somebody verified, and nothing by which few people could be recognised.
        public = Q(verified_at__isnull=False, is_small=False)

    def __str__(self):
        return f"{self.kpi.code} {self.subject} {self.text}"

    @property
    def text(self) -> str:
        return figure_text(self.value, self.unit)

    @property
    def about(self) -> Subject | None:
        """What the value is about; None when that record has gone or changed its code: the value stays."""
        try:
            return find_subject(self.subject)
        except SubjectError:
            return None

    @property
    def span(self) -> Period:
        return Period(self.from_date, self.to_date, is_day=self.from_date is None)

    def editions(self):
        """All editions of this figure of this subject and period."""
        return KpiValue.objects.filter(kpi=self.kpi_id, subject=self.subject, period=self.period)

    def newer_editions(self):
        return self.editions().filter(edition__gt=self.edition)

    def earlier_edition(self) -> "KpiValue | None":
        return self.editions().filter(edition__lt=self.edition).order_by("-edition").first()

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None

    @property
    def audit_organisation(self):
        return self.organisation or (self.alliance.lead if self.alliance else None)
