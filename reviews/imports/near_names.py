"""Organisations whose names are near a name that none of them has. Pure: imports no Django.

A near name is never taken for the name itself: a person chooses.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from ipsfidelity.names import search_key
from reviews.imports.tables import Budget

MOST_NEAR = 5  # candidates of one name
MOST_NAMES = 60  # unknown names for which candidates are looked for
MOST_COMPARED = 3_000  # organisations of a network
ALIKE = 0.85  # of the letters of two names that are the same in the same order
SHORTEST_PART = 5  # letters of a name that is contained in a longer one


@dataclass(frozen=True)
class Candidate:
    """An organisation that a row may be about. `last_visit` helps to tell it from others of the same name."""

    pk: int
    code: str
    name: str
    last_visit: date | None


def near_keys(names: Iterable[str], known: Iterable[str], budget: Budget) -> dict[str, list[str]]:
    """Return for each name the keys of the `known` names near it, the nearest first.

    Of many names only the first ones are looked for. Raise UnreadableFile if the budget is used up.
    """
    by_search_key: dict[str, list[str]] = {}
    for key in known:
        by_search_key.setdefault(search_key(key), []).append(key)
    near: dict[str, list[str]] = {}
    for name in names:
        wanted = search_key(name)
        if wanted and wanted not in near and len(near) < MOST_NAMES:
            budget.check()
            near[wanted] = [key for found in _nearest(wanted, by_search_key) for key in by_search_key[found]]
    return {name: near.get(search_key(name), []) for name in names}


def _nearest(wanted: str, known: Iterable[str]) -> list[str]:
    matcher = SequenceMatcher(None, "", wanted, autojunk=False)
    likeness = {each: _likeness(wanted, each, matcher) for each in known}
    return sorted((each for each in likeness if likeness[each]), key=lambda each: -likeness[each])


def _likeness(wanted: str, known: str, matcher: SequenceMatcher[str]) -> float:
    """Return from 0 to 1 how near a known name is to the second sequence of the matcher, the wanted name."""
    if wanted == known:
        return 1
    shorter, longer = sorted((wanted, known), key=len)
    if len(shorter) >= SHORTEST_PART and f" {shorter} " in f" {longer.replace(',', ' ')} ":
        return ALIKE
    if 2 * len(shorter) < ALIKE * (len(shorter) + len(longer)):
        return 0
    matcher.set_seq1(known)
    if matcher.quick_ratio() < ALIKE:
        return 0
    ratio = matcher.ratio()
    return ratio if ratio >= ALIKE else 0
