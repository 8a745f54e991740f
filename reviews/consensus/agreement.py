"""Count how far independent ratings agree: the plain figures. Pure: imports no Django.

A unit is what was scored, such as an item of a review: the scores that its evaluators gave it. Nothing here depends on
the order of evaluators or units. Figures are never judged: there are no thresholds and no labels.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from scales.rules import SCORES
from scales.scoring import mean_of

FEWEST = 2  # scores of a unit that can be compared

Unit = tuple[int, ...]  # the scores of one unit, in ascending order


@dataclass(frozen=True)
class Agreement:
    """How far the scores of `n` units agree; units with fewer than two scores do not count.

    `exact` counts the units whose scores are all equal, `within_one` those whose highest and lowest score are at most
    one point apart, including equal ones. `mean_distance` is the distance between two scores of a unit in points with
    two decimals, averaged over the pairs of its evaluators and then over the units; None without units.
    """

    n: int
    exact: int
    within_one: int
    mean_distance: Decimal | None

    @property
    def exact_share(self) -> int | None:
        """`exact` in whole percent (0-100, halves rounded up), None without units."""
        return _percent(self.exact, self.n)

    @property
    def within_one_share(self) -> int | None:
        """`within_one` in whole percent (0-100, halves rounded up), None without units."""
        return _percent(self.within_one, self.n)


def units_of(ratings: Iterable[Mapping[int, int]]) -> dict[int, Unit]:
    """Return the scores of each item in ascending order. `ratings` holds the scores of each evaluator, by item.

    Raises ValueError if a score is not a whole number from 1 to 5.
    """
    units: dict[int, list[int]] = {}
    for number, score in (entry for scores in ratings for entry in scores.items()):
        if score not in SCORES or isinstance(score, bool):
            raise ValueError(f"{score!r} is not a score from 1 to 5")
        units.setdefault(number, []).append(score)
    return {number: tuple(sorted(units[number])) for number in sorted(units)}


def agreement(units: Iterable[Unit]) -> Agreement:
    """Return how far the scores of the units agree."""
    compared = [unit for unit in units if len(unit) >= FEWEST]
    return Agreement(
        n=len(compared),
        exact=sum(unit[0] == unit[-1] for unit in compared),
        within_one=sum(unit[-1] - unit[0] <= 1 for unit in compared),
        mean_distance=mean_distance(compared),
    )


def mean_distance(units: Sequence[Sequence[int]]) -> Decimal | None:
    """Return the distance between two values of a unit, averaged over its pairs and then over the units.

    Two decimals, halves rounded up. None without units. Each unit needs at least two values.
    """
    whole = sum((n * _distance(unit) for unit, n in Counter(map(tuple, units)).items()), Fraction())
    return mean_of(whole.numerator, whole.denominator * len(units)) if units else None


def _distance(values: Sequence[int]) -> Fraction:
    distances = [abs(first - second) for first, second in combinations(values, 2)]
    return Fraction(sum(distances), len(distances))


def _percent(count: int, of: int) -> int | None:
    return (200 * count + of) // (2 * of) if of else None
