"""Totals, bands and missing scores, especially at the limits."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scales.parsing import parse_scale
from scales.scoring import band_of, score
from tests.builders import SCALE, document_of
from tests.scales.pocket import pocket_scale

IPS = parse_scale(document_of(SCALE))
NUMBERS = [item.number for item in IPS.items]


def scores_with_total(total: int) -> dict[int, int]:
    """Return 25 scores of 1-5 that add up to a total."""
    values, rest = {}, total - 25
    for number in NUMBERS:
        extra = min(4, rest)
        values[number] = 1 + extra
        rest -= extra
    return values


@pytest.mark.parametrize(
    ("total", "band", "to_next"),
    [
        (25, "ikke IPS", 49),
        (73, "ikke IPS", 1),
        (74, "tilfredsstillende kvalitet", 26),
        (99, "tilfredsstillende kvalitet", 1),
        (100, "god kvalitet", 15),
        (114, "god kvalitet", 1),
        (115, "svært god kvalitet", None),
        (125, "svært god kvalitet", None),
    ],
)
def test_a_total_falls_in_its_band(total: int, band: str, to_next: int | None) -> None:
    result = score(IPS, scores_with_total(total))
    assert result.total == total
    assert result.band is not None
    assert result.band.label == band
    assert result.to_next_band == to_next
    assert result.missing == ()


def test_24_of_25_have_no_total_and_no_band() -> None:
    values: dict[int, int | None] = {**scores_with_total(100), 7: None}
    result = score(IPS, values)
    assert (result.total, result.band, result.to_next_band) == (None, None, None)
    assert result.missing == (7,)
    assert result.scored == 24


def test_without_scores_there_is_no_total_of_zero() -> None:
    result = score(IPS, {})
    assert (result.scored, result.sum_so_far, result.total) == (0, 0, None)
    assert [section.sum for section in result.sections] == [None, None, None]


def test_sections_have_sums_and_means_once_they_are_whole() -> None:
    result = score(IPS, {1: 5, 2: 4, 3: 4, 4: 2})
    assert [(s.name, s.sum, s.max, s.mean) for s in result.sections] == [
        ("Ansatte", 13, 15, Decimal("4.33")),
        ("Organisering", None, 40, None),
        ("Tjenester", None, 70, None),
    ]


@pytest.mark.parametrize("value", [0, 6, -1, 2.5, "3", True])
def test_a_value_that_is_not_a_score_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="not a score"):
        score(IPS, {1: value})  # type: ignore[dict-item]


def test_an_item_of_another_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="no item 26"):
        score(IPS, {26: 3})


def test_an_impossible_total_has_no_band() -> None:
    with pytest.raises(ValueError, match="126"):
        band_of(IPS, 126)


def test_a_small_scale_has_its_own_maximum_and_bands() -> None:
    result = score(parse_scale(pocket_scale()), {1: 4, 2: 4, 3: 4})
    assert (result.total, result.max) == (12, 15)
    assert result.band is not None
    assert result.band.label == "fine"


@given(st.dictionaries(st.sampled_from(NUMBERS), st.none() | st.integers(1, 5)))
def test_a_total_exists_exactly_when_nothing_is_missing(values: dict[int, int | None]) -> None:
    result = score(IPS, values)
    assert (result.total is None) == bool(result.missing)
    assert result.scored + len(result.missing) == 25
    assert result.sum_so_far == sum(value or 0 for value in values.values())


@given(st.lists(st.integers(1, 5), min_size=25, max_size=25))
def test_the_sections_add_up_to_the_total_and_the_band_holds_it(scores: list[int]) -> None:
    result = score(IPS, dict(zip(NUMBERS, scores, strict=True)))
    assert result.total == sum(scores) == sum(section.sum or 0 for section in result.sections)
    assert result.band is not None
    assert result.band.min <= result.total <= result.band.max
