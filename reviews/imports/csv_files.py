"""Read CSV as a table of cells: UTF-8, delimited by semicolon, comma or tab. Pure: imports no Django."""

import csv
import io
from collections.abc import Collection, Iterator

from reviews.imports.columns import column_name
from reviews.imports.tables import MOST_COLUMNS, Table, TableCell, TableRow, split_header, unreadable

DELIMITERS = (";", ",", "\t")
NUL = b"\0"


def read_csv(data: bytes, columns: Collection[str]) -> Table:
    """Return the table in a file. Raise UnreadableFile if it is not UTF-8 or not valid CSV.

    The delimiter is the one by which the first row has the most of the names in `columns`.
    """
    text = _text(data)
    header, rows = split_header(_rows(text, _delimiter(text, columns)))
    return Table(header, rows)


def _text(data: bytes) -> str:
    if NUL in data or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise unreadable("not_utf8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise unreadable("not_utf8") from None


def _delimiter(text: str, columns: Collection[str]) -> str:
    def known_columns(delimiter: str) -> int:
        try:
            first = next((row for row in _records(text, delimiter) if any(row)), [])
        except csv.Error:
            return 0
        return sum(column_name(title) in columns for title in first)

    return max(DELIMITERS, key=known_columns)


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _rows(text: str, delimiter: str) -> Iterator[TableRow]:
    number = 0
    try:
        for number, record in enumerate(_records(text, delimiter), start=1):
            if len(record) > MOST_COLUMNS:
                raise unreadable("too_many_columns", most=MOST_COLUMNS)
            yield TableRow(number, tuple(TableCell(cell.strip()) for cell in record))
    except csv.Error:
        raise unreadable("broken_csv", row=number + 1) from None
