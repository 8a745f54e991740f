"""The single changes that raise an item's score, derived by hand from the rules of the shipped Norwegian scale."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from scales.definition import Item
from scales.explanations import change_words
from scales.next_step import ObservationChange, next_steps
from scales.parsing import parse_scale
from scales.rules import ThresholdRule, ThresholdStep
from scales.suggestion import suggest
from tests.builders import CORRECTED, document_of

ITEMS = parse_scale(document_of(CORRECTED)).by_number


def parts(*numbers: int) -> list[ObservationChange]:
    return [ObservationChange(part=number) for number in numbers]


def caps(*codes: str) -> list[ObservationChange]:
    return [ObservationChange(cap=code) for code in codes]


def amount(value: str, label: str = "") -> ObservationChange:
    return ObservationChange(amount=Fraction(value), label=label)


def more(value: str, whole: str, label: str = "") -> ObservationChange:
    return ObservationChange(more=Fraction(value), whole=Fraction(whole), label=label)


def each(**lines: dict[str, Any]) -> dict[str, Any]:
    return {"specialists": lines}


def asked(item: Item, seen: dict[str, Any], labels: str = "") -> list[tuple[int, int, list[ObservationChange]]]:
    steps = next_steps(item, seen, list(labels or seen.get("specialists", {})))
    return [(step.now, step.score, list(step.changes)) for step in steps]


def is_measured(item: Item) -> bool:
    return isinstance(item.rule, ThresholdRule) and item.rule.unit != "percent"


def score_of(item: Item, value: Fraction) -> int:
    seen = {"amount": str(value)}
    return suggest(item, {"specialists": {"A": seen}} if item.per_specialist else seen, "A").score


# item, observation: the current score, and each higher score with the changes that lead to it
STEPS = [
    # a checklist of five; the scores for 0 to 5 met are 1 1 2 3 4 5
    (5, {"met": [1, 2, 3, 5]}, [(4, 5, parts(4))]),
    (5, {"met": [1, 2, 3]}, [(3, 4, parts(4, 5))]),
    (8, {"met": [2]}, [(1, 2, parts(1, 3, 4, 5))]),
    (5, {"met": [], "none": True}, []),  # one met is still a 1
    (5, {"met": [1, 2, 3, 4, 5]}, []),
    # of four: 1 2 3 4 5; and of six: 1 1 1 2 3 4 5
    (13, {"met": [], "none": True}, [(1, 2, parts(1, 2, 3, 4))]),
    (13, {"met": [1, 3, 4]}, [(4, 5, parts(2))]),
    (25, {"met": [1]}, []),
    (25, {"met": [1, 6]}, [(1, 2, parts(2, 3, 4, 5))]),
    # six phases: 1 3 3 3 3 4 5, and two conditions that give 2 and 1
    (3, {"met": [1, 2, 3, 4, 5]}, [(4, 5, parts(6))]),
    (3, {"met": [1, 2, 3, 4]}, [(3, 4, parts(5, 6))]),
    (3, {"met": [1, 2, 3]}, []),
    (3, {"met": [], "none": True}, [(1, 3, parts(1, 2, 3, 4, 5, 6))]),  # one phase is already a 3
    (3, {"met": [1, 2, 3], "caps": ["refers_on"]}, [(2, 3, caps("refers_on"))]),
    (3, {"met": [1, 2, 3, 4, 5, 6], "caps": ["refers_on"]}, [(2, 5, caps("refers_on"))]),
    (3, {"met": [1, 2, 3], "caps": ["refers_on", "only_refers"]}, [(1, 2, caps("only_refers"))]),
    (3, {"met": [1, 2], "caps": ["only_refers"]}, [(1, 3, caps("only_refers"))]),
    (3, {"met": [], "none": True, "caps": ["refers_on"]}, []),  # without it, 1
    (3, {"caps": ["only_refers"]}, []),  # without it there would be no observation
    (3, {"caps": ["refers_on", "only_refers"]}, [(1, 2, caps("only_refers"))]),
    # clients: 20 or fewer 5, 25 4, 30 3, 40 2; the limit is the least change, whole clients or not
    (1, {"amount": "20.5"}, [(4, 5, [amount("20")])]),
    (1, {"amount": "21"}, [(4, 5, [amount("20")])]),
    (1, {"amount": "25"}, [(4, 5, [amount("20")])]),
    (1, {"amount": "25.01"}, [(3, 4, [amount("25")])]),
    (1, {"amount": "40.5"}, [(1, 2, [amount("40")])]),
    (1, {"amount": "90"}, [(1, 2, [amount("40")])]),
    (1, {"amount": "20"}, []),
    (1, {"amount": "0"}, []),
    # days: 30 or fewer 5, 60 4, 150 3, 270 2
    (15, {"amount": "30.5"}, [(4, 5, [amount("30")])]),
    (15, {"amount": "61"}, [(3, 4, [amount("60")])]),
    (15, {"amount": "62"}, [(3, 4, [amount("60")])]),
    (15, {"amount": "150.5"}, [(2, 3, [amount("150")])]),
    (15, {"amount": "400"}, [(1, 2, [amount("270")])]),
    # shares: nobody can act on a percent without knowing of how many
    (2, {"amount": "95"}, []),
    (19, {"amount": "84.5"}, []),
    (24, each(A={"amount": "64"}), []),
    (24, each(A={"whole": "37.5"}), []),
    (24, each(A={"part": "20"}), []),
    # shares of a known whole
    (2, {"whole": "100", "part": "95"}, [(4, 5, [more("1", "100")])]),
    (4, {"whole": "40", "part": "27"}, [(3, 4, [more("3", "40")])]),
    (4, {"whole": "40", "part": "36"}, []),
    (24, each(A={"whole": "40", "part": "25.9"}), [(4, 5, [more("0.1", "40", "A")])]),
    (24, each(A={"whole": "37.5", "part": "24.37"}), [(4, 5, [more("0.01", "37.5", "A")])]),  # 24.375, rounded up
    (24, each(A={"whole": "99.99", "part": "64.99"}), [(4, 5, [more("0.01", "99.99", "A")])]),
    (24, each(A={"whole": "40", "part": "26"}), []),
    (24, each(A={"whole": "40", "part": "10"}, B={"score": 3}), [(2, 3, [more("2", "40", "A")])]),  # 2+3: 2.5
    # a condition that alone limits the score
    (4, {"amount": "60", "caps": ["three_or_more_teams"]}, [(2, 3, caps("three_or_more_teams"))]),
    (4, {"amount": "60", "caps": ["three_or_more_teams", "single_clinicians"]}, []),  # the other one still limits it
    (4, {"amount": "95", "caps": ["three_or_more_teams"]}, [(2, 5, caps("three_or_more_teams"))]),
    (4, {"amount": "40", "caps": ["independent_programme"]}, [(1, 2, caps("independent_programme"))]),
    (4, {"caps": ["independent_programme", "single_clinicians"]}, [(1, 2, caps("independent_programme"))]),
    (16, {"amount": "80", "caps": ["not_in_line_with_plans"]}, [(3, 4, caps("not_in_line_with_plans"))]),
    (16, {"amount": "90", "caps": ["not_in_line_with_plans"]}, [(3, 5, caps("not_in_line_with_plans"))]),
    (16, {"amount": "90", "caps": ["not_told_of_several_jobs"]}, [(4, 5, caps("not_told_of_several_jobs"))]),
    (
        16,
        {"amount": "90", "caps": ["not_in_line_with_plans", "not_told_of_several_jobs"]},
        [(3, 4, caps("not_in_line_with_plans"))],
    ),
    (21, {"amount": "70", "caps": ["fewer_than_ten_jobs"]}, [(1, 2, caps("fewer_than_ten_jobs"))]),
    # contacts a week for each specialist, then the mean: 6 5, 5 4, 4 3, 2 2
    (17, each(A={"amount": "5"}), [(4, 5, [amount("6", "A")])]),
    (17, each(A={"amount": "4.5"}), [(3, 4, [amount("5", "A")])]),
    (17, each(A={"amount": "3"}), [(2, 3, [amount("4", "A")])]),
    (17, each(A={"amount": "2"}), [(2, 3, [amount("4", "A")])]),
    (17, each(A={"amount": "0"}), [(1, 2, [amount("2", "A")])]),
    (17, each(A={"amount": "6"}), []),
    (17, each(A={"amount": "3", "alternative": "2"}), [(2, 5, [amount("4", "A")])]),  # twice the two job seekers
    (17, each(A={"amount": "2", "alternative": "1.25"}), [(2, 5, [amount("2.5", "A")])]),
    (17, each(A={"amount": "1", "alternative": "2.75"}), [(1, 2, [amount("2", "A")])]),
    (17, each(A={"amount": "3", "alternative": "0"}), []),  # nothing is suggested for A
    (17, each(A={"amount": "3", "alternative": "0"}, B={"amount": "5"}), [(4, 5, [amount("6", "B")])]),
    (17, each(A={"amount": "4"}, B={"amount": "4"}), [(3, 4, [amount("5", "A"), amount("5", "B")])]),  # 3.5 is a 4
    (17, each(A={"amount": "5"}, B={"amount": "4"}), [(4, 5, [amount("6", "B")])]),  # 4.5 is a 5; 4 + 4 and 5 + 3 are 4
    (
        17,
        each(A={"amount": "4"}, B={"amount": "4"}, C={"amount": "4"}),
        [(3, 4, [amount("6", label) for label in "ABC"])],
    ),
    (17, each(A={"amount": "4"}, B={"amount": "2"}), [(3, 4, [amount("6", "A"), amount("5", "B")])]),  # 5+2, 3+4
    (17, each(A={"score": 3}, B={"amount": "4"}), [(3, 4, [amount("5", "B")])]),  # a judged score is not changed
    (17, each(A={"amount": "4", "caps": ["no_system"]}), [(2, 3, [ObservationChange(cap="no_system", label="A")])]),
    (
        17,  # the amount does not help while the condition holds
        each(A={"amount": "4", "caps": ["reviewed_monthly"]}, B={"amount": "4"}),
        [(3, 4, [amount("5", "B")])],
    ),
    (
        17,  # 2 + 2 + 2, and 5 + 2 + 2 after one specialist improves: the item still rises by one
        {"specialists": {label: {"amount": "6", "caps": ["not_reviewed"]} for label in "ABC"}},
        [(2, 3, [ObservationChange(cap="not_reviewed", label=label) for label in "ABC"])],
    ),
    (
        17,  # several changes, and one that gains most
        each(A={"amount": "6", "caps": ["no_system"]}, B={"amount": "4"}),
        [(3, 4, [ObservationChange(cap="no_system", label="A"), amount("6", "B")])],
    ),
    # judged, never computed
    (6, {"amount": "4", "met": [1]}, []),
    (18, each(A={"score": 3}), []),
]


@pytest.mark.parametrize(("number", "seen", "expected"), STEPS)
def test_the_result_matches_the_values_derived_by_hand(number: int, seen: dict[str, Any], expected: Any) -> None:
    assert asked(ITEMS[number], seen) == expected


@pytest.mark.parametrize("item", ITEMS.values(), ids=lambda item: str(item.number))
def test_there_is_no_next_step_without_an_observation(item: Item) -> None:
    assert asked(item, {}, "AB") == []
    assert asked(item, {}) == []


def test_there_is_no_next_step_while_one_specialist_is_missing() -> None:
    assert asked(ITEMS[17], each(A={"amount": "5"}), "AB") == []


def test_no_amount_falls_below_zero() -> None:
    rule = ThresholdRule(
        "Dager", "days", lower_is_better=True, steps=(ThresholdStep(5, 0), ThresholdStep(4, 1)), otherwise=3
    )
    item = replace(ITEMS[15], rule=rule)
    assert asked(item, {"amount": "1"}) == [(4, 5, [amount("0")])]
    assert asked(item, {"amount": "0.5"}) == [(4, 5, [amount("0")])]


@pytest.mark.parametrize("item", [item for item in ITEMS.values() if is_measured(item)], ids=lambda i: str(i.number))
@given(data=st.data())
def test_an_amount_is_named_that_raises_the_score_and_no_lesser_change_does(item: Item, data: st.DataObject) -> None:
    observed = data.draw(st.integers(0, 40_000)) / Fraction(100)
    seen = {"amount": str(observed)}
    found = asked(item, {"specialists": {"A": seen}} if item.per_specialist else seen)
    if not found:
        return
    reached, towards = found[0][2][0].amount, 1 if item.rule.lower_is_better else -1
    assert score_of(item, reached) == found[0][1] > score_of(item, observed)
    assert reached.denominator == 1
    assert score_of(item, reached + towards * Fraction(1, 100)) == score_of(item, observed)


@pytest.mark.parametrize(
    ("number", "change", "words"),
    [
        (25, ObservationChange(part=2), "this is met too: Oppsøkende virksomhet dokumenteres systematisk."),
        (3, ObservationChange(part=6), "this is met too: oppfølging"),
        (21, ObservationChange(cap="fewer_than_ten_jobs"), "this is no longer so: Er det færre enn 10 jobber?"),
        (1, amount("20"), "20 clients instead of what was observed"),
        (1, amount("1"), "1 client instead of what was observed"),
        (15, amount("39.5"), "39.5 days instead of what was observed"),
        (4, more("3", "40"), "3 more of 40 hours"),
        (24, more("0.01", "37.5", "A"), "Specialist A: 0.01 more of 37.5 hours"),
        (17, amount("5", "A"), "Specialist A: 5 contacts a week instead of what was observed"),
    ],
)
def test_a_change_is_described_in_words(number: int, change: ObservationChange, words: str) -> None:
    with override("en"):
        assert " ".join(filter(None, change_words(ITEMS[number], change))) == words
