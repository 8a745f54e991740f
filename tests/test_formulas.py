"""No text in CSV becomes a formula, whichever separator a program splits it at, and every text can be restored."""

import csv
import io
import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipsfidelity.formulas import SEPARATORS, defused, original_text
from ipsfidelity.tables import CsvStyle, as_csv

SIGNS = "=+-@＝＋－＠−﹣"
INVISIBLE = "\u200b\ufeff\u00ad\u200e\u202e\u2066\u00a0\u3000 "
TEXTS = st.text(st.one_of(st.sampled_from(SIGNS + INVISIBLE + SEPARATORS + "'\"ab1"), st.characters(codec="utf-8")))
UNSEEN = {"Cf", "Zs", "Cc"}


def begins_a_formula(cell: str) -> bool:
    """Return whether a program that drops quotation marks and signs that nobody sees would compute a cell."""
    seen = [char for char in cell if char != '"' and unicodedata.category(char) not in UNSEEN]
    return bool(seen) and seen[0] in SIGNS


@given(TEXTS)
def test_no_part_of_a_text_begins_a_formula_at_any_separator(text: str) -> None:
    safe = defused(text)
    assert not begins_a_formula(safe)
    assert not any(map(begins_a_formula, re.split(f"[{SEPARATORS}]", safe)))
    assert not safe.startswith(("\t", "\r", "\n"))


@given(TEXTS)
def test_a_defused_text_can_be_restored(text: str) -> None:
    assert original_text(defused(text)) == text


@given(st.lists(TEXTS, min_size=1, max_size=3), st.sampled_from(CsvStyle), st.sampled_from("\t,;|"))
def test_a_file_holds_no_formula_for_a_program_that_splits_it_otherwise(
    row: list[str], style: CsvStyle, separator: str
) -> None:
    text = as_csv(["head"], [row], style).decode("utf-8-sig")
    lines = text.split("\r\n", 1)[1]
    assert not any(map(begins_a_formula, re.split(f"[{separator}\r\n]", lines)))
    as_cells = csv.reader(io.StringIO(lines, newline=""), delimiter=separator)
    assert not any(begins_a_formula(cell) for cells in as_cells for cell in cells)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("x;=1+1;y", "x;'=1+1;y"),
        ("- punkt\n- og et til", "'- punkt\n'- og et til"),
        ("Se referat, -5 møter", "Se referat, '-5 møter"),
        ("\u200b=1+1", "\u200b'=1+1"),
        ("'=1", "''=1"),
        ("a|@sum\t+1", "a|'@sum\t'+1"),
        ("Uke 3-4, kl. 10 – 12: 1+1=2, ola@nav", "Uke 3-4, kl. 10 – 12: 1+1=2, ola@nav"),
    ],
)
def test_an_apostrophe_is_put_before_the_sign_and_nowhere_else(text: str, safe: str) -> None:
    assert defused(text) == safe


def test_every_sign_that_nobody_sees_is_looked_behind() -> None:
    unseen = [char for char in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(char) in UNSEEN]
    assert [char for char in unseen if char not in SEPARATORS and defused(f"{char}=1") != f"{char}'=1"] == []


def test_every_form_of_the_four_signs_is_defused() -> None:
    forms = [char for char in map(chr, range(sys.maxunicode + 1)) if unicodedata.normalize("NFKC", char) in {*"=+-@−"}]
    assert [char for char in forms if defused(f"{char}1") != f"'{char}1"] == []


def test_a_long_text_of_line_ends_takes_no_time() -> None:
    assert defused(" \n" * 20_000 + "x").endswith("x")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('se =HYPERLINK("http://x")', 'se \'=HYPERLINK("http://x")'),
        ("x:=cmd|' /C calc'!A0", "x:'=cmd|' /C calc'!A0"),
        ("a:\u200b-cmd|x", "a:\u200b'-cmd|x"),
        ("kl: =1+1 og @SUM(1)", "kl: '=1+1 og '@SUM(1)"),
    ],
)
def test_what_can_do_harm_behind_a_space_or_a_colon_is_defused(text: str, written: str) -> None:
    assert defused(text) == written
    assert original_text(written) == text


@pytest.mark.parametrize(
    "text",
    [
        "kl. 10: -5 grader",
        "e-post: +47",
        "barne- og -ungdom",
        "n = 5",
        "a => b",
        "tlf +47 900 (mobil)",
        ":-)",
        "av @kari",
    ],
)
def test_prose_with_such_signs_stays_as_it_is(text: str) -> None:
    assert defused(text) == text
