"""How scores are spread over organisations: quartiles from counts. Pure: imports no Django.

Quartiles are linear between neighbours (Hyndman and Fan's type 7, the spreadsheet's QUARTILE.INC): a quarter of
the way from the lowest to the highest value in order. They are exact fractions; whoever shows them rounds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

FEWEST = 5  # organisations: of fewer, figures would point at somebody


@dataclass(frozen=True)
class Spread:
    """How `n` values lie: lowest, lower quartile, median, upper quartile, highest."""

    n: int
    min: int
    q1: Fraction
    median: Fraction
    q3: Fraction
    max: int


@dataclass(frozen=True)
class Distribution:
    """The spread of the totals and of each item's scores, one review an organisation.

    `total` is None and `items` empty while it is withheld: below FEWEST organisations nothing is told but `n`.
    """

    n: int
    total: Spread | None
    items: Mapping[int, Spread]

    @property
    def is_withheld(self) -> bool:
        return self.total is None


def distribution_of(scores: Iterable[tuple[int, int, int]], totals: Mapping[int, int]) -> Distribution:
    """Return the distribution of `scores` (item number, score, in how many organisations) and of `totals`
    (total: in how many organisations)."""
    n = sum(totals.values())
    if n < FEWEST:
        return Distribution(n, None, {})
    by_item: dict[int, dict[int, int]] = {}
    for number, value, count in scores:
        by_item.setdefault(number, {})[value] = count
    return Distribution(n, spread(totals), {number: spread(counts) for number, counts in sorted(by_item.items())})


def spread(counts: Mapping[int, int]) -> Spread:
    """Return how values lie of which `counts` tells how often each occurs. Raises ValueError when there is none."""
    ordered = sorted((value, count) for value, count in counts.items() if count)
    if not ordered:
        raise ValueError("nothing is spread")
    n = sum(count for _value, count in ordered)
    quartiles = (_quantile(ordered, n, Fraction(part, 4)) for part in range(5))
    lowest, q1, median, q3, highest = quartiles
    return Spread(n, int(lowest), q1, median, q3, int(highest))


def _quantile(ordered: list[tuple[int, int]], n: int, part: Fraction) -> Fraction:
    place = (n - 1) * part
    before = int(place)
    low, high = _nth(ordered, before), _nth(ordered, min(before + 1, n - 1))
    return low + (high - low) * (place - before)


def _nth(ordered: list[tuple[int, int]], place: int) -> int:
    """Return the value at a place, counted from 0, of all values in order."""
    for value, count in ordered:
        if place < count:
            return value
        place -= count
    raise IndexError(place)
