"""Quartiles and small charts, compared with values calculated by hand."""

import statistics
from collections import Counter
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.charts.bars import bars
from reviews.charts.boxes import box_mark
from reviews.charts.distribution import distribution_of, spread
from reviews.charts.multiples import SmallChart, small_multiples
from reviews.charts.ruler import position, ruler
from reviews.charts.strip import strip
from reviews.charts.trend import ReviewTotal, trend
from scales.parsing import parse_scale
from tests.builders import SCALE, document_of


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([4], (4, 4, 4, 4, 4)),
        ([3, 5], (3, Fraction(7, 2), 4, Fraction(9, 2), 5)),
        ([1, 2, 3, 4], (1, Fraction(7, 4), Fraction(5, 2), Fraction(13, 4), 4)),
        ([92, 101, 109, 113, 116], (92, 101, 109, 113, 116)),
        ([5, 5, 5, 1, 5, 5], (1, 5, 5, 5, 5)),
        ([70, 71, 80, 90, 99, 100], (70, Fraction(293, 4), 85, Fraction(387, 4), 100)),
    ],
)
def test_quartiles_match_the_values_calculated_by_hand(values: list[int], expected: tuple[Fraction, ...]) -> None:
    found = spread(Counter(values))
    assert (found.min, found.q1, found.median, found.q3, found.max) == expected
    assert found.n == len(values)


@given(st.lists(st.integers(1, 125), min_size=2, max_size=60))
def test_quartiles_agree_with_the_standard_library(values: list[int]) -> None:
    found = spread(Counter(values))
    expected = statistics.quantiles(map(Fraction, values), n=4, method="inclusive")
    assert [found.q1, found.median, found.q3] == expected


def test_an_empty_distribution_is_refused() -> None:
    with pytest.raises(ValueError, match="no values"):
        spread({3: 0})


def test_below_five_organisations_only_their_number_is_shown() -> None:
    scores = [(1, 4, 3), (1, 5, 1)]
    told = distribution_of(scores, {100: 3, 90: 1})
    assert (told.n, told.total, told.items, told.is_withheld) == (4, None, {}, True)
    told = distribution_of([*scores, (1, 1, 1)], {100: 3, 90: 2})
    assert told.items[1].median == 4
    assert told.total.n == told.items[1].n == 5  # type: ignore[union-attr]


def test_small_charts_put_time_on_one_axis_and_scores_on_the_other() -> None:
    drawn = small_multiples([date(2024, 1, 1), date(2024, 12, 31), date(2026, 12, 31)], {7: [1, 3, 5], 8: [5, 5, 5]})
    (first, second, last), level = _points(drawn.charts[7]), _points(drawn.charts[8])
    assert first[1] > second[1] > last[1]
    assert last[0] - second[0] == pytest.approx(2 * (second[0] - first[0]), abs=0.5)
    assert len({y for _x, y in level}) == 1
    assert (drawn.charts[7].last_x, drawn.charts[7].last_y) == ("186", "8")
    assert [line.label for line in drawn.frame.grid] == ["1", "", "", "", "5"]


def test_visits_on_one_day_are_drawn_apart_and_a_single_visit_in_the_middle() -> None:
    day = date(2026, 3, 1)
    assert len({x for x, _y in _points(small_multiples([day, day], {1: [2, 3]}).charts[1])}) == 2
    assert small_multiples([day], {1: [2]}).charts[1].last_x == "102"


def _points(chart: SmallChart) -> list[tuple[float, ...]]:
    return [tuple(map(float, point.split(","))) for point in chart.polyline.split()]


def test_a_row_that_does_not_fit_the_visits_is_refused() -> None:
    with pytest.raises(ValueError, match="argument"):
        small_multiples([date(2026, 3, 1)], {1: [2, 3]})


def test_a_bar_ends_at_its_score_and_the_ring_marks_the_previous_score() -> None:
    scale = parse_scale(document_of(SCALE))
    picture = bars(scale, {1: 1, 2: 5, 3: None}, {1: 4, 2: 5})
    at = {int(score): float(x) for x, score in picture.ticks}
    one, five, none = picture.bars[:3]
    assert list(at.values()) == sorted(at.values())
    assert [float(picture.left) + float(bar.width) for bar in (one, five)] == [at[1], at[5]]
    assert [float(bar.last_x) for bar in (one, five)] == [at[4], at[5]]
    assert [(bar.score, bar.last) for bar in (one, five, none)] == [("1", "4"), ("5", "5"), ("", "")]
    assert none.width == "0"


def test_every_item_has_its_own_line_below_its_section_and_within_the_picture() -> None:
    scale = parse_scale(document_of(SCALE))
    picture = bars(scale, {}, {})
    lines = [float(bar.middle) for bar in picture.bars]
    assert len(lines) == 25
    assert lines == sorted(set(lines))
    assert float(picture.headings[0].y) < lines[0]
    assert lines[-1] < float(picture.height)
    assert not picture.has_last


# --- The ruler and the strip of totals ---------------------------------------------------

NORWEGIAN = parse_scale(document_of(SCALE))


def test_higher_totals_are_further_right_and_bands_touch_without_overlap() -> None:
    places = [position(NORWEGIAN, total) for total in range(NORWEGIAN.min, NORWEGIAN.max + 1)]
    assert places == sorted(set(places))
    assert 0 < places[0] < places[-1] < 100
    bands = ruler(NORWEGIAN).bands
    ends = [float(band.x) + float(band.width) for band in bands]
    starts = [float(band.x) for band in bands]
    assert starts[0] == 0
    assert ends[-1] == pytest.approx(100, abs=0.01)
    assert all(0 < start - end < 1 for end, start in zip(ends, starts[1:], strict=False))


def test_the_band_that_is_reached_is_marked_and_holds_the_mark() -> None:
    for total in (25, 73, 74, 99, 100, 114, 115, 125):
        drawn = ruler(NORWEGIAN, total)
        [band] = [band for band in drawn.bands if band.is_reached]
        assert drawn.now is not None
        assert float(band.x) <= float(drawn.now.x) <= float(band.x) + float(band.width) + 0.4


@pytest.mark.parametrize(
    ("now", "last", "joins"), [(109, 103, False), (92, 101, False), (71, 52, True), (114, 122, True)]
)
def test_the_label_of_last_time_joins_where_it_has_no_room(now: int, last: int, joins: bool) -> None:
    assert ruler(NORWEGIAN, now, last).joins_last is joins


def test_the_strip_draws_a_dot_for_each_organisation_and_names_the_few() -> None:
    few = strip(NORWEGIAN, {92: 1, 101: 2}, {92: ["Lindåsen"], 101: ["Havnebyen", "Øyvær"]})
    assert [(column.total, len(column.dots), column.name) for column in few.columns] == [
        ("92", 1, "Lindåsen"),
        ("101", 2, "Havnebyen, Øyvær"),
    ]
    many = strip(NORWEGIAN, {92: 1, 101: 60}, {92: ["Lindåsen"]})
    assert [(len(column.dots), column.more, column.name) for column in many.columns] == [(1, "", ""), (5, "×60", "")]


def test_a_long_name_is_cut_in_the_drawing_and_whole_for_those_who_point_at_it() -> None:
    column = strip(NORWEGIAN, {75: 1}, {75: ["Senter " * 21]}).columns[0]
    assert column.name == "Senter Senter Senter Senter Senter Sente …"
    assert column.names == "Senter " * 21


def test_names_of_near_totals_are_on_different_levels() -> None:
    totals = (108, 109, 110)
    drawn = strip(NORWEGIAN, dict.fromkeys(totals, 1), {total: [f"IPS Granlia {total}"] for total in totals})
    assert len({column.name_y for column in drawn.columns}) == 3


def test_a_box_mark_runs_over_its_axis_and_marks_single_values() -> None:
    mark = box_mark(spread(Counter([1, 2, 2, 3, 3, 4, 5])), 1, 5, own=[5])
    assert (mark.lowest, mark.box_x, mark.median, mark.highest) == ("0.00", "25.00", "50.00", "100.00")
    assert (mark.box_width, mark.own) == ("37.50", ("100.00",))


def test_a_total_is_written_only_where_it_covers_no_newer_one() -> None:
    days = (date(2020, 1, 1), date(2024, 5, 1), date(2024, 5, 8))
    drawn = trend(NORWEGIAN, [ReviewTotal(day, 80, "self", "self", words=str(day)) for day in days])
    assert drawn
    assert [point.is_crowded for point in drawn.series[0].points] == [False, True, False]
