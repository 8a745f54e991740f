"""The encodings in which a file of text can be read, and the text of one encoding in another. Pure: imports no Django.

With one byte for each letter, a text that was read in one of these encodings can be read in another without the file.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

GUESSED = ("cp1252", "mac_roman", "cp850")  # the likeliest first
OFFERED = {
    "cp1252": "Windows-1252",
    "mac_roman": "Mac OS Roman",
    "cp850": "DOS 850",
    "cp865": "DOS 865",
    "iso8859_10": "ISO 8859-10",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
}
ONE_BYTE = ("cp1252", "mac_roman", "cp850", "cp865", "iso8859_10")
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
MOSTLY = 0.8  # of the first bytes of characters in UTF-16 that are zero, if the letters are Latin


def without_mark(data: bytes) -> str:
    """Return the encoding of a text in UTF-16 that does not begin with a byte order mark, "" for other data."""
    if len(data) % 2:
        return ""
    for encoding, zeros in (("utf-16-le", data[1::2]), ("utf-16-be", data[::2])):
        if zeros.count(0) > MOSTLY * len(zeros):
            return encoding
    return ""


def fitting(data: bytes) -> tuple[str, ...]:
    """Return the encodings of one byte for each letter in which all of the data is text."""
    return tuple(encoding for encoding in ONE_BYTE if _is_text(data, encoding))


def _is_text(data: bytes, encoding: str) -> bool:
    try:
        return not CONTROL.search(data.decode(encoding))
    except UnicodeDecodeError:
        return False


def reader(old: str, new: str) -> Callable[[str], str]:
    """Return the function that turns a text that was read in the encoding `old` into the same text read in `new`.

    A sign that was added since (… for the rest of a title) stays.
    """

    def again(text: str) -> str:
        return text if text.isascii() else "".join(map(one, text))

    def one(sign: str) -> str:
        try:
            return sign.encode(old).decode(new)
        except UnicodeError:
            return sign

    return again


def read_again(stored: Mapping[str, Any], new: str) -> dict[str, Any]:
    """Return the rows of an upload (Upload.rows) as they are if the file is read in another of its encodings."""
    again = reader(stored["letters"], new)
    return {
        **stored,
        "letters": new,
        "words": [again(word) for word in stored["words"]],
        "titles": [[place, again(title)] for place, title in stored["titles"]],
        "above": [[number, again(beginning)] for number, beginning in stored["above"]],
        "rows": [
            [number, {place: _cell(cell, again) for place, cell in cells.items()}] for number, cells in stored["rows"]
        ],
    }


def _cell(cell: str | list[str], again: Callable[[str], str]) -> str | list[str]:
    return again(cell) if isinstance(cell, str) else [cell[0], again(cell[1])]
