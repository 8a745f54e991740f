"""Tables as CSV and XLSX files. No cell is ever a formula, even if its text looks like one."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter

Cell = str | int | float | date | datetime | None
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
LONGEST_CELL = 32_767  # characters: the limit of Excel


def as_csv(header: Sequence[str], rows: Iterable[Sequence[str | int]]) -> bytes:
    """Return CSV in UTF-8 with a byte order mark, which Excel needs. Text that looks like a formula gets a quote."""
    return b"".join(csv_pieces(header, [rows]))


def csv_pieces(header: Sequence[str], groups: Iterable[Iterable[Sequence[str | int]]]) -> Iterator[bytes]:
    """Yield the same CSV in pieces, one for each group of rows, so that a long table is never in memory as a whole."""
    yield codecs.BOM_UTF8 + _csv([header])
    for rows in groups:
        yield _csv(rows)


def _csv(rows: Iterable[Sequence[str | int]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([_defused(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def as_xlsx(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a workbook with one sheet."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        writer = XlsxSheet(book, None, header)
        for row in rows:
            writer.add(row)
        writer.sheet.autofit()
    return out.getvalue()


class XlsxSheet:
    """Write one sheet of a workbook, row by row under its header.

    Numbers are written as numbers, days and times (in UTC) as such, everything else as text. An empty cell is left out.
    """

    def __init__(self, book: Any, name: str | None, header: Sequence[str]) -> None:
        self.sheet, self.rows = book.add_worksheet(name), 0
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        bold = book.add_format({"bold": True, "bottom": 1})
        for column, title in enumerate(header):
            self.sheet.write_string(0, column, title, bold)

    def add(self, cells: Iterable[Cell]) -> None:
        """Write the next row."""
        self.rows += 1
        for column, cell in enumerate(cells):
            self._write(column, cell)

    def _write(self, column: int, cell: Cell) -> None:
        match cell:
            case None | "":
                pass
            case str():
                self.sheet.write_string(self.rows, column, cell[:LONGEST_CELL])
            case datetime():
                self.sheet.write_datetime(self.rows, column, cell.astimezone(UTC).replace(tzinfo=None), self.moment)
            case date():
                self.sheet.write_datetime(self.rows, column, cell, self.day)
            case _:
                self.sheet.write_number(self.rows, column, cell)


def _defused(cell: str | int) -> str | int:
    """Return a cell with a leading quote if a spreadsheet could read it as a formula."""
    if isinstance(cell, str) and cell.lstrip(" \n").startswith(DANGEROUS):
        return f"'{cell}"
    return cell
