"""Clean typed and imported text before it is stored. Pure: imports no Django.

A signed PDF shows a text for ever, so text is stored in a form that can be printed: without control characters, with
composed letters, and with real bullets in place of the signs that word processors put into private-use areas.
"""

import re
import unicodedata
from functools import cache

# The bullets of Word's symbol fonts (Symbol, Wingdings and Courier), which paste as private-use characters.
BULLETS = "\uf02d\uf06c\uf06e\uf06f\uf071\uf075\uf076\uf09f\uf0a3\uf0a7\uf0a8\uf0b7\uf0d8\uf0fc\uf0fe"
LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Zero-width joiners and direction marks stay, because Persian, Arabic and Hebrew words are written with them.
KEPT = frozenset("\n\t\u200c\u200d\u200e\u200f")
PICTURE = "\ufffc"  # stands for one in a text
PICTURES = str.maketrans(dict.fromkeys(BULLETS, "•") | dict.fromkeys(f"{PICTURE}\ufeff"))


def cleaned_note(text: str) -> str:
    """Return a long text in one form: composed letters (NFC), line feeds as line ends, no invisible signs.

    Tabs and spaces stay as typed. Bullets of word processors become "•".
    """
    if text.isprintable() and PICTURE not in text:  # nearly every cell of an import
        return unicodedata.normalize("NFC", text).strip()
    text = LINE_ENDS.sub("\n", text.translate(PICTURES))
    printed = text.translate({ord(char): None for char in set(text) if not _is_printed(char)})
    return unicodedata.normalize("NFC", printed).strip()


def cleaned_line(text: str) -> str:
    """Return a short text in one form: on one line, with single spaces, else as `cleaned_note` returns it."""
    return " ".join(cleaned_note(text).split())


@cache
def _is_printed(char: str) -> bool:
    """Return whether a character leaves a trace on paper: no control, no format sign, no half of a character."""
    return char in KEPT or unicodedata.category(char) not in {"Cc", "Cf", "Cs"}
