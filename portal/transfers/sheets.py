"""Reading a CSV or XLSX file into a header and rows of text, one row at a time."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from portal.transfers import formulas, workbooks
from portal.transfers.problems import HEADER_ROW, FileError

DELIMITERS = ",;\t"
ENCODINGS = ("utf-8", "cp932")
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
ENCODING_NAMES = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8 (BOM)", "utf-16": "UTF-16", "cp932": "CP932 (Windows Japanese)"}
# What Python makes of the bytes that CP932 leaves undefined: a sign of another encoding.
NO_CP932 = frozenset("\x80\uf8f0\uf8f1\uf8f2\uf8f3")
BLOCK = 1 << 20
MAX_CELL = 1 << 17  # characters; Excel holds 32,767 in a cell
MAX_COLUMNS = 200


@dataclass
class Sheet:
    """A table as it stands in the file. `rows` gives (row number as in a spreadsheet, cells) and is read once."""

    header: list[str]
    rows: Iterator[tuple[int, list[str]]]
    format: str  # what was found: encoding and separator, or the name of the worksheet


def open_sheet(stream: BinaryIO, *, known: set[str]) -> Sheet:
    """The sheet in a file; `known` column names tell the separator. Raises FileError."""
    start = stream.read(8)
    stream.seek(0)
    if start.startswith(workbooks.ZIP_MAGIC):
        name, rows = workbooks.open_rows(stream, max_columns=MAX_COLUMNS + 1)
        source = enumerate(rows, start=HEADER_ROW)
        header, shown = next(source, (0, []))[1], name
    elif start.startswith(workbooks.OLE_MAGIC):
        raise FileError(_("This is an old Excel file or one with a password. Save it as .xlsx without password."))
    else:
        encoding = find_encoding(stream)
        source, header, separator = _csv_rows(stream, encoding, known)
        names = {",": _("comma"), ";": _("semicolon"), "\t": _("tab")}
        shown = f"{ENCODING_NAMES[encoding]}, {names[separator]}"
    header = [formulas.unescape(cell.strip().lstrip("\ufeff")) for cell in header]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise FileError(_("The file has no header: the first row must hold the names of the columns."), HEADER_ROW)
    if len(header) > MAX_COLUMNS:
        raise FileError(_("The file has more than %(limit)s columns.") % {"limit": MAX_COLUMNS}, HEADER_ROW)
    return Sheet(header=header, rows=source, format=shown)


def find_encoding(stream: BinaryIO) -> str:
    """The encoding of a text file: what its mark says, otherwise UTF-8 if the whole file is, otherwise CP932."""
    start = stream.read(4)
    stream.seek(0)
    if not start:
        raise FileError(_("The file is empty."))
    marked = next((encoding for bom, encoding in BOMS if start.startswith(bom)), None)
    for encoding in (marked,) if marked else ENCODINGS:
        decoder = codecs.getincrementaldecoder(encoding)()
        nul = strange = False
        try:
            while block := stream.read(BLOCK):
                text = decoder.decode(block)
                nul = nul or "\0" in text
                strange = strange or (encoding == "cp932" and not NO_CP932.isdisjoint(text))
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        finally:
            stream.seek(0)
        if strange:
            continue
        if nul:
            raise FileError(_("This is not a text file. Save the table as CSV or .xlsx."))
        return encoding
    raise FileError(_("The text of this file cannot be read: it is neither UTF-8 nor CP932. Save it as “CSV UTF-8”."))


def _csv_rows(stream: BinaryIO, encoding: str, known: set[str]):
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    first_line = text.readline(MAX_CELL)
    # The separator under which most column names are found; a comma where none is.
    separator = max(DELIMITERS, key=lambda mark: len(known & set(_cells(first_line, mark))))
    text.seek(0)
    source = _read(text, separator)
    header = next(source, (0, []))[1]
    return source, header, separator


def _cells(line: str, separator: str) -> list[str]:
    try:
        return [cell.strip().lstrip("\ufeff") for cell in next(csv.reader([line], delimiter=separator), [])]
    except csv.Error:
        return []


def _read(text, separator: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(MAX_CELL)
    number = 0
    try:
        for number, cells in enumerate(csv.reader(text, delimiter=separator, strict=True), start=HEADER_ROW):
            yield number, cells
    except csv.Error as error:
        too_long = "limit" in str(error)
        raise FileError(
            _("A cell is longer than %(limit)s characters.") % {"limit": MAX_CELL}
            if too_long
            else _("The quotation marks of this row do not match."),
            number + 1,
        ) from None
    finally:
        # The stream belongs to whoever opened it.
        try:
            text.detach()
        except ValueError:
            pass
