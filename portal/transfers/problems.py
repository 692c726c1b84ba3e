"""What can be wrong with a file, a row or a cell, each as a sentence with its place."""

from dataclasses import dataclass

HEADER_ROW = 1  # rows are counted as a spreadsheet shows them


@dataclass(frozen=True)
class Problem:
    """Why a file is refused: `row` 0 and an empty column mean the whole file, an empty column the whole row."""

    row: int
    column: str
    message: str


class CellError(Exception):
    """A cell that cannot be taken; the message is a sentence for the person who filled it in."""


class FileError(Exception):
    """A file that cannot be read, with the row where reading stopped (0: nowhere in particular)."""

    def __init__(self, message: str, row: int = 0):
        super().__init__(message)
        self.row = row

    def as_problem(self) -> Problem:
        return Problem(self.row, "", str(self))
