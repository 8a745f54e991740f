"""Keep text in CSV from being computed as a formula, and undo that. Pure: imports no Django.

A program that opens CSV may split it at other separators than it was written with, and may drop signs that nobody sees.
An apostrophe is therefore put before each sign that begins a formula at the start of a text, or after any separator
within it, and before the harmful ones after a space or a colon. `original_text(defused(text)) == text` for every text.
"""

import re

# What programs split CSV at, the ends of lines included.
SEPARATORS = "\t,;|\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029"
# Signs that begin a formula, and those that some programs take for them: full-width, small, raised, and the minus sign.
BEGINNINGS = "=+@\\-＝＋＠－﹦﹢﹫﹣⁼⁺⁻₌₊₋−﬩"
# What may stand before such a sign without being noticed: quotation marks, spaces, controls and invisible signs.
UNNOTICED = (
    "'\"\x00-\x08\x0e-\x1b\x1f \x7f-\x84\x86-\xa0\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
    "\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u202a-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
# A file may also be split at spaces or colons. There, only what can do harm gets an apostrophe, so that prose stays as
# it is: an equals sign with a term right behind it, or any sign with a call or a link to a program in the same word.
_TERM = "[=＝﹦⁼₌][\\w\"'(+@-]"
_CALL = f"[{BEGINNINGS}][^\\s:]*[(|]"
_WORD = f"[ :](?:(?! )[{UNNOTICED}])*"
_PART = f"(?:\\A|(?<=[{SEPARATORS}]))[{UNNOTICED}]*"
_START = f"\\A[{UNNOTICED}]*"  # a tab or a line end at the start of a whole cell is dropped by some programs
_BEGINS = re.compile(f"({_PART})(?=[{BEGINNINGS}])|({_START})(?=[\t\r\n])|({_WORD})(?={_TERM}|{_CALL})")
_DEFUSED = re.compile(f"({_PART})'(?=[{BEGINNINGS}])|({_START})'(?=[\t\r\n])|({_WORD})'(?={_TERM}|{_CALL})")
# Few texts have such a sign where it could begin something. To search for that first takes a fifth of the time.
_FIRST = re.compile(f"[{BEGINNINGS}{UNNOTICED}\t\r\n]")
_LATER = re.compile(f"[{BEGINNINGS}](?<=[{SEPARATORS}{UNNOTICED}:].)")


def defused(text: str) -> str:
    """Return a text with an apostrophe before each sign that could begin a formula."""
    if _FIRST.match(text) or _LATER.search(text):
        return _BEGINS.sub(lambda found: f"{found[0]}'", text)
    return text


def original_text(text: str) -> str:
    """Return the text that `defused` was given."""
    return _DEFUSED.sub(lambda found: found[0][:-1], text)
