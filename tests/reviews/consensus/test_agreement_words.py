"""Agreement in words: what is said where a figure does not exist, and that none is "0.00 (0.00 to 0.00)"."""

import re

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.consensus.agreement import Unit
from reviews.consensus.agreement_page import ReviewAgreement, review_agreement
from reviews.consensus.agreement_words import REASONS, coefficient_figures, decimals, icc_figure
from reviews.consensus.coefficients import Reason, coefficients
from reviews.consensus.icc import Reason as IccReason
from reviews.consensus.icc import icc_1_1
from reviews.models import Review
from scales.loading import load
from tests.scales.pocket import pocket_scale

ALL = range(1, 26)
NAMES = ("Anna", "Bjørn", "Cecilie")


@pytest.fixture
def review(world: object) -> Review:
    return world.apart_review()  # type: ignore[attr-defined, no-any-return]


def said(review: Review, *ratings: dict[int, int]) -> ReviewAgreement:
    with translation.override("en"):
        return review_agreement(review, NAMES[: len(ratings)], ratings)


def values(found: ReviewAgreement) -> list[str]:
    return [figure.value for figure in found.coefficients]


@pytest.mark.django_db
def test_usual_ratings_have_figures_with_intervals_and_a_word_on_their_width(review: Review) -> None:
    first = {number: 1 + number % 5 for number in ALL}
    found = said(review, first, first | {1: 3, 2: 2, 7: 5})
    assert [figure.value for figure in found.plain] == ["22 of 25 items (88%)", "24 of 25 items (96%)", "0.16 points"]
    assert all(re.fullmatch(r"0\.\d\d \(95% interval 0\.\d\d to [01]\.\d\d\)", value) for value in values(found))
    assert found.notes == (
        "The interval is wide, because 25 items are few. It shows between which limits the figure would lie for 95 of "
        "100 selections of such items.",
    )


@pytest.mark.django_db
def test_a_rater_who_is_constant_is_named_and_the_low_alpha_explained(review: Review) -> None:
    found = said(review, dict.fromkeys(ALL, 3), {number: 2 + number % 3 for number in ALL})
    assert found.notes[0].startswith("Anna gave every item the score 3. Alpha becomes low by that alone")


@pytest.mark.django_db
def test_one_score_for_everything_is_full_agreement_without_alpha(review: Review) -> None:
    found = said(review, dict.fromkeys(ALL, 4), dict.fromkeys(ALL, 4))
    assert values(found) == [
        "Cannot be computed: every score is the same, so nothing shows what chance would give.",
        "1.00. No interval: no item was scored differently, so nothing shows how much the figure could vary.",
    ]
    assert found.notes == ()


@pytest.mark.django_db
def test_the_same_difference_everywhere_has_no_interval(review: Review) -> None:
    found = said(review, dict.fromkeys(ALL, 3), dict.fromkeys(ALL, 4))
    assert values(found)[0] == "-0.96. No interval: any selection of the items gives the same figure."
    assert [note.split()[0] for note in found.notes] == ["Anna", "Bjørn"]


@pytest.mark.django_db
def test_items_without_a_score_are_left_out_and_named(review: Review) -> None:
    first = {number: 1 + number % 5 for number in ALL}
    second = {number: score for number, score in first.items() if number not in {4, 17}} | {1: 5}
    found = said(review, first, second)
    assert found.plain[0].value == "22 of 23 items (96%)"
    assert "Not compared, because fewer than two evaluators scored them: items 4, 17." in found.notes


@pytest.mark.django_db
def test_one_item_has_plain_figures_only(review: Review) -> None:
    found = said(review, {1: 3}, {1: 4})
    assert [figure.value for figure in found.plain] == ["0 of 1 items (0%)", "1 of 1 items (100%)", "1.00 points"]
    assert set(values(found)) == {
        "Cannot be computed: only one item was scored by two evaluators. At least two items are needed."
    }


@pytest.mark.django_db
@pytest.mark.parametrize("ratings", [({}, {}), ({1: 3}, {2: 3}), ({}, {}, {})])
def test_no_common_item_is_said_once(review: Review, ratings: tuple[dict[int, int], ...]) -> None:
    found = said(review, *ratings)
    assert found.nothing_compared == "No item was scored by two evaluators: there is nothing to compare."
    assert (found.plain, found.coefficients, found.notes) == ((), (), ())


@pytest.mark.django_db
def test_one_evaluator_is_compared_with_nobody(review: Review) -> None:
    assert said(review, {1: 3}).nothing_compared.startswith("One set of ratings was handed in")


@pytest.mark.django_db
def test_a_scale_with_three_items_works(world: object) -> None:
    pocket = world.apart_review(edition=load(pocket_scale())[0])  # type: ignore[attr-defined]
    found = said(pocket, {1: 1, 2: 3, 3: 5}, {1: 1, 2: 4, 3: 4})
    assert found.plain[0].value == "1 of 3 items (33%)"
    assert "because 3 items are few" in found.notes[-1]


def test_every_reason_has_words() -> None:
    assert set(REASONS) == {*Reason, *IccReason}


def test_1_is_full_agreement_only_and_0_has_no_sign() -> None:
    with translation.override("en"):
        shown = [decimals(value) for value in (1.0, 0.9999, 0.994, -0.004, 0.004, -1.0)]
    assert shown == ["1.00", "0.99", "0.99", "0.00", "0.00", "-1.00"]
    with translation.override("nb"):
        assert decimals(0.5) == "0,50"


some_units = st.lists(st.lists(st.integers(1, 5), min_size=1, max_size=4).map(sorted).map(tuple), max_size=60)
tables = st.lists(st.lists(st.integers(25, 125), max_size=4), max_size=12)


@given(some_units, tables, st.sampled_from(["en", "nb", "sv"]))
@settings(max_examples=40)
def test_no_figure_is_followed_by_an_interval_without_width(
    units: list[Unit], table: list[list[int]], language: str
) -> None:
    with translation.override(language):
        figures = (*coefficient_figures(coefficients([[unit] for unit in units])), icc_figure(icc_1_1(table)))
    for figure in figures:
        numbers = re.findall(r"-?\d[.,]\d\d", figure.value)
        assert "nan" not in figure.value.lower()
        assert figure.value
        assert len(numbers) < 3 or numbers[1] != numbers[2]


@given(st.lists(st.lists(st.integers(80, 82), min_size=2, max_size=3), min_size=2, max_size=4))
def test_icc_of_hardly_varying_totals_is_said_in_words(table: list[list[int]]) -> None:
    with translation.override("en"):
        figure = icc_figure(icc_1_1(table))
    assert re.match(r"(Cannot be computed: all totals|-?\d\.\d\d( \(95%|\. No interval: ))", figure.value)
