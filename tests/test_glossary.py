"""The glossary matches the catalogues and the code."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

from tests.glossary import GLOSSARY, NAMES, written

PLACE = re.compile(r"\[`([^`]+)`\]\(\.\./([\w/]+\.py)\)")
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| English |", "| Term |"))
]


@cache
def names_in(path: Path) -> set[str]:
    """Return the names that a module defines at its top level."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return {node.name for node in body if isinstance(node, ast.ClassDef | ast.FunctionDef)}


def test_terms_are_translated_as_the_interface_translates_them() -> None:
    text = GLOSSARY.read_text(encoding="utf-8")
    assert text == written(text), "run python -m tests.glossary"
    assert NAMES.keys() | {"en"} == dict(settings.LANGUAGES).keys()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_term_is_in_the_code_where_the_glossary_says(row: tuple[str, ...]) -> None:
    places = PLACE.findall(row[-1])
    assert places
    for name, file in places:
        path = settings.BASE_DIR / file
        assert name == path.name or name in names_in(path), (name, file)


def test_no_term_has_two_rows() -> None:
    terms = [row[0] for row in ROWS]
    assert sorted(set(terms)) == sorted(terms)
    assert sum(len(row) == len(NAMES) + 3 for row in ROWS) > 70
