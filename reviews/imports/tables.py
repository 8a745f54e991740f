"""A file becomes a table of cells, or the reason why not. Pure: imports no Django.

XLSX and CSV are told apart by content. Owns the limits of what is read. A cell is text or says what is odd about it;
what it means is for checking_rows.py. What was not understood is never guessed.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

LARGEST_FILE = 2_000_000  # bytes
MOST_ROWS = 1_000  # reviews in one file
MOST_COLUMNS = 300
MOST_SCANNED = 20_000  # rows, the empty ones included
MOST_TEXT = 5_000_000  # characters in all cells
LONGEST_CELL = 32_767  # characters, of Excel
LONGEST_SHOWN = 60  # characters of a cell that a sentence repeats
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # control characters but tab and line end


class Oddity(StrEnum):
    """Why a cell is not taken for what it shows."""

    FORMULA = "formula"
    ERROR = "error"
    BOOLEAN = "boolean"
    IDENTITY_NUMBER = "identity_number"


@dataclass(frozen=True)
class Cell:
    """What stands in a cell, as text; a number or a date is written plainly ("4", "4.5", "2024-03-10")."""

    text: str = ""
    odd: str = ""

    def __bool__(self) -> bool:
        return bool(self.text or self.odd)


EMPTY = Cell()


@dataclass(frozen=True)
class Line:
    """One row with something in it; `number` is the row's in a spreadsheet."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """The first row with something in it, and the rows below. `sheet` and `sheets` tell of a workbook, "" and 0 of a
    CSV file."""

    head: Line
    lines: tuple[Line, ...]
    sheet: str = ""
    sheets: int = 0


@dataclass(frozen=True)
class Fault:
    """Something wrong: `code` has its sentence in import_words.py, `values` fill it. Row 0 and column "" are the
    whole file and the whole row."""

    code: str
    values: dict[str, str] = field(default_factory=dict)
    row: int = 0
    column: str = ""


class Unreadable(Exception):
    """Nothing was read, for these reasons."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(", ".join(fault.code for fault in faults))
        self.faults = faults


def refused(code: str, **values: object) -> Unreadable:
    return Unreadable(Fault(code, {name: str(value) for name, value in values.items()}))


def collect(lines: Iterable[Line]) -> tuple[Line, tuple[Line, ...]]:
    """Return the head and the rows with something in them, having read no more than is allowed.

    Raises Unreadable when there is nothing, or too much.
    """
    found = list(_bounded(lines))
    if not found:
        raise refused("empty_file")
    if len(found) == 1:
        raise refused("header_only")
    return found[0], tuple(found[1:])


def _bounded(lines: Iterable[Line]) -> Iterator[Line]:
    count = text = 0
    for scanned, line in enumerate(lines):
        if scanned > MOST_SCANNED or line.number > MOST_SCANNED:
            raise refused("too_many_rows", most=MOST_ROWS)
        if not any(line.cells):
            continue
        count += 1
        text += sum(len(cell.text) for cell in line.cells)
        if count > MOST_ROWS + 1:
            raise refused("too_many_rows", most=MOST_ROWS)
        if text > MOST_TEXT:
            raise refused("too_much_text")
        yield line


def plain(text: str) -> str:
    """Return a name in one form: composed letters, single spaces, no sign that is not seen."""
    composed = unicodedata.normalize("NFC", text)
    seen = (" " if sign.isspace() else sign for sign in composed if unicodedata.category(sign) != "Cf")
    return " ".join("".join(sign for sign in seen if unicodedata.category(sign) != "Cc").split())


def note(text: str) -> str:
    """Return a longer text with line ends as we keep them, and without control characters."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return UNSEEN.sub("", text).strip()


def shown(text: str) -> str:
    """Return what a sentence repeats of a cell: its beginning, on one line."""
    text = plain(text)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
