"""Rank the evaluators of a network for a visit. Pure: imports no Django."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class OtherVisit:
    """A visit that an evaluator takes part in. `place` is "" if the reader may not know where it is."""

    start: date
    end: date
    place: str = ""


@dataclass(frozen=True)
class Candidate:
    """What decides whether an evaluator is suggested for a visit to an organisation.

    `clashes` are their other visits in the days of this one. `recent` counts the visits of the last 12 months, `ahead`
    those that are planned. `last_here` is their last visit to the organisation.
    """

    key: int
    name: str
    works_here: bool = False
    clashes: tuple[OtherVisit, ...] = ()
    recent: int = 0
    ahead: int = 0
    last_here: date | None = None

    @property
    def load(self) -> int:
        """The visits of the last 12 months and those that are planned."""
        return self.recent + self.ahead

    def is_suitable(self, *, from_outside: bool) -> bool:
        """Return whether the evaluator is free and, if the review is done from outside, works elsewhere."""
        return not self.clashes and not (from_outside and self.works_here)


def ranked(candidates: Iterable[Candidate], *, from_outside: bool) -> tuple[Candidate, ...]:
    """Return the suitable evaluators first; then those with the fewest reviews; then those who came here least lately.

    Equal candidates stay in the given order.
    """
    return tuple(
        sorted(
            candidates,
            key=lambda one: (
                not one.is_suitable(from_outside=from_outside),
                one.load,
                one.last_here or date.min,
            ),
        )
    )
