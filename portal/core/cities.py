"""Names of the partners' cities in the language of the reader; records carry the English one."""

from django.utils import translation
from django.utils.translation import gettext_lazy as _

CITIES = {
    "Alexandria": _("Alexandria"),
    "Armonk": _("Armonk"),
    "Baltimore": _("Baltimore"),
    "Batavia": _("Batavia"),
    "Berkeley": _("Berkeley"),
    "Cambridge": _("Cambridge"),
    "Chiba": _("Chiba"),
    "Chicago": _("Chicago"),
    "Delft": _("Delft"),
    "Evanston": _("Evanston"),
    "Gaithersburg": _("Gaithersburg"),
    "Geneva": _("Geneva"),
    "Kawaguchi": _("Kawaguchi"),
    "Kawasaki": _("Kawasaki"),
    "Koganei": _("Koganei"),
    "Lemont": _("Lemont"),
    "Leuven": _("Leuven"),
    "Madison": _("Madison"),
    "Mainz": _("Mainz"),
    "Mountain View": _("Mountain View"),
    "Nagakute": _("Nagakute"),
    "Newark": _("Newark"),
    "Onna": _("Onna"),
    "Oxford": _("Oxford"),
    "Paris": _("Paris"),
    "Princeton": _("Princeton"),
    "Rome": _("Rome"),
    "Sagamihara": _("Sagamihara"),
    "Seattle": _("Seattle"),
    "Sendai": _("Sendai"),
    "Sophia Antipolis": _("Sophia Antipolis"),
    "Springfield": _("Springfield"),
    "Suita": _("Suita"),
    "Tokyo": _("Tokyo"),
    "Toronto": _("Toronto"),
    "Toyonaka": _("Toyonaka"),
    "Tsukuba": _("Tsukuba"),
    "Urbana": _("Urbana"),
    "Vancouver": _("Vancouver"),
    "Wako": _("Wako"),
    "Washington": _("Washington"),
    "Yokohama": _("Yokohama"),
}


def city_name(city: str, language: str | None = None) -> str:
    """A city in a language, or in that of the page; one that nobody has translated yet keeps the name it came with."""
    with translation.override(language or translation.get_language()):
        return str(CITIES.get(city, city))
