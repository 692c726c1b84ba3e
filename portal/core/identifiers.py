"""Identifiers with a check digit: ORCID iD and ROR id."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

ORCID_PATTERN = re.compile(r"^(?:https?://(?:www\.)?orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dXx])/?$")
ROR_PATTERN = re.compile(r"^(?:https?://)?(?:ror\.org/)?(0[a-hj-km-np-tv-z0-9]{6}\d{2})$", re.IGNORECASE)
CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def orcid_check_digit(digits: str) -> str:
    """Check character of the first 15 digits (ISO 7064 MOD 11-2)."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    result = (12 - total % 11) % 11
    return "X" if result == 10 else str(result)


def normalise_orcid(value: str) -> str:
    """`0000-0002-1825-0097` from a bare iD or an address; raises ValidationError with the reason."""
    match = ORCID_PATTERN.match(value.strip())
    if not match:
        raise ValidationError(_("An ORCID iD looks like 0000-0002-1825-0097."), code="invalid")
    bare = match[1].upper()
    digits = bare.replace("-", "")
    if orcid_check_digit(digits[:15]) != digits[15]:
        raise ValidationError(_("This ORCID iD has a wrong digit: its check digit does not fit."), code="checksum")
    return bare


def validate_orcid(value: str) -> None:
    normalise_orcid(value)


def ror_checksum(body: str) -> int:
    """Check number (two digits) of the first seven characters of a ROR id (Crockford base 32, ISO 7064 MOD 97-10)."""
    number = 0
    for character in body.lower():
        number = number * 32 + CROCKFORD.index(character)
    return 98 - (number * 100) % 97


def normalise_ror(value: str) -> str:
    """`https://ror.org/01dq60k83` from any usual spelling; raises ValidationError with the reason."""
    match = ROR_PATTERN.match(value.strip())
    if not match:
        raise ValidationError(_("A ROR id looks like https://ror.org/01dq60k83."), code="invalid")
    bare = match[1].lower()
    if ror_checksum(bare[:7]) != int(bare[7:]):
        raise ValidationError(_("This ROR id has a wrong character: its check number does not fit."), code="checksum")
    return f"https://ror.org/{bare}"


def validate_ror(value: str) -> None:
    normalise_ror(value)
