"""Read the first visible sheet of a workbook as rows of cells. Pure: imports no Django.

Its XML may be hostile: no part may declare a document type, and rows are parsed one at a time to bound memory. openpyxl
would hold rows of any width in memory, and its read-only mode does not report merged cells. Of a formula the value is
read that the spreadsheet program stored; nothing is calculated. What the sheet hides, and what is not read of the
workbook, is noted for the person who imports it.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Any
from xml.etree.ElementTree import Element, ParseError  # defusedxml parses; these are its types

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from reviews.imports.columns import column_letters
from reviews.imports.tables import (
    LONGEST_CELL,
    MOST_COLUMNS,
    Area,
    Budget,
    Fault,
    Grid,
    Oddity,
    Source,
    TableCell,
    TableRow,
    filled_rows,
    unreadable,
)
from reviews.imports.xlsx_archive import unpacked

LONGEST_FORMAT, LONGEST_NAME = 255, 31  # characters of a number format and of a sheet's name: the limits of Excel
CORNERS = 2
MOST_NAMED = 20  # places in a notice
MOST_DIGITS = 15  # of a whole number: the precision of a spreadsheet
WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
TRUE = ("1", "true")
REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, KeyError, ValueError)


def read_xlsx(data: bytes, budget: Budget) -> Grid:
    """Return the rows of the first sheet that is not hidden. Raise UnreadableFile with the reason."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _Workbook(unpacked(archive), budget).grid()
    except (ParseError, DefusedXmlException, *BROKEN):
        raise unreadable("broken_xlsx") from None


class _Workbook:
    """Reads a sheet from the parts of a workbook."""

    def __init__(self, parts: dict[str, bytes], budget: Budget) -> None:
        self.parts = parts
        self.budget = budget
        self.formulas = 0
        self.hidden_rows: list[int] = []
        self.hidden_columns: set[int] = set()
        self.merged: list[Area] = []
        self.epoch = CALENDAR_WINDOWS_1900
        self.sheets: list[tuple[str, str, str]] = []  # name, state, relation
        for element in self._elements(WORKBOOK):
            if _tag(element) == "workbookPr" and element.get("date1904", "") in TRUE:
                self.epoch = CALENDAR_MAC_1904
            elif _tag(element) == "sheet":
                relation = next((value for name, value in element.items() if name.endswith("}id")), "")
                self.sheets.append((element.get("name", "")[:LONGEST_NAME], element.get("state", "visible"), relation))
        self.targets = {e.get("Id", ""): e for e in self._elements(RELATIONS) if _tag(e) == "Relationship"}

    def grid(self) -> Grid:
        """Return the rows of the first sheet that is not hidden. Raise UnreadableFile with the reason."""
        visible = [sheet for sheet in self.sheets if sheet[1] == "visible" and self._path(sheet[2])]
        if not visible:
            raise unreadable("empty_file")
        name, _state, relation = visible[0]
        self.texts = list(self._texts(self._part_of_kind("sharedStrings")))
        self.dates = list(self._dates(self._part_of_kind("styles")))
        path = self._path(relation)
        rows = filled_rows(self._rows(path), self.budget)
        others = [sheet[0] for sheet in self.sheets if sheet is not visible[0]]
        notices = (
            _notice("sheets_not_read", others),
            _notice(
                "hidden_rows", [str(number) for number in sorted({*self.hidden_rows} & {row.number for row in rows})]
            ),
            _notice("hidden_columns", [column_letters(n) for n in sorted(self.hidden_columns) if _is_filled(rows, n)]),
            _notice("formulas_read", ["x"] * self.formulas),
        )
        is_1904 = self.epoch is CALENDAR_MAC_1904
        source = Source(
            name,
            len(self.sheets),
            counts_from_1904=is_1904,
            notices=tuple(filter(None, notices)),
            comments=self._comments(path),
        )
        return Grid(rows, source, tuple(self.merged))

    def _comments(self, sheet: str) -> tuple[tuple[str, str], ...]:
        """Return the comments on cells, each with the reference of its cell and its text."""
        folder, _slash, name = sheet.rpartition("/")
        relations = f"{folder}/_rels/{name}.rels"
        found: dict[tuple[str, str], None] = {}
        for relation in self._elements(relations) if relations in self.parts else ():
            path = posixpath.normpath(posixpath.join(folder, relation.get("Target", ""))).lstrip("/")
            if relation.get("Type", "").endswith("/comments") and path in self.parts:
                found |= {
                    (element.get("ref", "")[:10], _all_text(element)): None
                    for element in self._elements(path)
                    if _tag(element) == "comment"
                }
        return tuple(comment for comment in found if REFERENCE.fullmatch(comment[0]))

    def _path(self, relation: str) -> str:
        """Return the path of a worksheet, "" if the relation is missing or leads to something else."""
        element = self.targets.get(relation)
        return self._target(element) if element is not None and element.get("Type", "").endswith("/worksheet") else ""

    def _part_of_kind(self, kind: str) -> str:
        return next((self._target(e) for e in self.targets.values() if e.get("Type", "").endswith(f"/{kind}")), "")

    def _target(self, element: Element) -> str:
        target = element.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        return path if path in self.parts else ""

    def _elements(self, path: str) -> Iterator[Element]:
        """Yield the elements of a part as they end. The caller should clear large ones after use."""
        parsed = iterparse(io.BytesIO(self.parts[path]), events=("end",), forbid_dtd=True)
        for count, (_event, element) in enumerate(parsed):
            if not count % 1_000:
                self.budget.check()
            yield element

    def _texts(self, path: str) -> Iterator[str]:
        for element in self._elements(path) if path else ():
            if _tag(element) == "si":
                yield _plain_text(element)
                element.clear()

    def _dates(self, path: str) -> Iterator[bool]:
        """Yield for each cell style whether it formats a number as a date."""
        custom_formats: dict[str, str] = {}
        shows_date = cache(is_date_format)  # thousands of styles may share one format
        for element in self._elements(path) if path else ():
            if _tag(element) == "numFmt":
                custom_formats[element.get("numFmtId", "")] = element.get("formatCode", "")[:LONGEST_FORMAT]
            elif _tag(element) == "cellXfs":
                for style in element:
                    number = style.get("numFmtId", "0")
                    builtin = BUILTIN_FORMATS.get(int(number)) if number.isdecimal() else None
                    yield shows_date(custom_formats.get(number) or builtin or "General")

    def _rows(self, path: str) -> Iterator[TableRow]:
        number = 0
        for element in self._elements(path):
            if _tag(element) == "row":
                number = max(number + 1, _whole(element.get("r", "")))
                if element.get("hidden", "") in TRUE:
                    self.hidden_rows.append(number)
                yield TableRow(number, self._cells(element))
                element.clear()
            elif _tag(element) == "col" and element.get("hidden", "") in TRUE:
                first, last = _whole(element.get("min", "")), _whole(element.get("max", ""))
                self.hidden_columns.update(range(max(first - 1, 0), min(last, MOST_COLUMNS)))
            elif _tag(element) == "mergeCell":
                self.merged += _areas(element.get("ref", "")[:20])

    def _cells(self, row: Element) -> tuple[TableCell, ...]:
        cells: dict[int, TableCell] = {}
        column = -1
        for element in row:
            if _tag(element) != "c":
                continue
            column = _column(element.get("r", ""), column + 1)
            if cell := self._cell(element):
                if column >= MOST_COLUMNS:
                    raise unreadable("too_many_columns", most=MOST_COLUMNS)
                cells[column] = cell
        return tuple(cells.get(index, TableCell()) for index in range(max(cells, default=-1) + 1))

    def _cell(self, element: Element) -> TableCell:
        kind, parts = element.get("t", "n"), {_tag(part): part for part in element}
        if "f" in parts:
            if "v" not in parts or not (parts["v"].text or kind == "str"):
                return TableCell("", Oddity.FORMULA)
            self.formulas += 1
        if kind == "inlineStr":
            return TableCell(_plain_text(parts["is"])[:LONGEST_CELL].strip() if "is" in parts else "")
        text = (parts["v"].text or "").strip()[:LONGEST_CELL] if "v" in parts else ""
        if kind == "b" and text:
            return TableCell("TRUE" if text == "1" else "FALSE", Oddity.BOOLEAN)
        if kind == "e" and text:
            return TableCell(text, Oddity.ERROR)
        return TableCell(self._value(kind, text, element.get("s", "0")) if text else "")

    def _value(self, kind: str, text: str, style: str) -> str:
        """Return the value of a cell as a person would type it."""
        if kind == "s":
            return self.texts[_index(text, len(self.texts))][:LONGEST_CELL].strip()
        if kind == "d":
            return text.removesuffix("T00:00:00")
        return text if kind == "str" else self._number(text, style)

    def _number(self, text: str, style: str) -> str:
        """Return a number as a person would type it, or a date if the style formats it as one."""
        if not text.isascii():
            return text  # Python accepts digits of any script; a spreadsheet writes only ASCII digits
        try:
            number = float(text)
            if self.dates and self.dates[_index(style, len(self.dates))]:
                return _day(from_excel(number, self.epoch)) or text
            return str(int(number)) if number.is_integer() and len(text) <= MOST_DIGITS else text[:LONGEST_CELL]
        except (ValueError, OverflowError):
            return text[:LONGEST_CELL]


def _day(moment: Any) -> str:
    """Return the day of a date or a date with time, "" for a time alone."""
    if isinstance(moment, datetime):
        moment = moment.date()
    return moment.isoformat() if isinstance(moment, date) else ""


def _notice(code: str, places: list[str]) -> Fault | None:
    """Return the notice that names some places and counts them all; None if there is none."""
    rest = ", …" if len(places) > MOST_NAMED else ""
    values = {"count": str(len(places)), "places": ", ".join(places[:MOST_NAMED]) + rest}
    return Fault(code, values) if places else None


def _is_filled(rows: tuple[TableRow, ...], column: int) -> bool:
    return any(len(row.cells) > column and row.cells[column] for row in rows)


def _areas(reference: str) -> list[Area]:
    """Return the merged cells of a reference such as A1:C1, in a list; an empty one for any other text."""
    corners = [REFERENCE.fullmatch(corner) for corner in reference.split(":")]
    if len(corners) != CORNERS or not (corners[0] and corners[1]):
        return []
    first, last = corners[0], corners[1]
    return [Area(int(first[2]), _column(first[0], 0), int(last[2]), _column(last[0], 0), reference)]


def _index(text: str, count: int) -> int:
    """Return a number below `count`. Raise UnreadableFile for a larger one."""
    number = _whole(text)
    if number >= count:
        raise unreadable("broken_xlsx")
    return number


def _whole(text: str) -> int:
    """Return a whole number of at most MOST_DIGITS digits, 0 for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 0


def _column(reference: str, following: int) -> int:
    """Return the column of a cell, counted from 0: from its reference, or `following` if it has none."""
    match = REFERENCE.fullmatch(reference)
    if not match:
        return following
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _plain_text(element: Element) -> str:
    """Return the text of a string without its formatting and its phonetic reading."""
    parts = (run for run in element if _tag(run) in ("t", "r"))
    texts = (part for run in parts for part in ([run] if _tag(run) == "t" else run) if _tag(part) == "t")
    return "".join(part.text or "" for part in texts).replace("_x000D_", "\r")


def _all_text(element: Element) -> str:
    """Return the text of a comment, with the name of its author if the spreadsheet program has put it there."""
    return "".join(part.text or "" for part in element.iter() if _tag(part) == "t")[:LONGEST_CELL].strip()


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]
