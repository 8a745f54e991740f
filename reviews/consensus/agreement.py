"""Measure how far independent ratings agree: counts, weighted kappa, intraclass correlation. Imports no Django.

The figures are never judged: there are no thresholds and no labels, and no value is clipped. An undefined figure is
None, never 0.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import chain, combinations
from typing import Any

from scales.rules import SCORES
from scales.scoring import mean_of

Pair = tuple[int, int]  # the first and the second rater's score of one item, or of one review
Kappa = float  # 1 is perfect agreement, 0 agreement by chance, below 0 less than by chance

FEWEST = 2  # pairs, targets or raters; with fewer, nothing can vary
TAILS = (0.025, 0.975)  # probabilities below the limits of a 95 % interval
LOG_FLOAT_RANGE = (-745, 709)  # natural logarithms of the smallest and the largest float
BISECTIONS = 64  # of that range; the remaining interval is smaller than the precision of a float


@dataclass(frozen=True)
class Agreement:
    """How far two raters agree on the `n` items that both have scored.

    `exact` counts equal scores, `within_one` scores that are at most one point apart, including equal ones.
    `mean_difference` is the mean of second minus first, in points with two decimals: above 0 if the second rater
    scores higher. `mean_distance` is the mean of the absolute differences. Both are None without items.
    `disagreements` holds the items whose scores differ, in order. `kappa` is None if `weighted_kappa` is undefined.
    """

    n: int
    exact: int
    within_one: int
    mean_difference: Decimal | None
    mean_distance: Decimal | None
    disagreements: tuple[int, ...]
    kappa: Kappa | None

    @property
    def exact_share(self) -> int | None:
        """`exact` in whole percent (0-100, halves rounded up), None without items."""
        return _percent(self.exact, self.n)

    @property
    def within_one_share(self) -> int | None:
        """`within_one` in whole percent (0-100, halves rounded up), None without items."""
        return _percent(self.within_one, self.n)


@dataclass(frozen=True)
class Icc:
    """An intraclass correlation with its 95 % confidence limits and the number of targets and raters.

    1 is perfect agreement. The value and the limits can be negative, and below -1 in tables with few rows.
    """

    value: float
    low: float
    high: float
    targets: int
    raters: int


def agreement(first: Mapping[int, int], second: Mapping[int, int]) -> Agreement:
    """Return how far two raters agree on the items that both have scored. Both arguments map items to scores.

    Raises ValueError if one of these scores is outside 1-5.
    """
    common = sorted(first.keys() & second.keys())
    pairs = [(first[key], second[key]) for key in common]
    kappa = weighted_kappa(pairs)  # also validates the scores
    differences = [second_score - first_score for first_score, second_score in pairs]
    return Agreement(
        n=len(pairs),
        exact=differences.count(0),
        within_one=sum(abs(difference) <= 1 for difference in differences),
        mean_difference=_mean(differences),
        mean_distance=_mean([abs(difference) for difference in differences]),
        disagreements=tuple(key for key, difference in zip(common, differences, strict=True) if difference),
        kappa=kappa,
    )


def agreement_of_pairs(ratings: Sequence[Mapping[int, int]]) -> Iterator[tuple[int, int, Agreement]]:
    """Yield each pair of raters as two positions in `ratings`, the lower first, with their agreement.

    Raises ValueError if a score of an item that both have scored is outside 1-5.
    """
    for (first, first_scores), (second, second_scores) in combinations(enumerate(ratings), 2):
        yield first, second, agreement(first_scores, second_scores)


def weighted_kappa(pairs: Sequence[Pair]) -> Kappa | None:
    """Return kappa for the scores 1-5 with quadratic weights: a difference of d points has the weight d².

    Kappa is 1 minus the observed disagreement divided by the disagreement expected by chance, which follows from how
    often each rater gives each score: Cohen, J. (1968). Weighted kappa. Psychological Bulletin 70(4), 213-220. At most
    1. None with fewer than two pairs, and if both raters gave every item the same score: chance then expects no
    disagreement. Raises ValueError for a score outside 1-5.
    """
    if wrong := [score for pair in pairs for score in pair if score not in SCORES or isinstance(score, bool)]:
        raise ValueError(f"{wrong[0]!r} is not a score from 1 to 5")
    firsts, seconds = Counter(first for first, _ in pairs), Counter(second for _, second in pairs)
    # Both sums are over all n² combinations of a first and a second score: they are integers, without rounding.
    expected = sum((i - j) ** 2 * firsts[i] * seconds[j] for i in SCORES for j in SCORES)
    observed = sum((first - second) ** 2 for first, second in pairs) * len(pairs)
    if len(pairs) < FEWEST or not expected:
        return None
    return (expected - observed) / expected


def icc_2_1(table: Sequence[Sequence[float]]) -> Icc | None:
    """Return ICC(2,1) of `table` (a row for each target, a column for each rater), with 95 % limits.

    Two-way random effects, absolute agreement, a single rater: Shrout, P. E. & Fleiss, J. L. (1979). Intraclass
    correlations. Psychological Bulletin 86(2), 420-428. The limits follow the same source, in the form of McGraw, K. O.
    & Wong, S. P. (1996). Forming inferences about some intraclass correlation coefficients. Psychological Methods 1(1),
    30-46, case 2A, ICC(A,1). They are an approximation: if the targets hardly differ, its degrees of freedom can fall
    so far below 1 that the value is outside its own limits. If the targets do not differ at all, and in perfect
    agreement, both limits equal the value.

    None with fewer than two targets or raters, without variance, and if the denominator is 0 in spite of variance (two
    raters who score two targets in opposite ways). Raises ValueError if rows differ in length or a rating is not a
    finite number.
    """
    if len({len(row) for row in table}) > 1:
        raise ValueError("every target needs a rating from every rater")
    if not all(math.isfinite(cell) for row in table for cell in row):
        raise ValueError("a rating is a finite number")
    if len(table) < FEWEST or len(table[0]) < FEWEST:
        return None
    mean_squares = _analysis_of_variance(table)
    if not mean_squares.denominator(1):
        return None
    low, high = mean_squares.limits()
    return Icc(float(mean_squares.correlation(1)), low, high, mean_squares.targets, mean_squares.raters)


def f_quantile(share: float, numerator_degrees: float, denominator_degrees: float) -> float:
    """Return the quantile of an F distribution for the probability `share`, to 12 digits.

    The degrees of freedom can be fractional. A quantile outside the range of a float is replaced by the smallest or
    largest float. Raises ValueError unless 0 < `share` < 1 and both degrees of freedom are positive.
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


@dataclass(frozen=True)
class _MeanSquares:
    """The mean squares of a two-way table with one rating in each cell, as exact fractions."""

    targets: int
    raters: int
    between_targets: Fraction
    between_raters: Fraction
    residual: Fraction

    def correlation(self, ratio: Fraction | int) -> Fraction:
        """Return ICC(2,1) for a mean square between targets that is `ratio` times the observed one.

        A ratio of 1 gives the value. The F quantiles for (v, n - 1) degrees of freedom give the limits of McGraw &
        Wong: for the lower limit they divide by F(0.975; n - 1, v), which equals multiplying by F(0.025; v, n - 1).
        """
        return self.targets * (ratio * self.between_targets - self.residual) / self.denominator(ratio)

    def denominator(self, ratio: Fraction | int) -> Fraction:
        """Return the denominator of `correlation`, 0 or more."""
        return (
            self.targets * ratio * self.between_targets
            + self.raters * self.between_raters
            + self._spare_cells * self.residual
        )

    def limits(self) -> tuple[float, float]:
        """Return the lower and the upper 95 % limit."""
        degrees = self._degrees()
        if not degrees:  # the targets do not differ, or agreement is perfect: both limits equal the value
            return float(self.correlation(1)), float(self.correlation(1))
        low, high = (Fraction(f_quantile(tail, degrees, self.targets - 1)) for tail in TAILS)
        return float(self.correlation(low)), float(self.correlation(high))

    def _degrees(self) -> float:
        """Return v, Satterthwaite's degrees of freedom, or 0 if v is undefined.

        a and b of McGraw & Wong are multiplied by n(1 - ICC), which cancels out and avoids a division by 0.
        """
        value = self.correlation(1)
        by_raters = self.raters * value * self.between_raters
        by_residual = (self.targets + self._spare_cells * value) * self.residual
        squares = by_raters**2 + by_residual**2 / (self.targets - 1)
        return float((self.raters - 1) * (by_raters + by_residual) ** 2 / squares) if squares else 0.0

    @property
    def _spare_cells(self) -> int:
        """kn - k - n of the formulas: 0 for a table of two by two, more for any larger table."""
        return self.targets * self.raters - self.targets - self.raters


def _analysis_of_variance(table: Sequence[Sequence[float]]) -> _MeanSquares:
    rows = [[Fraction(cell) for cell in row] for row in table]
    row_sums = [sum(row, Fraction()) for row in rows]
    column_sums = [sum(column, Fraction()) for column in zip(*rows, strict=True)]
    targets, raters = len(row_sums), len(column_sums)
    mean_term = _sum_of_squares([sum(row_sums, Fraction())]) / (targets * raters)
    by_target = _sum_of_squares(row_sums) / raters - mean_term
    by_rater = _sum_of_squares(column_sums) / targets - mean_term
    residual = _sum_of_squares(chain.from_iterable(rows)) - mean_term - by_target - by_rater
    return _MeanSquares(
        targets=targets,
        raters=raters,
        between_targets=by_target / (targets - 1),
        between_raters=by_rater / (raters - 1),
        residual=residual / ((targets - 1) * (raters - 1)),
    )


def _sum_of_squares(numbers: Iterable[Fraction]) -> Fraction:
    return sum((number * number for number in numbers), Fraction())


def _mean(differences: Sequence[int]) -> Decimal | None:
    if not differences:
        return None
    return mean_of(sum(differences), len(differences)) + 0  # no "-0.00"


def _percent(count: int, of: int) -> int | None:
    return (200 * count + of) // (2 * of) if of else None
