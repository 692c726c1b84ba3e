"""Excel workbooks: checked before they are unpacked, read as text, written without a single formula."""

import datetime as dt
import zipfile
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from portal.transfers.problems import FileError

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_MEMBERS = 200
MAX_UNPACKED = 50 * 1024 * 1024
MAX_RATIO = 100
RATIO_MATTERS_ABOVE = 1024 * 1024  # small parts of repeated text compress well and hurt nobody
BLOCK = 1 << 16
FORBIDDEN_MARKUP = [
    word.encode(code) for word in ("<!DOCTYPE", "<!ENTITY") for code in ("ascii", "utf-16-le", "utf-16-be")
]


def check_package(stream: BinaryIO) -> None:
    """Refuse what is no honest workbook, by what is really inside rather than by what its directory says."""
    broken = FileError(_("The workbook is damaged. Open it in a spreadsheet, save it again and try once more."))
    bomb = FileError(_("The workbook unpacks to more than the portal accepts. Save the table as CSV."))
    try:
        with zipfile.ZipFile(stream) as package:
            members = package.infolist()
            names = {member.filename for member in members}
            if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
                raise FileError(_("This is not an Excel workbook. Save the table as CSV or .xlsx."))
            if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
                raise bomb
            if any(".." in name or name.startswith("/") for name in names):
                raise broken
            if any(name.endswith("vbaProject.bin") for name in names):
                raise FileError(_("The workbook contains macros. Save it as .xlsx without macros."))
            total = 0
            for member in members:
                total += _check_member(package, member, MAX_UNPACKED - total, broken, bomb)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, RuntimeError, NotImplementedError, ValueError):
        raise broken from None
    finally:
        stream.seek(0)


def _check_member(package, member, allowed: int, broken: FileError, bomb: FileError) -> int:
    size, tail = 0, b""
    with package.open(member) as part:
        while block := part.read(BLOCK):
            size += len(block)
            if size > allowed:
                raise bomb
            if any(word in tail + block for word in FORBIDDEN_MARKUP):
                raise broken
            tail = block[-32:]
    if size > RATIO_MATTERS_ABOVE and size > MAX_RATIO * max(member.compress_size, 1):
        raise bomb
    return size


def open_rows(stream: BinaryIO, *, max_columns: int) -> tuple[str, Iterator[list[str]]]:
    """Name and rows of the first visible worksheet, every cell as the text that a CSV file would hold."""
    check_package(stream)
    try:
        workbook = load_workbook(stream, read_only=True, data_only=False, keep_links=False)
        sheets = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
    except Exception:  # openpyxl raises whatever it stumbles over
        raise _unreadable() from None
    if not sheets:
        raise FileError(_("The workbook has no visible worksheet."))
    sheets[0].reset_dimensions()
    return sheets[0].title, _rows(sheets[0], max_columns)


def _rows(sheet, max_columns: int) -> Iterator[list[str]]:
    width, number = 0, 0
    try:
        for cells in sheet.iter_rows(max_col=max_columns):
            number += 1
            texts = [_text(cell) for cell in cells]
            while texts and not texts[-1]:
                texts.pop()
            width = width or len(texts)
            yield texts + [""] * (width - len(texts))
    except FileError:
        raise
    except Exception:
        raise _unreadable(number + 1) from None


def _unreadable(row: int = 0) -> FileError:
    return FileError(_("The workbook cannot be read. Save it again as .xlsx, or as CSV."), row)


def _text(cell) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return value.isoformat("minutes" if value.second == 0 else "seconds")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


def write(header: Iterable[str], rows: Iterable[Iterable[object]], target: BinaryIO, *, title: str) -> None:
    """A workbook with one sheet. Numbers stay numbers, everything else is text."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, name, bold=True) for name in header])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    workbook.save(target)


def _cell(sheet, value, bold: bool = False):
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)
    cell = WriteOnlyCell(sheet, value=value if value != "" else None)
    if isinstance(value, str) and value:
        cell.data_type = "s"
        cell.number_format = "@"
    if bold:
        cell.font = Font(bold=True)
    return cell
