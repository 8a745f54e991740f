"""Recognise the exports of this program, and read their reviews one at a time. Pure: imports no Django.

JSON lines and the workbook carry all that is imported again. The tables as CSV do not.
"""

import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import IO, Any
from uuid import UUID

from defusedxml.common import DefusedXmlException

from reviews.imports.own_keys import left_keys
from reviews.imports.own_workbooks import OutOfOrder, is_own_workbook, read_workbook
from reviews.imports.tables import unreadable

LONGEST_LINE = 20_000_000  # bytes
HEAD_OF_TABLE = re.compile(rb'(\xef\xbb\xbf)?"?review"?[;,\t]"?organisation_code"?[;,\t]')
FINGERPRINT = re.compile("[0-9a-f]{64}")
LABEL = re.compile("[A-Z]")
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, SyntaxError),
    *(DefusedXmlException, KeyError, ValueError, TypeError, AttributeError, IndexError),
)
Content = dict[str, Any]


def is_own_export(file: IO[bytes]) -> bool:
    """Return whether a file is an export of this program, by its content. The file is left at its beginning."""
    file.seek(0)
    start = file.read(100)
    file.seek(0)
    if start.startswith(b"PK"):
        return is_own_workbook(file)
    return start.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"{") or bool(HEAD_OF_TABLE.match(start))


def read_own_export(file: IO[bytes]) -> Iterator[tuple[int, Content, set[str]]]:
    """Yield the number of each row or line, the review in it as an object of JSON lines, and what is not read of it.

    own_keys.py names what is not read.     Raise UnreadableFile at the first row that is not as an export writes it.
    """
    number = 0
    try:
        for number, content, left in _reviews(file):
            yield number, _checked(content), left
    except OutOfOrder:
        raise unreadable("own_out_of_order") from None
    except BROKEN:
        raise unreadable("own_broken", row=number + 1) from None


def _reviews(file: IO[bytes]) -> Iterator[tuple[int, Content, set[str]]]:
    start = file.read(100)
    file.seek(0)
    if HEAD_OF_TABLE.match(start):
        raise unreadable("own_table")
    yield from read_workbook(file) if start.startswith(b"PK") else _read_lines(file)


def _read_lines(file: IO[bytes]) -> Iterator[tuple[int, Content, set[str]]]:
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if line.strip():
            content = json.loads(line.decode("utf-8-sig"))
            yield number, content, left_keys(content)


def _checked(content: Content) -> Content:
    """Return a review whose parts have the right types. Raise what BROKEN lists otherwise."""
    review, scale = content["review"], content["scale"]
    names = (review["organisation"], content.get("current", {}).get("organisation", ""), *review["evaluators"])
    for text in (scale["slug"], scale["version"], review["kind"], *names):
        _text(text)
    if type(content["valid"]) is not bool or type(content["total"]) is not int:
        raise ValueError("not a finished review")
    if not FINGERPRINT.fullmatch(content["fingerprint"]):
        raise ValueError("not a fingerprint")
    for item in content["items"]:
        _check_item(item)
    for name in ("summary", "strengths"):
        _text(content.get("report", {}).get(name, ""))
    return content | {
        "original": _original(content),
        "visit": [date.fromisoformat(review[name]).isoformat() for name in ("visit_start", "visit_end")],
        "period": _period(content.get("conditions", {})),
        "specialists": _specialists(content.get("conditions", {})),
    }


def _check_item(item: Mapping[str, Any]) -> None:
    numbers = (item["number"], item["score"])
    if not all(type(number) is int for number in numbers) or not isinstance(item["observation"], dict):
        raise ValueError("not an item")
    texts = (item["evidence"], item["recommendation"], item["departure"], item.get("decision", ""))
    for text in (*texts, *item["sources"]):
        _text(text)


def _text(value: object) -> None:
    """Raise what BROKEN lists for what is no text, or a text that no database stores."""
    if not isinstance(value, str) or "\0" in value:
        raise TypeError("not a text")
    value.encode()  # half a character


def _original(content: Content) -> dict[str, str]:
    """Return code and fingerprint of the review that was signed, or imported from paper, in the first place."""
    first = (content.get("imported") or {}).get("original")
    code, fingerprint = (
        (first["code"], first["fingerprint"]) if first else (content["review"]["code"], content["fingerprint"])
    )
    if not FINGERPRINT.fullmatch(fingerprint):
        raise ValueError("not a fingerprint")
    return {"code": str(UUID(code)), "fingerprint": fingerprint}


def _period(conditions: Mapping[str, Any]) -> list[str | None]:
    start, end = conditions.get("period") or ("", "")
    if not start and not end:
        return [None, None]
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    if last < first:
        raise ValueError("not a period")
    return [first.isoformat(), last.isoformat()]


def _specialists(conditions: Mapping[str, Any]) -> list[dict[str, Any]]:
    specialists = [
        {"label": each["label"]} | ({"gone": True} if each.get("gone") else {})
        for each in conditions.get("specialists") or ()
    ]
    labels = [each["label"] for each in specialists]
    if len(set(labels)) < len(labels) or not all(LABEL.fullmatch(label) for label in labels):
        raise ValueError("not specialists")
    return specialists
