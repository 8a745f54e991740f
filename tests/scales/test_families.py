"""Which editions are comparable, and after how many months the next review is due by the document of a scale."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from scales.document import DocumentFaults
from scales.families import families, successors
from scales.loading import load
from scales.models import REMEMBERED_FOR, ScaleEdition
from scales.parsing import parse_scale
from tests.scales.built import built_scale, with_months
from tests.scales.pocket import pocket_scale

BANDS = (("good", 60), ("fair", 40), ("poor", 15))
SLUGS = st.sampled_from("abcdef")
NAMES = st.dictionaries(SLUGS, st.lists(SLUGS, max_size=3), min_size=1)


def test_editions_that_are_connected_by_names_are_one_family_the_oldest_first() -> None:
    named = {"c": ["b"], "b": ["a"], "a": [], "x": ["gone"]}
    assert families(named) == dict.fromkeys("abc", ("a", "b", "c")) | {"x": ("x",)}


def test_a_new_edition_joins_two_that_knew_nothing_of_each_other() -> None:
    named = {"new": ["left", "right"], "left": [], "right": []}
    assert families(named)["left"] == ("left", "right", "new")


def test_the_newest_edition_replaces_all_before_it() -> None:
    assert successors({"c": ["b"], "b": ["a"], "a": [], "translated": []}) == {"a": "c", "b": "c"}


@given(NAMES)
def test_being_comparable_is_mutual_and_transitive(named: dict[str, list[str]]) -> None:
    found = families(named)
    for slug, family in found.items():
        assert slug in family
        assert all(found[other] == family for other in family)
        assert set(named[slug]) & set(named) <= set(family)


@pytest.mark.django_db
def test_the_database_finds_a_family_in_one_query_and_a_new_edition_at_once() -> None:
    old, _ = load(pocket_scale())
    assert ScaleEdition.comparable(old.pk) == (old.pk,)
    new, _ = load(pocket_scale(slug="pocket-2", comparable_with=["pocket"], replaces=["pocket"]))
    translated, _ = load(pocket_scale(slug="pocket-sv", language="sv", comparable_with=["pocket-2"]))
    with CaptureQueriesContext(connection) as captured:
        assert ScaleEdition.comparable(old.pk) == (old.pk, new.pk, translated.pk)
        assert ScaleEdition.family_of(old.pk).newest == new.pk  # a translation replaces nothing
        assert ScaleEdition.replaced() == {old.pk: new.pk}
    assert len(captured) == 1


@pytest.mark.django_db
def test_an_edition_that_another_process_has_loaded_is_found() -> None:
    old, _ = load(pocket_scale())
    ScaleEdition.comparable(old.pk)
    remembered = ScaleEdition._families
    new, _ = load(pocket_scale(slug="pocket-2", comparable_with=["pocket"]))
    ScaleEdition._families = remembered  # as in a process that loaded nothing itself
    assert ScaleEdition.comparable(new.pk) == (old.pk, new.pk)


@pytest.mark.django_db
def test_a_document_that_another_process_has_altered_is_found_within_a_minute() -> None:
    edition, _ = load(pocket_scale())
    assert ScaleEdition.scale_of(edition.pk).title == "Pocket scale"
    until, remembered = ScaleEdition._families
    load(pocket_scale(title="Pocket scale, corrected"))
    ScaleEdition._families = until - REMEMBERED_FOR, remembered  # as in a process that loaded nothing, later
    assert ScaleEdition.scale_of(edition.pk).title == "Pocket scale, corrected"


@pytest.mark.django_db
def test_a_document_that_was_altered_before_it_was_read_is_read_as_it_is_now() -> None:
    edition, _ = load(pocket_scale(title="Pocket scale, never read"))
    ScaleEdition.comparable(edition.pk)
    remembered = ScaleEdition._families
    load(pocket_scale(title="Pocket scale, read"))
    ScaleEdition._families = remembered
    ScaleEdition._parsed.pop(edition.checksum, None)
    assert ScaleEdition.scale_of(edition.pk).title == "Pocket scale, read"


@pytest.mark.django_db
def test_names_that_are_ours_come_from_the_newest_comparable_edition_in_the_same_language() -> None:
    old, _ = load(pocket_scale())
    named = pocket_scale(slug="pocket-2", comparable_with=["pocket"])
    named["sections"][0]["items"][0]["ours"] = {"short": "Pots", "plain": "We cook"}
    named["bands"][0]["ours"] = {"plain": "We garden well"}
    load(named)
    load(pocket_scale(slug="pocket-sv", language="sv", comparable_with=["pocket-2"]))
    scale = ScaleEdition.named_scale_of(old.pk)
    assert [(item.short, item.plain) for item in scale.items][:2] == [("Pots", "We cook"), ("Pocket item 2",) * 2]
    assert [band.plain for band in scale.bands] == ["We garden well", "", ""]


def test_a_document_says_after_how_many_months_the_next_review_is_due() -> None:
    scale = parse_scale(with_months(built_scale(15, BANDS), 24, 9, 3))
    assert [scale.months_to_next(band) for band in scale.bands] == [24, 9, 3]


@pytest.mark.parametrize(
    ("bands", "months"),
    [
        (BANDS, [12, 6, 6]),
        ((("very good", 69), ("good", 60), ("fair", 44), ("poor", 15)), [12, 12, 6, 6]),
        ((("good", 50), ("poor", 15)), [12, 6]),  # the best band, whatever it asks for
        ((("any", 15),), [6]),
    ],
)
def test_without_months_reviews_are_yearly_after_good_results(
    bands: tuple[tuple[str, int], ...], months: list[int]
) -> None:
    scale = parse_scale(built_scale(15, bands))
    assert [scale.months_to_next(band) for band in scale.bands] == months


@pytest.mark.parametrize("months", [0, 61, -1])
def test_impossible_months_are_refused(months: int) -> None:
    with pytest.raises(DocumentFaults, match=r"bands\[1\].months_to_next: must be from 1 to 60"):
        parse_scale(with_months(built_scale(15, BANDS), 12, months, 6))
