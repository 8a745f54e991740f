"""Reviews as CSV, as JSON lines and as a workbook. No cell is ever a formula, whatever somebody typed.

CSV and JSON lines are made while they are sent, a chunk of reviews at a time. A workbook is made in
a temporary file, row by row: it is a ZIP, whose parts do not come in the order of the rows.
"""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import partial
from itertools import batched
from typing import Any

import xlsxwriter

from ipsfidelity.tables import csv_pieces
from reviews.exports.columns import ITEMS, REMARKS, REVIEWS, SHEETS, Column, Type, dictionary, header
from reviews.exports.rows import Cell, Row, as_text, in_chunks, in_order, item_rows, line_of, remark_rows, review_row
from reviews.models import Review
from scales.models import ScaleEdition

Rows = Callable[[Review], Iterable[Row]]

TABLES: dict[str, tuple[tuple[Column, ...], Rows]] = {
    "reviews": (REVIEWS, lambda review: [review_row(review)]),
    "items": (ITEMS, item_rows),
    "remarks": (REMARKS, remark_rows),
}
MANY = 1_000  # keys in one query
PIECE = 65_536  # bytes of a workbook sent at a time
WIDE, NARROW = 40, 14  # characters, of columns with much or little in them
LONG = {"evidence", "recommendation", "anchor", "departure", "decision", "observed", "summary", "strengths"}
LONG |= {"title", "remark", "answer", "meaning"}
# What some readers of lines take for the end of one, and JSON lets stand.
LINE_ENDS = (("\x85", "\\u0085"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029"))


def csv_of(keys: Sequence[int], table: str) -> Iterator[bytes]:
    """Yield a table of reviews, or of their items, with a byte order mark, review by review."""
    columns, rows = TABLES[table]
    names = _header(columns, keys)

    def of(review: Review) -> Iterator[list[str | int]]:
        for row in rows(review):
            yield [as_text(cell) for cell in in_order(row, names)]

    yield from csv_pieces(names, map(of, in_chunks(keys)))


def lines_of(keys: Sequence[int]) -> Iterator[bytes]:
    """Yield one JSON object a line, a line a review."""
    for review in in_chunks(keys):
        line = json.dumps(line_of(review), ensure_ascii=False)
        for sign, escaped in LINE_ENDS:
            line = line.replace(sign, escaped)
        yield line.encode() + b"\n"


def workbook_of(keys: Sequence[int]) -> Iterator[bytes]:
    """Yield the workbook: reviews, items, remarks where there are any, and the dictionary.

    It is made whole, in a temporary file, when the first piece is asked for.
    """
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as out:
        with xlsxwriter.Workbook(out, {"constant_memory": True, "tmpdir": folder}) as book:
            _fill(book, keys)
        out.seek(0)
        yield from iter(partial(out.read, PIECE), b"")


def _fill(book: Any, keys: Sequence[int]) -> None:
    reviews = _Sheet(book, "reviews", _header(REVIEWS, keys))
    items = _Sheet(book, "items", header(ITEMS))
    remarks: _Sheet | None = None
    for review in in_chunks(keys):
        reviews.add(review_row(review))
        for row in item_rows(review):
            items.add(row)
        for row in remark_rows(review):
            remarks = remarks or _Sheet(book, "remarks", header(REMARKS))
            remarks.add(row)
    names = header(SHEETS["dictionary"])
    explained = _Sheet(book, "dictionary", names)
    for cells in dictionary():
        explained.add(dict(zip(names, cells, strict=True)))
    for sheet in (reviews, items, remarks, explained):
        if sheet:
            sheet.finish()


class _Sheet:
    """One sheet of a workbook, written row by row under a header that stays in sight."""

    def __init__(self, book: Any, name: str, names: Sequence[str]) -> None:
        self.sheet, self.names, self.rows = book.add_worksheet(name), names, 0
        self.day, self.moment = (
            book.add_format({"num_format": wanted}) for wanted in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm")
        )
        bold = book.add_format({"bold": True, "bottom": 1})
        types = {column.name: column.type for column in SHEETS[name]}
        for place, title in enumerate(names):
            wide = WIDE if title in LONG else max(NARROW, len(title) + 2)
            self.sheet.set_column(place, place, wide, self._format(types.get(title)))
            self.sheet.write_string(0, place, title, bold)
        self.sheet.freeze_panes(1, 1)

    def add(self, row: Row) -> None:
        """Write the next row: numbers as numbers, days as days, everything else as text."""
        self.rows += 1
        for place, cell in enumerate(in_order(row, self.names)):
            self._write(place, cell)

    def finish(self) -> None:
        """Let the reader filter by every column."""
        self.sheet.autofilter(0, 0, self.rows, len(self.names) - 1)

    def _write(self, place: int, cell: Cell) -> None:
        match cell:
            case None | "":
                pass
            case str():
                self.sheet.write_string(self.rows, place, cell)
            case datetime():
                self.sheet.write_datetime(self.rows, place, cell.astimezone(UTC).replace(tzinfo=None), self.moment)
            case date():
                self.sheet.write_datetime(self.rows, place, cell, self.day)
            case _:
                self.sheet.write_number(self.rows, place, cell)

    def _format(self, kind: Type | None) -> Any:
        return {Type.DATE: self.day, Type.TIME: self.moment}.get(kind) if kind else None


def _header(columns: tuple[Column, ...], keys: Sequence[int]) -> tuple[str, ...]:
    """Return the header of a table in which every scale of these reviews has its sections and items."""
    used = {
        edition
        for chunk in batched(keys, MANY)
        for edition in Review.objects.filter(pk__in=chunk).order_by().values_list("edition", flat=True).distinct()
    }
    scales = [ScaleEdition.scale_in_use(edition) for edition in used]
    sections = max((len(scale.sections) for scale in scales), default=0)
    return header(columns, sections=sections, items=max((len(scale.items) for scale in scales), default=0))
