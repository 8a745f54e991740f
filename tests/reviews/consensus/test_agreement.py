"""Agreement before consensus, compared with published examples, closed forms and properties of all ratings."""

import math
import statistics
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.consensus.agreement import (
    Agreement,
    Icc,
    Pair,
    agreement,
    agreement_of_pairs,
    f_quantile,
    icc_2_1,
    weighted_kappa,
)

SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
ANXIETY = [  # the data set `anxiety` of the R package irr: 20 persons, 3 raters, scores 1-6
    [3, 3, 3, 4, 5, 5, 2, 3, 5, 2, 2, 6, 1, 5, 2, 2, 1, 2, 4, 3],
    [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4],
    [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2],
]

scores = st.integers(1, 5)
ratings = st.dictionaries(st.integers(1, 25), scores)
some_pairs = st.lists(st.tuples(scores, scores), max_size=60)
tables = st.integers(2, 4).flatmap(
    lambda raters: st.lists(st.lists(scores, min_size=raters, max_size=raters), min_size=2, max_size=8)
)
shares = st.floats(0.01, 0.99)
degrees = st.floats(0.05, 3000)
slow = settings(max_examples=25)


def pairs_of(table: Sequence[Sequence[int]]) -> list[Pair]:
    """Return the pairs of a table of counts: rows are the first rater's scores from 1, columns the second's."""
    return [
        (first, second)
        for first, row in enumerate(table, 1)
        for second, count in enumerate(row, 1)
        for _ in range(count)
    ]


def swapped(pairs: Sequence[Pair]) -> list[Pair]:
    return [(second, first) for first, second in pairs]


def the_icc(table: Sequence[Sequence[float]]) -> Icc:
    found = icc_2_1(table)
    assert found is not None
    return found


def test_two_raters_are_compared_on_what_both_have_scored() -> None:
    first = {4: 5, 1: 3, 2: 4, 3: 1, 9: 2}
    second = {1: 3, 2: 5, 3: 4, 4: 5, 8: 1}
    found = agreement(first, second)
    assert (found.n, found.exact, found.within_one) == (4, 2, 3)
    assert (found.exact_share, found.within_one_share) == (50, 75)
    assert found.disagreements == (2, 3)
    assert found.mean_difference == Decimal("1.00")


def test_a_second_rater_who_scores_lower_has_a_mean_difference_below_zero() -> None:
    assert agreement({1: 5, 2: 4, 3: 3}, {1: 4, 2: 4, 3: 3}).mean_difference == Decimal("-0.33")


def test_halves_are_rounded_up() -> None:
    """5 points over 8 items are 0.625; 5 of 8 are 62.5 %."""
    found = agreement(dict.fromkeys(range(8), 1), dict.fromkeys(range(8), 1) | {0: 2, 1: 3, 2: 3})
    assert found.mean_difference == Decimal("0.63")
    assert found.exact_share == 63


def test_a_difference_too_small_to_show_has_no_sign() -> None:
    found = agreement(dict.fromkeys(range(300), 3), dict.fromkeys(range(300), 3) | {7: 2})
    assert str(found.mean_difference) == "0.00"


def test_without_common_items_there_are_no_figures_and_no_zero_percent() -> None:
    found = agreement({1: 3}, {2: 3})
    assert found == Agreement(
        n=0, exact=0, within_one=0, mean_difference=None, mean_distance=None, disagreements=(), kappa=None
    )
    assert (found.exact_share, found.within_one_share) == (None, None)


def test_agreement_carries_the_kappa_of_its_pairs() -> None:
    found = agreement({1: 1, 2: 1, 3: 2, 4: 3}, {1: 1, 2: 2, 3: 2, 4: 3})
    assert found.kappa == weighted_kappa([(1, 1), (1, 2), (2, 2), (3, 3)])
    assert found.kappa is not None


@pytest.mark.parametrize("value", [0, 6, -1, 2.5, None, "3", True])
def test_a_value_that_is_not_a_score_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="not a score"):
        agreement({1: 3}, {1: value})  # type: ignore[dict-item]
    with pytest.raises(ValueError, match="not a score"):
        weighted_kappa([(value, 3)])  # type: ignore[list-item]


def test_three_raters_are_compared_two_by_two() -> None:
    found = list(agreement_of_pairs([{1: 3, 2: 4}, {1: 3, 2: 5}, {1: 1}]))
    assert [(one, other, pair.n, pair.exact) for one, other, pair in found] == [
        (0, 1, 2, 1),
        (0, 2, 1, 0),
        (1, 2, 1, 0),
    ]
    assert [pair.mean_difference for _, _, pair in found] == [Decimal("0.50"), Decimal("-2.00"), Decimal("-2.00")]


def test_one_rater_makes_no_pair() -> None:
    assert list(agreement_of_pairs([{1: 3}])) == list(agreement_of_pairs([])) == []


@given(ratings, ratings)
def test_counts_are_nested_and_disagreements_are_the_pairs_that_differ(
    first: dict[int, int], second: dict[int, int]
) -> None:
    found = agreement(first, second)
    assert 0 <= found.exact <= found.within_one <= found.n == len(first.keys() & second.keys())
    assert len(found.disagreements) == found.n - found.exact
    assert list(found.disagreements) == sorted(found.disagreements)


@given(ratings, ratings)
def test_raters_who_change_places_change_the_sign_only(first: dict[int, int], second: dict[int, int]) -> None:
    there, back = agreement(first, second), agreement(second, first)
    assert there.kappa == back.kappa
    assert (there.n, there.exact, there.disagreements) == (back.n, back.exact, back.disagreements)
    assert there.mean_difference is None or there.mean_difference == -(back.mean_difference or 0)


@given(ratings, ratings, st.randoms())
def test_the_order_in_which_items_come_changes_nothing(
    first: dict[int, int], second: dict[int, int], chance: Random
) -> None:
    mixed = list(first.items())
    chance.shuffle(mixed)
    assert agreement(dict(mixed), second) == agreement(first, second)


def test_kappa_of_a_hand_worked_example() -> None:
    """Eight pairs. First: 1 1 2 3 3 4 5 5, second: 1 2 2 3 4 4 3 5.

    Observed: the differences are 0 1 0 0 1 0 -2 0, their squares add up to 1 + 1 + 4 = 6.
    Expected: over all 8 x 8 combinations the squares add up to 8 x (sum of first²) + 8 x (sum of second²)
    - 2 x (sum of first) x (sum of second) = 8 x 90 + 8 x 84 - 2 x 24 x 24 = 720 + 672 - 1152 = 240,
    for 8 pairs 240 / 8 = 30. Kappa = 1 - 6 / 30 = 0.8.
    """
    assert weighted_kappa([(1, 1), (1, 2), (2, 2), (3, 3), (3, 4), (4, 4), (5, 3), (5, 5)]) == 0.8


def test_kappa_of_five_categories_is_that_of_r() -> None:
    """R package irr, kappa2(anxiety[, 2:3], "squared") is 0.2520325, as quoted in the tests of statsmodels.

    irr numbers the categories in use (1 2 3 4 6) from 1 to 5: its 6 is our 5.
    """
    second, third = ([min(score, 5) for score in column] for column in ANXIETY[1:])
    assert weighted_kappa(list(zip(second, third, strict=True))) == pytest.approx(0.2520325, abs=5e-8)


def test_kappa_of_three_categories_is_that_of_scikit_learn() -> None:
    """scikit-learn, test_cohen_kappa, weights="quadratic": 0.9541."""
    first, second = [1] * 46 + [2] * 44 + [3] * 10, [1] * 50 + [2] * 40 + [3] * 10
    assert weighted_kappa(list(zip(first, second, strict=True))) == pytest.approx(0.9541, abs=5e-5)


def test_kappa_is_1_in_perfect_and_minus_1_in_opposite_agreement() -> None:
    assert weighted_kappa([(1, 1), (3, 3), (5, 5)]) == 1.0
    assert weighted_kappa([(1, 5), (5, 1)]) == -1.0


def test_kappa_is_0_where_a_rater_gives_every_item_the_same_score() -> None:
    assert weighted_kappa([(3, 1), (3, 4), (3, 5)]) == 0.0
    assert weighted_kappa([(2, 4), (2, 4)]) == 0.0


@pytest.mark.parametrize("pairs", [[], [(3, 4)], [(3, 3)], [(4, 4), (4, 4), (4, 4)]])
def test_kappa_is_undefined_where_nothing_varies(pairs: list[Pair]) -> None:
    assert weighted_kappa(pairs) is None


@given(some_pairs, st.randoms())
def test_kappa_is_at_most_1_and_the_same_for_pairs_swapped_or_shuffled(pairs: list[Pair], chance: Random) -> None:
    kappa = weighted_kappa(pairs)
    mixed = list(pairs)
    chance.shuffle(mixed)
    assert weighted_kappa(swapped(pairs)) == weighted_kappa(mixed) == kappa
    assert kappa is None or kappa <= 1
    assert kappa is None or (kappa == 1) == all(first == second for first, second in pairs)


@given(some_pairs)
def test_kappa_is_the_correlation_where_both_raters_use_scores_equally_often(pairs: list[Pair]) -> None:
    """Cohen (1968): with quadratic weights and equal margins kappa is Pearson's r."""
    balanced = pairs + swapped(pairs)
    kappa = weighted_kappa(balanced)
    if kappa is not None:
        firsts, seconds = zip(*balanced, strict=True)
        assert kappa == pytest.approx(statistics.correlation(firsts, seconds), abs=1e-12)


@given(some_pairs)
def test_kappa_is_the_icc_of_an_analysis_of_variance_that_divides_by_n(pairs: list[Pair]) -> None:
    """Fleiss & Cohen (1973): kappa = (SST - SSE) / (SST + SSE + 2 SSR), sums of squares of targets, error, raters."""
    kappa = weighted_kappa(pairs)
    if kappa is None:
        return
    whole = statistics.fmean(score for pair in pairs for score in pair)
    means = [statistics.fmean(column) for column in zip(*pairs, strict=True)]
    targets = sum(2 * (statistics.fmean(pair) - whole) ** 2 for pair in pairs)
    between = sum(len(pairs) * (mean - whole) ** 2 for mean in means)
    total = sum((score - whole) ** 2 for pair in pairs for score in pair)
    error = total - targets - between
    assert kappa == pytest.approx((targets - error) / (targets + error + 2 * between), abs=1e-9)


def test_the_longer_the_table_the_closer_the_icc_to_kappa() -> None:
    pairs = pairs_of([[4, 2, 0, 0, 0], [1, 5, 2, 0, 0], [0, 2, 6, 3, 1], [0, 0, 1, 7, 2], [0, 0, 0, 3, 8]])
    kappa = weighted_kappa(pairs)
    assert the_icc(pairs).value != pytest.approx(kappa, abs=1e-4)
    assert the_icc(pairs * 100).value == pytest.approx(kappa, abs=1e-4)


def test_the_icc_is_that_of_shrout_and_fleiss() -> None:
    """Shrout & Fleiss (1979), tables 2 and 4: ICC(2,1) = .29; limits as psych::ICC in R prints them: .019, .761."""
    found = the_icc(SHROUT_FLEISS)
    assert found.value == pytest.approx(0.2898, abs=5e-5)
    assert (found.low, found.high) == (pytest.approx(0.019, abs=5e-4), pytest.approx(0.761, abs=5e-4))
    assert (found.targets, found.raters) == (6, 4)


def test_the_icc_is_that_of_r_and_its_lower_limit_may_be_negative() -> None:
    """R package irr, icc(anxiety, model="twoway", type="agreement"): ICC(A,1) = 0.198, -0.039 < ICC < 0.494."""
    found = the_icc(list(zip(*ANXIETY, strict=True)))
    assert found.value == pytest.approx(0.198, abs=5e-4)
    assert (found.low, found.high) == (pytest.approx(-0.039, abs=5e-4), pytest.approx(0.494, abs=5e-4))


def test_the_icc_of_a_hand_worked_example() -> None:
    """Rows 1 2, 2 3, 4 5: the second rater is one point higher throughout.

    Sums of the rows 3 5 9, of the columns 7 10, of all 17, of squares 59; 17² / 6 = 289/6.
    Targets: (9 + 25 + 81) / 2 - 289/6 = 56/6, mean square 28/6. Raters: (49 + 100) / 3 - 289/6 = 9/6.
    Rest: 59 - 289/6 - 56/6 - 9/6 = 0. ICC = (28/6) / (28/6 + 2/3 x 9/6) = 28/34.
    Without a rest, v is k - 1 = 1: limits 28 q / (28 q + 6), with q the 2.5 % and 97.5 % quantiles of
    F(1, 2), which is t² for 2 degrees of freedom: 2 p² / (1 - p²) for p = 0.025 and 0.975.
    """
    found = the_icc([[1, 2], [2, 3], [4, 5]])
    low, high = (2 * p**2 / (1 - p**2) for p in (0.025, 0.975))
    assert found.value == 28 / 34
    assert found.low == pytest.approx(28 * low / (28 * low + 6), rel=1e-9)
    assert found.high == pytest.approx(28 * high / (28 * high + 6), rel=1e-9)


@pytest.mark.parametrize(
    "table", [[[1, 1], [2, 2]], [[5, 5, 5], [2, 2, 2], [4, 4, 4]], [[1 / 3] * 2, [4.7] * 2, [0.1] * 2]]
)
def test_perfect_agreement_is_1_from_1_to_1(table: list[list[float]]) -> None:
    found = the_icc(table)
    assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)


def test_identical_targets_have_an_icc_of_0_with_an_interval_of_no_width() -> None:
    found = the_icc([[1, 2], [1, 2], [1, 2]])
    assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)


def test_an_estimate_below_minus_1_is_not_clipped() -> None:
    """Three targets with the same mean, two raters with the same mean: -n / (kn - k - n) = -3 / 1."""
    assert the_icc([[1, 3], [3, 1], [2, 2]]).value == -3.0


def test_limits_that_exclude_the_value_are_returned_unchanged() -> None:
    """Row means 3 3 3 2.5: hardly any difference between targets, so v is far below 1."""
    found = the_icc([[5, 1], [2, 4], [4, 2], [4, 1]])
    assert found.low <= found.high < found.value < 0


@pytest.mark.parametrize(
    "table", [[], [[]], [[], []], [[1, 2, 3]], [[1], [2], [3]], [[3, 3], [3, 3]], [[2.5] * 4] * 7, [[1, 2], [2, 1]]]
)
def test_the_icc_is_undefined_without_variance_or_anything_to_compare(table: list[list[float]]) -> None:
    assert icc_2_1(table) is None


@pytest.mark.parametrize("table", [[[1, 2], [3]], [[1], [2, 3]], [[1, 2], []]])
def test_a_table_with_holes_is_refused(table: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="every target"):
        icc_2_1(table)


@pytest.mark.parametrize("cell", [math.nan, math.inf, -math.inf])
def test_a_value_that_is_not_a_number_is_refused(cell: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        icc_2_1([[1, 2], [3, cell]])


def test_the_icc_of_thousands_of_items_is_computed_quickly() -> None:
    """4,000 items, the second rater one higher in every third: quick, with a narrow interval around the value."""
    found = the_icc([[1 + item % 4, 1 + item % 4 + (item % 3 == 0)] for item in range(4000)])
    assert found.low < found.value < found.high
    assert found.targets == 4000


@slow
@given(tables)
def test_limits_are_in_order_and_never_above_1(table: list[list[int]]) -> None:
    found = icc_2_1(table)
    if found is not None:
        assert found.low <= found.high <= 1
        assert found.value <= 1


@slow
@given(tables, st.integers(-100, 100), st.randoms())
def test_the_icc_does_not_depend_on_level_or_order(table: list[list[int]], level: int, chance: Random) -> None:
    moved = [[score + level for score in row] for row in table]
    chance.shuffle(moved)
    columns = list(zip(*moved, strict=True))
    chance.shuffle(columns)
    assert icc_2_1(list(zip(*columns, strict=True))) == icc_2_1(table)


@slow
@given(tables, st.sampled_from([0.5, 2, 4]))
def test_the_icc_does_not_depend_on_the_unit(table: list[list[int]], factor: float) -> None:
    assert icc_2_1([[score * factor for score in row] for row in table]) == icc_2_1(table)


@pytest.mark.parametrize(
    ("share", "numerator", "denominator", "expected"),
    [
        (0.975, 3, 10, 4.8256),
        (0.975, 5, 15, 3.5764),
        (0.95, 1, 10, 4.9646),
        (0.95, 10, 10, 2.9782),
        (0.99, 5, 5, 10.9670),
        (0.975, 1, 1, 647.7890),
        (0.95, 2, 2, 19.0000),
    ],
)
def test_quantiles_are_those_of_the_printed_tables(
    share: float, numerator: int, denominator: int, expected: float
) -> None:
    """Upper percentage points of the F distribution, as in textbooks."""
    assert f_quantile(share, numerator, denominator) == pytest.approx(expected, abs=5e-5)


@slow
@given(shares, degrees)
def test_two_over_any_degrees_have_a_closed_form(share: float, denominator: float) -> None:
    """P(F < x) = 1 - (1 + 2x/d)^(-d/2) for 2 and d degrees of freedom, where d need not be whole."""
    expected = denominator / 2 * math.expm1(-2 / denominator * math.log1p(-share))
    assert f_quantile(share, 2, denominator) == pytest.approx(expected, rel=1e-12)


@slow
@given(shares, degrees, degrees)
def test_the_quantile_of_the_reciprocal_is_the_reciprocal(share: float, one: float, other: float) -> None:
    there, back = f_quantile(share, one, other), f_quantile(1 - share, other, one)
    if 1e-300 < there < 1e300:
        assert there * back == pytest.approx(1, rel=1e-9)


@pytest.mark.parametrize(("numerator", "denominator"), [(1e-3, 24), (1e-30, 5), (1e-300, 1)])
def test_a_quantile_below_every_float_is_returned_as_0(numerator: float, denominator: float) -> None:
    assert 0 <= f_quantile(0.025, numerator, denominator) < 1e-300


@pytest.mark.parametrize(
    ("share", "numerator"), [(0, 3), (1, 3), (-0.1, 3), (0.5, 0), (0.5, -1), (math.nan, 3), (0.5, math.nan)]
)
def test_a_quantile_outside_its_domain_is_refused(share: float, numerator: float) -> None:
    with pytest.raises(ValueError, match="a share between 0 and 1"):
        f_quantile(share, numerator, 10)


def test_threads_compute_quantiles_independently() -> None:
    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(lambda _: f_quantile(0.975, 3, 10), range(32)))
    assert found == {f_quantile(0.975, 3, 10)}


def test_importing_the_module_loads_neither_django_nor_mpmath() -> None:
    program = "import sys, reviews.consensus.agreement; print({'django', 'mpmath'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
