"""The names behind the codes of subjects that published values are about."""

from collections.abc import Iterable

from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.alliances.models import Alliance
from portal.programmes.models import Programme
from workshops.models import Event

NAMED = ((Alliance, "name"), (Programme, "name"), (Event, "title"))


def names_of(keys: Iterable[str], user) -> dict[str, dict[str, str]]:
    """English and Japanese names of what a person (None: the public) may see."""
    wanted, found = {key for key in keys if key}, {}
    for model, name in NAMED:
        fields = (f"{name}_en", f"{name}_ja")
        rows = model.objects.visible_to(user).filter(code__in=wanted).values_list("code", *fields)
        found |= {code: {"en": en, "ja": ja or en} for code, en, ja in rows}
    return found | _series(wanted - set(found), user)


def _series(codes: set[str], user) -> dict[str, dict[str, str]]:
    """Series that nobody gave a name: what kind of events, and whose."""
    found = {}
    events = Event.objects.visible_to(user).filter(series_code__in=codes) if codes else Event.objects.none()
    for event in events.select_related("host_organisation").order_by("series_code", "-pk"):
        found[event.series_code] = {language: _kind_and_host(event, language) for language in ("en", "ja")}
    return found


def _kind_and_host(event: Event, language: str) -> str:
    with translation.override(language):
        kind = capfirst(event.get_kind_display())
        return _("%(kind)s (%(host)s)") % {"kind": kind, "host": event.host_organisation.label}


def named(key: str, names: dict[str, dict[str, str]]) -> str:
    """The name in the reader's language; the code itself where nothing of that name is to be seen."""
    if key not in names:
        return key
    return names[key]["ja" if (get_language() or "").startswith("ja") else "en"]
