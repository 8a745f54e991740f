"""The distribution of scores over organisations: quartiles from counts. Pure: imports no Django.

Quartiles are interpolated linearly between neighbouring values (type 7 of Hyndman and Fan, QUARTILE.INC of
spreadsheets). They are exact fractions; callers round them for display.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from statistics import quantiles

FEWEST = 5  # organisations; figures of fewer would identify some of them


@dataclass(frozen=True)
class Spread:
    """The five-number summary of `n` values: lowest, lower quartile, median, upper quartile, highest."""

    n: int
    min: int
    q1: Fraction
    median: Fraction
    q3: Fraction
    max: int


@dataclass(frozen=True)
class Distribution:
    """The spread of the totals and of each item's scores, with one review for each organisation.

    Below FEWEST organisations it is withheld: `total` is None and `items` is empty.
    """

    n: int
    total: Spread | None
    items: Mapping[int, Spread]

    @property
    def is_withheld(self) -> bool:
        """Whether there are too few organisations to show figures."""
        return self.total is None


def distribution_of(scores: Iterable[tuple[int, int, int]], totals: Mapping[int, int]) -> Distribution:
    """Return the distribution of scores and totals.

    `scores` holds item number, score and number of organisations; `totals` maps a total to the number of organisations.
    """
    n = sum(totals.values())
    if n < FEWEST:
        return Distribution(n, None, {})
    by_item: dict[int, dict[int, int]] = {}
    for number, value, count in scores:
        by_item.setdefault(number, {})[value] = count
    return Distribution(n, spread(totals), {number: spread(counts) for number, counts in sorted(by_item.items())})


def spread(counts: Mapping[int, int]) -> Spread:
    """Return the spread of values, given how often each occurs. Raise ValueError if there is no value."""
    ordered = sorted(Counter(counts).elements())
    if not ordered:
        raise ValueError("no values")
    # Python 3.12 rejects a single value. Floats represent quarters of whole numbers exactly.
    quartiles = quantiles(ordered if len(ordered) > 1 else ordered * 2, method="inclusive")
    q1, median, q3 = map(Fraction, quartiles)
    return Spread(len(ordered), ordered[0], q1, median, q3, ordered[-1])
