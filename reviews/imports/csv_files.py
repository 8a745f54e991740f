"""Read CSV as rows of cells, delimited by semicolon, comma or tab, in any usual encoding. Pure: imports no Django.

A file that is not UTF-8 is read in the encoding in which its letters are most likely those of a Nordic or English
text. That is a guess: the preview shows it, and a person confirms it.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice

from reviews.imports.encodings import GUESSED, ONE_BYTE, fitting, without_mark
from reviews.imports.tables import (
    LONGEST_CELL,
    MOST_COLUMNS,
    Budget,
    Grid,
    Source,
    TableCell,
    TableRow,
    filled_rows,
    unreadable,
)

DELIMITERS = (";", ",", "\t")
SEPARATOR_LINE = re.compile('\ufeff?"?sep=([;,\t|])"?[;,\t|]*\r?\n', re.IGNORECASE)  # an instruction to Excel
SEARCHED = 60  # rows among which the header is looked for
BYTE_ORDER = (b"\xff\xfe", b"\xfe\xff")
CERTAIN = 20  # known titles in a row, by which it is the header
NUL = b"\0"
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
EXPECTED = frozenset("æøåÆØÅäöÄÖéÉèÈüÜ«»–—’‘“”…·§½°\u00a0€")  # beyond ASCII, in a Nordic or English text
WORD = re.compile(r"\w+")
MOST_WORDS, LONGEST_WORD = 8, 30


def read_csv(data: bytes, known_titles: Callable[[list[str]], int], budget: Budget) -> Grid:
    """Return the rows of a file. Raise UnreadableFile if it is not text or not valid CSV.

    The delimiter is that of the line "sep=", or else the one by which one of the first rows has the most titles that
    are known: `known_titles` counts them.
    """
    text, letters = _text(data)
    encodings = fitting(data) if letters in ONE_BYTE else (letters,)
    first = SEPARATOR_LINE.match(text)
    delimiter = first[1] if first else _delimiter(text, known_titles)
    rows = filled_rows(_rows(text[first.end() :] if first else text, delimiter, 2 if first else 1, budget), budget)
    words = _telling_words(text) if letters else ()
    return Grid(rows, Source(letters=letters, words=words, encodings=encodings if letters else ()))


def _telling_words(text: str) -> tuple[str, ...]:
    """Return the first words with letters beyond ASCII, and with no digit."""
    words = (match.group()[:LONGEST_WORD] for match in WORD.finditer(text))
    telling = (word for word in words if not word.isascii() and word.isalpha())
    return tuple(islice(dict.fromkeys(telling), MOST_WORDS))


def _text(data: bytes) -> tuple[str, str]:
    """Return the text and its encoding, "" for UTF-8. Raise UnreadableFile if it is no text."""
    if data.startswith(BYTE_ORDER):
        return _decoded(data, "utf-16"), "utf-16"
    if encoding := without_mark(data):
        return _decoded(data, encoding), encoding
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _guessed(data)
    if CONTROL.search(text):
        raise unreadable("not_utf8")
    return text, ""


def _guessed(data: bytes) -> tuple[str, str]:
    if NUL in data:
        raise unreadable("not_utf8")
    texts = {}
    for encoding in GUESSED:
        try:
            texts[encoding] = data.decode(encoding)
        except UnicodeDecodeError:
            continue
    encoding = max(texts, key=lambda encoding: _likelihood(texts[encoding]))
    if CONTROL.search(texts[encoding]):
        raise unreadable("not_utf8")
    return texts[encoding], encoding


def _decoded(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise unreadable("not_utf8") from None
    if CONTROL.search(text):
        raise unreadable("not_utf8")
    return text


def _likelihood(text: str) -> int:
    return sum(1 if char in EXPECTED else -2 for char in text if not char.isascii())


def _delimiter(text: str, known_titles: Callable[[list[str]], int]) -> str:
    most, found = (0, 0), DELIMITERS[0]
    for delimiter in DELIMITERS:
        with suppress(csv.Error):
            for record in islice(filter(any, _records(text, delimiter)), SEARCHED):
                known = known_titles(record[:MOST_COLUMNS]), len(record)
                if known > most:
                    most, found = known, delimiter
                if known[0] >= CERTAIN:
                    return delimiter
    return found


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _rows(text: str, delimiter: str, first: int, budget: Budget) -> Iterator[TableRow]:
    number = first - 1
    try:
        for number, record in enumerate(_records(text, delimiter), start=first):
            if len(record) > MOST_COLUMNS and any(record[MOST_COLUMNS:]):
                raise unreadable("too_many_columns", most=MOST_COLUMNS)
            if not number % 1_000:
                budget.check()  # empty lines are not yielded
            if any(record):
                yield TableRow(number, tuple(TableCell(cell[:LONGEST_CELL].strip()) for cell in record[:MOST_COLUMNS]))
    except csv.Error as error:
        code = "cell_too_long" if "field limit" in str(error) else "broken_csv"
        raise unreadable(code, row=number + 1) from None
