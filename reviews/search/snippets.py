"""Find a text in another one whatever its case and accents, and cut out the place of the hit. Pure: no Django."""

from dataclasses import dataclass

from ipsfidelity.names import without_accents

BEFORE, AFTER = 50, 90  # characters around a hit


@dataclass(frozen=True)
class Segment:
    """Some characters of a text. `is_hit` is whether they are what was searched for."""

    text: str
    is_hit: bool = False


def folded(text: str) -> str:
    """Return a text as it is compared: small letters without accents."""
    return without_accents(text.casefold())


def contains(text: str, needle: str) -> bool:
    """Return whether a text contains another one, which is folded already."""
    return needle in folded(text)


def marked(text: str, needle: str) -> tuple[Segment, ...]:
    """Return a whole text with its first hit marked. `needle` is folded already; without a hit nothing is marked."""
    place = _place_of(text, needle)
    if place is None:
        return (Segment(text),)
    start, end = place
    return _segments(text[:start], text[start:end], text[end:])


def snippet(text: str, needle: str) -> tuple[Segment, ...]:
    """Return the first hit, marked, with some words before and after it, on one line. () without a hit."""
    text = " ".join(text.split())
    place = _place_of(text, needle)
    if place is None:
        return ()
    start, end = place
    before, after = text[max(start - BEFORE, 0) : start], text[end : end + AFTER]
    if start > BEFORE:
        before = "… " + before.partition(" ")[2]
    if end + AFTER < len(text):
        after = after.rpartition(" ")[0] + " …"
    return _segments(before, text[start:end], after)


def _segments(before: str, hit: str, after: str) -> tuple[Segment, ...]:
    parts = (Segment(before), Segment(hit, is_hit=True), Segment(after))
    return tuple(part for part in parts if part.text)


def _place_of(text: str, needle: str) -> tuple[int, int] | None:
    """Return where the first hit begins and ends in the text as it was written, None without one.

    Folding changes the length of a text ("æ" is "ae"), so the origin of each folded character is remembered.
    """
    origins = [(letter, place) for place, char in enumerate(text) for letter in folded(char)]
    at = "".join(letter for letter, _place in origins).find(needle) if needle else -1
    if at < 0:
        return None
    end = origins[at + len(needle) - 1][1] + 1
    while end < len(text) and not folded(text[end]):  # accents that are characters of their own
        end += 1
    return origins[at][1], end
