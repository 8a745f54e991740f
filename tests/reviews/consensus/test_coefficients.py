"""Krippendorff's alpha and Gwet's AC2, compared with published tables, the package `krippendorff` and definitions."""

import subprocess
import sys
import time
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.consensus.agreement import Unit
from reviews.consensus.coefficients import Coefficient, Coefficients, Reason, coefficients

GWET = [  # Gwet, Handbook of Inter-Rater Reliability (2014): 12 units, 4 raters, 5 categories, missing ratings
    (1, 1, 1),
    (2, 2, 2, 3),
    (3, 3, 3, 3),
    (3, 3, 3, 3),
    (2, 2, 2, 2),
    (1, 2, 3, 4),
    (4, 4, 4, 4),
    (1, 1, 1, 2),
    (2, 2, 2, 2),
    (5, 5, 5),
    (1, 1),
    (3,),
]
some_units = st.lists(st.lists(st.integers(1, 5), min_size=1, max_size=4).map(sorted).map(tuple), max_size=30)
slow = settings(max_examples=40)  # each example computes 999 resamples


def of_items(units: Sequence[Unit]) -> Coefficients:
    return coefficients([[unit] for unit in units])


def nearly(value: object, **tolerance: float) -> object:
    return pytest.approx(value, **(tolerance or {"abs": 1e-9}))


# --- Values ---------------------------------------------------------------------------------


def test_alpha_is_that_of_krippendorff() -> None:
    """Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), part D: ordinal alpha of these data is 0.815."""
    assert of_items(GWET).alpha.value == nearly(0.815, abs=5e-4)


def test_ac2_is_that_of_gwet() -> None:
    """Gwet's R package irrCAC, gwet.ac1.raw(cac.raw4raters, weights="ordinal"): pa 0.968, pe 0.685, AC2 0.899."""
    assert of_items(GWET).ac2.value == nearly(0.899, abs=5e-4)


def test_both_of_a_hand_worked_example() -> None:
    """Four items: 1 1, 2 3, 3 3, 5 4.

    Alpha. Scores 1 1 2 3 3 3 4 5, n = 8, mean ranks 1.5, 3, 5, 7, 8. Observed, over pairs in both orders:
    2 (5 - 3)² + 2 (8 - 7)² = 10, divided by n: 10/8. Expected: squared differences of all pairs of ranks in one order
    add up to n times the sum of squares minus the square of the sum, 8 x 201.5 - 36² = 316; in both orders, divided by
    n (n - 1): 632/56. Alpha = 1 - (10/8) / (632/56) = 1 - 70/632.

    AC2. Weights 1, 0.9, 0.7, 0.4, 0 by distance. Agreement: (1 + 0.9 + 1 + 0.9) / 4 = 0.95. Shares of the scores 2/8
    1/8 3/8 1/8 1/8, sum of p (1 - p) = 1 - 16/64 = 0.75. All weights add up to 18: chance = 18 / 20 x 0.75 = 0.675.
    """
    found = of_items([(1, 1), (2, 3), (3, 3), (4, 5)])
    assert found.alpha.value == nearly(1 - 70 / 632)
    assert found.ac2.value == nearly((0.95 - 0.675) / (1 - 0.675))


def test_ac2_weighs_by_the_scale_and_not_by_the_scores_in_use() -> None:
    """Only 2 and 3 are in use, half each: agreement 0.95, chance 18 / 20 x 0.5 = 0.45, and not that of two categories."""
    assert of_items([(2, 2), (3, 3), (2, 3), (2, 3)]).ac2.value == nearly((0.95 - 0.45) / 0.55)


def test_opposite_raters_are_below_chance() -> None:
    found = of_items([(1, 5)] * 10)
    assert found.alpha.value == nearly(-0.9)  # 1 - (n - 1) / (n / 2), with n = 20
    assert found.ac2.value == nearly((0 - 0.45) / 0.55)


@given(some_units)
@slow
def test_alpha_is_that_of_the_package(units: list[Unit]) -> None:
    # Both take a second to import, which only these tests should.
    import krippendorff
    import numpy as np

    found = of_items(units).alpha
    given_twice = [unit for unit in units if len(unit) > 1]
    if found.value is None:
        assert len(given_twice) < 2 or len({score for unit in given_twice for score in unit}) == 1
        return
    table = np.array([[unit[rater] if rater < len(unit) else np.nan for unit in units] for rater in range(4)])
    package = krippendorff.alpha(
        reliability_data=table, value_domain=[1, 2, 3, 4, 5], level_of_measurement="ordinal", dtype=np.float64
    )
    assert found.value == nearly(float(package))


@given(some_units)
@slow
def test_ac2_is_that_of_its_definition(units: list[Unit]) -> None:
    """Gwet's probabilities of agreement and of chance, written out over pairs of raters and of categories."""
    found = of_items(units).ac2
    given_twice = [unit for unit in units if len(unit) > 1]
    if len(given_twice) < 2:
        assert found.value is None
        return

    def weight(one: int, other: int) -> Fraction:
        """Gwet's ordinal weight: 1 - C(distance + 1, 2) / C(5, 2)."""
        between = range(min(one, other), max(one, other) + 1)
        return 1 - Fraction(len(list(combinations(between, 2))), 10)

    def mean(numbers: Sequence[Fraction]) -> Fraction:
        return sum(numbers, Fraction()) / len(numbers)

    agreed = mean([mean([weight(one, other) for one, other in permutations(unit, 2)]) for unit in given_twice])
    shares = [mean([Fraction(unit.count(score), len(unit)) for unit in units]) for score in range(1, 6)]
    weights = sum(weight(one, other) for one in range(1, 6) for other in range(1, 6))
    chance = weights / 20 * sum(share * (1 - share) for share in shares)
    assert found.value == nearly(float((agreed - chance) / (1 - chance)))


@given(some_units, st.randoms())
@slow
def test_no_order_changes_a_figure_or_an_interval(units: list[Unit], chance: Random) -> None:
    shuffled = chance.sample(units, len(units))
    assert of_items(shuffled) == of_items(units)


# --- Intervals ------------------------------------------------------------------------------


def test_the_same_ratings_have_the_same_interval_everywhere() -> None:
    """Computed once, on another machine and with another Python."""
    found = of_items(GWET)
    assert found.alpha.interval == (0.4228836552200228, 1.0)
    assert found.ac2.interval == (0.7667425968109339, 1.0)


def test_the_interval_is_that_of_an_independent_bootstrap() -> None:
    """10,000 resamples with another generator, and alpha from the package."""
    import krippendorff
    import numpy as np

    chance = Random(7)
    units = [(score, min(5, score + (chance.random() < 0.3))) for score in (1, 2, 3, 4, 5) * 10]
    found = of_items(units).alpha
    other = np.random.default_rng(1)
    table = np.array(units, dtype=np.float64).T
    resampled = [
        krippendorff.alpha(
            reliability_data=table[:, other.integers(0, 50, 50)],
            value_domain=[1, 2, 3, 4, 5],
            level_of_measurement="ordinal",
        )
        for _ in range(2000)
    ]
    assert found.interval == nearly(tuple(np.percentile(resampled, [2.5, 97.5])), abs=0.01)


def test_more_items_make_the_interval_narrower() -> None:
    units = [(1, 1), (2, 3), (3, 3), (4, 3), (5, 5)]
    few, many = of_items(units).alpha.interval, of_items(units * 20).alpha.interval
    assert few is not None
    assert many is not None
    assert many[1] - many[0] < (few[1] - few[0]) / 2


def test_reviews_are_resampled_whole() -> None:
    """Items of the same review depend on each other: their figures are less certain than those of as many reviews."""
    good, bad = [(1, 1), (3, 3), (5, 5)], [(1, 4), (3, 1), (5, 2)]
    whole = coefficients([good, bad] * 6)
    single = of_items([tuple(sorted(unit)) for unit in (good + bad) * 6])
    assert whole.alpha.value == single.alpha.value
    assert whole.alpha.interval is not None
    assert single.alpha.interval is not None
    assert whole.alpha.interval != single.alpha.interval


@given(some_units)
@slow
def test_a_figure_has_an_interval_or_a_reason_why_not(units: list[Unit]) -> None:
    for found in (of_items(units).alpha, of_items(units).ac2):
        if found.interval is None:
            assert found.reason is not None
        else:
            assert found.value is not None
            assert found.interval[0] < found.interval[1] <= 1
        assert found.value is None or -10 <= found.value <= 1


def test_25_items_are_fast_enough_for_a_page() -> None:
    chance = Random(3)
    units = [tuple(sorted((chance.randint(1, 5), chance.randint(1, 5)))) for _ in range(25)]
    of_items(units)
    started = time.process_time()
    of_items(units)
    assert time.process_time() - started < 0.03


# --- No figure ------------------------------------------------------------------------------


def without(reason: Reason) -> Coefficient:
    return Coefficient(None, None, reason)


@pytest.mark.parametrize(
    ("units", "reason"),
    [
        ([], Reason.NOTHING_COMPARED),
        ([(3,), (4,)], Reason.NOTHING_COMPARED),
        ([(3, 4)], Reason.ONE_UNIT),
        ([(3, 4), (5,)], Reason.ONE_UNIT),
    ],
)
def test_fewer_than_two_compared_items_have_no_figure(units: list[Unit], reason: Reason) -> None:
    assert of_items(units) == Coefficients(without(reason), without(reason))


def test_where_every_score_is_the_same_alpha_does_not_exist_and_ac2_is_full_agreement() -> None:
    found = of_items([(4, 4)] * 25)
    assert found.alpha == without(Reason.ONE_SCORE)
    assert found.ac2 == Coefficient(1.0, None, Reason.FULL_AGREEMENT)


def test_full_agreement_has_no_interval() -> None:
    found = of_items([(score, score, score) for score in (1, 2, 3, 4, 5)])
    assert found.alpha == found.ac2 == Coefficient(1.0, None, Reason.FULL_AGREEMENT)


def test_two_constant_raters_have_no_interval() -> None:
    found = of_items([(3, 4)] * 25)
    assert found.alpha == Coefficient(nearly(-0.96), None, Reason.SAME_IN_EVERY_SAMPLE)  # type: ignore[arg-type]
    assert found.ac2.reason is Reason.SAME_IN_EVERY_SAMPLE


def test_a_rater_who_is_constant_gives_an_alpha_that_is_not_above_chance() -> None:
    found = of_items([tuple(sorted((3, score))) for score in (1, 2, 3, 4, 5) * 5])
    assert found.alpha.value is not None
    assert found.alpha.value <= 0.05
    assert found.alpha.interval is not None


def test_one_difference_in_25_items_is_too_little_for_the_interval_of_alpha() -> None:
    found = of_items([(3, 3)] * 24 + [(3, 4)])
    assert found.alpha == Coefficient(0.0, None, Reason.RARELY_VARIES)
    assert found.ac2.interval is not None


def test_importing_the_modules_loads_neither_django_nor_numpy_nor_mpmath() -> None:
    modules = "reviews.consensus.agreement, reviews.consensus.coefficients, reviews.consensus.icc"
    program = f"import sys, {modules}; print({{'django', 'mpmath', 'numpy'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
