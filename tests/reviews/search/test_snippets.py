"""Finding a text whatever its accents, and marking the place of the hit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipsfidelity.names import without_accents
from reviews.search.snippets import Marked, folded, marked, pattern_of, snippet


def text_of(marked: Marked) -> str:
    return marked.before + marked.hit + marked.after


@pytest.mark.parametrize(
    ("text", "query", "hit"),
    [
        ("IPS Ålesund", "alesund", "Ålesund"),
        ("ips alesund", "ÅLESUND", "alesund"),
        ("Øyværet", "oyvaer", "Øyvær"),
        ("Øyværet", "øyvær", "Øyvær"),
        ("Øyværet", "oyva", "Øyvæ"),  # half of a letter, while it is typed
        ("Oyvaeret", "øyvær", "Oyvaer"),
        ("Cafe\u0301 Nord", "cafe", "Cafe\u0301"),
        ("Straße", "strasse", "Straße"),
        ("to\n møter", "to moter", "to\n møter"),
        ("50 % (halv)", "% (halv", "% (halv"),
    ],
)
def test_accents_and_case_make_no_difference(text: str, query: str, hit: str) -> None:
    assert marked(text, pattern_of(query)).hit == hit


def test_a_long_text_is_cut_around_the_hit_at_whole_words() -> None:
    text = "ord " * 100 + "\nteammøte\n" + "etter " * 100
    cut = snippet(text, pattern_of("teammote"))
    assert cut.hit == "teammøte"
    assert text_of(cut).startswith("… ord ord")
    assert text_of(cut).endswith("etter …")
    assert len(text_of(cut)) < 170


def test_a_short_text_is_shown_whole() -> None:
    assert text_of(snippet("To møter i uka", pattern_of("moter"))) == "To møter i uka"


@given(st.text(max_size=200), st.text(min_size=1, max_size=5))
def test_marking_keeps_every_character(text: str, query: str) -> None:
    assert text_of(marked(text, pattern_of(query))) == text


NORDIC = st.text("abdeost æøåéöäÆØÅ", min_size=1)


@given(NORDIC, NORDIC, NORDIC)
def test_a_text_contains_each_part_of_it_with_and_without_accents(before: str, part: str, after: str) -> None:
    if part.strip():
        text = " ".join((before + part + after).split())
        for query in (part.strip(), folded(part.strip()), part.strip().upper()):
            cut = snippet(text, pattern_of(query))
            assert folded(cut.hit)
            assert len(text_of(cut)) <= len(text)


@given(st.text())
def test_accents_are_taken_off_letter_by_letter_as_in_the_whole(text: str) -> None:
    assert without_accents(text) == "".join(map(without_accents, text))
