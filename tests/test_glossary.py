"""The glossary matches the catalogues and the code."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

from ipsfidelity.catalogues import read_catalogue

GLOSSARY = settings.BASE_DIR / "docs" / "glossary.md"
PLACE = re.compile(r"\[`([^`]+)`\]\(\.\./([\w/]+\.py)\)")
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| English |", "| Term |"))
]
LANGUAGES = ["nb", "sv"]  # the second column of the glossary and those after it
TRANSLATED = [row for row in ROWS if len(row) == len(LANGUAGES) + 3]


def uncapitalised(text: str) -> str:
    return text[:1].lower() + text[1:]


@cache
def translations(language: str) -> dict[str, set[str]]:
    """Return the translation of each text of the interface in a language, with first letters in lower case."""
    found: dict[str, set[str]] = {}
    for message in read_catalogue(language):
        if isinstance(message.id, str) and isinstance(message.string, str) and not message.context:
            found.setdefault(uncapitalised(message.id), set()).add(uncapitalised(message.string))
    return found


@cache
def names_in(path: Path) -> set[str]:
    """Return the names that a module defines at its top level."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return {node.name for node in body if isinstance(node, ast.ClassDef | ast.FunctionDef)}


@pytest.mark.parametrize("row", TRANSLATED, ids=lambda row: row[0])
def test_a_term_is_translated_as_the_interface_translates_it(row: tuple[str, ...]) -> None:
    for language, term in zip(LANGUAGES, row[1:-2], strict=True):
        assert translations(language).get(row[0]) == {uncapitalised(term)}


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
    assert len(TRANSLATED) > 70
