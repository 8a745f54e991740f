"""Files for spreadsheets contain text as text and never as formulas."""

import io
from datetime import UTC, date, datetime

import openpyxl
import pytest
import xlsxwriter
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from ipsfidelity.tables import CsvStyle, XlsxSheet, as_csv, as_xlsx

TYPED = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=30)
DANGEROUS = st.tuples(st.sampled_from(["=", "+", "-", "@", "\t", "\r", " =", "\n="]), TYPED).map("".join)


@pytest.mark.parametrize(("language", "line"), [("nb", "3,52;x"), ("sv", "3,52;x"), ("en", "3.52,x")])
def test_csv_has_the_signs_that_excel_expects_in_the_readers_language(language: str, line: str) -> None:
    with translation.override(language):
        assert as_csv(["a", "b"], [[3.52, "x"]]).decode().splitlines()[1] == line


def test_days_times_and_empty_cells_are_the_same_in_both_styles() -> None:
    row = [date(2026, 3, 10), datetime(2026, 3, 20, 13, tzinfo=UTC), None, 4, -4]
    lines = {style: as_csv(["a"], [row], style).decode().splitlines()[1] for style in CsvStyle}
    assert lines[CsvStyle.COMMA] == "2026-03-10,2026-03-20T13:00:00Z,,4,-4"
    assert lines[CsvStyle.SEMICOLON] == lines[CsvStyle.COMMA].replace(",", ";")


@given(DANGEROUS.filter(lambda text: text.isprintable()))
def test_no_cell_of_a_workbook_is_a_formula(text: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(["head"], [[text, 3]])))
    cell, number = next(book.active.iter_rows(min_row=2))
    assert (cell.value, cell.data_type) == (text, "s")
    assert (number.value, number.data_type) == (3, "n")


@pytest.mark.parametrize("text", ["<r>a & b</r>", "<r><t>a</t></r>", "<r>"])
@pytest.mark.parametrize("options", [{"in_memory": True}, {"constant_memory": True}])
def test_a_text_never_becomes_part_of_the_workbooks_xml(text: str, options: dict[str, bool]) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, options) as book:
        XlsxSheet(book, None, ["head"]).add([text])
    assert openpyxl.load_workbook(out).active["A2"].value == text


def test_letters_of_every_language_are_kept_in_excel() -> None:
    assert as_csv(["Hvem"], [["Åse Øyvær 🙂"]]).startswith(b"\xef\xbb\xbf")
    assert "Åse Øyvær 🙂" in as_csv(["Hvem"], [["Åse Øyvær 🙂"]]).decode()
