"""A figure as people type it, in an application, in an update and at the desk."""

import re
import unicodedata
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

CURRENCIES = ("JPY", "USD", "EUR", "GBP", "CAD", "AUD", "SGD", "KRW", "TWD", "INR", "CHF")
LARGEST = Decimal(10) ** 15
SIGNS = re.compile(r"[\s_'’¥￥$€£円]")
NUMBER = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]*\.?[0-9]+"
# What Japanese amounts are counted in, largest first: 1億2,000万.
WORTH = {"兆": 10**12, "億": 10**8, "万": 10**4, "": 1}
READABLE = re.compile("([-+]?)" + "".join(f"(?:({NUMBER}){unit})?" for unit in WORTH))


class FigureField(forms.CharField):
    """A number with separators, a currency sign, in full width, or counted in 万 and 億. Empty stays empty."""

    def __init__(self, *, places: int = 2, **options):
        self.smallest = Decimal(1).scaleb(-places)
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(required=False, max_length=40, widget=widget, **options)

    def to_python(self, value):
        text = SIGNS.sub("", unicodedata.normalize("NFKC", super().to_python(value) or ""))
        if not text:
            return None
        number = read_number(text)
        if number is None or abs(number) >= LARGEST:
            raise ValidationError(
                _("“%(text)s” is not a number we can read. Write digits only, such as 1500000."),
                params={"text": str(value)[:40]},
            )
        return number.quantize(self.smallest)

    def validate(self, value):
        return

    def run_validators(self, value):
        return

    def prepare_value(self, value):
        return plain(value) if isinstance(value, Decimal) else value


def read_number(text: str) -> Decimal | None:
    """The number a text says; None where it could be read in two ways (1.234,5) or in none."""
    found = READABLE.fullmatch(text.replace("−", "-"))
    sign, *parts = found.groups() if found else [""]
    if not any(parts):
        return None
    number = sum(
        Decimal(part.replace(",", "")) * worth for part, worth in zip(parts, WORTH.values(), strict=True) if part
    )
    return Decimal(-number if sign == "-" else number)


def plain(value: Decimal) -> str:
    """A stored number without the zeros behind the point."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
