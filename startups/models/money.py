"""Amounts as they were given, with the rate they were converted by: funding rounds and exchange rates."""

from decimal import Decimal

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.core.dates import Precision
from portal.core.models import SourcedModel
from portal.core.scoping import EVERYONE
from startups.models import confidentiality as reach
from startups.models.confidentiality import FIGURES, STARTUP_DESKS
from startups.models.startup import VentureRow
from startups.querysets import STARTUP_WRITERS, FundingQuerySet

validate_currency = RegexValidator(r"^[A-Z]{3}$", _("Write the currency in three letters, such as JPY or USD."))


class FiguresScoping(VentureRow.Scoping):
    """Figures and money have a level of their own beside that of the record; mentors do not see them."""

    organisations = reach.organisations("startup__", FIGURES)
    alliances = reach.alliances("startup__", FIGURES)
    programmes = reach.programmes("startup__", FIGURES)
    assigned = reach.readers("startup__")
    roles = STARTUP_DESKS
    writers = STARTUP_WRITERS


class ExchangeRate(SourcedModel):
    """What one unit of a currency was worth on a day, in yen and in dollars, and who says so. The whole house's."""

    currency = models.CharField(_("currency"), max_length=3, validators=[validate_currency])
    on_day = models.DateField(_("day"))
    to_jpy = models.DecimalField(_("in JPY"), max_digits=18, decimal_places=8, validators=[MinValueValidator(0)])
    to_usd = models.DecimalField(_("in USD"), max_digits=18, decimal_places=8, validators=[MinValueValidator(0)])

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ("-on_day", "currency")
        constraints = [models.UniqueConstraint(fields=("currency", "on_day"), name="exchange_rate_once")]

    class Scoping:
        public = EVERYONE

    def __str__(self):
        return f"{self.currency} {self.on_day}"


class ConvertedAmount(models.Model):
    """An amount in its own currency, and the rates at which it stands in sums. The original is never overwritten."""

    currency = models.CharField(_("currency"), max_length=3, blank=True, validators=[validate_currency])
    rate_to_jpy = models.DecimalField(_("rate to JPY"), max_digits=18, decimal_places=8, null=True, blank=True)
    rate_to_usd = models.DecimalField(_("rate to USD"), max_digits=18, decimal_places=8, null=True, blank=True)
    rate_on = models.DateField(_("day of the rate"), null=True, blank=True)
    rate_source = models.CharField(_("source of the rate"), max_length=300, blank=True)

    class Meta:
        abstract = True

    original: Decimal | None

    @property
    def in_jpy(self) -> Decimal | None:
        """None where the amount or its rate is unknown; never zero for that."""
        return self._at(self.rate_to_jpy)

    @property
    def in_usd(self) -> Decimal | None:
        return self._at(self.rate_to_usd)

    def _at(self, rate: Decimal | None) -> Decimal | None:
        return None if self.original is None or rate is None else self.original * rate


class FundingRound(SourcedModel, ConvertedAmount):
    """Money from outside. An undisclosed amount counts as a round and stands in no sum."""

    class Kind(models.TextChoices):
        GRANT = "grant", _("grant")
        PRE_SEED = "pre_seed", _("pre-seed")
        SEED = "seed", _("seed")
        SERIES_A = "series_a", _("series A")
        SERIES_B = "series_b", _("series B or later")
        CONVERTIBLE = "convertible", _("convertible")
        DEBT = "debt", _("debt")
        OTHER = "other", _("other")

    path_to_startup = "startup__"

    code = models.SlugField(_("number"), max_length=60, unique=True, blank=True)
    startup = models.ForeignKey(
        "startups.Startup", verbose_name=_("startup"), on_delete=models.PROTECT, related_name="funding_rounds"
    )
    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    closed_on = models.DateField(_("closed"))
    closed_precision = models.CharField(_("precision"), max_length=12, choices=Precision, default=Precision.DAY)
    amount = models.DecimalField(
        _("amount"), max_digits=18, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    is_undisclosed = models.BooleanField(_("amount not disclosed"), default=False)
    investors = models.CharField(_("from whom"), max_length=300, blank=True)
    evidence_en = models.TextField(_("evidence"), blank=True)
    verified_on = models.DateField(_("verified on"), null=True, blank=True, editable=False)
    verified_by = models.ForeignKey(
        "accounts.Person",
        verbose_name=_("verified by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = FundingQuerySet.as_manager()

    class Meta:
        verbose_name = _("funding round")
        verbose_name_plural = _("funding rounds")
        ordering = ("-closed_on", "-pk")
        indexes = [models.Index(fields=("-closed_on", "-id"), name="funding_round_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=None) | ~Q(currency=""),
                name="funding_round_has_currency",
                violation_error_message=_("An amount needs its currency."),
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=False) | Q(is_undisclosed=True),
                name="funding_round_amount_or_undisclosed",
                violation_error_message=_("Give the amount, or say that it is not disclosed."),
            ),
        ]

    class Scoping(FiguresScoping):
        pass

    def __str__(self):
        return f"{self.startup}: {self.get_kind_display()} {self.closed_on}"

    @property
    def original(self):
        return None if self.is_undisclosed else self.amount

    @property
    def audit_organisation(self):
        return None

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        if not self.code:
            self.code = f"round-{self.pk:06d}"
            super().save(update_fields=["code"])
