"""Cells that a spreadsheet would run as a formula: refused on the way in, defused on the way out.

The escape is an apostrophe in front. Text that already looks escaped gets one more, so that escaping and unescaping
are exact opposites and an export can be imported again.
"""

import re

SIGNS = "=+\\-@＝＋－＠"
BLANKS = " \u3000\xa0"
FORMULA = re.compile(rf"[{BLANKS}]*[\t\r]|[\s\ufeff]*[{SIGNS}]")
NEEDS_ESCAPE = re.compile(rf"'*(?:[{BLANKS}]*[\t\r\n]|[\s\ufeff]*[{SIGNS}])")
# A signed quantity such as "-14d, -24h", "+3 business days" or a telephone number: nothing in it can call anything.
SIGNED_QUANTITY = re.compile(r"[+-]\d[\w\s,;().:/%+-]*")


def is_formula(text: str) -> bool:
    return FORMULA.match(text) is not None


def is_signed_quantity(text: str) -> bool:
    return SIGNED_QUANTITY.fullmatch(text.strip()) is not None


def escape(text: str) -> str:
    return f"'{text}" if NEEDS_ESCAPE.match(text) else text


def is_escaped(text: str) -> bool:
    return text.startswith("'") and NEEDS_ESCAPE.match(text) is not None


def unescape(text: str) -> str:
    return text[1:] if is_escaped(text) else text
