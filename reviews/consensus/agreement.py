"""How far independent ratings agree, before consensus. Pure: imports no Django.

Owns counts, weighted kappa and the intraclass correlation. Says what was found, never whether it is good
enough: no thresholds, no labels, nothing clipped to look nice. What is undefined is None, never 0.
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

Pair = tuple[int, int]  # one item, or review, as the first and as the second rater scored it
Kappa = float  # 1 is perfect agreement, 0 what chance yields, below 0 less than that

FEWEST = 2  # pairs, targets or raters: with fewer there is nothing that could vary
TAILS = (0.025, 0.975)  # what a 95 % interval leaves below its limits
FLOATS = (-745, 709)  # natural logarithms of the smallest and the largest float
HALVINGS = 64  # of that range: leaves less than a float can tell


@dataclass(frozen=True)
class Agreement:
    """How two raters agree on the `n` items that both have scored.

    `exact` counts equal scores, `within_one` those at most one point apart (the equal ones too).
    `mean_difference` is second minus first, in points with two decimals: above 0 the second rater scores
    higher, below 0 the first. `disagreements` names the items whose scores differ, in order.
    `mean_distance` is the mean of the differences without their signs: it tells nothing of who scored higher.
    Both are None without items, `kappa` where `weighted_kappa` is undefined.
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
        """`exact` in whole percent (0-100, halves up), None without items."""
        return _percent(self.exact, self.n)

    @property
    def within_one_share(self) -> int | None:
        """`within_one` in whole percent (0-100, halves up), None without items."""
        return _percent(self.within_one, self.n)


@dataclass(frozen=True)
class Icc:
    """An intraclass correlation with its 95 % confidence limits, and how many targets and raters it rests on.

    1 is perfect agreement. `value` and limits may be negative, in tables of few rows even below -1.
    """

    value: float
    low: float
    high: float
    targets: int
    raters: int


def agreement(first: Mapping[int, int], second: Mapping[int, int]) -> Agreement:
    """Return how two raters (item number to score) agree on the items that both have scored.

    Raises ValueError for a score outside 1-5 among these.
    """
    common = sorted(first.keys() & second.keys())
    pairs = [(first[key], second[key]) for key in common]
    kappa = weighted_kappa(pairs)  # first: it refuses what is no score
    differences = [later - earlier for earlier, later in pairs]
    return Agreement(
        n=len(pairs),
        exact=differences.count(0),
        within_one=sum(abs(difference) <= 1 for difference in differences),
        mean_difference=_mean(differences),
        mean_distance=_mean([abs(difference) for difference in differences]),
        disagreements=tuple(key for key, difference in zip(common, differences, strict=True) if difference),
        kappa=kappa,
    )


def pairwise(ratings: Sequence[Mapping[int, int]]) -> Iterator[tuple[int, int, Agreement]]:
    """Yield every pair of raters once: the positions of both in `ratings`, earlier first, and their agreement.

    Raises ValueError for a score outside 1-5 among those that a pair shares.
    """
    for (one, first), (other, second) in combinations(enumerate(ratings), 2):
        yield one, other, agreement(first, second)


def weighted_kappa(pairs: Sequence[Pair]) -> Kappa | None:
    """Return kappa over the scores 1-5 with quadratic weights: disagreement by i - j points weighs (i - j)².

    One minus the observed disagreement over that expected by chance, from how often each rater gives each
    score: Cohen, J. (1968). Weighted kappa. Psychological Bulletin 70(4), 213-220. At most 1. None with
    fewer than two pairs and where chance expects no disagreement: both raters gave one and the same score
    throughout, which is agreement, but tells nothing of telling apart. Raises ValueError for a score
    outside 1-5.
    """
    if wrong := [score for pair in pairs for score in pair if score not in SCORES or isinstance(score, bool)]:
        raise ValueError(f"{wrong[0]!r} is not a score from 1 to 5")
    firsts, seconds = Counter(first for first, _ in pairs), Counter(second for _, second in pairs)
    # Both sums are taken over all n² combinations of a first with a second score: whole numbers, nothing rounded.
    expected = sum((one - other) ** 2 * firsts[one] * seconds[other] for one in SCORES for other in SCORES)
    observed = sum((first - second) ** 2 for first, second in pairs) * len(pairs)
    if len(pairs) < FEWEST or not expected:
        return None
    return (expected - observed) / expected


def icc_2_1(table: Sequence[Sequence[float]]) -> Icc | None:
    """Return ICC(2,1) of `table` (a row for each target, a column for each rater), with 95 % limits.

    Two-way random effects, absolute agreement, a single rater: Shrout, P. E. & Fleiss, J. L. (1979).
    Intraclass correlations. Psychological Bulletin 86(2), 420-428. Limits after the same, as in McGraw, K. O.
    & Wong, S. P. (1996). Forming inferences about some intraclass correlation coefficients. Psychological
    Methods 1(1), 30-46, case 2A, ICC(A,1). They are an approximation: where targets hardly differ, its
    degrees of freedom can fall so far below 1 that the value is outside its own limits. Where targets do not
    differ at all, and in perfect agreement, both limits are the value.

    None with fewer than two targets or raters, without any variance, and where the denominator is 0 all the
    same (two raters who score two targets the opposite way). Raises ValueError for rows of different length
    and for what is not a finite number.
    """
    if len({len(row) for row in table}) > 1:
        raise ValueError("every target needs a rating from every rater")
    if not all(math.isfinite(cell) for row in table for cell in row):
        raise ValueError("a rating is a finite number")
    if len(table) < FEWEST or len(table[0]) < FEWEST:
        return None
    variance = _analysis_of_variance(table)
    if not variance.denominator(1):
        return None
    low, high = variance.limits()
    return Icc(float(variance.correlation(1)), low, high, variance.targets, variance.raters)


def f_quantile(share: float, numerator_degrees: float, denominator_degrees: float) -> float:
    """Return the value that an F distribution stays below with the probability `share`, to 12 digits.

    Degrees of freedom may be fractional. A value below the smallest or above the largest float comes back
    as that. Raises ValueError for a share outside 0-1, exclusive, and degrees that are not above 0.
    """
    if not 0 < share < 1 or not (numerator_degrees > 0 and denominator_degrees > 0):
        raise ValueError("a quantile needs a share between 0 and 1 and degrees of freedom above 0")
    import mpmath  # here, not above: takes a tenth of a second to load, and few pages show an interval

    numbers = mpmath.mp.clone()  # the shared one keeps its precision in a global that threads would fight over
    numbers.dps = 30
    upper, lower = numbers.mpf(numerator_degrees) / 2, numbers.mpf(denominator_degrees) / 2
    least, most = (numbers.mpf(bound) for bound in FLOATS)
    for _ in range(HALVINGS):
        middle = (least + most) / 2
        if _f_probability(numbers, numbers.exp(middle), upper, lower) < share:
            least = middle
        else:
            most = middle
    return float(numbers.exp(most))


def _f_probability(numbers: Any, value: Any, upper: Any, lower: Any) -> Any:
    """Return how probably F is below `value`; `upper` and `lower` are half its degrees of freedom."""
    part, rest = upper * value / (upper * value + lower), lower / (upper * value + lower)
    if part <= rest:
        return _incomplete_beta(numbers, upper, lower, part, rest)
    return 1 - _incomplete_beta(numbers, lower, upper, rest, part)


def _incomplete_beta(numbers: Any, first: Any, second: Any, part: Any, rest: Any) -> Any:
    """Return the regularised I_part(first, second) for `part` up to 1/2 and `rest` = 1 - part, by DLMF 8.17.8.

    All terms of this series are positive. Those of mpmath.betainc alternate: over some thousand degrees of
    freedom it needs so many digits that one call takes most of a minute.
    """
    constant = numbers.loggamma(first + second) - numbers.loggamma(first + 1) - numbers.loggamma(second)
    scale = numbers.exp(first * numbers.ln(part) + second * numbers.ln(rest) + constant)
    return scale * numbers.hyp2f1(first + second, 1, first + 1, part)


@dataclass(frozen=True)
class _Variance:
    """The mean squares of a two-way table with one rating in each cell. Fractions: nothing is rounded."""

    targets: int
    raters: int
    between_targets: Fraction
    between_raters: Fraction
    residual: Fraction

    def correlation(self, ratio: Fraction | int) -> Fraction:
        """Return ICC(2,1), had the mean square between targets been `ratio` times as large.

        1 yields the value. The F quantiles for (v, n - 1) degrees yield the limits of McGraw & Wong: their
        lower one divides by F(0.975; n - 1, v), which is to multiply by F(0.025; v, n - 1).
        """
        return self.targets * (ratio * self.between_targets - self.residual) / self.denominator(ratio)

    def denominator(self, ratio: Fraction | int) -> Fraction:
        """Return what `correlation` divides by: 0 or more."""
        return (
            self.targets * ratio * self.between_targets
            + self.raters * self.between_raters
            + self._spare_cells * self.residual
        )

    def limits(self) -> tuple[float, float]:
        """Return the lower and the upper 95 % limit."""
        degrees = self._degrees()
        if not degrees:  # targets all alike, or perfect agreement: F cancels out of both limits
            return float(self.correlation(1)), float(self.correlation(1))
        low, high = (Fraction(f_quantile(tail, degrees, self.targets - 1)) for tail in TAILS)
        return float(self.correlation(low)), float(self.correlation(high))

    def _degrees(self) -> float:
        """Return v, Satterthwaite's degrees of freedom, 0 where it is 0 or undefined.

        a and b of McGraw & Wong are multiplied by n(1 - ICC), which cancels: no division by 0 at an ICC of 1.
        """
        value = self.correlation(1)
        by_raters = self.raters * value * self.between_raters
        by_residual = (self.targets + self._spare_cells * value) * self.residual
        squares = by_raters**2 + by_residual**2 / (self.targets - 1)
        return float((self.raters - 1) * (by_raters + by_residual) ** 2 / squares) if squares else 0.0

    @property
    def _spare_cells(self) -> int:
        """Return kn - k - n of the formulas: 0 for two by two, more for any larger table."""
        return self.targets * self.raters - self.targets - self.raters


def _analysis_of_variance(table: Sequence[Sequence[float]]) -> _Variance:
    rows = [[Fraction(cell) for cell in row] for row in table]
    row_sums = [sum(row, Fraction()) for row in rows]
    column_sums = [sum(column, Fraction()) for column in zip(*rows, strict=True)]
    targets, raters = len(row_sums), len(column_sums)
    whole = _squares([sum(row_sums, Fraction())]) / (targets * raters)
    by_target = _squares(row_sums) / raters - whole
    by_rater = _squares(column_sums) / targets - whole
    rest = _squares(chain.from_iterable(rows)) - whole - by_target - by_rater
    return _Variance(
        targets=targets,
        raters=raters,
        between_targets=by_target / (targets - 1),
        between_raters=by_rater / (raters - 1),
        residual=rest / ((targets - 1) * (raters - 1)),
    )


def _squares(numbers: Iterable[Fraction]) -> Fraction:
    return sum((number * number for number in numbers), Fraction())


def _mean(differences: Sequence[int]) -> Decimal | None:
    if not differences:
        return None
    return mean_of(sum(differences), len(differences)) + 0  # no "-0.00"


def _percent(count: int, of: int) -> int | None:
    return (200 * count + of) // (2 * of) if of else None
