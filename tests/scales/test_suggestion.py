"""Suggestions: compared with values derived by hand, and properties of every rule."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scales.definition import Item
from scales.parsing import parse_scale
from scales.rules import SCORES, CountRule, ThresholdRule
from scales.suggestion import LeftOut, suggest
from tests.builders import CORRECTED as CORRECTED_SCALE
from tests.builders import SCALE, document_of
from tests.scales.worked_values import CORRECTED, WORKED

FROZEN = parse_scale(document_of(SCALE)).by_number  # of version 0.2.0; what it suggests never changes
ITEMS = parse_scale(document_of(CORRECTED_SCALE)).by_number
OBSERVED_ANEW = [(number, seen) for number, seen, _score in CORRECTED]
ROWS = [row for row in WORKED if row[:2] not in OBSERVED_ANEW] + CORRECTED
MEASURED = [item for item in ITEMS.values() if isinstance(item.rule, ThresholdRule)]
COUNTED = [item for item in ITEMS.values() if isinstance(item.rule, CountRule)]


def suggested(item: Item, seen: dict[str, Any]) -> int | None:
    found = suggest(item, seen, list(seen.get("specialists", {})))
    return found and found.score


def of_one(item: Item, seen: dict[str, Any]) -> dict[str, Any]:
    """Return the observation as the item expects it: of a single specialist where each is scored."""
    return {"specialists": {"A": seen}} if item.per_specialist else seen


@pytest.mark.parametrize("number", sorted({number for number, _seen, _score in WORKED}))
def test_the_result_matches_the_values_derived_by_hand(number: int) -> None:
    for items, worked in ((FROZEN, WORKED), (ITEMS, ROWS)):
        rows = [(seen, score) for item, seen, score in worked if item == number]
        assert [(seen, suggested(items[number], seen)) for seen, _score in rows] == rows


def test_the_corrected_edition_differs_by_three_worked_values_only() -> None:
    differing = [(n, seen) for n, seen, score in WORKED if suggested(ITEMS[n], seen) != score]
    assert differing == [
        (3, {"met": [], "none": True, "caps": ["refers_on"]}),
        (3, {"met": [], "caps": ["refers_on"]}),
        (17, {"specialists": {"A": {"amount": "0", "alternative": "0"}}}),
    ]


def test_the_worked_values_name_every_score_of_every_rule() -> None:
    assert len(WORKED) >= 400
    named = Counter(number for number, _seen, _score in WORKED)
    assert set(named) == set(ITEMS) - {7, 9, 12, 14, 23}  # judged, like items 6 and 22, which represent them
    for item in [*MEASURED, *COUNTED]:
        assert {score for number, _seen, score in WORKED if number == item.number} >= set(SCORES)


amounts = st.decimals(0, 400, places=2).map(str)


@pytest.mark.parametrize("item", MEASURED, ids=lambda item: str(item.number))
@given(data=st.data())
def test_a_better_number_never_suggests_less(item: Item, data: st.DataObject) -> None:
    caps = data.draw(st.lists(st.sampled_from([cap.code for cap in item.rule.caps] or ["none"]), unique=True))
    one, other = sorted((data.draw(amounts), data.draw(amounts)), key=float)
    worse, better = (other, one) if item.rule.lower_is_better else (one, other)
    lower, higher = (suggested(item, of_one(item, {"amount": a, "caps": caps})) for a in (worse, better))
    assert lower <= higher


@pytest.mark.parametrize("item", COUNTED, ids=lambda item: str(item.number))
@given(data=st.data())
def test_one_more_point_never_suggests_less(item: Item, data: st.DataObject) -> None:
    parts = range(1, len(item.rule.counts))
    met = data.draw(st.lists(st.sampled_from(parts), unique=True, max_size=len(parts) - 1))
    more = next(part for part in parts if part not in met)
    assert suggested(item, {"met": met, "none": not met}) <= suggested(item, {"met": [*met, more]})


@pytest.mark.parametrize("item", [*MEASURED, *COUNTED], ids=lambda item: str(item.number))
@given(data=st.data())
def test_a_condition_caps_a_score_and_raises_it_only_to_what_it_gives(item: Item, data: st.DataObject) -> None:
    seen: dict[str, Any] = {"amount": data.draw(amounts)}
    if isinstance(item.rule, CountRule):
        met = data.draw(st.lists(st.sampled_from(range(1, len(item.rule.counts))), unique=True))
        seen = {"met": met, "none": not met}
    for cap in item.rule.caps:
        held = suggested(item, of_one(item, seen | {"caps": [cap.code]}))
        assert held <= min(cap.at_most, max(cap.gives, suggested(item, of_one(item, seen))))
        assert held >= cap.gives


@pytest.mark.parametrize("item", [item for item in MEASURED + COUNTED if item.rule.caps], ids=lambda i: str(i.number))
@given(data=st.data())
def test_of_several_conditions_the_strictest_limit_decides(item: Item, data: st.DataObject) -> None:
    codes = data.draw(st.lists(st.sampled_from([cap.code for cap in item.rule.caps]), unique=True, min_size=1))
    seen: dict[str, Any] = {"amount": data.draw(amounts)} if item in MEASURED else {"met": [], "none": True}
    together = suggested(item, of_one(item, seen | {"caps": codes}))
    limits, given = zip(*((cap.at_most, cap.gives) for cap in item.rule.caps if cap.code in codes), strict=True)
    assert together == min(*limits, 5, max(*given, 0, suggested(item, of_one(item, seen))))


@given(scores=st.lists(st.integers(1, 5), min_size=1, max_size=12))
def test_the_mean_of_specialists_is_rounded_half_up(scores: list[int]) -> None:
    seen = {"specialists": {chr(65 + n): {"score": score} for n, score in enumerate(scores)}}
    doubled = 2 * sum(scores)  # compared as doubled values, so that the test does not round
    found = suggested(ITEMS[18], seen)
    assert (2 * found - 1) * len(scores) <= doubled < (2 * found + 1) * len(scores)


def test_a_specialist_who_was_left_out_does_not_count() -> None:
    seen = {"specialists": {"A": {"score": 5}, "B": {"score": 1}}}
    assert suggest(ITEMS[18], seen, ["A"]).score == 5
    assert suggest(ITEMS[18], seen, ["A", "B", "C"]) is None  # there is no observation of C


@pytest.mark.parametrize(
    ("number", "amount", "is_open"),
    [
        (1, "20.5", True), (1, "20", False), (1, "40.5", True), (1, "50", False), (2, "74.5", True),
        (2, "59.5", False), (15, "30.5", True), (15, "270.25", True), (17, "3", True), (17, "4", False),
        (17, "2", False), (17, "2.01", True), (17, "2.5", True), (17, "3.5", True), (17, "4.5", True),
        (17, "1.5", False), (17, "6.5", False), (21, "64", True), (21, "64.5", True), (21, "63", False),
        (21, "63.5", False), (21, "65", False), (24, "30", True), (24, "29", False), (24, "29.5", False),
        (24, "30.5", False),
    ],
)  # fmt: skip
def test_the_reason_names_values_that_the_form_leaves_open(number: int, amount: str, is_open: bool) -> None:
    found = suggest(ITEMS[number], of_one(ITEMS[number], {"amount": amount}), ["A"])
    because = found.because.specialists[0].suggestion.because if ITEMS[number].per_specialist else found.because
    assert because.is_open is is_open


def test_a_condition_with_an_anchor_of_its_own_leaves_nothing_open() -> None:
    for seen in ({"met": [], "none": True, "caps": ["refers_on"]}, {"met": [], "none": True, "caps": ["only_refers"]}):
        found = suggest(ITEMS[3], seen)
        assert not found.because.is_open
        assert found.cap.code == seen["caps"][0]


def test_the_reason_names_who_is_left_out_of_the_mean() -> None:
    seen = {"specialists": {"A": {"alternative": "0"}, "B": {"amount": "6"}, "C": {"amount": "1", "alternative": "0"}}}
    found = suggest(ITEMS[17], seen, "ABC")
    assert [specialist.label for specialist in found.because.specialists] == ["B"]
    assert found.because.left_out == LeftOut(("A", "C"), "Arbeidssøkende klienter")
    assert suggest(FROZEN[17], seen, "ABC") is None  # the frozen edition waits for A's contacts


@pytest.mark.parametrize(("number", "is_open"), [(3, True), (5, False), (11, True), (13, False)])
def test_the_reason_says_where_the_form_has_no_anchor_for_none(number: int, is_open: bool) -> None:
    assert suggest(ITEMS[number], {"met": [], "none": True}).because.is_open is is_open
