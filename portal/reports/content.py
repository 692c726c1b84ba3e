"""The words and pictures of a report in the language of its reader: the same for page, PDF and tables."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portal.core.dates import FiscalCalendar, plain_date
from portal.figures import Basis, Period, codes, definition
from portal.figures.periods import fiscal_name
from portal.figures.wording import figure_text, number_text
from portal.reports.definitions import DEFINITIONS, ReportDefinition
from portal.reports.models import ReportRun
from portal.reports.pictures import fellows, flows, pipeline, targets
from portal.reports.pictures.targets import as_date, number
from portal.reports.snapshot import differences
from portal.reports.terms import quality_in_words, source_in_words, span_in_words
from portal.ui.charts import Picture

DRAW: dict[str, Callable[..., Picture]] = {
    "fellows": fellows.draw,
    "flows": flows.draw,
    "pipeline": pipeline.draw,
    "targets": targets.draw,
}
HASH_SHOWN = 16


@dataclass(frozen=True)
class Line:
    """A figure in the report: `raw` is the value as it was frozen, `value` as people write it."""

    code: str
    name: str
    value: str
    before: str
    note: str
    is_verified: bool
    formula: str
    basis: str
    source: str
    records: int
    hash: str
    unit: str
    raw: str | None
    raw_before: str | None
    denominator: str | None
    unknown: int


@dataclass(frozen=True)
class Headline:
    value: str
    name: str
    change: str


@dataclass(frozen=True)
class Published:
    name: str
    about: str
    span: str
    value: str
    counted: str
    quality: str
    source: str


@dataclass(frozen=True)
class Change:
    name: str
    was: str
    now: str
    note: str


@dataclass(frozen=True)
class Chapter:
    key: str
    title: str
    text: str
    lines: list[Line]
    pictures: list[Picture]


@dataclass(frozen=True)
class Content:
    title: str
    subject: str
    period: str
    days: str
    year_name: str
    before_name: str
    as_of: str
    edition: str
    notices: list[str]
    digest: str
    headline: list[Headline]
    picture: Picture
    chapters: list[Chapter]
    published: list[Published]
    changes: list[Change]
    missing: list[str]

    @property
    def lines(self) -> list[Line]:
        """Every figure once."""
        return list({line.code: line for chapter in self.chapters for line in chapter.lines}.values())


def content_of(run: ReportRun, before: ReportRun | None) -> Content:
    """A finished or frozen run in the active language; `before` is the edition that it replaces."""
    snapshot, report = run.snapshot, DEFINITIONS[run.kind]
    computed = {figure["code"]: figure for figure in snapshot["figures"] if not figure["missing"]}
    pictures = {name: DRAW[name](data) for name, data in snapshot["pictures"].items()}
    return Content(
        title=str(report.title),
        subject=in_words(snapshot["subject"]),
        period=_("Fiscal year %(year)s") % {"year": run.year},
        days=_("%(first)s to %(last)s; %(calendar)s")
        % {
            "first": plain_date(as_date(snapshot["first"])),
            "last": plain_date(as_date(snapshot["last"])),
            "calendar": FiscalCalendar(run.calendar).label,
        },
        year_name=fiscal_name(run.year),
        before_name=fiscal_name(run.year - 1),
        as_of=plain_date(run.as_of),
        edition=_("Edition %(number)d") % {"number": run.edition},
        notices=_notices(run, snapshot),
        digest=run.digest[:HASH_SHOWN],
        headline=[_headline(computed[code]) for code in report.headline if code in computed],
        picture=pictures[report.picture],
        chapters=_chapters(report, computed, pictures),
        published=[line for figure in snapshot["figures"] for line in _published(figure)],
        changes=[_change(entry) for entry in differences(snapshot, before.snapshot)] if before else [],
        missing=[_missing(figure) for figure in snapshot["figures"] if figure["missing"] == "records"],
    )


def in_words(pair: dict) -> str:
    return pair["ja"] if (get_language() or "").startswith("ja") and pair["ja"] else pair["en"]


def _notices(run: ReportRun, snapshot: dict) -> list[str]:
    found = []
    if run.is_preliminary:
        found.append(_("Preliminary: the fiscal year was not over on the day of the figures."))
    if snapshot["has_demo"]:
        found.append(_("Contains demonstration data: not for publication."))
    return found


def _chapters(report: ReportDefinition, computed: dict, pictures: dict[str, Picture]) -> list[Chapter]:
    chapters = []
    for section in report.sections:
        lines = [_line(computed[code]) for code in section.codes if code in computed]
        drawn = [pictures[name] for name in section.pictures if not pictures[name].is_empty]
        if lines or drawn:
            chapters.append(Chapter(section.key, str(section.title), str(section.text), lines, drawn))
    return chapters


def _line(figure: dict) -> Line:
    return Line(
        code=figure["code"],
        name=in_words(figure["name"]),
        value=figure_text(number(figure["value"]), figure["unit"]),
        before=figure_text(number(figure["before"]), figure["unit"]),
        note=" ".join(_notes(figure)),
        is_verified=figure["verified"] is not None,
        formula=in_words(figure["formula"]),
        basis=_basis(figure),
        source=source_in_words(figure["source"]),
        records=figure["records"],
        hash=figure["hash"][:HASH_SHOWN],
        unit=figure["unit"],
        raw=figure["value"],
        raw_before=figure["before"],
        denominator=figure["denominator"],
        unknown=figure["unknown"],
    )


def _notes(figure: dict) -> list[str]:
    """What has to be known beside the value: of how many, how many are unknown, who vouches for it."""
    found = []
    if figure["denominator"] is not None and not number(figure["denominator"]):
        found.append(_("No case in this period."))
    elif figure["denominator"] is not None and figure["unit"] in ("percent", "ratio", "days"):
        found.append(_("Of %(count)s.") % {"count": figure_text(number(figure["denominator"]), "count")})
    if figure.get("is_of_few"):
        found.append(_("Fewer than five gave an amount: their sum is not told."))
    if figure["unknown"]:
        unknown = figure["unknown"]
        found.append(ngettext("%(count)d not known.", "%(count)d not known.", unknown) % {"count": unknown})
    if (verified := figure["verified"]) is not None:
        found.append(_("Verified on %(day)s.") % {"day": plain_date(as_date(verified["on"]))})
        if verified["value"] != figure["value"] and number(verified["value"]) != number(figure["value"]):
            value = figure_text(number(verified["value"]), figure["unit"])
            found.append(_("The verified value was %(value)s.") % {"value": value})
    return found


def _basis(figure: dict) -> str:
    """The days over which the figure runs, and what it is taken over."""
    first, _slash, last = figure["period"].partition("/")
    begin, end = (None if day == ".." else dt.date.fromisoformat(day) for day in (first, last))
    days = Period(begin, end, is_day=Basis(figure["basis"]).is_day)
    return _("%(basis)s: %(days)s") % {"basis": Basis(figure["basis"]).label, "days": days}


def _headline(figure: dict) -> Headline:
    now, before = number(figure["value"]), number(figure["before"])
    change = ""
    if isinstance(now, Decimal) and isinstance(before, Decimal):
        if now == before:
            change = _("as in the year before")
        else:
            apart = abs(now - before)
            # Two shares differ by points: from 100 % to 75 % is not “25 % less”.
            amount = (
                _("%(points)s percentage points") % {"points": number_text(apart, 1)}
                if figure["unit"] == "percent"
                else figure_text(apart, figure["unit"])
            )
            texts = (_("%(amount)s more than the year before"), _("%(amount)s less than the year before"))
            change = (texts[0] if now > before else texts[1]) % {"amount": amount}
    return Headline(figure_text(now, figure["unit"]), in_words(figure["name"]), change)


def _published(figure: dict) -> list[Published]:
    found = []
    for row in figure["published"]:
        first, last = (as_date(row[name]) if row[name] else None for name in ("first", "last"))
        span, quality = span_in_words(first, last, row["quality"]), quality_in_words(row["quality"])
        found.append(
            Published(
                name=in_words(figure["name"]),
                about=in_words(row["about_name"]) if row.get("about_name") else row["about"],
                span=span,
                value=figure_text(number(row["value"]), row["unit"]),
                counted=figure_text(number(row.get("counted")), row["unit"]),
                quality="" if quality == span else quality,
                source=source_in_words(row["source"]),
            )
        )
    return found


def _missing(figure: dict) -> str:
    """A figure that was not computed, and the records that were missing, as far as they still are."""
    records = str(definition(figure["code"]).missing) if figure["code"] in codes() else ""
    texts = {"figure": in_words(figure["name"]), "records": records}
    return _("%(figure)s (%(records)s)") % texts if records else texts["figure"]


def _change(entry: dict) -> Change:
    was, now = (figure_text(number(entry[key]), entry["unit"]) for key in ("was", "value"))
    note = _("The same value, from other records.") if entry["was"] == entry["value"] else ""
    return Change(in_words(entry["name"]), was, now, note)
