"""Organisations whose names are near a name that none of them has. Pure: imports no Django.

A near name is never taken for the name itself: a person chooses.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from ipsfidelity.names import search_key
from reviews.imports.tables import Budget

MOST_NEAR = 5  # candidates of one name
MOST_NAMES = 60  # unknown names for which candidates are looked for
MOST_COMPARED = 3_000  # organisations
ALIKE = 0.85  # of the letters of two names that are the same in the same order
SHORTEST_PART = 5  # letters of a name that is contained in a longer one


@dataclass(frozen=True)
class Candidate:
    """An organisation that a row may be about. `last_visit` helps to tell it from others of the same name."""

    pk: int
    code: str
    name: str
    last_visit: date | None


class NearNames:
    """Finds the organisations with a name near a given one. Each name is looked for once."""

    def __init__(self, organisations: Mapping[str, tuple[Candidate, ...]], budget: Budget) -> None:
        self._organisations = organisations
        self._budget = budget
        self._known: dict[str, list[Candidate]] = {}
        self._found: dict[str, tuple[Candidate, ...]] = {}

    def candidates(self, name: str) -> tuple[Candidate, ...]:
        """Return the organisations with a name near `name`, the nearest first."""
        wanted = search_key(name)
        if wanted not in self._found and len(self._found) < MOST_NAMES:
            self._found[wanted] = self._near(wanted) if wanted else ()
        return self._found.get(wanted, ())

    def _near(self, wanted: str) -> tuple[Candidate, ...]:
        if not self._known:
            for key, candidates in list(self._organisations.items())[:MOST_COMPARED]:
                self._known.setdefault(search_key(key), []).extend(candidates)
        self._budget.check()
        likeness = {known: _likeness(wanted, known) for known in self._known}
        nearest = sorted((known for known in likeness if likeness[known]), key=lambda known: -likeness[known])
        by_pk = {each.pk: each for known in nearest for each in self._known[known]}
        return tuple(by_pk.values())[:MOST_NEAR]


def _likeness(one: str, other: str) -> float:
    """Return from 0 to 1 how near two names are."""
    if one == other:
        return 1
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= SHORTEST_PART and f" {shorter} " in f" {longer.replace(',', ' ')} ":
        return ALIKE
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0
    ratio = matcher.ratio()
    return ratio if ratio >= ALIKE else 0
