"""The columns of a file of past reviews: their names, in the order of the template. Pure: imports no Django.

Owns the names and nothing else: what may stand in a cell says checking_rows.py.
"""

import unicodedata

from scales.definition import Scale

ORGANISATION, START, END, KIND, EVALUATORS, TOTAL = (
    "organisation",
    "visit_start",
    "visit_end",
    "kind",
    "evaluators",
    "total",
)
HEAD = (ORGANISATION, START, END, KIND, EVALUATORS)
ALWAYS = (ORGANISATION, START, KIND)  # a file lacks none of these, nor a score's column


def score_column(number: int) -> str:
    return f"item_{number}"


def note_column(number: int) -> str:
    return f"note_{number}"


def recommendation_column(number: int) -> str:
    return f"recommendation_{number}"


def score_columns(scale: Scale) -> tuple[str, ...]:
    return tuple(score_column(item.number) for item in scale.items)


def columns_of(scale: Scale) -> tuple[str, ...]:
    """Return every column that a file of reviews by this scale may have."""
    numbers = [item.number for item in scale.items]
    return (
        *HEAD,
        *map(score_column, numbers),
        TOTAL,
        *map(note_column, numbers),
        *map(recommendation_column, numbers),
    )


def needed_columns(scale: Scale) -> tuple[str, ...]:
    """Return the columns that a file must have."""
    return (*ALWAYS, *score_columns(scale))


def named(title: str) -> str:
    """Return a column's name from its title in the file: capitals, spaces and invisible signs do not count."""
    signs = (sign for sign in unicodedata.normalize("NFKC", title) if unicodedata.category(sign) != "Cf")
    return "_".join("".join(signs).casefold().split())


def letters(column: int) -> str:
    """Return what a spreadsheet calls a column, counted from 0: A, B … Z, AA …"""
    called = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        called = chr(ord("A") + rest) + called
    return called
