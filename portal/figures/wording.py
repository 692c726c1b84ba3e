"""Values of figures as people write them."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

DASH = "—"
SUMS_IN = "JPY"  # what a figure of money is added up in
DECIMALS = {"percent": 1, "ratio": 2, "fte": 2}


def figure_text(value, unit: str) -> str:
    """`75 %`, `1,200`, `12.5 days`, `yes`; a dash where there is no value."""
    if value is None:
        return DASH
    if unit == "boolean":
        return _("yes") if value else _("no")
    number = number_text(value, DECIMALS.get(unit, 1))
    if unit == "percent":
        return _("%(number)s %%") % {"number": number}
    if unit == "currency":
        return _("JPY %(number)s") % {"number": number}
    if unit == "days":
        return ngettext("%(number)s day", "%(number)s days", _plural(value)) % {"number": number}
    if unit == "business_days":
        return ngettext("%(number)s working day", "%(number)s working days", _plural(value)) % {"number": number}
    if unit == "hours":
        return ngettext("%(number)s hour", "%(number)s hours", _plural(value)) % {"number": number}
    return number


def unit_text(unit: str) -> str:
    """The unit as a table of figures names it: of money, the currency."""
    return SUMS_IN if unit == "currency" else unit


def number_text(value, decimals: int = 8) -> str:
    """The number with separators, and no more decimals than it needs."""
    exact = Decimal(value)
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    if rounded == rounded.to_integral_value():
        return number_format(int(rounded), use_l10n=True, force_grouping=True)
    return number_format(rounded.normalize(), use_l10n=True, force_grouping=True)


def _plural(value) -> int:
    return 1 if value == 1 else 2
