"""Rows of a table as CSV or XLSX, in pieces, so that memory stays flat however many there are."""

import codecs
import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, islice
from typing import IO

from django.db import models
from django.utils.translation import gettext as _

from portal.transfers import workbooks
from portal.transfers.columns import Column, DecimalWidget, IntegerWidget, Reference, State
from portal.transfers.importing import list_keys
from portal.transfers.problems import HEADER_ROW, Problem

CHUNK = 2000  # rows out of the database
PIECE = 200  # lines to whoever downloads
XLSX_MAX_ROWS = 1_048_575  # below the header; Excel opens no more

# name: (encoding, line end). Excel opens the first by double click; the second is what programs like.
CSV_FORMS = {"csv": ("utf-8-sig", "\r\n"), "csv-plain": ("utf-8", "\n"), "csv-cp932": ("cp932", "\r\n")}
XLSX = "xlsx"
FORMS = (*CSV_FORMS, XLSX)


class Unencodable(Exception):
    """Cells that the chosen encoding cannot hold."""

    def __init__(self, problems: list[Problem]):
        super().__init__(_("Some cells cannot be written in CP932. Choose UTF-8."))
        self.problems = problems


def rows_of(
    resource: type, queryset: models.QuerySet, *, reader=None, complete: bool = False
) -> Iterator[Sequence[str]]:
    """The cells of each record, in the order of the queryset, as this person may read them; None is the operator."""
    model = resource._meta.model
    columns = [resource.fields[name] for name in resource.header(complete=complete)]
    internal = resource.for_editors().intersection(columns) if reader is not None else set()
    paths = ("pk", *sorted({path for column in columns for path in column.paths} - {"pk"}))
    rows = queryset.values_list(*paths).iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        # Column by column: what to do with a kind of cell is found out once for all of them.
        values = dict(zip(paths, zip(*chunk, strict=True), strict=True))
        fixed = others_rows(model, values["pk"], reader) if internal else set()
        if reader is not None:
            for column in columns:
                if isinstance(column, State) and column.one:
                    values |= {column.attribute: [column.told(state) for state in values[column.attribute]]}
        cells = (
            _emptied(_cells(model, column, values), values["pk"], fixed)
            if column in internal
            else _cells(model, column, values)
            for column in columns
        )
        yield from zip(*cells, strict=True)


def others_rows(model, keys: Sequence[int], reader) -> set[int]:
    """Those of the rows that this person may not edit."""
    if reader is None:
        return set()
    editable = model._default_manager.filter(pk__in=keys).editable_by(reader)
    return set(keys) - set(editable.values_list("pk", flat=True))


def _emptied(cells: Iterable[str], keys: Sequence[int], fixed: set[int]) -> list[str]:
    return ["" if key in fixed else cell for key, cell in zip(keys, cells, strict=True)]


def _cells(model, column: Column, values: dict[str, Sequence]) -> Iterable[str]:
    if column.is_reference and column.is_list:
        listed = _listed_codes(model, column, values["pk"])
        return [column.export_codes(listed.get(pk, ())) for pk in values["pk"]]
    return column.texts(*(values[path] for path in column.paths))


def _listed_codes(model, column: Reference, owners: Sequence[int]) -> dict[int, list[str]]:
    keys = list_keys(model, column, owners)
    rows = column.target._base_manager.filter(pk__in={pk for listed in keys.values() for pk in listed})
    codes = dict(rows.values_list("pk", column.lookup))
    return {owner: [str(codes[pk]) for pk in listed] for owner, listed in keys.items()}


class _Line:
    """What a CSV writer writes to: the line comes back from `writerow`."""

    def write(self, line: str) -> str:
        return line


def csv_pieces(header: Iterable[str], rows: Iterable[Sequence[str]], form: str) -> Iterator[bytes]:
    """The bytes of a CSV file, piece by piece."""
    encoding, line_end = CSV_FORMS[form]
    encoder = codecs.getincrementalencoder(encoding)()  # it writes the mark of the encoding once
    lines = map(csv.writer(_Line(), lineterminator=line_end).writerow, chain([header], rows))
    while piece := "".join(islice(lines, PIECE)):
        yield encoder.encode(piece)


def check_encodable(header: tuple[str, ...], rows: Iterable[Sequence[str]], form: str) -> None:
    """Raise Unencodable with every cell that the encoding cannot hold, so that nothing is dropped silently."""
    encoding, _line_end = CSV_FORMS[form]
    problems = []
    for number, row in enumerate(rows, start=HEADER_ROW + 1):
        for name, text in zip(header, row, strict=True):
            lost = sorted({c for c in text if not _encodable(c, encoding)}) if not _encodable(text, encoding) else []
            if lost:
                message = _("These characters do not exist in CP932: %(characters)s") % {"characters": " ".join(lost)}
                problems.append(Problem(number, name, message))
    if problems:
        raise Unencodable(problems)


def _encodable(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def xlsx_file(resource: type, rows: Iterable[Sequence[str]], *, complete: bool = False) -> IO[bytes]:
    """A temporary file with the workbook, positioned at its start; numbers are numbers, the rest is text."""
    header = resource.header(complete=complete)
    numeric = [isinstance(resource.fields[name].widget, (IntegerWidget, DecimalWidget)) for name in header]
    typed = (
        [Decimal(text) if is_number and text else text for is_number, text in zip(numeric, row, strict=True)]
        for row in rows
    )
    target = tempfile.TemporaryFile()  # noqa: SIM115 (the caller closes it)
    workbooks.write(header, typed, target, title=resource._meta.table)
    target.seek(0)
    return target
