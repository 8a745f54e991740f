"""The table of cells that a file is read into, and the reasons why a file cannot be read. Pure: imports no Django.

Owns the limits of what is read. A cell is text, or names the reason why its text cannot be trusted; row_checks.py
decides what the text means. Nothing is guessed.
"""

import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from reviews.typed_text import cleaned_line

LARGEST_FILE = 2_000_000  # bytes
MOST_ROWS = 1_000  # reviews in one file
MOST_FILLED = 1_200  # rows that are not empty: reviews, titles, averages, notes
MOST_COLUMNS = 300
MOST_TEXT = 5_000_000  # characters in all cells
MOST_SECONDS = 15  # of computing, in one request
LONGEST_CELL = 32_767  # characters, of Excel
LONGEST_NORMALISED = 4 * LONGEST_CELL  # characters: one character may stand for eighteen
MOST_COMMENTS, LONGEST_COMMENT = 500, 300  # on cells that are shown, and characters of one
LONGEST_EXCERPT = 60  # characters of a cell that a sentence quotes


class Oddity(StrEnum):
    """The reason why the text of a cell is not used."""

    FORMULA = "formula"
    ERROR = "error"
    BOOLEAN = "boolean"
    IDENTITY_NUMBER = "identity_number"
    UNREADABLE = "unreadable_text"


@dataclass(frozen=True)
class TableCell:
    """The content of a cell as text. Numbers and dates are "4", "4.5" and "2024-03-10". `odd` is an Oddity or ""."""

    text: str = ""
    odd: str = ""

    def __bool__(self) -> bool:
        return bool(self.text or self.odd)


EMPTY = TableCell()


@dataclass(frozen=True)
class TableRow:
    """A row that is not empty. `number` is its number in a spreadsheet, of a turned table that of its column."""

    number: int
    cells: tuple[TableCell, ...]


@dataclass(frozen=True)
class Area:
    """Merged cells: first and last row, counted from 1, first and last column, counted from 0."""

    top: int
    left: int
    bottom: int
    right: int
    name: str = ""


@dataclass(frozen=True)
class Fault:
    """A fault in a file. messages.py has a sentence for each `code`, in which `values` are filled in.

    Row 0 is the whole file, column "" the whole row. A notice has the same form; it hinders nothing.
    """

    code: str
    values: dict[str, str] = field(default_factory=dict)
    row: int = 0
    column: str = ""


@dataclass(frozen=True)
class Source:
    """Where a table comes from, and what a person has to know about the way it was read.

    `sheet` is the name of the sheet in a workbook and `sheets` their number; "" and 0 for a CSV file. `letters` is the
    encoding if it was guessed, else "", `encodings` are all that fit, and `words` are some words in which a wrong guess
    would show. A workbook whose
    `counts_from_1904` is True counts days from 1904 instead of 1900. `comments` on cells are not read; each has the
    reference of its cell and its text.
    """

    sheet: str = ""
    sheets: int = 0
    letters: str = ""
    words: tuple[str, ...] = ()
    encodings: tuple[str, ...] = ()
    counts_from_1904: bool = False
    notices: tuple[Fault, ...] = ()
    comments: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Grid:
    """The rows of a sheet that are not empty, as they stand in it."""

    rows: tuple[TableRow, ...]
    source: Source = Source()
    merged: tuple[Area, ...] = ()


@dataclass(frozen=True)
class Table:
    """The header, the rows above it and the rows below it.

    `places` says for each cell of a row where it stands in the sheet: the letters of its column. In a sheet with the
    items down and the reviews across, the table is turned: its rows are the columns of the sheet, and `places` are the
    numbers of rows.
    """

    header: TableRow
    rows: tuple[TableRow, ...]
    above: tuple[TableRow, ...]
    places: tuple[str, ...]
    is_turned: bool
    source: Source


class UnreadableFile(Exception):
    """The file cannot be read. `faults` are the reasons."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(", ".join(fault.code for fault in faults))
        self.faults = faults


def unreadable(code: str, **values: object) -> UnreadableFile:
    """Return the exception with one fault of the whole file."""
    return UnreadableFile(Fault(code, {name: str(value) for name, value in values.items()}))


class Budget:
    """The time of computing that one request about a file may take: reading, checking and showing it.

    Waiting does not count: a busy machine refuses no honest file. The worker has no limit.
    """

    def __init__(self, seconds: float = MOST_SECONDS) -> None:
        self._end = time.thread_time() + seconds

    def check(self) -> None:
        """Raise UnreadableFile if the time is used up."""
        if time.thread_time() > self._end:
            raise unreadable("takes_too_long")


def unlimited() -> Budget:
    """Return the budget of the worker."""
    return Budget(math.inf)


def filled_rows(rows: Iterable[TableRow], budget: Budget) -> tuple[TableRow, ...]:
    """Return the rows that are not empty. Raise UnreadableFile at the first row beyond a limit."""
    return tuple(_filled_rows(rows, budget))


def _filled_rows(rows: Iterable[TableRow], budget: Budget) -> Iterator[TableRow]:
    count = length = 0
    for row in rows:
        budget.check()
        if not any(row.cells):
            continue
        count += 1
        length += sum(len(cell.text) for cell in row.cells)
        if count > MOST_FILLED:
            raise unreadable("too_many_rows", most=MOST_ROWS)
        if length > MOST_TEXT:
            raise unreadable("too_much_text")
        yield row


def excerpt(text: str) -> str:
    """Return the beginning of a cell's text, on one line, to quote it in a sentence."""
    text = cleaned_line(text[: 4 * LONGEST_EXCERPT])
    return text if len(text) <= LONGEST_EXCERPT else f"{text[:LONGEST_EXCERPT]}…"
