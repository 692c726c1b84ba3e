"""Names of the countries that partners come from."""

from functools import cache
from importlib.resources import files

from django.utils import translation
from django.utils.translation import gettext
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


def country_choices() -> list[tuple]:
    """The countries partners come from by their names in the page's language, then all others by their English ones."""
    partners = sorted(((code, str(name)) for code, name in COUNTRIES.items()), key=lambda choice: choice[1])
    others = [choice for choice in _every_country() if choice[0] not in COUNTRIES]
    return [*partners, (gettext("Other countries"), others)]


@cache
def _every_country() -> tuple[tuple[str, str], ...]:
    """ISO 3166 as it comes with the time zones, by English name."""
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return tuple(sorted(((code, name) for code, name in rows), key=lambda row: row[1]))
