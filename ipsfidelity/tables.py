"""Tables as CSV and XLSX files. No cell is ever a formula, even if its text looks like one."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence

import xlsxwriter

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


def as_xlsx(header: Sequence[str], rows: Iterable[Sequence[str | int]]) -> bytes:
    """Return a workbook with one sheet: numbers as numbers, everything else as text."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        for column, title in enumerate(header):
            sheet.write_string(0, column, title, bold)
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(number, column, cell)
                else:
                    sheet.write_string(number, column, cell[:LONGEST_CELL])
        sheet.autofit()
    return out.getvalue()


def _defused(cell: str | int) -> str | int:
    """Return a cell with a leading quote if a spreadsheet could read it as a formula."""
    if isinstance(cell, str) and cell.lstrip(" \n").startswith(DANGEROUS):
        return f"'{cell}"
    return cell
