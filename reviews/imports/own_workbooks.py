"""Read the workbook of an own export, review by review, without holding it in memory. Pure: imports no Django.

The sheets "reviews" and "items" have the reviews in the same order and are read side by side. A workbook that was saved
by a spreadsheet program is read too, unless its rows were sorted or its columns renamed.
"""

import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from itertools import chain, groupby
from typing import IO, Any
from xml.etree.ElementTree import Element  # defusedxml parses; this is its type

from defusedxml.ElementTree import iterparse

from reviews.imports.own_keys import left_columns

WORKBOOK, RELATIONS, TEXTS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"
MOST_UNPACKED = 6_000_000_000  # bytes of all parts: 20,000 reviews with the longest notes
LARGEST_ROW = 5_000_000  # bytes of XML
LARGEST_LIST = 1_000_000  # bytes of the part with the list of sheets, and of that with their paths
LARGEST_READ = 200_000  # bytes that are read from the file at once: the directory of the archive
DEEPEST = 20  # elements within each other
MOST_TEXTS = 50_000_000  # bytes of the part with the texts of a workbook that was saved again
OWN_SHEETS = ("reviews", "items", "remarks", "dictionary")
COMMENTS = re.compile(r"xl/(threadedComments/)?(threadedC|c)omment.*\.xml")
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
DIGITS = "0123456789"
Cells = dict[str, str]


class OutOfOrder(Exception):
    """The rows of the sheets do not belong together."""


def is_own_workbook(file: IO[bytes]) -> bool:
    """Return whether a file is a workbook with the sheets of an export. Reads the list of sheets only."""
    try:
        with _opened(file) as archive:
            names = [name for name, _path in _sheets(archive)]
            return names[:2] == ["reviews", "items"] and "dictionary" in names
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError, NotImplementedError, RuntimeError, OSError):
        return False
    finally:
        file.seek(0)


def read_workbook(file: IO[bytes]) -> Iterator[tuple[int, dict[str, Any], set[str]]]:
    """Yield the number of each review's row, the review in the form of JSON lines, and what is not read of it.

    The form is that of reviews/exports/json_keys.py. What is not read is named as in own_keys.py; sheets of others,
    comments and columns without a title are named too. Raise OutOfOrder if rows were moved, and what zipfile, json and
    the XML parser raise for a broken file.
    """
    with _opened(file) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
            raise ValueError("larger than any export")
        texts = _texts(archive)
        paths = dict(_sheets(archive))
        others = {f"sheet:{name}" for name in paths if name not in OWN_SHEETS}
        others |= {"comments"} if any(map(COMMENTS.fullmatch, archive.namelist())) else set()
        remarked = set()
        if "remarks" in paths:
            remarked = {cells.get("review", "") for _number, cells in _rows(archive, paths["remarks"], texts)}
        by_review = groupby(_rows(archive, paths["items"], texts), key=lambda numbered: numbered[1]["review"])
        for number, row in _rows(archive, paths["reviews"], texts):
            code, rows = next(by_review, ("", iter(())))
            if code != row["review"]:
                raise OutOfOrder
            items = [cells for _number, cells in rows]
            left = left_columns({*row, *chain(*items)}) | others | ({"remarks"} if code in remarked else set())
            yield number, _content(row, items), left
        if next(by_review, None):
            raise OutOfOrder


def _content(row: Cells, items: list[Cells]) -> dict[str, Any]:
    original = {"code": row.get("original", ""), "fingerprint": row.get("original_fingerprint", "")}
    return {
        "scale": {"slug": row["edition"], "version": row["edition_version"]},
        "review": {
            "code": row["review"],
            "organisation": row["organisation"],
            "evaluators": _list(row.get("evaluators", "")),
            "kind": row["kind"],
            "visit_start": _day(row["visit_start"]),
            "visit_end": _day(row["visit_end"]),
        },
        "imported": {"original": original} if original["code"] else {},
        "items": [_item(cells) for cells in items],
        "total": int(row["total"]),
        "conditions": {
            "period": [_day(row.get("period_start", "")), _day(row.get("period_end", ""))],
            "specialists": json.loads(row.get("specialists") or "[]"),
        },
        "report": {name: row.get(name, "") for name in ("summary", "strengths")},
        "fingerprint": row["fingerprint"],
        "valid": row["valid"] == "1",
        "current": {"organisation": row["organisation_now"]},
    }


def _item(cells: Cells) -> dict[str, Any]:
    texts = ("evidence", "recommendation", "departure", "decision")
    return {
        "number": int(cells["item"]),
        "score": int(cells["score"]),
        "sources": _list(cells.get("sources", "")),
        "observation": json.loads(cells.get("observation") or "{}"),
    } | {name: cells.get(name, "") for name in texts}


def _list(text: str) -> list[str]:
    return [each for each in text.split("; ") if each]


def _day(text: str) -> str | None:
    """Return a day in ISO 8601, from the number that a spreadsheet stores or from text."""
    if not text:
        return None
    from openpyxl.utils.datetime import from_excel  # here, because it takes 5 MB

    moment = from_excel(float(text)) if text.replace(".", "", 1).isdecimal() else date.fromisoformat(text[:10])
    return (moment.date() if isinstance(moment, datetime) else moment).isoformat()


def _sheets(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Return the name and the path of each sheet."""
    if any(archive.getinfo(path).file_size > LARGEST_LIST for path in (WORKBOOK, RELATIONS)):
        raise ValueError("more sheets than an export has")
    targets = {each.get("Id", ""): each.get("Target", "") for each in _elements(archive, RELATIONS, "Relationship")}
    sheets = []
    for sheet in _elements(archive, WORKBOOK, "sheet"):
        relation = next((value for name, value in sheet.items() if name.endswith("}id")), "")
        target = targets.get(relation, "")
        sheets.append((sheet.get("name", ""), target.lstrip("/") if target.startswith("/") else f"xl/{target}"))
    return sheets


def _texts(archive: zipfile.ZipFile) -> list[str]:
    """Return the shared texts, which a spreadsheet program writes and our export does not."""
    if TEXTS not in archive.namelist():
        return []
    if archive.getinfo(TEXTS).file_size > MOST_TEXTS:
        raise ValueError("more texts than can be read at once")
    return [_text(element) for element in _elements(archive, TEXTS, "si")]


def _rows(archive: zipfile.ZipFile, path: str, texts: list[str]) -> Iterator[tuple[int, Cells]]:
    """Yield the number and the cells of each row below the header, by the names in the header."""
    names: Cells = {}
    for row in _elements(archive, path, "row"):
        cells = {cell.get("r", "").rstrip(DIGITS): _value(cell, texts) for cell in row}
        if names:
            number = int(row.get("r", "0"))
            yield number, {names.get(column) or f"column:{column}": text for column, text in cells.items() if text}
        else:
            names = cells


def _value(cell: Element, texts: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text(cell)
    value = next((part.text or "" for part in cell if part.tag.endswith("}v")), "")
    if kind == "s":
        return texts[int(value)]
    return value.removesuffix(".0")


def _text(element: Element) -> str:
    """Return the text of a string, with the characters that the format has to escape."""
    text = "".join(part.text or "" for part in element.iter() if part.tag.endswith("}t"))
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


class _InPieces:
    """A file that refuses to be read in large pieces: zipfile reads the whole directory of an archive at once."""

    def __init__(self, file: IO[bytes]) -> None:
        self.seek, self.tell, self.seekable, self._read = file.seek, file.tell, lambda: True, file.read

    def read(self, size: int = -1) -> bytes:
        if size > LARGEST_READ:
            raise ValueError("more parts than an export has")
        return self._read(size)


def _opened(file: IO[bytes]) -> zipfile.ZipFile:
    return zipfile.ZipFile(_InPieces(file))


class _Measured:
    """A part of the archive that refuses to be read further if one row is larger than LARGEST_ROW."""

    def __init__(self, part: IO[bytes]) -> None:
        self.part, self.read_since_row = part, 0

    def read(self, size: int = -1) -> bytes:
        data = self.part.read(size)
        self.read_since_row += len(data)
        if self.read_since_row > LARGEST_ROW:
            raise ValueError("a row is too large")
        return data


def _elements(archive: zipfile.ZipFile, path: str, tag: str) -> Iterator[Element]:
    """Yield the elements of one tag as they end, and empty each after use, with those around it."""
    with archive.open(path) as part:
        measured, ending = _Measured(part), f"}}{tag}"
        around: list[Element] = []
        for event, element in iterparse(measured, events=("start", "end"), forbid_dtd=True):
            if event == "start":
                around.append(element)
                if len(around) > DEEPEST:
                    raise ValueError("deeper than any export")
                continue
            around.pop()
            if element.tag.endswith(ending):
                yield element
                for used in (element, *around):
                    used.clear()
                measured.read_since_row = 0
