import io

import pytest

from portal.transfers.problems import FileError
from portal.transfers.sheets import open_sheet

KNOWN = {"code", "name_ja"}
ROWS = [["a1", "髙﨑①～"], ["a2", "見本"]]
TEXT = "code,name_ja\r\n" + "".join(f"{code},{name}\r\n" for code, name in ROWS)


def read(content: bytes):
    sheet = open_sheet(io.BytesIO(content), known=KNOWN)
    return sheet, list(sheet.rows)


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", "UTF-8, comma"),
        ("utf-8-sig", "UTF-8 (BOM), comma"),
        ("cp932", "CP932 (Windows Japanese), comma"),
        ("utf-16", "UTF-16, comma"),
    ],
)
def test_the_encoding_is_found_and_told(encoding, shown):
    sheet, rows = read(TEXT.encode(encoding))
    assert sheet.header == ["code", "name_ja"]
    assert rows == [(2, ROWS[0]), (3, ROWS[1])]
    assert sheet.format == shown


@pytest.mark.parametrize("separator", [";", "\t"])
def test_the_separator_is_found(separator):
    sheet, rows = read(TEXT.replace(",", separator).encode())
    assert sheet.header == ["code", "name_ja"]
    assert rows[0] == (2, ROWS[0])


def test_a_line_break_in_a_cell_does_not_shift_the_row_numbers():
    _sheet, rows = read(b'code,name_ja\na1,"one\ntwo"\na2,x\n')
    assert [number for number, _cells in rows] == [2, 3]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"code,name_ja\n\xff\xfe\xfd", "neither UTF-8 nor CP932"),
        (b"code\x00,name_ja\n", "not a text file"),
        (b"\n\n", "no header"),
        (b",".join(b"c%d" % n for n in range(201)), "more than 200 columns"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "old Excel file or one with a password"),
        (b"PK\x03\x04no zip at all", "damaged"),
    ],
)
def test_a_file_that_is_no_table_gets_one_sentence(content, reason):
    with pytest.raises(FileError, match=reason):
        read(content)


def test_unbalanced_quotation_marks_are_told_with_their_row():
    with pytest.raises(FileError) as caught:
        read(b'code,name_ja\na1,x\na2,"never closed\n')
    assert caught.value.row == 3


def test_a_monstrous_cell_is_refused():
    with pytest.raises(FileError, match="longer than"):
        read(b"code,name_ja\na1," + b"x" * 200_000)
