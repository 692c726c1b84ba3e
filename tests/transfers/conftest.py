"""Small tables to import, written the way spreadsheets write them."""

import csv
import io

import pytest

from portal.transfers import registry
from portal.transfers.services import import_files


def csv_text(rows: list[dict[str, str]]) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


@pytest.fixture
def bring_in(tmp_path):
    """Import rows (or the text or bytes of a file) into a table, as a person or as the operator; the one result."""

    def run(table, content, *, user=None, dry_run=False, suffix="csv"):
        if isinstance(content, list):
            content = csv_text(content)
        if isinstance(content, str):
            content = content.encode()
        path = tmp_path / f"{table}.{suffix}"
        path.write_bytes(content)
        return import_files([path], user=user, dry_run=dry_run)[0]

    return run


@pytest.fixture
def organisation():
    """A complete row of the table of organisations, with cells replaced by name."""

    def row(code="org-1", **cells) -> dict[str, str]:
        base = dict.fromkeys(registry.find("organisations").header(), "")
        return base | {"code": code, "name_en": "An Organisation", "kind": "university", "country": "JP"} | cells

    return row


def problems(result) -> list[tuple[int, str]]:
    """Where the problems are: row and column."""
    return [(problem.row, problem.column) for problem in result.problems]
