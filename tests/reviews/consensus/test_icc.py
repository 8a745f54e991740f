"""ICC(1,1), compared with published tables, `pingouin`, closed forms and properties of all ratings."""

import math
import statistics
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from reviews.consensus.icc import Icc, Reason, f_quantile, icc_1_1

SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
ANXIETY = [  # the data set `anxiety` of the R package irr: 20 persons, 3 raters, scores 1-6
    [3, 3, 3, 4, 5, 5, 2, 3, 5, 2, 2, 6, 1, 5, 2, 2, 1, 2, 4, 3],
    [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4],
    [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2],
]

totals = st.integers(25, 125)
tables = st.integers(2, 4).flatmap(  # pingouin needs five ratings
    lambda raters: st.lists(st.lists(totals, min_size=raters, max_size=raters), min_size=3, max_size=8)
)
uneven = st.lists(st.lists(totals, min_size=1, max_size=4), max_size=8)
shares = st.floats(0.01, 0.99)
degrees = st.floats(0.05, 3000)
slow = settings(max_examples=25)


def values_of(icc: Icc) -> tuple[float, float, float]:
    assert icc.value is not None
    assert icc.interval is not None
    return (icc.value, *icc.interval)


def test_the_icc_is_that_of_shrout_and_fleiss() -> None:
    """Shrout & Fleiss (1979), tables 2 and 4: ICC(1,1) = .17; limits as psych::ICC in R prints them: -.133, .723."""
    found = icc_1_1(SHROUT_FLEISS)
    assert values_of(found) == (
        pytest.approx(0.1657, abs=5e-5),
        pytest.approx(-0.133, abs=5e-4),
        pytest.approx(0.723, abs=5e-4),
    )
    assert (found.targets, found.reason) == (6, None)


def test_the_icc_is_that_of_r_and_its_lower_limit_may_be_negative() -> None:
    """R package irr, icc(anxiety, model="oneway", type="agreement"): ICC(1) = 0.175, -0.077 < ICC < 0.484."""
    value, low, high = values_of(icc_1_1(list(zip(*ANXIETY, strict=True))))
    assert value == pytest.approx(0.175, abs=5e-4)
    assert (low, high) == (pytest.approx(-0.077, abs=5e-4), pytest.approx(0.484, abs=5e-4))


def test_the_icc_of_a_hand_worked_example() -> None:
    """Rows 1 2, 2 3, 4 5: sums 3 5 9, of all 17, of squares 59; 17² / 6 = 289/6.

    Between: (9 + 25 + 81) / 2 - 289/6 = 56/6, mean square 28/6. Within: 59 - 115/2 = 9/6, mean square 3/6.
    ICC = (28 - 3) / (28 + 3).
    """
    found = icc_1_1([[1, 2], [2, 3], [4, 5]])
    assert found.value == 25 / 31


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # pingouin 0.7 with pandas 3.1
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # pingouin also computes forms that may not exist
@settings(max_examples=15, phases=(Phase.explicit, Phase.generate))  # shrinking with pandas takes minutes
@given(tables)
def test_the_icc_and_its_limits_are_those_of_pingouin_and_scipy(table: list[list[int]]) -> None:
    # They take seconds to import, which only this test should.
    import pandas
    import pingouin
    from scipy.stats import f

    found = icc_1_1(table)
    if found.interval is None:
        return
    rows = [(target, rater, score) for target, row in enumerate(table) for rater, score in enumerate(row)]
    frame = pandas.DataFrame(rows, columns=["target", "rater", "score"])
    line = pingouin.intraclass_corr(frame, "target", "rater", "score").set_index("Type").loc["ICC(1,1)"]
    assert found.value == pytest.approx(line["ICC"], abs=1e-9)
    raters = len(table[0])
    ratios = [line["F"] / f.ppf(share, line["df1"], line["df2"]) for share in (0.975, 0.025)]
    limits = tuple((ratio - 1) / (ratio + raters - 1) for ratio in ratios)
    assert found.interval == pytest.approx(limits, abs=1e-9)
    assert [round(limit, 2) for limit in found.interval] == pytest.approx(list(line["CI95"]), abs=0.011)


@slow
@given(uneven)
def test_reviews_with_different_numbers_of_evaluators_follow_the_unbalanced_analysis(table: list[list[int]]) -> None:
    """The variance between targets is (MSB - MSW) / k0, and k0 is the mean minus the variance of k over its sum."""
    found = icc_1_1(table)
    rows = [row for row in table if len(row) > 1]
    if found.value is None or found.interval is None:
        return
    sizes, everything = [len(row) for row in rows], [score for row in rows for score in row]
    mean = statistics.fmean(everything)
    between = sum(len(row) * (statistics.fmean(row) - mean) ** 2 for row in rows) / (len(rows) - 1)
    within = sum((score - statistics.fmean(row)) ** 2 for row in rows for score in row)
    within /= len(everything) - len(rows)
    average = statistics.fmean(sizes) - statistics.variance(sizes) / sum(sizes)
    of_targets = (between - within) / average
    assert found.value == pytest.approx(of_targets / (of_targets + within), abs=1e-9)
    assert found.targets == len(rows)


@slow
@given(uneven, st.randoms())
def test_the_icc_does_not_depend_on_level_or_order(table: list[list[int]], chance: Random) -> None:
    moved = [[score + 7 for score in chance.sample(row, len(row))] for row in table]
    chance.shuffle(moved)
    assert icc_1_1(moved) == icc_1_1(table)


@slow
@given(uneven)
def test_a_figure_has_an_interval_around_it_or_a_reason_why_not(table: list[list[int]]) -> None:
    found = icc_1_1(table)
    if found.interval is None:
        assert found.reason is not None
    else:
        value, low, high = values_of(found)
        assert -1 <= low < high <= 1
        assert -1 <= value <= 1


@pytest.mark.parametrize("table", [[], [[]], [[1], [2], [3]], [[1, 2], [3]]])
def test_fewer_than_two_targets_have_no_figure(table: list[list[int]]) -> None:
    assert icc_1_1(table).value is None
    assert icc_1_1(table).reason is Reason.TOO_FEW_TARGETS


def test_without_variance_there_is_no_figure() -> None:
    assert icc_1_1([[90, 90], [90, 90]]) == Icc(None, None, 2, Reason.NOTHING_VARIES)


def test_full_agreement_and_targets_alike_have_no_interval() -> None:
    assert icc_1_1([[90, 90], [80, 80, 80]]) == Icc(1.0, None, 2, Reason.FULL_AGREEMENT)
    assert icc_1_1([[88, 92], [92, 88]]) == Icc(-1.0, None, 2, Reason.TARGETS_ALIKE)


def test_the_icc_of_thousands_of_reviews_is_computed_quickly() -> None:
    """4,000 reviews, the second evaluator one higher in every third: quick, with a narrow interval around the value."""
    value, low, high = values_of(icc_1_1([[80 + n % 4, 80 + n % 4 + (n % 3 == 0)] for n in range(4000)]))
    assert low < value < high


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
