"""The files of a report: a PDF in each language, one workbook and one CSV file with all figures in both."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _

from portal.core.dates import FiscalCalendar
from portal.documents.letters.typesetting import typeset
from portal.figures.wording import DASH, unit_text
from portal.reports.content import Content, content_of
from portal.reports.models import ReportRun
from portal.reports.pictures.targets import number
from portal.reports.workbook import workbook_bytes
from portal.transfers.exporting import csv_pieces
from portal.transfers.formulas import escape
from portal.ui.charts import UNKNOWN, Picture

TEMPLATE = Path(__file__).parent / "letters" / "report.typ"
PDF, CSV = "application/pdf", "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Step = ReportRun.Step

COLUMNS = (
    "code", "name_en", "name_ja", "value", "unit", "year_before", "denominator", "not_known", "basis", "period",
    "as_of", "edition", "verified_on", "records", "records_sha256", "formula_en", "formula_ja", "source",
)  # fmt: skip
SHORT = 16  # letters of a cell that needs no more room than it takes
DAYS = {"as_of", "verified_on"}
NUMERIC = {"value", "year_before", "denominator", "not_known", "edition", "records"}


@dataclass(frozen=True)
class Product:
    """A finished file; `kind` tells it from the others of the same report."""

    kind: str
    name: str
    content: bytes
    media_type: str


def products_of(run: ReportRun, before: ReportRun | None) -> Iterator[tuple[str, int, Callable[[], Product]]]:
    """What is to be made: the step it belongs to, the per cent at its beginning, and how."""
    yield Step.ENGLISH, 55, lambda: pdf_of(run, before, "en")
    yield Step.JAPANESE, 70, lambda: pdf_of(run, before, "ja")
    yield Step.TABLES, 85, lambda: workbook_of(run, before)
    yield Step.TABLES, 92, lambda: csv_of(run)


def pdf_of(run: ReportRun, before: ReportRun | None, language: str) -> Product:
    with translation.override(language):
        context, images = printed(content_of(run, before), language)
    # The instant of the figures, not of the typesetting: the same snapshot makes the same file.
    taken = dt.datetime.combine(run.as_of, dt.time(), dt.UTC)
    content = typeset(TEMPLATE, context, at=taken, drawings=images)
    return Product(f"report-pdf-{language}", f"{stem_of(run)}-{language}.pdf", content, PDF)


def printed(content: Content, language: str) -> tuple[dict, dict[str, str]]:
    """What the template reads, and the drawings it shows by name."""
    images: dict[str, str] = {}

    def shown(picture: Picture) -> dict:
        name = f"picture-{len(images)}"
        images[name] = str(picture.svg)
        rows, columns = [list(row.cells) for row in picture.rows], range(1, len(picture.header))
        return {
            "image": name,
            "title": picture.title,
            "note": picture.note,
            "header": list(picture.header),
            "rows": rows,
            "numeric": [at for at in columns if any(_is_number(row[at]) for row in rows)],
            "short": [at for at in columns if all(len(row[at]) <= SHORT for row in rows)],
        }

    context = asdict(content) | {
        "language": language,
        "picture": None if content.picture.is_empty else shown(content.picture),
        "chapters": [
            asdict(chapter) | {"pictures": [shown(picture) for picture in chapter.pictures]}
            for chapter in content.chapters
        ],
        "lines": [asdict(line) for line in content.lines],
        "words": {
            "contents": _("Contents"),
            "summary": _("The year at a glance"),
            "code": _("Code"),
            "figure": _("Figure"),
            "figures": _("Figures"),
            "value": _("Value"),
            "note": _("Note"),
            "published": _("Published by others"),
            "published_text": _("Values that others have published about the same subject, beside those counted here."),
            "about": _("About"),
            "counted": _("Counted here"),
            "source": _("Source"),
            "quality": _("Quality"),
            "changes": _("What has changed since the edition before"),
            "was": _("Before"),
            "now": _("Now"),
            "definitions": _("Definitions and records"),
            "definitions_text": _(
                "How each figure is counted, over which days, and how many records stand behind it. "
                "The first characters of the SHA-256 of their list show whether it is still the same."
            ),
            "formula": _("How it is counted"),
            "basis": _("Over"),
            "records": _("Records"),
            "hash": _("SHA-256"),
            "missing": _("Figures whose records the portal does not keep yet"),
            "as_of": _("Figures as of %(day)s") % {"day": content.as_of},
            "snapshot": _("SHA-256 of the figures: %(digest)s …") % {"digest": content.digest},
            "dash": _("A dash means that there is no value: nothing to divide by, or nothing known."),
        },
    }
    return context, images


def _is_number(text: str) -> bool:
    """Whether a cell of a table is a value, which stands to the right; days and names with digits are longer."""
    return text in (DASH, UNKNOWN) or (len(text) <= SHORT and any(letter.isdigit() for letter in text))


def workbook_of(run: ReportRun, before: ReportRun | None) -> Product:
    rows = ([_cell(name, text) for name, text in zip(COLUMNS, row, strict=True)] for row in rows_of(run))
    content = workbook_bytes(run, before, COLUMNS, rows)
    return Product("report-xlsx", f"{stem_of(run)}.xlsx", content, XLSX)


def _cell(name: str, text: str):
    """A number, yes or no, or a day as what it is; everything else as text."""
    if text and name in NUMERIC:
        return number(text)
    return dt.date.fromisoformat(text) if text and name in DAYS else text


def csv_of(run: ReportRun) -> Product:
    rows = (
        [cell if name in NUMERIC else escape(cell) for name, cell in zip(COLUMNS, row, strict=True)]
        for row in rows_of(run)
    )
    return Product("report-csv", f"{stem_of(run)}.csv", b"".join(csv_pieces(COLUMNS, rows, "csv")), CSV)


def rows_of(run: ReportRun) -> Iterator[list[str]]:
    """Every figure as a row of text; empty where there is no value."""
    for figure in run.snapshot["figures"]:
        verified = figure["verified"] or {}
        yield [
            "" if cell is None else str(cell)
            for cell in (
                figure["code"],
                figure["name"]["en"],
                figure["name"]["ja"],
                figure["value"],
                unit_text(figure["unit"]),
                figure["before"],
                figure["denominator"],
                figure["unknown"],
                figure["basis"],
                figure["period"],
                run.snapshot["as_of"],
                run.edition,
                verified.get("on"),
                figure["records"],
                figure["hash"],
                figure["formula"]["en"],
                figure["formula"]["ja"],
                figure["source"],
            )
        ]


def stem_of(run: ReportRun) -> str:
    """The beginning of every file name: `report-ctqa-2025-1`; with the calendar where it is not that of Japan."""
    calendar = "" if run.calendar == FiscalCalendar.JAPAN else f"{run.calendar}-"
    return f"report-{run.subject.code}-{calendar}{run.year}-{run.edition}"
