"""Reviews as CSV, as JSON lines and as a workbook. No cell is ever a formula, even if its text looks like one.

CSV and JSON lines are produced while they are sent, a chunk of reviews at a time. A workbook is written row by row to a
temporary file, because the members of its ZIP archive are not in the order of the rows.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import batched
from typing import Any

import xlsxwriter

from ipsfidelity.downloads import CSV_TYPE, JSON_LINES_TYPE, XLSX_TYPE
from ipsfidelity.tables import Cell, CsvStyle, XlsxSheet, csv_pieces
from reviews.exports.columns import ITEMS, REMARKS, REVIEWS, SHEETS, Column, ColumnType, dictionary, header
from reviews.exports.rows import (
    ExportRow,
    Report,
    in_chunks,
    in_order,
    item_rows,
    json_line,
    remark_rows,
    review_row,
)
from reviews.models import Export, Review
from scales.models import ScaleEdition

RowsOf = Callable[[Review], Iterable[ExportRow]]
Pieces = Callable[[Sequence[int], Report | None, CsvStyle], Iterator[bytes]]

TABLES: dict[str, tuple[tuple[Column, ...], RowsOf]] = {
    "reviews": (REVIEWS, lambda review: [review_row(review)]),
    "items": (ITEMS, item_rows),
    "remarks": (REMARKS, remark_rows),
}
MOST_KEYS = 1_000  # in one query
PIECE = 65_536  # bytes of a workbook sent at a time
WIDE, NARROW = 40, 14  # characters: width of columns with long and with short cells
LONG = {"evidence", "recommendation", "anchor", "departure", "decision", "observed", "summary", "strengths"}
LONG |= {"title", "remark", "answer", "meaning"}
# JSON permits these characters in text, but some programs take them for the end of a line.
LINE_ENDS = (("\x85", "\\u0085"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029"))


def csv_of(
    keys: Sequence[int], table: str, report: Report | None = None, style: CsvStyle | None = None
) -> Iterator[bytes]:
    """Yield a table as CSV, review by review. `table` is a key of TABLES. Calls `report` as in_chunks does.

    Without a style, it is the reader's.
    """
    columns, rows = TABLES[table]
    names = _header(columns, keys)

    def cells_of(review: Review) -> Iterator[tuple[Cell, ...]]:
        for row in rows(review):
            yield in_order(row, names)

    yield from csv_pieces(names, map(cells_of, in_chunks(keys, report)), style)


def json_lines_of(keys: Sequence[int], report: Report | None = None) -> Iterator[bytes]:
    """Yield one JSON object for each review, each on a line of its own. Calls `report` as in_chunks does."""
    for review in in_chunks(keys, report, as_text=True):
        line = json_line(review)
        for character, escaped in LINE_ENDS:
            line = line.replace(character, escaped)
        yield line.encode() + b"\n"


def workbook_of(keys: Sequence[int], report: Report | None = None) -> Iterator[bytes]:
    """Yield the workbook: reviews, items, remarks if there are any, and the dictionary.

    The whole workbook is written to a temporary file before the first piece is yielded. Calls `report` as in_chunks
    does.
    """
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as out:
        with xlsxwriter.Workbook(out, {"constant_memory": True, "tmpdir": folder}) as book:
            _fill(book, keys, report)
        out.seek(0)
        yield from iter(partial(out.read, PIECE), b"")


@dataclass(frozen=True)
class FileFormat:
    """A file that the worker can also make: its format, its content type, and the function that yields its content.

    `pieces` is called with the keys, `report` and the style of CSV, which other formats ignore. `table` distinguishes
    the tables of one format, "" for the others.
    """

    form: Export.Form
    content_type: str
    pieces: Pieces
    table: str = ""


def _without_style(pieces: Callable[[Sequence[int], Report | None], Iterator[bytes]]) -> Pieces:
    return lambda keys, report, _style: pieces(keys, report)


def _csv_format(table: str) -> FileFormat:
    return FileFormat(Export.Form.CSV, CSV_TYPE, lambda keys, report, style: csv_of(keys, table, report, style), table)


# By the end of the file's name, which files that wait for the worker store.
FORMATS: Mapping[str, FileFormat] = {
    "reviews.xlsx": FileFormat(Export.Form.XLSX, XLSX_TYPE, _without_style(workbook_of)),
    **{f"{table}.csv": _csv_format(table) for table in TABLES},
    "reviews.jsonl": FileFormat(Export.Form.JSONL, JSON_LINES_TYPE, _without_style(json_lines_of)),
}


def _fill(book: Any, keys: Sequence[int], report: Report | None) -> None:
    reviews = _ExportSheet(book, "reviews", _header(REVIEWS, keys))
    items = _ExportSheet(book, "items", header(ITEMS))
    remarks: _ExportSheet | None = None
    for review in in_chunks(keys, report):
        reviews.add_row(review_row(review))
        for row in item_rows(review):
            items.add_row(row)
        for row in remark_rows(review):
            remarks = remarks or _ExportSheet(book, "remarks", header(REMARKS))
            remarks.add_row(row)
    names = header(SHEETS["dictionary"])
    column_dictionary = _ExportSheet(book, "dictionary", names)
    for cells in dictionary():
        column_dictionary.add_row(dict(zip(names, cells, strict=True)))
    for sheet in (reviews, items, remarks, column_dictionary):
        if sheet:
            sheet.finish()


class _ExportSheet(XlsxSheet):
    """A sheet of the workbook, with a frozen header, wide columns for long texts, and a filter on each column."""

    def __init__(self, book: Any, name: str, names: Sequence[str]) -> None:
        super().__init__(book, name, names)
        self.names = names
        types = {column.name: column.type for column in SHEETS[name]}
        formats = {ColumnType.DATE: self.day, ColumnType.TIME: self.moment}
        for column, title in enumerate(names):
            width = WIDE if title in LONG else max(NARROW, len(title) + 2)
            self.sheet.set_column(column, column, width, formats.get(types.get(title, ColumnType.TEXT)))
        self.sheet.freeze_panes(1, 1)

    def add_row(self, row: ExportRow) -> None:
        """Write the next row, in the order of the header."""
        self.add(in_order(row, self.names))

    def finish(self) -> None:
        """Add filters to all columns."""
        self.sheet.autofilter(0, 0, self.rows, len(self.names) - 1)


def _header(columns: tuple[Column, ...], keys: Sequence[int]) -> tuple[str, ...]:
    """Return the header of a table with columns for all sections and items of the scales of these reviews."""
    used = {
        edition
        for chunk in batched(keys, MOST_KEYS)
        for edition in Review.objects.filter(pk__in=chunk).order_by().values_list("edition", flat=True).distinct()
    }
    scales = [ScaleEdition.scale_of(edition) for edition in used]
    sections = max((len(scale.sections) for scale in scales), default=0)
    return header(columns, sections=sections, items=max((len(scale.items) for scale in scales), default=0))
