"""Names in Latin letters, as passports write them."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def in_latin_letters(name: str) -> str:
    """The name with full-width letters and spaces made plain; raises ValidationError for letters of another script."""
    plain = " ".join(unicodedata.normalize("NFKC", name).split())
    if any(letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN ") for letter in plain):
        raise ValidationError(
            _("Please use Latin letters, as in your passport. Other scripts have fields of their own."), code="script"
        )
    return plain
