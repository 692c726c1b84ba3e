"""Funding rounds and exchange rates at the desk."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from portal.core.admin_base import ScopedReadOnlyAdmin, worded
from portal.core.admin_steps import DeskStep
from portal.core.dates import fuzzy_date
from portal.core.money import money_text
from portal.core.narrative import tell
from portal.figures.wording import number_text
from portal.transfers.admin_base import TransferAdminMixin
from startups import rules
from startups.admin.desk import VentureAdmin
from startups.models import ExchangeRate, FundingRound
from startups.services import money

tell(
    {
        "funding.convert": _("converted the amount"),
        "funding.verify": _("verified"),
        "funding.take_back": _("took back the verification"),
    }
)


def may_convert(user, funding_round) -> bool:
    is_open = funding_round.verified_on is None and funding_round.original is not None
    return is_open and rules.runs_row(user, funding_round)


def may_verify(user, funding_round) -> bool:
    return funding_round.verified_on is None and rules.verifies_funding(user, funding_round)


def may_take_back(user, funding_round) -> bool:
    return funding_round.verified_on is not None and rules.verifies_funding(user, funding_round)


class VerifiedFilter(DropdownFilter):
    title = _("verified")
    parameter_name = "verified"

    def lookups(self, request, model_admin):
        return [("yes", _("verified")), ("no", _("to be verified")), ("undisclosed", _("amount not disclosed"))]

    def queryset(self, request, queryset):
        if self.value() == "yes":
            return queryset.verified()
        if self.value() == "no":
            return queryset.filter(verified_on=None)
        return queryset.filter(is_undisclosed=True) if self.value() == "undisclosed" else queryset


@admin.register(FundingRound)
class FundingRoundAdmin(TransferAdminMixin, VentureAdmin):
    subject = "funding_round"
    steps = {
        "convert": DeskStep(
            money.convert,
            label=_("Convert by the stored rate"),
            rule=may_convert,
            previews=False,
            explain=_("The newest rate not after the day of the round is stored with it; the amount itself stays."),
        ),
        "verify": DeskStep(
            money.verify,
            label=_("Verify"),
            rule=may_verify,
            tone="primary",
            previews=False,
            explain=_("You have seen the evidence. From now on the round stands in the sums."),
        ),
        "take_back": DeskStep(
            money.take_back, label=_("Take back the verification"), rule=may_take_back, previews=False
        ),
    }
    list_display = ("of_startup", "kind", "closed", "original_amount", "in_yen", "in_dollars", "verified_on")
    list_display_links = ("of_startup",)
    list_filter = (VerifiedFilter, "kind")
    list_select_related = ("startup__cohort__programme__owner", "startup__origin_organisation", "verified_by")
    search_fields = ("code", "investors", "startup__search_key")
    date_range = "closed_on"
    ordering = ("-closed_on", "-pk")
    summary = (
        "startup", "kind", "closed", "original_amount", "in_yen", "in_dollars", "rate_on", "rate_source",
        "verified_on", "verified_by",
    )  # fmt: skip
    fields = (
        ("startup", "kind"), ("closed_on", "closed_precision"), ("amount", "currency", "is_undisclosed"), "investors",
        "evidence_en", "note_en", "source",
    )  # fmt: skip

    def get_readonly_fields(self, request, obj=None):
        """What was verified changes only after the verification was taken back."""
        fields = super().get_readonly_fields(request, obj)
        if obj is None:
            return fields
        verified = ("kind", "closed_on", "closed_precision", "amount", "currency", "is_undisclosed", "evidence_en")
        return (*fields, "startup", *(verified if obj.verified_on else ()))

    @display(description=_("startup"), ordering="startup__name")
    def of_startup(self, funding_round):
        return str(funding_round.startup)

    @display(description=_("closed"), ordering="closed_on")
    def closed(self, funding_round):
        return fuzzy_date(funding_round.closed_on, funding_round.closed_precision)

    @display(description=_("amount"), ordering="amount")
    def original_amount(self, funding_round):
        if funding_round.original is None:
            return _("not disclosed")
        return money_text(funding_round.original, funding_round.currency)

    @display(description=_("in JPY"))
    def in_yen(self, funding_round):
        return "–" if funding_round.in_jpy is None else money_text(funding_round.in_jpy, "JPY")

    @display(description=_("in USD"))
    def in_dollars(self, funding_round):
        return "–" if funding_round.in_usd is None else money_text(funding_round.in_usd, "USD")


@admin.register(ExchangeRate)
class ExchangeRateAdmin(TransferAdminMixin, ScopedReadOnlyAdmin):
    list_display = ("currency", "on_day", "in_yen", "in_dollars", "source")
    in_yen = worded("to_jpy", number_text, _("in JPY"))
    in_dollars = worded("to_usd", number_text, _("in USD"))
    list_filter = ("currency",)
    search_fields = ("currency", "source")
    date_range = "on_day"
