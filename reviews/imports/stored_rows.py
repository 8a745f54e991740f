"""The content of Upload.rows: the cells of a table as JSON data, and back.

Neither the file nor a text with a national identity number is among it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from ipsfidelity.privacy import identity_numbers
from reviews.imports.columns import LONGEST_TITLE
from reviews.imports.review_rows import Cells, LeftOut, beginning_of, split_rows
from reviews.imports.tables import (
    EMPTY,
    LONGEST_COMMENT,
    LONGEST_NORMALISED,
    MOST_COMMENTS,
    Budget,
    Oddity,
    Source,
    Table,
    TableCell,
    TableRow,
)
from reviews.typed_text import cleaned_line
from scales.definition import Scale
from scales.models import ScaleEdition

DIGIT = re.compile(r"\d")
FEWEST_DIGITS = 9  # in a national identity number of any country


def reviews_of(stored: Mapping[str, Any], scale: Scale) -> tuple[list[tuple[int, Cells]], list[LeftOut]]:
    """Return the rows of an upload that are reviews, with their cells by column, and the rows that are none."""
    if "columns" not in stored:  # the file was stored by a version that read the names of the template only
        return [(number, _cells(plain)) for number, plain in stored["rows"]], []
    columns = stored["columns"]
    titles = {columns[place]: title for place, title in stored["titles"] if place in columns}
    return split_rows(_rows(stored, columns), titles, scale)


def _rows(stored: Mapping[str, Any], columns: Mapping[str, str]) -> Iterator[tuple[int, Cells, Iterable[TableCell]]]:
    for number, plain in stored["rows"]:
        cells = _cells(plain)
        yield number, {columns[place]: cell for place, cell in cells.items() if place in columns}, cells.values()


def as_plain(table: Table, edition: ScaleEdition, budget: Budget) -> dict[str, Any]:
    """Return a table as JSON data, with the cells of each row by place."""
    source = table.source
    return {
        "edition": edition.slug,
        "sheet": source.sheet,
        "sheets": source.sheets,
        "letters": source.letters,
        "words": list(source.words),
        "encodings": list(source.encodings),
        "counts_from_1904": source.counts_from_1904,
        "is_turned": table.is_turned,
        "header": table.header.number,
        "titles": [[place, _title(cell)] for place, cell in zip(table.places, table.header.cells, strict=True) if cell],
        "above": [[row.number, beginning_of(_without_identity_numbers(row.cells))] for row in table.above],
        "comments": [[place, _comment(text)] for place, text in source.comments[:MOST_COMMENTS]],
        "comment_count": len(source.comments),
        "notices": [[notice.code, notice.values] for notice in source.notices],
        "rows": [[row.number, _plain_row(row, table.places, budget)] for row in table.rows],
    }


def _plain_row(row: TableRow, places: Iterable[str], budget: Budget) -> dict[str, str | list[str]]:
    budget.check()
    return {place: _plain_cell(cell) for place, cell in zip(places, row.cells, strict=False) if cell}


def _plain_cell(cell: TableCell) -> str | list[str]:
    """Return a cell as its text, or as a list of its oddity and its text."""
    if odd := _private(cell.text):
        return [odd, ""]
    return [cell.odd, cell.text] if cell.odd else cell.text


def _title(cell: TableCell) -> str:
    return "" if _private(cell.text) else cell.text[:LONGEST_TITLE]


def _comment(text: str) -> str:
    if _private(text):
        return ""
    line = cleaned_line(text)
    return line if len(line) <= LONGEST_COMMENT else f"{line[:LONGEST_COMMENT]}…"


def _without_identity_numbers(cells: Iterable[TableCell]) -> list[TableCell]:
    return [cell for cell in cells if not _private(cell.text)]


def stored_table(stored: Mapping[str, Any]) -> Table:
    """Return the table of an upload, as far as matching needs it."""
    titles = dict(stored["titles"])
    places = tuple(dict.fromkeys(chain(titles, *(cells for _number, cells in stored["rows"]))))
    rows = ((number, _cells(plain)) for number, plain in stored["rows"])
    return Table(
        header=TableRow(stored["header"], tuple(TableCell(titles.get(place, "")) for place in places)),
        rows=tuple(TableRow(number, tuple(cells.get(place, EMPTY) for place in places)) for number, cells in rows),
        above=(),
        places=places,
        is_turned=stored["is_turned"],
        source=Source(),
    )


def _cells(plain: Mapping[str, str | list[str]]) -> dict[str, TableCell]:
    """Return the cells of a row from JSON data."""
    return {
        name: TableCell(cell) if isinstance(cell, str) else TableCell(cell[1], cell[0]) for name, cell in plain.items()
    }


def _private(text: str) -> str:
    """Return why a text is not stored: it has a national identity number, or cannot be searched for one; else "".

    Counting characters and digits first spares most texts the check.
    """
    if len(text) < FEWEST_DIGITS and text.isascii():
        return ""
    normalised = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if len(normalised) > LONGEST_NORMALISED:
        return Oddity.UNREADABLE
    is_private = len(DIGIT.findall(normalised)) >= FEWEST_DIGITS and identity_numbers(text) > 0
    return Oddity.IDENTITY_NUMBER if is_private else ""
