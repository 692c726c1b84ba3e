import datetime as dt
import io
import zipfile

import pytest
from openpyxl import Workbook, load_workbook

from portal.transfers import workbooks
from portal.transfers.problems import FileError
from portal.transfers.sheets import open_sheet


def workbook(*rows, **attributes) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for name, value in attributes.items():
        setattr(book.active, name, value)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def rows_of(content: bytes):
    sheet = open_sheet(io.BytesIO(content), known=set())
    return sheet.header, list(sheet.rows)


def repacked(content: bytes, **members: bytes) -> bytes:
    """The workbook with further or replaced parts (`__` in a name stands for a slash)."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        extra = {name.replace("__", "/"): data for name, data in members.items()}
        for name in old.namelist():
            if name not in extra:
                new.writestr(name, old.read(name))
        for name, data in extra.items():
            new.writestr(name, data)
    return target.getvalue()


def test_cells_are_read_as_the_text_that_a_csv_file_would_hold():
    header, rows = rows_of(
        workbook(
            ["code", "on", "at", "number", "half", "flag", "empty"],
            ["0012", dt.date(2026, 4, 3), dt.time(17, 0), 5.0, 0.5, True, None],
        )
    )
    assert header == ["code", "on", "at", "number", "half", "flag", "empty"]
    assert rows == [(2, ["0012", "2026-04-03", "17:00", "5", "0.5", "yes", ""])]


def test_the_1904_calendar_is_understood():
    book = Workbook()
    book.epoch = dt.datetime(1904, 1, 1)  # noqa: DTZ001 (a spreadsheet's epoch has no zone)
    book.active.append(["on"])
    book.active.append([dt.date(2026, 4, 3)])
    target = io.BytesIO()
    book.save(target)
    assert rows_of(target.getvalue())[1] == [(2, ["2026-04-03"])]


def test_the_first_visible_sheet_counts():
    book = Workbook()
    book.active.append(["hidden"])
    book.active.sheet_state = "hidden"
    shown = book.create_sheet("Data")
    shown.append(["code"])
    target = io.BytesIO()
    book.save(target)
    sheet = open_sheet(io.BytesIO(target.getvalue()), known=set())
    assert (sheet.header, sheet.format) == (["code"], "Data")


def test_a_formula_arrives_as_its_own_text_and_never_as_its_result():
    assert rows_of(workbook(["code"], ["=1+1"]))[1] == [(2, ["=1+1"])]


def test_a_zip_bomb_is_refused_before_it_is_parsed():
    bomb = repacked(workbook(["code"]), xl__media__x=b"\0" * (workbooks.MAX_UNPACKED + 1))
    assert len(bomb) < 1_000_000
    with pytest.raises(FileError, match="unpacks to more"):
        rows_of(bomb)


def test_a_member_that_lies_about_its_size_is_measured():
    content = bytearray(repacked(workbook(["code"]), xl__media__x=b"\0" * (workbooks.MAX_UNPACKED + 1)))
    true_size = (workbooks.MAX_UNPACKED + 1).to_bytes(4, "little")
    lie = bytes(content).replace(true_size, (10).to_bytes(4, "little"))
    assert lie != bytes(content)
    with pytest.raises(FileError):
        rows_of(lie)


def test_a_part_that_shrinks_too_well_is_refused():
    with pytest.raises(FileError, match="unpacks to more"):
        rows_of(repacked(workbook(["code"]), xl__media__x=b"\0" * (5 * 1024 * 1024)))


def test_too_many_parts_are_refused():
    members = {f"xl__part{number}": b"x" for number in range(workbooks.MAX_MEMBERS + 1)}
    with pytest.raises(FileError, match="unpacks to more"):
        rows_of(repacked(workbook(["code"]), **members))


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"xl__workbook.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}, "damaged"),
        ({"xl__workbook.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x/>'.encode("utf-16")}, "damaged"),
        ({"..__..__etc__passwd": b"x"}, "damaged"),
        ({"xl__vbaProject.bin": b"x"}, "macros"),
        ({"xl__workbook.xml": b"<no"}, "cannot be read"),
    ],
)
def test_what_is_no_honest_workbook_is_refused(members, reason):
    with pytest.raises(FileError, match=reason):
        rows_of(repacked(workbook(["code"]), **members))


def test_another_kind_of_zip_file_is_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("readme.txt", "hello")
    with pytest.raises(FileError, match="not an Excel workbook"):
        rows_of(target.getvalue())


def test_no_written_cell_is_a_formula_and_numbers_stay_numbers():
    target = io.BytesIO()
    workbooks.write(["code", "n"], [["'=1+1", 5], ["=1+1", -3], ["a\x07b", None]], target, title="x")
    sheet = load_workbook(target).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == [
        ["'=1+1", 5],
        ["=1+1", -3],
        ["a\ufffdb", None],
    ]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
