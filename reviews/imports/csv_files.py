"""CSV becomes a table of cells: UTF-8, delimited by semicolon, comma or tab. Pure: imports no Django."""

import csv
import io
from collections.abc import Collection, Iterator

from reviews.imports.columns import named
from reviews.imports.tables import MOST_COLUMNS, Cell, Line, Table, collect, refused

DELIMITERS = (";", ",", "\t")
NUL = b"\0"


def read_csv(data: bytes, columns: Collection[str]) -> Table:
    """Return the table in a file; the delimiter is the one that finds most of `columns` in the first row.

    Raises Unreadable.
    """
    text = _text(data)
    head, lines = collect(_lines(text, _delimiter(text, columns)))
    return Table(head, lines)


def _text(data: bytes) -> str:
    if NUL in data or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refused("not_utf8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refused("not_utf8") from None


def _delimiter(text: str, columns: Collection[str]) -> str:
    def known(delimiter: str) -> int:
        try:
            first = next((row for row in _records(text, delimiter) if any(row)), [])
        except csv.Error:
            return 0
        return sum(named(title) in columns for title in first)

    return max(DELIMITERS, key=known)


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _lines(text: str, delimiter: str) -> Iterator[Line]:
    number = 0
    try:
        for number, record in enumerate(_records(text, delimiter), start=1):
            if len(record) > MOST_COLUMNS:
                raise refused("too_many_columns", most=MOST_COLUMNS)
            yield Line(number, tuple(Cell(cell.strip()) for cell in record))
    except csv.Error:
        raise refused("broken_csv", row=number + 1) from None
