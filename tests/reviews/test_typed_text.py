"""Typed text in the form in which it is stored."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.typed_text import BULLETS, cleaned_line, cleaned_note


@pytest.mark.parametrize("bullet", BULLETS)
def test_a_bullet_of_a_word_processor_becomes_a_real_one(bullet: str) -> None:
    assert cleaned_note(f"{bullet}\tMøte med teamet") == "•\tMøte med teamet"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_every_line_end_becomes_a_line_feed(end: str) -> None:
    assert cleaned_note(f"først{end}så") == "først\nså"


@pytest.mark.parametrize("sign", ["\0", "\x07", "\x1b", "\u00ad", "\u200b", "\u202e", "\u2066", "\ufeff", "\ufffc"])
def test_a_sign_that_leaves_no_trace_on_paper_is_removed(sign: str) -> None:
    assert cleaned_note(f"jobb{sign}spesialist") == "jobbspesialist"


def test_letters_are_composed() -> None:
    assert cleaned_note("A\u030alesund") == "Ålesund"
    assert cleaned_note("A\u200b\u030alesund") == "Ålesund"


@pytest.mark.parametrize("word", ["می\u200cخواهم", "שלום\u200f!"])
def test_signs_that_words_of_other_scripts_need_stay(word: str) -> None:
    assert cleaned_note(word) == word


def test_a_tab_and_an_indented_line_stay_as_typed() -> None:
    assert cleaned_note("Sett:\n\t• ett møte\n  – og ett til") == "Sett:\n\t• ett møte\n  – og ett til"


def test_a_short_text_is_one_line() -> None:
    assert cleaned_line("  Leder\u00a0av \n teamet ") == "Leder av teamet"


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = cleaned_note(text)
    assert cleaned_note(once) == once
    assert cleaned_line(cleaned_line(text)) == cleaned_line(text)


@given(st.text())
def test_no_letter_number_or_punctuation_is_lost(text: str) -> None:
    """A sign with a shape of its own is on paper afterwards."""
    seen = [char for char in unicodedata.normalize("NFC", text) if unicodedata.category(char)[0] in "LNPS"]
    kept = [char for char in cleaned_note(text) if unicodedata.category(char)[0] in "LNPS"]
    assert [char for char in kept if char != "•"] == [char for char in seen if char not in "•\ufffc"]
