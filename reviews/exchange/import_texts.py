"""Texts of a file in the one form in which they are compared, kept and repeated. Pure."""

import re
import unicodedata

LONGEST_SHOWN = 60  # characters of a cell that a sentence repeats
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # control characters but tab and line end


def plain(text: str) -> str:
    """Return a name in one form: composed letters, single spaces, no sign that is not seen."""
    composed = unicodedata.normalize("NFC", text)
    seen = (" " if sign.isspace() else sign for sign in composed if unicodedata.category(sign) != "Cf")
    return " ".join("".join(sign for sign in seen if unicodedata.category(sign) != "Cc").split())


def note(text: str) -> str:
    """Return a longer text with line ends as we keep them, and without control characters."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return UNSEEN.sub("", text).strip()


def shown(text: str) -> str:
    """Return what a sentence repeats of a cell: its beginning, on one line."""
    text = plain(text)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
