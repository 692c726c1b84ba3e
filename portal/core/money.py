"""Amounts of money with their currency, the decimals of that currency and the order of the language."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext_lazy as _

WITHOUT_DECIMALS = frozenset({"JPY", "KRW", "VND", "CLP", "ISK"})
# Currencies that have a name of their own in Japanese; all others are written with their code in front.
PATTERNS = {
    "JPY": _("JPY %(amount)s"),
    "USD": _("USD %(amount)s"),
    "EUR": _("EUR %(amount)s"),
    "GBP": _("GBP %(amount)s"),
}


def money_text(amount: Decimal | int | str, currency: str) -> str:
    """`JPY 780,000` and `USD 1,234.50`; in Japanese `780,000円` and `1,234.50米ドル`."""
    digits = Decimal(1) if currency in WITHOUT_DECIMALS else Decimal("0.01")
    text = f"{Decimal(str(amount)).quantize(digits, rounding=ROUND_HALF_UP):,}"
    if currency in PATTERNS:
        return PATTERNS[currency] % {"amount": text}
    return f"{currency} {text}"
