"""Observations and reasons in words: what is shown never contradicts what is suggested."""

from fractions import Fraction
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import example, given
from hypothesis import strategies as st

from scales.explanations import left_out_words, number_words, observation_words, reason_of
from scales.parsing import parse_scale
from scales.suggestion import suggest
from tests.builders import CORRECTED, document_of

ITEMS = parse_scale(document_of(CORRECTED)).by_number
LIMITS = range(101)


def reason(number: int, seen: dict[str, Any], labels: str = "") -> str:
    with override("en"):
        suggestion = suggest(ITEMS[number], seen, labels)
        assert suggestion is not None
        return reason_of(suggestion)


hundredths = st.integers(1, 10_000_000).map(lambda n: Fraction(n, 100))


@given(whole=hundredths, share=st.fractions(0, 1, max_denominator=10_000))
@example(whole=Fraction("99.99"), share=Fraction("64.99") / Fraction("99.99"))
@example(whole=Fraction("99999.99"), share=Fraction("64999.99") / Fraction("99999.99"))
def test_a_shown_percentage_is_on_the_same_side_of_every_limit_as_the_exact_one(
    whole: Fraction, share: Fraction
) -> None:
    part = Fraction(int(whole * share * 100), 100)
    exact = 100 * part / whole
    with override("en"):
        shown = Fraction(number_words(exact).replace(",", ""))
    for limit in LIMITS:
        assert (shown < limit, shown == limit) == (exact < limit, exact == limit)


def test_points_are_named_by_the_letters_of_their_keys() -> None:
    with override("en"):
        assert observation_words(ITEMS[5], {"met": [1, 3]}) == "met: a, c"


@given(value=st.fractions(0, 100_000))
def test_any_shown_number_is_near_the_exact_one_and_no_whole_number_unless_it_is_one(value: Fraction) -> None:
    with override("en"):
        shown = Fraction(number_words(value).replace(",", ""))
    assert abs(shown - value) <= Fraction(1, 200)
    assert (shown.denominator == 1) == (value.denominator == 1)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("65", "65"), ("64.5", "64.5"), ("100", "100"), ("0", "0"), ("6499/9999", "0.65"), ("1/3", "0.33"),
        ("649900/9999", "64.996"), ("6499999/100000", "64.99999"), ("65.0001", "65.0001"), ("2/3", "0.67"),
    ],
)  # fmt: skip
def test_a_number_has_as_many_decimals_as_it_needs(value: str, words: str) -> None:
    with override("en"):
        assert number_words(Fraction(value)) == words


def test_hours_just_below_a_limit_are_not_shown_as_the_limit() -> None:
    seen = {"specialists": {"A": {"whole": "99.99", "part": "64.99"}}}
    suggestion = suggest(ITEMS[24], seen, "A")
    assert suggestion is not None
    (given_to_a,) = suggestion.because.specialists  # type: ignore[union-attr]
    with override("en"):
        assert reason_of(given_to_a.suggestion) == "64.996% meets “at least 50%”, not “at least 65%”. The form " + (
            "leaves this value open: the highest anchor that is fully met counts."
        )


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        ({"met": [], "none": True}, "0 of 6 points are met. The form has no anchor for this number."),
        ({"met": [], "none": True, "caps": ["refers_on"]}, "0 of 6 points are met. Yes to “Har {…}?” gives 2."),
        ({"caps": ["refers_on"]}, "Yes to “Har {…}?” gives 2."),
        ({"met": [1], "caps": ["refers_on"]}, "1 of 6 points is met. Yes to “Har {…}?” gives 2."),
        ({"caps": ["only_refers"]}, "Yes to “Henviser {…}?” gives 1."),
        ({"met": [], "none": True, "caps": ["only_refers"]}, "0 of 6 points are met. Yes to “Henviser {…}?” gives 1."),
    ],
)
def test_the_reason_says_what_a_condition_gives(seen: dict[str, Any], words: str) -> None:
    begins, _gap, ends = words.partition("{…}")
    found = reason(3, seen)
    assert found.startswith(begins)
    assert found.endswith(ends)
    assert ("has no anchor" in found) == ("has no anchor" in words)


def test_the_reason_says_what_a_condition_allows() -> None:
    assert reason(16, {"amount": "95", "caps": ["not_told_of_several_jobs"]}).endswith("?” allows at most 4.")


def test_the_reason_and_the_observation_say_who_is_left_out_of_the_mean() -> None:
    seen = {"specialists": {"A": {"amount": "6"}, "B": {"alternative": "0"}, "C": {"amount": "1", "alternative": "0"}}}
    says = "Specialists B, C have no suggestion and are left out of the mean: “Arbeidssøkende klienter” is 0."
    assert reason(17, seen, "ABC") == f"Mean of the specialists: (5) / 1 = 5, rounded to 5. {says}"
    with override("en"):
        assert left_out_words(ITEMS[17], seen, "ABC") == says
        assert left_out_words(ITEMS[17], seen, "A") == ""
        assert observation_words(ITEMS[17], seen, "ABC") == (
            "A: 6 contacts a week → 5; B: Arbeidssøkende klienter: 0 → left out of the mean; "
            "C: 1 contact a week, Arbeidssøkende klienter: 0 → left out of the mean"
        )


def test_the_reason_shows_the_exact_number_that_few_job_seekers_ask_for() -> None:
    suggestion = suggest(ITEMS[17], {"specialists": {"A": {"amount": "2.5", "alternative": "1.25"}}}, "A")
    assert suggestion is not None
    (given_to_a,) = suggestion.because.specialists  # type: ignore[union-attr]
    with override("en"):
        assert reason_of(given_to_a.suggestion).startswith("2.5 contacts a week: 2.5 is enough here (2 ×")
