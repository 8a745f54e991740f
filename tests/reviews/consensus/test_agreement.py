"""The plain figures of agreement: counts, mean distance, and that no order matters."""

import statistics
from decimal import Decimal
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.consensus.agreement import Agreement, agreement, mean_distance, units_of

ratings = st.lists(st.dictionaries(st.integers(1, 25), st.integers(1, 5)), min_size=2, max_size=4)


def compared(*of_raters: dict[int, int]) -> Agreement:
    return agreement(units_of(of_raters).values())


def test_two_raters_are_compared_on_what_both_have_scored() -> None:
    found = compared({4: 5, 1: 3, 2: 4, 3: 1, 9: 2}, {1: 3, 2: 5, 3: 4, 4: 5, 8: 1})
    assert (found.n, found.exact, found.within_one) == (4, 2, 3)
    assert (found.exact_share, found.within_one_share) == (50, 75)
    assert found.mean_distance == Decimal("1.00")


def test_three_raters_agree_where_all_of_them_do() -> None:
    """Item 1: 3 3 3. Item 2: 3 3 4, distances 0 1 1. Item 3: 1 2 3, distances 1 1 2. Item 4: 5 5 and no third score."""
    found = compared({1: 3, 2: 3, 3: 1, 4: 5}, {1: 3, 2: 3, 3: 2, 4: 5}, {1: 3, 2: 4, 3: 3})
    assert (found.n, found.exact, found.within_one) == (4, 2, 3)
    assert found.mean_distance == Decimal("0.50")  # (0 + 2/3 + 4/3 + 0) / 4


def test_distances_in_opposite_directions_do_not_cancel_out() -> None:
    assert compared({1: 5, 2: 1}, {1: 3, 2: 3}).mean_distance == Decimal("2.00")


def test_halves_are_rounded_up() -> None:
    """5 points over 8 items are 0.625; 5 of 8 are 62.5 %."""
    found = compared(dict.fromkeys(range(8), 1), dict.fromkeys(range(8), 1) | {0: 2, 1: 3, 2: 3})
    assert found.mean_distance == Decimal("0.63")
    assert found.exact_share == 63


def test_without_common_items_there_are_no_figures_and_no_zero_percent() -> None:
    found = compared({1: 3}, {2: 3})
    assert found == Agreement(n=0, exact=0, within_one=0, mean_distance=None)
    assert (found.exact_share, found.within_one_share) == (None, None)


def test_totals_have_a_mean_distance_too() -> None:
    assert mean_distance([(100, 103), (90, 90), (80, 81, 82)]) == Decimal("1.44")  # (3 + 0 + 4/3) / 3
    assert mean_distance([]) is None


@pytest.mark.parametrize("value", [0, 6, -1, 2.5, None, "3", True])
def test_a_value_that_is_not_a_score_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="not a score"):
        units_of([{1: 3}, {1: value}])  # type: ignore[dict-item]


@given(ratings)
def test_counts_are_nested_and_follow_from_the_pairs(of_raters: list[dict[int, int]]) -> None:
    found = compared(*of_raters)
    assert 0 <= found.exact <= found.within_one <= found.n
    units = [unit for unit in units_of(of_raters).values() if len(unit) > 1]
    means = [statistics.fmean(abs(one - other) for one, other in combinations(unit, 2)) for unit in units]
    if found.mean_distance is not None:
        assert float(found.mean_distance) == pytest.approx(statistics.fmean(means), abs=0.005 + 1e-9)
        assert (found.exact == found.n) == (not any(means))


@given(ratings, st.randoms())
def test_neither_the_order_of_raters_nor_that_of_items_changes_anything(
    of_raters: list[dict[int, int]], chance: Random
) -> None:
    shuffled = [dict(chance.sample(list(scores.items()), len(scores))) for scores in of_raters]
    chance.shuffle(shuffled)
    assert units_of(shuffled) == units_of(of_raters)
    assert list(units_of(shuffled)) == sorted(units_of(shuffled))
    assert compared(*shuffled) == compared(*of_raters)
