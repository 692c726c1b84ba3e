"""Names of the countries that partners come from."""

from django.utils import translation
from django.utils.translation import gettext_lazy as _

COUNTRIES = {
    "AU": _("Australia"),
    "BE": _("Belgium"),
    "CA": _("Canada"),
    "CH": _("Switzerland"),
    "CN": _("China"),
    "DE": _("Germany"),
    "ES": _("Spain"),
    "FR": _("France"),
    "GB": _("United Kingdom"),
    "IN": _("India"),
    "IT": _("Italy"),
    "JP": _("Japan"),
    "KR": _("South Korea"),
    "NL": _("Netherlands"),
    "SE": _("Sweden"),
    "SG": _("Singapore"),
    "TW": _("Taiwan"),
    "US": _("United States"),
}


def country_name(code: str, language: str | None = None) -> str:
    """The name of a country (two letters) in a language, or that of the page; the code where there is no name."""
    with translation.override(language or translation.get_language()):
        return str(COUNTRIES.get(code, code))
