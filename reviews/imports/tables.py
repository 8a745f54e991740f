"""The table of cells that a file is read into, and the reasons why a file cannot be read. Pure: imports no Django.

Owns the limits of what is read. A cell is text, or names the reason why its text cannot be trusted; row_checks.py
decides what the text means. Nothing is guessed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from reviews.typed_text import cleaned_line

LARGEST_FILE = 2_000_000  # bytes
MOST_ROWS = 1_000  # reviews in one file
MOST_COLUMNS = 300
MOST_SCANNED = 20_000  # rows, the empty ones included
MOST_TEXT = 5_000_000  # characters in all cells
LONGEST_CELL = 32_767  # characters, of Excel
LONGEST_EXCERPT = 60  # characters of a cell that a sentence quotes


class Oddity(StrEnum):
    """The reason why the text of a cell is not used."""

    FORMULA = "formula"
    ERROR = "error"
    BOOLEAN = "boolean"
    IDENTITY_NUMBER = "identity_number"


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
    """A row that is not empty. `number` is its number in a spreadsheet."""

    number: int
    cells: tuple[TableCell, ...]


@dataclass(frozen=True)
class Table:
    """The first row that is not empty, and the rows below it.

    `sheet` is the name of the sheet in a workbook and `sheets` their number; "" and 0 for a CSV file.
    """

    header: TableRow
    rows: tuple[TableRow, ...]
    sheet: str = ""
    sheets: int = 0


@dataclass(frozen=True)
class Fault:
    """A fault in a file. messages.py has a sentence for each `code`, in which `values` are filled in.

    Row 0 is the whole file, column "" the whole row.
    """

    code: str
    values: dict[str, str] = field(default_factory=dict)
    row: int = 0
    column: str = ""


class UnreadableFile(Exception):
    """The file cannot be read. `faults` are the reasons."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(", ".join(fault.code for fault in faults))
        self.faults = faults


def unreadable(code: str, **values: object) -> UnreadableFile:
    """Return the exception with one fault of the whole file."""
    return UnreadableFile(Fault(code, {name: str(value) for name, value in values.items()}))


def split_header(rows: Iterable[TableRow]) -> tuple[TableRow, tuple[TableRow, ...]]:
    """Return the header and the rows below it, without empty rows.

    Raise UnreadableFile if there are no rows below a header, or if the limits are exceeded; then the rest is not read.
    """
    filled = list(_filled_rows(rows))
    if not filled:
        raise unreadable("empty_file")
    if len(filled) == 1:
        raise unreadable("header_only")
    return filled[0], tuple(filled[1:])


def _filled_rows(rows: Iterable[TableRow]) -> Iterator[TableRow]:
    """Yield the rows that are not empty. Raise UnreadableFile at the first row beyond a limit."""
    count = length = 0
    for scanned, row in enumerate(rows):
        if scanned > MOST_SCANNED or row.number > MOST_SCANNED:
            raise unreadable("too_many_rows", most=MOST_ROWS)
        if not any(row.cells):
            continue
        count += 1
        length += sum(len(cell.text) for cell in row.cells)
        if count > MOST_ROWS + 1:
            raise unreadable("too_many_rows", most=MOST_ROWS)
        if length > MOST_TEXT:
            raise unreadable("too_much_text")
        yield row


def excerpt(text: str) -> str:
    """Return the beginning of a cell's text, on one line, to quote it in a sentence."""
    text = cleaned_line(text)
    return text if len(text) <= LONGEST_EXCERPT else f"{text[:LONGEST_EXCERPT]}…"
