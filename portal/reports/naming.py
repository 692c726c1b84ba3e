"""The names behind the codes of subjects that published values are about."""

from collections.abc import Iterable

from django.utils.translation import get_language

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
    return found


def named(key: str, names: dict[str, dict[str, str]]) -> str:
    """The name in the reader's language; the code itself where nothing of that name is to be seen."""
    if key not in names:
        return key
    return names[key]["ja" if (get_language() or "").startswith("ja") else "en"]
