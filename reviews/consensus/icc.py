"""Intraclass correlation of ratings by changing evaluators, with its interval. Pure: imports no Django.

docs/agreement.md states the formulas and their sources. Sums are exact fractions; only the F distribution is rounded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from typing import Any

FEWEST = 2  # targets; with fewer, nothing can vary between them
TAIL = 0.025  # the probability beyond each limit of a 95 % interval
LOG_FLOAT_RANGE = (-745, 709)  # natural logarithms of the smallest and the largest float
BISECTIONS = 64  # of that range; the remaining interval is smaller than the precision of a float


class Reason(Enum):
    """Why there is no correlation, or no interval."""

    TOO_FEW_TARGETS = "fewer than two targets have two ratings"
    NOTHING_VARIES = "all ratings are the same"
    TARGETS_ALIKE = "the targets do not differ on average"
    FULL_AGREEMENT = "the ratings of each target are equal"


@dataclass(frozen=True)
class Icc:
    """ICC(1,1) of `targets` targets with its 95 % interval: the share of the variance that lies between targets.

    1 is perfect agreement, 0 or less means that targets differ no more than the ratings of one target. `reason` says
    why `value` is None or, if there is a value, why `interval` is None.
    """

    value: float | None
    interval: tuple[float, float] | None
    targets: int
    reason: Reason | None


def icc_1_1(table: Iterable[Sequence[int]]) -> Icc:
    """Return ICC(1,1) of a table that has the ratings of one target in each row. Rows with fewer than two are left out.

    One-way random effects, absolute agreement, a single rating: every target may have other raters, in any order.
    Shrout & Fleiss (1979), case 1; limits in the form of McGraw & Wong (1996). Rows may differ in length; the limits
    are then an approximation.
    """
    rows = [row for row in table if len(row) > 1]
    if len(rows) < FEWEST:
        return Icc(None, None, len(rows), Reason.TOO_FEW_TARGETS)
    between, within, ratings = _mean_squares(rows)
    if not between + within:
        return Icc(None, None, len(rows), Reason.NOTHING_VARIES)
    value = float((between - within) / (between + (ratings - 1) * within))
    if not between or not within:
        reason = Reason.FULL_AGREEMENT if between else Reason.TARGETS_ALIKE
        return Icc(value, None, len(rows), reason)
    degrees = len(rows) - 1, sum(map(len, rows)) - len(rows)
    limits = (between / within / Fraction(f_quantile(tail, *degrees)) for tail in (1 - TAIL, TAIL))
    low, high = (float((ratio - 1) / (ratio + ratings - 1)) for ratio in limits)
    return Icc(value, (low, high), len(rows), None)


def _mean_squares(rows: Sequence[Sequence[int]]) -> tuple[Fraction, Fraction, Fraction]:
    """Return the mean squares between and within targets, and the number of ratings for each target.

    Where that number differs, it is the average that the expectation of the mean square between targets contains.
    """
    cells, targets = sum(map(len, rows)), len(rows)
    by_target = sum((Fraction(sum(row) ** 2, len(row)) for row in rows), Fraction())
    between = by_target - Fraction(sum(map(sum, rows)) ** 2, cells)
    within = sum(rating**2 for row in rows for rating in row) - by_target
    ratings = (cells - Fraction(sum(len(row) ** 2 for row in rows), cells)) / (targets - 1)
    return between / (targets - 1), within / (cells - targets), ratings


@lru_cache
def f_quantile(share: float, numerator_degrees: float, denominator_degrees: float) -> float:
    """Return the quantile of an F distribution for the probability `share`, to 12 digits.

    A quantile outside the range of a float is replaced by the smallest or largest float. Raises ValueError unless
    0 < `share` < 1 and both degrees of freedom are positive. Takes 10 ms; the process remembers recent ones.
    """
    if not 0 < share < 1 or not (numerator_degrees > 0 and denominator_degrees > 0):
        raise ValueError("a quantile needs a share between 0 and 1 and degrees of freedom above 0")
    import mpmath  # takes a tenth of a second to import, and few pages show an interval

    mp = mpmath.mp.clone()  # the precision of the shared context is global state, which is not thread-safe
    mp.dps = 30
    numerator, denominator = mp.mpf(numerator_degrees) / 2, mp.mpf(denominator_degrees) / 2
    low, high = (mp.mpf(bound) for bound in LOG_FLOAT_RANGE)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        if _f_probability(mp, mp.exp(middle), numerator, denominator) < share:
            low = middle
        else:
            high = middle
    return float(mp.exp(high))


def _f_probability(mp: Any, value: Any, numerator: Any, denominator: Any) -> Any:
    """Return the probability that F is below `value`. `numerator` and `denominator` are half the degrees of freedom."""
    x = numerator * value / (numerator * value + denominator)
    y = denominator / (numerator * value + denominator)
    if x <= y:
        return _incomplete_beta(mp, numerator, denominator, x, y)
    return 1 - _incomplete_beta(mp, denominator, numerator, y, x)


def _incomplete_beta(mp: Any, a: Any, b: Any, x: Any, y: Any) -> Any:
    """Return the regularised incomplete beta function I_x(a, b) for x up to 1/2 and y = 1 - x, by DLMF 8.17.8.

    All terms of this series are positive. Those of mpmath.betainc alternate, so that with thousands of degrees of
    freedom it needs very many digits, and one call takes most of a minute.
    """
    constant = mp.loggamma(a + b) - mp.loggamma(a + 1) - mp.loggamma(b)
    scale = mp.exp(a * mp.ln(x) + b * mp.ln(y) + constant)
    return scale * mp.hyp2f1(a + b, 1, a + 1, x)
