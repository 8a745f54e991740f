"""Keys that are sent as text: whole numbers that every database can hold, and nothing else."""

import pytest

from reviews.fields import parse_key


@pytest.mark.parametrize(("text", "key"), [("0", 0), ("42", 42), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_a_whole_number_of_up_to_18_digits_is_a_key(text: str, key: int) -> None:
    assert parse_key(text) == key


@pytest.mark.parametrize("text", ["", " 1", "-1", "+1", "1.0", "1e3", "1_0", "x", "²", "١", "１", "9" * 19])
def test_any_other_text_is_not_a_key(text: str) -> None:
    assert parse_key(text) is None
