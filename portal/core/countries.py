"""Names of countries, territories and languages in the languages of the portal, as CLDR has them."""

from functools import cache
from importlib.resources import files

from babel import Locale
from django.utils.translation import get_language
from django.utils.translation import gettext as _

# Where most people of an alliance come from: offered first.
PARTNERS = frozenset("AU BE CA CH CN DE ES FR GB IN IT JP KR NL SE SG TW US".split())

# Names that offices use instead of those of CLDR.
IN_OFFICES = {"ja": {"GB": "英国", "US": "米国"}}
ALSO = {"usa": "US", "united states of america": "US", "uk": "GB", "great britain": "GB"}
FULL_WIDTH = str.maketrans("()", "（）")


def country_name(code: str, language: str | None = None) -> str:
    """The name of a country (two letters) in a language, or that of the page; the code where there is no name."""
    return _names(language or get_language() or "en").get(code, code)


def country_code(text: str) -> str | None:
    """The code of a country by its code or by its name in a language of the portal; None where there is no such one."""
    return text.upper() if text.upper() in _codes() else _codes_by_name().get(text.casefold())


def language_name(code: str) -> str:
    """The name of a language (ISO code) in that of the page; the code where there is no name."""
    locale = Locale.parse((get_language() or "en").replace("-", "_"))
    return locale.languages.get(code.strip().lower(), code)


def open_country_choices() -> list[tuple]:
    """All countries, with none chosen yet."""
    return [("", _("Please choose")), *country_choices()]


def country_choices() -> list[tuple]:
    """The countries partners come from, then all others, both by their names in the page's language."""
    names = _names(get_language() or "en")
    choices = sorted(((code, names.get(code, code)) for code in _codes()), key=lambda choice: choice[1])
    partners = [choice for choice in choices if choice[0] in PARTNERS]
    others = [choice for choice in choices if choice[0] not in PARTNERS]
    return [*partners, (_("Other countries"), others)]


@cache
def _names(language: str) -> dict[str, str]:
    territories = Locale.parse(language, sep="-").territories
    names = {code: territories[code] for code in _codes() if code in territories}
    if language.startswith("ja"):
        names = {code: name.translate(FULL_WIDTH) for code, name in names.items()}
    return names | IN_OFFICES.get(language, {})


@cache
def _codes_by_name() -> dict[str, str]:
    """Every name that is known, folded: those of CLDR, those that offices use, and those that people write."""
    tables = [Locale.parse(language).territories for language in IN_OFFICES | {"en": {}}]
    by_code = [*({code: names[code] for code in _codes() if code in names} for names in tables), *IN_OFFICES.values()]
    return {name.casefold(): code for names in by_code for code, name in names.items()} | ALSO


@cache
def _codes() -> tuple[str, ...]:
    """ISO 3166 as it comes with the time zones."""
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8")
    return tuple(line.split("\t")[0] for line in table.splitlines() if line and not line.startswith("#"))
