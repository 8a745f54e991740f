"""Checks of the columns of a table of past reviews. Pure: imports no Django."""

from collections import Counter

from reviews.imports import columns
from reviews.imports.tables import Fault, Table, TableRow, excerpt
from scales.definition import Scale


def header_faults(header: TableRow, scale: Scale) -> list[Fault]:
    """Return the faults of the header: unknown, repeated and missing columns."""
    allowed, faults = set(columns.columns_of(scale)), []
    counts = Counter(columns.column_name(cell.text) for cell in header.cells if cell)
    for index, cell in enumerate(header.cells):
        if cell and columns.column_name(cell.text) not in allowed:
            column = columns.column_letters(index)
            faults.append(_fault("unknown_column", header, column=column, was=excerpt(cell.text)))
    faults += [_fault("repeated_column", header, was=excerpt(name)) for name, count in counts.items() if count > 1]
    if missing := [name for name in columns.required_columns(scale) if name not in counts]:
        faults.append(_fault("missing_columns", header, names=", ".join(missing)))
    return faults


def stray_cell_faults(table: Table) -> list[Fault]:
    """Return a fault for each row with cells in columns that have no name.

    Only the first such cell of a row is reported, because a wide file may have very many.
    """
    with_name = {index for index, cell in enumerate(table.header.cells) if cell}
    first_strays = ((row, _first_stray(row, with_name)) for row in table.rows)
    return [
        Fault("cell_beside", {"column": columns.column_letters(index)}, row.number)
        for row, index in first_strays
        if index is not None
    ]


def _first_stray(row: TableRow, with_name: set[int]) -> int | None:
    return next((index for index, cell in enumerate(row.cells) if cell and index not in with_name), None)


def _fault(code: str, header: TableRow, **values: str) -> Fault:
    return Fault(code, values, header.number)
