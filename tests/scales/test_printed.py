"""The shipped instruments match their printed sources, and every change of them is noticed."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from typing import Any

import pytest

from tests.builders import CORRECTED, GUIDE, SCALE, document_of
from tests.scales.printed import faults_of_guide, faults_of_scale

Place = tuple[Any, ...]
Documents = dict[str, dict[str, Any]]
SHIPPED: Documents = {
    "scale": document_of(SCALE),
    "corrected scale": document_of(CORRECTED),
    "guide": document_of(GUIDE),
}
CHECKS: dict[str, Callable[[Any], list[str]]] = {
    "scale": faults_of_scale,
    "corrected scale": partial(faults_of_scale, slug="ips-25-nb-2026"),
    "guide": faults_of_guide,
}


@pytest.mark.parametrize("kind", CHECKS)
def test_a_shipped_instrument_differs_from_its_source_by_its_corrections_only(kind: str) -> None:
    assert CHECKS[kind](SHIPPED[kind]) == []


def node_at(node: Any, place: Place) -> Any:
    for key in place:
        node = node[key]
    return node


def with_change(node: Any, place: Place, value: Any) -> Any:
    """Return a copy of a document with another value at one place. The other parts are shared."""
    if not place:
        return value
    copied = node.copy()
    copied[place[0]] = with_change(node[place[0]], place[1:], value)
    return copied


def places_below(node: Any, place: Place = ()) -> Iterator[Place]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inner:
        yield (*place, key)
        yield from places_below(value, (*place, key))


def other_values(value: Any) -> Iterator[Any]:
    """Yield values that a mistake could cause: another text or number, one entry less, two neighbours swapped."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value - 1, value + 1)
    elif isinstance(value, str):
        yield f"{value} x"
    elif isinstance(value, list):
        yield value[1:]
        yield value[:-1]
        yield from (
            [*value[:n], other, one, *value[n + 2 :]] for n, (one, other) in enumerate(pairwise(value)) if one != other
        )


def some_of_each_kind(document: Any) -> Iterator[Place]:
    """Yield the first, a middle and the last place of each kind. The same code reads all places of a kind."""
    kinds = defaultdict(list)
    for place in places_below(document):
        kinds[tuple(key for key in place if isinstance(key, str))].append(place)
    for places in kinds.values():
        yield from {places[0], places[len(places) // 2], places[-1]}


def same_to_the_parser(place: Place, value: Any, other: Any) -> bool:
    """Return whether only the order of an item's sources differs, which the parser replaces by that of the scale."""
    return place[-1] == "sources" and len(place) > 1 and set(value) == set(other)


@pytest.mark.parametrize("kind", CHECKS)
def test_a_change_of_any_kind_of_place_is_noticed(kind: str) -> None:
    document, check = SHIPPED[kind], CHECKS[kind]
    unnoticed = [
        (place, other)
        for place in some_of_each_kind(document)
        for value in [node_at(document, place)]
        for other in other_values(value)
        if not same_to_the_parser(place, value, other) and not check(with_change(document, place, other))
    ]
    assert unnoticed == []


@pytest.mark.parametrize("kind", CHECKS)
def test_each_removed_correction_is_reported_by_its_name(kind: str) -> None:
    document, corrections = SHIPPED[kind], SHIPPED[kind]["corrections"]
    for n, correction in enumerate(corrections):
        faults = CHECKS[kind](document | {"corrections": corrections[:n] + corrections[n + 1 :]})
        assert {fault.split(": ")[0] for fault in faults} == {
            *correction.get("places", ()),
            correction["where"],
            "corrections",
        }


@pytest.mark.parametrize("kind", ["scale", "corrected scale"])
def test_each_number_of_each_rule_is_checked_against_the_print(kind: str) -> None:
    document = SHIPPED[kind]
    numbers = [place for place in places_below(document) if "rule" in place and type(node_at(document, place)) is int]
    assert len(numbers) > 100
    for place in numbers:
        assert CHECKS[kind](with_change(document, place, node_at(document, place) + 1)), place


def item(number: int) -> Place:
    """Return the place of an item of the scale."""
    return next(
        ("sections", s, "items", i)
        for s, section in enumerate(SHIPPED["scale"]["sections"])
        for i, each in enumerate(section["items"])
        if each["number"] == number
    )


def criterion(number: int) -> Place:
    return ("criteria", [each["number"] for each in SHIPPED["guide"]["criteria"]].index(number))


def anchor(number: int, score: int) -> Place:
    return (*item(number), "anchors", score - 1, "text")


def component(number: int, place: int) -> Place:
    return (*item(number), "checklist", "components", place - 1)


def question(number: int, place: int) -> Place:
    return (*criterion(number), "questions", place - 1)


SWAPPED = [
    ("scale", anchor(9, 2), anchor(9, 3), ["items/9/anchors/2", "items/9/anchors/3"]),
    ("scale", anchor(7, 5), anchor(6, 5), ["items/6/anchors/5", "items/7/anchors/5"]),
    ("scale", component(13, 1), component(13, 4), ["items/13/checklist/1", "items/13/checklist/4"]),
    ("scale", component(8, 2), component(25, 2), ["items/25/checklist/2", "items/8/checklist/2"]),
    ("scale", (*item(20), "description"), (*item(21), "description"), ["items/20/description", "items/21/description"]),
    ("scale", ("bands", 0, "label"), ("bands", 1, "label"), ["bands/1/label", "bands/2/label"]),
    ("guide", question(9, 1), question(9, 2), ["criteria/9/questions/1", "criteria/9/questions/2"]),
    ("guide", question(3, 1), question(22, 9), ["criteria/22/questions/9", "criteria/3/questions/1"]),
    ("guide", (*criterion(17), "title"), (*criterion(18), "title"), ["criteria/17/title", "criteria/18/title"]),
]


@pytest.mark.parametrize(("kind", "one", "other", "named"), SWAPPED)
def test_two_texts_that_are_swapped_are_both_named(kind: str, one: Place, other: Place, named: list[str]) -> None:
    document = SHIPPED[kind]
    swapped = with_change(document, one, node_at(document, other))
    swapped = with_change(swapped, other, node_at(document, one))
    assert sorted(fault.split(": ")[0] for fault in CHECKS[kind](swapped)) == named


def test_a_word_that_is_changed_is_named_by_its_place() -> None:
    document, place = SHIPPED["scale"], anchor(22, 3)
    changed = with_change(document, place, node_at(document, place).replace("De fleste", "Noen"))
    assert [fault.split(": ")[0] for fault in faults_of_scale(changed)] == ["items/22/anchors/3"]


LEFT_OUT = [
    ("scale", item(17), "per_specialist", "items/17/per_specialist"),
    ("scale", item(4), "sheet_title", "items/4/sheet_title"),
    ("scale", (*item(10), "checklist"), "heading", "items/10/checklist/heading"),
    ("scale", (*item(16), "rule"), "caps", "items/16/rule"),
    ("scale", (*item(24), "rule"), "open", "items/24/rule"),
    ("scale", (*item(17), "rule"), "alternative", "items/17/rule"),
    ("guide", question(16, 6), "condition", "corrections[6].places"),
    ("guide", question(5, 2), "also", "5.2"),
    ("guide", question(5, 7), "components", "5.7"),
    ("guide", criterion(25), "note", "criteria/25/note"),
    ("guide", (), "opening_question", "corrections[1].places"),
]


@pytest.mark.parametrize(("kind", "place", "key", "named"), LEFT_OUT)
def test_whatever_is_left_out_is_named(kind: str, place: Place, key: str, named: str) -> None:
    document = SHIPPED[kind]
    without = {name: value for name, value in node_at(document, place).items() if name != key}
    assert named in [fault.split(": ")[0] for fault in CHECKS[kind](with_change(document, place, without))]
