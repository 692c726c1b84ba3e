"""The workbook of a report: a sheet in each language as a person reads it, and one for machines."""

import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from portal.figures.wording import DASH
from portal.reports.content import Content, Line, content_of
from portal.reports.models import ReportRun
from portal.reports.pictures.targets import number

SHEETS = {"en": "English", "ja": "日本語"}
MACHINES = "data"
# How Excel writes a value of each unit, so that it stays a number one can go on counting with; decimals where there
# are some (“#,##0.#” would write a point behind every whole number), and yen as the reader's language does.
DECIMALS = {
    "ratio": "0.00",
    "fte": "0.00",
    "percent": "0.0",
    "days": "#,##0.0",
    "hours": "#,##0.0",
    "business_days": "#,##0.0",
}
YEN = {"en": '"JPY" #,##0', "ja": '#,##0"円"'}
WHOLE, TEXT = "#,##0", "@"
WIDTHS = (8, 42, 16, 16, 12, 12, 34, 64, 40)
HEAD = PatternFill("solid", fgColor="274B8F")
RULE = Border(bottom=Side("thin", color="C3CAD3"))
TOP = Alignment(vertical="top", wrap_text=True)
FONT = "Noto Sans JP"


def workbook_bytes(run: ReportRun, before: ReportRun | None, header: Sequence[str], rows: Iterable[list]) -> bytes:
    """The file; `header` and `rows` are those of the sheet for machines."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    for language, title in SHEETS.items():
        with translation.override(language):
            _readable(workbook.create_sheet(title), content_of(run, before))
    sheet = workbook.create_sheet(MACHINES)
    for at, values in enumerate((list(header), *rows), 1):
        for column, value in enumerate(values, 1):
            _put(sheet, at, column, value)
    sheet.freeze_panes = "A2"
    for column in range(1, len(header) + 1):
        sheet.cell(1, column).font = Font(name=FONT, bold=True)
        sheet.column_dimensions[sheet.cell(1, column).column_letter].width = 18
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def _readable(sheet: Worksheet, content: Content) -> None:
    """Whose report of which days it is, then every figure once, chapter by chapter."""
    for text, size in ((content.subject, 16), (f"{content.title} {content.year_name}", 12)):
        _put(sheet, sheet.max_row + 1 if sheet["A1"].value else 1, 1, text).font = Font(name=FONT, bold=True, size=size)
    as_of = _("Figures as of %(day)s") % {"day": content.as_of}
    for text in (content.days, f"{as_of} · {content.edition}", *content.notices):
        _put(sheet, sheet.max_row + 1, 1, text)
    head = sheet.max_row + 2
    names = (
        _("Code"), _("Figure"), content.year_name, content.before_name, _("Out of"), _("Not known"), _("Note"),
        _("How it is counted"), _("Source"),
    )  # fmt: skip
    for column, name in enumerate(names, 1):
        cell = _put(sheet, head, column, name)
        cell.font, cell.fill = Font(name=FONT, bold=True, color="FFFFFF"), HEAD
        cell.alignment = Alignment(vertical="center", wrap_text=True, horizontal="right" if column in NUMBERS else None)
    for chapter in content.chapters:
        if chapter.lines:
            _put(sheet, sheet.max_row + 1, 1, chapter.title).font = Font(name=FONT, bold=True)
            for line in chapter.lines:
                _line(sheet, sheet.max_row + 1, line)
    _put(sheet, sheet.max_row + 2, 1, _("A dash means that there is no value: nothing to divide by, or nothing known."))
    for column, width in enumerate(WIDTHS, 1):
        sheet.column_dimensions[sheet.cell(1, column).column_letter].width = width
    sheet.freeze_panes = sheet.cell(head + 1, 3)
    sheet.print_title_rows = f"{head}:{head}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


NUMBERS = (3, 4, 5, 6)  # columns that stand to the right


def _line(sheet: Worksheet, row: int, line: Line) -> None:
    values = (
        line.code, line.name, _shown(line.raw, line.value), _shown(line.raw_before, line.before),
        _plain(line.denominator), line.unknown, line.note, line.formula, line.source,
    )  # fmt: skip
    for column, value in enumerate(values, 1):
        cell = _put(sheet, row, column, value)
        cell.border = RULE
        cell.alignment = Alignment(vertical="top", horizontal="right") if column in NUMBERS else TOP
        if not isinstance(value, str) and value is not None:
            cell.number_format = _format(line.unit, value) if column in (3, 4) else WHOLE
        if column == 3:
            cell.font = Font(name=FONT, bold=True)


def _format(unit: str, value: Decimal) -> str:
    if unit == "currency":
        return YEN[get_language() or "en"]
    digits = WHOLE if value == value.to_integral_value() else DECIMALS.get(unit, WHOLE)
    return f'{digits}"%"' if unit == "percent" else digits


def _shown(raw: str | None, text: str) -> Decimal | str:
    """A number as a number; yes, no and the dash as words."""
    value = number(raw)
    return text if value is None or isinstance(value, bool) else value


def _plain(raw: str | None) -> Decimal | str | None:
    return None if raw is None else _shown(raw, DASH)


def _put(sheet: Worksheet, row: int, column: int, value):
    cell = sheet.cell(row, column)
    cell.font = Font(name=FONT)
    if isinstance(value, str):
        cell.value = value or None
        if value:  # never a formula, whatever it begins with
            cell.data_type, cell.number_format = "s", TEXT
    else:
        cell.value = value
    return cell
