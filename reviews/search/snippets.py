"""Find a text in another one whatever its case and accents, and cut out the place of the hit.

Pure: imports no Django.

The text that a person types becomes a pattern with all accented forms of each letter. Long notes are searched with it
as they are: taking the accents off thousands of notes would take four times as long, and the hit has its place at once.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import chain

from ipsfidelity.names import MARKS, without_accents

BEFORE, AFTER = 50, 90  # characters around a hit
LATIN = chain(range(0x00C0, 0x0250), range(0x1E00, 0x1F00))  # blocks of Unicode with accented letters
MARK = f"[{chr(MARKS.start)}-{chr(MARKS.stop - 1)}]*"  # accents that are characters of their own


def folded(text: str) -> str:
    """Return a text as it is compared: small letters without accents."""
    return without_accents(text.casefold())


def _accented_forms() -> dict[str, str]:
    """Return the letters that fold to one letter or to several, such as "å" for "a" and "æ" for "ae"."""
    forms: dict[str, str] = defaultdict(str)
    for char in map(chr, LATIN):
        if (plain := folded(char)).isalpha() and plain != char:
            forms[plain] += char
    return dict(forms)


FORMS = _accented_forms()
PAIRS = {plain: letters for plain, letters in FORMS.items() if len(plain) > 1}


@dataclass(frozen=True)
class Marked:
    """A text, or a part of one, in three: before the hit, the hit, and after it. Without a hit all is `before`."""

    before: str = ""
    hit: str = ""
    after: str = ""


NO_TEXT = Marked()


def pattern_of(text: str) -> re.Pattern[str]:
    """Return the pattern that finds a text whatever its case and accents. Any white space is the same."""
    plain, parts, place = " ".join(folded(text).split()), [], 0
    while place < len(plain):
        pair = plain[place : place + 2]
        if pair in PAIRS:
            parts.append(f"(?:{_letter(pair[0])}{_letter(pair[1])}|[{PAIRS[pair]}]{MARK})")
        elif place == len(plain) - 1:
            parts.append(_letter(pair, "".join(letters for two, letters in PAIRS.items() if two[0] == pair)))
        else:
            parts.append(_letter(pair[0]))
        place += 2 if pair in PAIRS else 1
    return re.compile("".join(parts), re.IGNORECASE)


def marked(text: str, pattern: re.Pattern[str]) -> Marked:
    """Return a whole text with its first hit."""
    hit = pattern.search(text)
    if hit is None:
        return Marked(text)
    return Marked(text[: hit.start()], hit[0], text[hit.end() :])


def snippet(text: str, pattern: re.Pattern[str]) -> Marked:
    """Return the first hit with some words before and after it, on one line; an empty text without a hit."""
    text = " ".join(text.split())
    hit = pattern.search(text)
    if hit is None:
        return NO_TEXT
    before, after = text[max(hit.start() - BEFORE, 0) : hit.start()], text[hit.end() : hit.end() + AFTER]
    if hit.start() > BEFORE:
        before = "… " + before.partition(" ")[2]
    if hit.end() + AFTER < len(text):
        after = after.rpartition(" ")[0] + " …"
    return Marked(before, hit[0], after)


def _letter(plain: str, begun: str = "") -> str:
    """Return the pattern of one letter in all its forms. `begun` are letters of which it is the first half."""
    if plain == " ":
        return r"\s+"
    forms = FORMS.get(plain, "") + begun
    return (f"[{re.escape(plain)}{forms}]" if forms else re.escape(plain)) + MARK
