"""Read the first visible sheet of a workbook as a table of cells. Pure: imports no Django.

A workbook is a ZIP archive of XML and may be hostile. Sizes are checked in its directory before anything is unpacked,
no part may declare a document type, and rows are parsed one at a time to bound memory. openpyxl would hold rows of any
width in memory, and its read-only mode does not report merged cells.
"""

import io
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

from reviews.imports.tables import (
    LONGEST_CELL,
    MOST_COLUMNS,
    Oddity,
    Table,
    TableCell,
    TableRow,
    split_header,
    unreadable,
)

MOST_UNPACKED = 30_000_000  # bytes, of all parts together
MOST_PARTS = 500
# The compression methods that can be unpacked up to a limit; the others unpack everything to memory first.
BOUNDED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
LONGEST_FORMAT, LONGEST_NAME = 255, 31  # characters of a number format and of a sheet's name: the limits of Excel
MOST_TAGS = 700_000  # in one part, and as many attributes; 1,000 full rows have fewer
HIGHEST_RATIO = 200  # of unpacked to packed size, for parts larger than UNSUSPICIOUS
UNSUSPICIOUS = 1_000_000  # bytes
MOST_NAMED = 10  # merged ranges in a message
MOST_DIGITS = 15  # of a whole number: the precision of a spreadsheet
# Macros, links and embedded objects, which a table of scores does not need.
UNWANTED = ("vbaproject", "externallinks/", "macrosheets/", "embeddings/", "activex/", "connections.xml")
WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, KeyError, ValueError)


def read_xlsx(data: bytes) -> Table:
    """Return the table in the first sheet that is not hidden. Raise UnreadableFile with the reason."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _Workbook(_parts(archive)).table()
    except (ParseError, DefusedXmlException, *BROKEN):
        raise unreadable("broken_xlsx") from None


def _parts(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Return the unpacked parts by name. Raise UnreadableFile if the directory or a part exceeds a limit."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_PARTS or len(set(names)) < len(names):
        raise unreadable("broken_xlsx")
    if any(entry.compress_type not in BOUNDED for entry in entries):
        raise unreadable("broken_xlsx")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise unreadable("protected_xlsx")
    if any(word in name.lower() for name in names for word in UNWANTED):
        raise unreadable("active_xlsx")
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED or any(map(_is_bomb, entries)):
        raise unreadable("unpacks_too_large")
    left, parts = MOST_UNPACKED, {}
    for entry in entries:
        if entry.filename.startswith("xl/") and entry.filename.endswith((".xml", ".rels")):
            with archive.open(entry) as file:
                # The sizes in the directory may be wrong on purpose.
                parts[entry.filename] = file.read(left + 1)
            left -= len(parts[entry.filename])
            if left < 0:
                raise unreadable("unpacks_too_large")
            if any(parts[entry.filename].count(char) > MOST_TAGS for char in (b"<", b"=")):
                raise unreadable("too_many_cells")
    return parts


def _is_bomb(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > UNSUSPICIOUS and entry.file_size > HIGHEST_RATIO * max(entry.compress_size, 1)


class _Workbook:
    """Reads a table from the parts of a workbook."""

    def __init__(self, parts: dict[str, bytes]) -> None:
        self.parts = parts
        self.epoch = CALENDAR_WINDOWS_1900
        self.sheets: list[tuple[str, str, str]] = []  # name, state, relation
        for element in self._elements(WORKBOOK):
            if _tag(element) == "workbookPr" and element.get("date1904", "") in ("1", "true"):
                self.epoch = CALENDAR_MAC_1904
            elif _tag(element) == "sheet":
                relation = next((value for name, value in element.items() if name.endswith("}id")), "")
                self.sheets.append((element.get("name", "")[:LONGEST_NAME], element.get("state", "visible"), relation))
        self.targets = {e.get("Id", ""): e for e in self._elements(RELATIONS) if _tag(e) == "Relationship"}

    def table(self) -> Table:
        """Return the table in the first sheet that is not hidden. Raise UnreadableFile with the reason."""
        visible = [sheet for sheet in self.sheets if sheet[1] == "visible" and self._path(sheet[2])]
        if not visible:
            raise unreadable("empty_file")
        name, _state, relation = visible[0]
        self.texts = list(self._texts(self._part_of_kind("sharedStrings")))
        self.dates = list(self._dates(self._part_of_kind("styles")))
        header, rows = split_header(self._rows(self._path(relation)))
        return Table(header, rows, name, len(self.sheets))

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
        for _event, element in iterparse(io.BytesIO(self.parts[path]), events=("end",), forbid_dtd=True):
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
        number, merged = 0, []
        for element in self._elements(path):
            if _tag(element) == "row":
                number = max(number + 1, _whole(element.get("r", "")))
                yield TableRow(number, self._cells(element))
                element.clear()
            elif _tag(element) == "mergeCell":
                merged.append(element.get("ref", "")[:20])
        if merged:
            raise unreadable("merged_cells", ranges=", ".join(merged[:MOST_NAMED]))

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
            return TableCell("", Oddity.FORMULA)
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


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]
