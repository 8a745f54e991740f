"""The change that lifts an item by one score, derived by hand from the rules of the shipped Norwegian scale."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from django.utils.translation import override

from scales.definition import Item
from scales.explanations import change_words
from scales.next_step import ObservationChange, next_step
from scales.parsing import parse_scale
from scales.rules import ThresholdRule, ThresholdStep
from tests.builders import SCALE, document_of

ITEMS = parse_scale(document_of(SCALE)).by_number


def parts(*numbers: int) -> list[ObservationChange]:
    return [ObservationChange(part=number) for number in numbers]


def caps(*codes: str) -> list[ObservationChange]:
    return [ObservationChange(cap=code) for code in codes]


def amount(value: str, label: str = "") -> ObservationChange:
    return ObservationChange(amount=Fraction(value), label=label)


def each(**lines: dict[str, Any]) -> dict[str, Any]:
    return {"specialists": lines}


def asked(item: Item, seen: dict[str, Any], labels: str = "") -> tuple[int, int, list[ObservationChange]] | None:
    found = next_step(item, seen, list(labels or seen.get("specialists", {})))
    return found and (found.now, found.score, list(found.changes))


# item, observation: current score, next score, each change that leads to it
STEPS = [
    # a checklist of five; the scores for 0 to 5 met are 1 1 2 3 4 5
    (5, {"met": [1, 2, 3, 5]}, (4, 5, parts(4))),
    (5, {"met": [1, 2, 3]}, (3, 4, parts(4, 5))),
    (8, {"met": [2]}, (1, 2, parts(1, 3, 4, 5))),
    (5, {"met": [], "none": True}, None),  # one met is still a 1
    (5, {"met": [1, 2, 3, 4, 5]}, None),
    # of four: 1 2 3 4 5; and of six: 1 1 1 2 3 4 5
    (13, {"met": [], "none": True}, (1, 2, parts(1, 2, 3, 4))),
    (13, {"met": [1, 3, 4]}, (4, 5, parts(2))),
    (25, {"met": [1]}, None),
    (25, {"met": [1, 6]}, (1, 2, parts(2, 3, 4, 5))),
    # six phases: 1 3 3 3 3 4 5, capped at 2 and at 1 by two conditions
    (3, {"met": [1, 2, 3, 4, 5]}, (4, 5, parts(6))),
    (3, {"met": [1, 2, 3, 4]}, (3, 4, parts(5, 6))),
    (3, {"met": [1, 2, 3]}, None),
    (3, {"met": [], "none": True}, None),  # one phase is already a 3, which skips the 2
    (3, {"met": [1, 2, 3], "caps": ["refers_on"]}, (2, 3, caps("refers_on"))),
    (3, {"met": [1, 2, 3, 4, 5, 6], "caps": ["refers_on"]}, None),  # from 2 to 5
    (3, {"met": [1, 2, 3], "caps": ["refers_on", "only_refers"]}, (1, 2, caps("only_refers"))),
    (3, {"caps": ["only_refers"]}, None),  # without it there would be no observation
    # clients: 20 or fewer 5, 25 4, 30 3, 40 2
    (1, {"amount": "21"}, (4, 5, [amount("20")])),
    (1, {"amount": "22"}, None),
    (1, {"amount": "26"}, (3, 4, [amount("25")])),
    (1, {"amount": "40.5"}, (1, 2, [amount("39.5")])),
    (1, {"amount": "42"}, None),
    (1, {"amount": "20"}, None),
    (1, {"amount": "0"}, None),
    # days: 30 or fewer 5, 60 4, 150 3, 270 2
    (15, {"amount": "31"}, (4, 5, [amount("30")])),
    (15, {"amount": "61"}, (3, 4, [amount("60")])),
    (15, {"amount": "62"}, None),
    (15, {"amount": "151"}, (2, 3, [amount("150")])),
    (15, {"amount": "271"}, (1, 2, [amount("270")])),
    # shares: one percent never counts as one step, however near
    (2, {"amount": "95"}, None),
    (19, {"amount": "84.5"}, None),
    (2, {"whole": "100", "part": "95"}, None),
    (24, each(A={"amount": "64"}), None),
    # a condition that alone caps the score
    (4, {"amount": "60", "caps": ["three_or_more_teams"]}, (2, 3, caps("three_or_more_teams"))),
    (4, {"amount": "60", "caps": ["three_or_more_teams", "single_clinicians"]}, None),  # the other one still caps it
    (4, {"amount": "95", "caps": ["three_or_more_teams"]}, None),  # from 2 to 5
    (4, {"amount": "40", "caps": ["independent_programme"]}, (1, 2, caps("independent_programme"))),
    (4, {"caps": ["independent_programme", "single_clinicians"]}, (1, 2, caps("independent_programme"))),
    (16, {"amount": "80", "caps": ["not_in_line_with_plans"]}, (3, 4, caps("not_in_line_with_plans"))),
    (16, {"amount": "90", "caps": ["not_in_line_with_plans"]}, None),  # from 3 to 5
    (21, {"amount": "70", "caps": ["fewer_than_ten_jobs"]}, (1, 2, caps("fewer_than_ten_jobs"))),
    # contacts a week for each specialist, then the mean: 6 5, 5 4, 4 3, 2 2
    (17, each(A={"amount": "5"}), (4, 5, [amount("6", "A")])),
    (17, each(A={"amount": "3"}), (2, 3, [amount("4", "A")])),
    (17, each(A={"amount": "2"}), None),
    (17, each(A={"amount": "1"}), (1, 2, [amount("2", "A")])),
    (17, each(A={"amount": "6"}), None),
    (17, each(A={"amount": "3", "alternative": "2"}), None),  # with two clients a fourth is a 5: from 2 to 5
    (17, each(A={"amount": "4"}, B={"amount": "4"}), (3, 4, [amount("5", "A"), amount("5", "B")])),  # 3.5 is a 4
    (17, each(A={"amount": "5"}, B={"amount": "4"}), None),  # 3.5 is already a 4, and 4 is not a 5
    (17, each(A={"amount": "4"}, B={"amount": "4"}, C={"amount": "4"}), None),  # 3.33 is a 3
    (17, each(A={"amount": "4"}, B={"amount": "2"}), None),  # 2.5 is already a 3, and 3 is not a 4
    (17, each(A={"score": 3}, B={"amount": "4"}), (3, 4, [amount("5", "B")])),  # a judged score is not changed
    (17, each(A={"amount": "4", "caps": ["no_system"]}), (2, 3, [ObservationChange(cap="no_system", label="A")])),
    (
        17,  # 2 + 2 + 2, and 5 + 2 + 2 after one specialist improves: the item still rises by one
        {"specialists": {label: {"amount": "6", "caps": ["not_reviewed"]} for label in "ABC"}},
        (2, 3, [ObservationChange(cap="not_reviewed", label=label) for label in "ABC"]),
    ),
    # judged, never computed
    (6, {"amount": "4", "met": [1]}, None),
    (18, each(A={"score": 3}), None),
]


@pytest.mark.parametrize(("number", "seen", "expected"), STEPS)
def test_the_result_matches_the_values_derived_by_hand(number: int, seen: dict[str, Any], expected: Any) -> None:
    assert asked(ITEMS[number], seen) == expected


@pytest.mark.parametrize("item", ITEMS.values(), ids=lambda item: str(item.number))
def test_there_is_no_next_step_without_an_observation(item: Item) -> None:
    assert asked(item, {}, "AB") is None
    assert asked(item, {}) is None


def test_there_is_no_next_step_while_one_specialist_is_missing() -> None:
    assert asked(ITEMS[17], each(A={"amount": "5"}), "AB") is None


def test_no_amount_falls_below_zero() -> None:
    rule = ThresholdRule(
        "Dager", "days", lower_is_better=True, steps=(ThresholdStep(5, 0), ThresholdStep(4, 1)), otherwise=3
    )
    item = replace(ITEMS[15], rule=rule)
    assert asked(item, {"amount": "1"}) == (4, 5, [amount("0")])
    assert asked(item, {"amount": "0.5"}) is None


@pytest.mark.parametrize(
    ("number", "change", "words"),
    [
        (25, ObservationChange(part=2), "this is met too: Oppsøkende virksomhet dokumenteres systematisk."),
        (3, ObservationChange(part=6), "this is met too: oppfølging"),
        (21, ObservationChange(cap="fewer_than_ten_jobs"), "this is no longer so: Er det færre enn 10 jobber?"),
        (1, amount("20"), "20 clients instead of what was observed"),
        (1, amount("1"), "1 client instead of what was observed"),
        (15, amount("39.5"), "39.5 days instead of what was observed"),
        (17, amount("5", "A"), "Specialist A: 5 contacts a week instead of what was observed"),
    ],
)
def test_a_change_is_described_in_words(number: int, change: ObservationChange, words: str) -> None:
    with override("en"):
        assert " ".join(filter(None, change_words(ITEMS[number], change))) == words
