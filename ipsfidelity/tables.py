"""Tables as CSV and XLSX files. No cell is ever a formula, even if its text looks like one."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter
from django.db.models import TextChoices
from django.utils.formats import get_format
from django.utils.translation import gettext_lazy as _

from ipsfidelity.formulas import defused

Cell = str | int | float | date | datetime | None
LONGEST_CELL = 32_767  # characters: the limit of Excel


class CsvStyle(TextChoices):
    """The sign between the values of CSV, and the one before decimals. Excel expects those of its language."""

    SEMICOLON = "semicolon", _("semicolons, decimal comma")
    COMMA = "comma", _("commas, decimal point")

    @property
    def separator(self) -> str:
        """The sign between two values."""
        return ";" if self == self.SEMICOLON else ","

    @property
    def decimal(self) -> str:
        """The sign before decimals."""
        return "," if self == self.SEMICOLON else "."

    @classmethod
    def of_reader(cls) -> "CsvStyle":
        """Return the style that Excel expects in the active language."""
        return cls.SEMICOLON if get_format("DECIMAL_SEPARATOR") == "," else cls.COMMA


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]], style: CsvStyle | None = None) -> bytes:
    """Return CSV in UTF-8 with a byte order mark, which Excel needs, in a style, by default that of the reader.

    Days are in ISO 8601, times in UTC, and decimal numbers have two decimals. No text can become a formula.
    """
    return b"".join(csv_pieces(header, [rows], style))


def csv_pieces(
    header: Sequence[str], groups: Iterable[Iterable[Sequence[Cell]]], style: CsvStyle | None = None
) -> Iterator[bytes]:
    """Yield the same CSV in pieces, one for each group of rows, so that a long table is never in memory as a whole."""
    chosen = style or CsvStyle.of_reader()
    yield codecs.BOM_UTF8 + _csv([header], chosen)
    for rows in groups:
        yield _csv(rows, chosen)


def _csv(rows: Iterable[Sequence[Cell]], style: CsvStyle) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=style.separator).writerows([_csv_cell(cell, style) for cell in row] for row in rows)
    return out.getvalue().encode()


def _csv_cell(cell: Cell, style: CsvStyle) -> str | int:
    match cell:
        case None:
            return ""
        case str():
            return defused(cell)
        case datetime():
            return cell.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case date():
            return cell.isoformat()
        case float():
            return f"{cell:.2f}".replace(".", style.decimal)
    return cell


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
        self.plain = book.add_format()
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
            case str() if cell.startswith("<r>"):  # XlsxWriter takes it for XML of its own, unless it is in two parts
                self.sheet.write_rich_string(self.rows, column, cell[0], self.plain, cell[1:LONGEST_CELL])
            case str():
                self.sheet.write_string(self.rows, column, cell[:LONGEST_CELL])
            case datetime():
                self.sheet.write_datetime(self.rows, column, cell.astimezone(UTC).replace(tzinfo=None), self.moment)
            case date():
                self.sheet.write_datetime(self.rows, column, cell, self.day)
            case _:
                self.sheet.write_number(self.rows, column, cell)
