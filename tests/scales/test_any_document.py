"""Parsing any document returns a definition or raises a list of faults."""

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from scales.document import DocumentFaults
from scales.parsing import parse_guide, parse_scale
from tests.builders import GUIDE, SCALE, document_of
from tests.scales.pocket import pocket_guide, pocket_scale

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def places_in(node: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return every place of a document below its root."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [found for key, value in inner for found in [(*place, key), *places_in(value, (*place, key))]]


def at(document: Any, place: tuple[Any, ...]) -> Any:
    for key in place:
        document = document[key]
    return document


@given(ANYTHING)
def test_any_json_is_parsed_or_refused_with_reasons(document: Any) -> None:
    for parse in (parse_scale, parse_guide):
        try:
            parse(document)
        except DocumentFaults as refused:
            assert refused.faults  # noqa: PT017  the other outcome, a definition, is valid too


@settings(max_examples=300)
@given(st.data(), ANYTHING)
def test_a_valid_scale_with_one_place_spoilt_is_parsed_or_refused_with_places(data: st.DataObject, spoilt: Any) -> None:
    document = pocket_scale()
    place = data.draw(st.sampled_from(places_in(document)))
    at(document, place[:-1])[place[-1]] = spoilt
    before = copy.deepcopy(document)
    try:
        scale = parse_scale(document)
    except DocumentFaults as refused:
        assert all(": " in fault for fault in refused.faults)  # noqa: PT017
    else:
        assert len(scale.items) == 3
    assert document == before


@given(st.data())
def test_a_required_place_that_is_missing_is_named(data: st.DataObject) -> None:
    document = pocket_guide()
    key = data.draw(st.sampled_from(["slug", "instrument", "version", "title", "role", "rights", "criteria"]))
    del document[key]
    try:
        parse_guide(document)
    except DocumentFaults as refused:
        assert any(fault.startswith(f"{key}: ") for fault in refused.faults)  # noqa: PT017
    else:
        raise AssertionError(f"parsed without {key}")


def test_the_shipped_instruments_parse_the_same_twice() -> None:
    scale, guide = document_of(SCALE), document_of(GUIDE)
    assert parse_scale(scale).sections == parse_scale(copy.deepcopy(scale)).sections
    assert parse_guide(guide).criteria == parse_guide(copy.deepcopy(guide)).criteria
