"""How scores are spread over organisations: quartiles from counts. Pure: imports no Django.

Quartiles are linear between neighbours (Hyndman and Fan's type 7, the spreadsheet's QUARTILE.INC): a quarter of
the way from the lowest to the highest value in order. They are exact fractions; whoever shows them rounds.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from statistics import quantiles

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
    ordered = sorted(Counter(counts).elements())
    if not ordered:
        raise ValueError("nothing is spread")
    # Python 3.12 refuses a single value. Quarters of whole numbers are exact as floats.
    quartiles = quantiles(ordered if len(ordered) > 1 else ordered * 2, method="inclusive")
    q1, median, q3 = map(Fraction, quartiles)
    return Spread(len(ordered), ordered[0], q1, median, q3, ordered[-1])
