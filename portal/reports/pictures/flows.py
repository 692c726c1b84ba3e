"""Who goes where: people between institutions in one fiscal year."""

import datetime as dt
from collections import Counter

from django.db.models import Count, QuerySet
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from portal.alliances.models import Organisation
from portal.reports.pictures.fellows import came, is_small
from portal.ui import charts

PARTNERS = 10
INTO_JAPAN, OUT_OF_JAPAN, OTHERWISE = "accent", "attention", "quiet"


def gather(stays: QuerySet, *, first: dt.date, last: dt.date, organisations: QuerySet) -> dict:
    """Different people who came in the time, by the institutions (not their units) that the stay leads from and to.

    `organisations` are those whose names may be shown.
    """
    lines = (
        came(stays, first, last)
        .values_list("home_organisation__lineage", "host_organisation__lineage")
        .annotate(Count("person", distinct=True))
    )
    numbers: Counter = Counter()
    for home, host, number in lines:
        numbers[_root(home), _root(host)] += number
    top = numbers.most_common(PARTNERS)
    keys = {key for pair, _number in top for key in pair if key}
    names = {row.pk: row for row in organisations.filter(pk__in=keys)} if keys else {}
    return {
        "first": first,
        "last": last,
        "total": numbers.total(),
        "pairs": [
            {"home": _named(names.get(home)), "host": _named(names.get(host)), "number": number}
            for (home, host), number in top
        ],
    }


def draw(data: dict, *, title: str = "", urls: dict[tuple[str, str], str] | None = None) -> charts.Picture:
    return _drawn(title or message(data["pairs"], data["total"]), data["pairs"], urls=urls or {})


def draw_public(data: dict) -> charts.Picture:
    """For everybody: pairs between which so few people go that they could be recognised are not shown singly."""
    shown = [pair for pair in data["pairs"] if not is_small(pair["number"])]
    total = sum(pair["number"] for pair in shown)
    note = _("Groups of fewer than five people are not shown.") if total < data["total"] else ""
    title = message(shown, total) if shown else _("Who goes where this fiscal year")
    return _drawn(title, shown, note=note)


def message(pairs: list[dict], total: int) -> str:
    """How many people go each way."""
    into = sum(pair["number"] for pair in pairs if tone_of(pair) == INTO_JAPAN)
    out = sum(pair["number"] for pair in pairs if tone_of(pair) == OUT_OF_JAPAN)
    if not total:
        return _("Nobody goes to a partner")
    if into and out:
        return _("People on the move: %(into)d to Japan, %(out)d from Japan") % {"into": into, "out": out}
    return ngettext("%(count)d person goes to a partner", "%(count)d people go to a partner", total) % {"count": total}


def tone_of(pair: dict) -> str:
    home, host = ((place or {}).get("country", "") for place in (pair["home"], pair["host"]))
    if host == "JP" and home != "JP":
        return INTO_JAPAN
    return OUT_OF_JAPAN if home == "JP" and host not in ("JP", "") else OTHERWISE


def _drawn(title: str, pairs: list[dict], *, note: str = "", urls: dict | None = None) -> charts.Picture:
    flows = [
        charts.Flow(
            place_name(pair["home"]),
            place_name(pair["host"]),
            pair["number"],
            tone_of(pair),
            (urls or {}).get((place_code(pair["home"]), place_code(pair["host"])), ""),
        )
        for pair in pairs
    ]
    words = {INTO_JAPAN: _("to Japan"), OUT_OF_JAPAN: _("from Japan"), OTHERWISE: _("within a country or elsewhere")}
    used = {flow.tone for flow in flows}
    legend = {tone: label for tone, label in words.items() if tone in used}
    header = (_("Home institution"), _("Host institution"), pgettext("figure", "People"))
    return charts.flows(title, flows, header=header, note=note, legend=legend)


def place_name(place: dict | None) -> str:
    if place is None:
        return _("elsewhere")
    return place["ja"] if (get_language() or "").startswith("ja") and place["ja"] else place["en"]


def place_code(place: dict | None) -> str:
    return place["code"] if place else ""


def _named(row: Organisation | None) -> dict | None:
    if row is None:
        return None
    en, ja = row.label_en, row.label_ja
    return {"code": row.code, "en": en, "ja": ja, "country": row.country}


def _root(lineage: str | None) -> int | None:
    return int(lineage.split("/")[1]) if lineage else None
