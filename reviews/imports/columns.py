"""The names of the columns in a file of past reviews, in the order of the template. Pure: imports no Django.

row_checks.py decides which values a cell may have.
"""

from collections.abc import Collection

from ipsfidelity.names import name_letters
from scales.definition import Scale

ORGANISATION, START, END, KIND, EVALUATORS, TOTAL = (
    "organisation",
    "visit_start",
    "visit_end",
    "kind",
    "evaluators",
    "total",
)
ORGANISATION_AND_START = "organisation_and_start"  # in one cell, as above the columns of a table that is turned
BEFORE_SCORES = (ORGANISATION, START, END, KIND, EVALUATORS)
LONGEST_TITLE = 300  # characters that are read
REQUIRED = (ORGANISATION, START, KIND)  # in addition to the columns of scores
ASKED_FOR = (ORGANISATION, KIND)  # once for the whole file, if no row has one


def score_column(number: int) -> str:
    """Return the name of the column with the scores of item `number`."""
    return f"item_{number}"


def note_column(number: int) -> str:
    """Return the name of the column with the evidence for item `number`."""
    return f"note_{number}"


def recommendation_column(number: int) -> str:
    """Return the name of the column with the recommendations for item `number`."""
    return f"recommendation_{number}"


def columns_of(scale: Scale) -> tuple[str, ...]:
    """Return every column of the template for reviews by this scale."""
    numbers = [item.number for item in scale.items]
    return (
        *BEFORE_SCORES,
        *map(score_column, numbers),
        TOTAL,
        *map(note_column, numbers),
        *map(recommendation_column, numbers),
    )


def readable_columns(scale: Scale) -> tuple[str, ...]:
    """Return every column that is read: those of the template, and organisation and day in one cell."""
    return (ORGANISATION_AND_START, *columns_of(scale))


def required_columns(scale: Scale) -> tuple[str, ...]:
    """Return the columns of a file that lacks nothing."""
    return (*REQUIRED, *(score_column(item.number) for item in scale.items))


def missing_columns(present: Collection[str], scale: Scale) -> list[str]:
    """Return the columns that are missing and cannot be asked for."""
    there = {*present, *ASKED_FOR, *((ORGANISATION, START) if ORGANISATION_AND_START in present else ())}
    return [name for name in required_columns(scale) if name not in there]


def column_name(title: str) -> str:
    """Return the name of a column from its title in the file: in lower case, with underscores for spaces.

    Invisible characters are removed.
    """
    return name_letters(title[:LONGEST_TITLE]).replace(" ", "_")


def column_letters(column: int) -> str:
    """Return the letters of a column in a spreadsheet (A, B … Z, AA …), counted from 0."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def is_cell(place: str) -> bool:
    """Return whether a place is that of one cell ("C12"), and not of a row ("12") or a column ("C")."""
    return place.isalnum() and not place.isalpha() and not place.isdecimal()


def place_order(place: str) -> tuple[int, int, str]:
    """Return by what places are sorted: row by row, and in a row from the left."""
    letters = place.rstrip("0123456789")
    return int(place[len(letters) :] or 0), len(letters), letters
