"""What is wrong with the columns of a table of past reviews. Pure: imports no Django."""

from collections import Counter

from reviews.imports import columns
from reviews.imports.tables import Fault, Line, Table, shown
from scales.definition import Scale


def faults_of_head(head: Line, scale: Scale) -> list[Fault]:
    """Return what is wrong with the first row: columns that are unknown, missing, there twice or without a name."""
    allowed, faults = set(columns.columns_of(scale)), []
    counted = Counter(columns.named(cell.text) for cell in head.cells if cell)
    for place, cell in enumerate(head.cells):
        name = columns.named(cell.text)
        if cell and name not in allowed:
            faults.append(_of_head("unknown_column", head, column=columns.letters(place), was=shown(cell.text)))
    faults += [_of_head("repeated_column", head, was=shown(name)) for name, count in counted.items() if count > 1]
    if missing := [name for name in columns.needed_columns(scale) if name not in counted]:
        faults.append(_of_head("missing_columns", head, names=", ".join(missing)))
    return faults


def faults_beside(table: Table) -> list[Fault]:
    """Return of each row the first cell that stands under no column's name: a wide file has very many."""
    named = {place for place, cell in enumerate(table.head.cells) if cell}
    beside = ((line, _first_beside(line, named)) for line in table.lines)
    return [
        Fault("cell_beside", {"column": columns.letters(place)}, line.number)
        for line, place in beside
        if place is not None
    ]


def _first_beside(line: Line, named: set[int]) -> int | None:
    return next((place for place, cell in enumerate(line.cells) if cell and place not in named), None)


def _of_head(code: str, head: Line, **values: str) -> Fault:
    return Fault(code, values, head.number)
