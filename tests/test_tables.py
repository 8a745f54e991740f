"""Files for spreadsheets contain text as text and never as formulas."""

import csv
import io

import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from ipsfidelity.tables import as_csv, as_xlsx

TYPED = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=30)
DANGEROUS = st.tuples(st.sampled_from(["=", "+", "-", "@", "\t", "\r", " =", "\n="]), TYPED).map("".join)


@given(st.lists(st.one_of(TYPED, DANGEROUS, st.integers(-9, 9)), min_size=1, max_size=4))
def test_no_cell_of_a_csv_begins_like_a_formula(row: list[str | int]) -> None:
    text = as_csv(["head"], [row]).decode("utf-8-sig")
    cells = list(csv.reader(io.StringIO(text, newline="")))[1]
    for given_cell, cell in zip(row, cells, strict=True):
        if isinstance(given_cell, int):
            assert cell == str(given_cell)
        else:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
            assert cell in (given_cell, f"'{given_cell}")


@given(DANGEROUS.filter(lambda text: text.isprintable()))
def test_no_cell_of_a_workbook_is_a_formula(text: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(["head"], [[text, 3]])))
    cell, number = next(book.active.iter_rows(min_row=2))
    assert (cell.value, cell.data_type) == (text, "s")
    assert (number.value, number.data_type) == (3, "n")


def test_letters_of_every_language_are_kept_in_excel() -> None:
    assert as_csv(["Hvem"], [["Åse Øyvær 🙂"]]).startswith(b"\xef\xbb\xbf")
    assert "Åse Øyvær 🙂" in as_csv(["Hvem"], [["Åse Øyvær 🙂"]]).decode()
