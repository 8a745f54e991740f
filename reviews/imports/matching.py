"""Match the titles of a file to columns: by name, by the number of an item, by position. Pure: imports no Django.

A column is matched only if the match is certain: no other title claims it, and no other match is possible. A
coordinator sees and corrects the result.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from reviews.imports import columns
from reviews.imports.names import Names
from reviews.imports.tables import EMPTY, Table, TableCell
from scales.rules import SCORES

SCORE_TEXTS = frozenset(map(str, SCORES))


def own_names(table: Table, names: Names) -> dict[str, str]:
    """Return the columns of a table that has the names of the template, by place; {} if a name is another or missing.

    Then nobody needs to look at the matching.
    """
    titles = zip(table.places, table.header.cells, strict=True)
    own = {place: columns.column_name(cell.text) for place, cell in titles if cell}
    allowed = set(columns.columns_of(names.scale))
    is_unique = len(set(own.values())) == len(own)
    untitled = (index for index, cell in enumerate(table.header.cells) if not cell)
    is_whole = is_unique and allowed.issuperset(own.values()) and not columns.missing_columns(own.values(), names.scale)
    return own if is_whole and not any(any(_cells_in(table, index)) for index in untitled) else {}


def matched(table: Table, names: Names) -> dict[str, str]:
    """Return the column that each place of a table holds, by place. A place that is not matched is left out."""
    titles = {place: cell.text for place, cell in zip(table.places, table.header.cells, strict=True) if cell.text}
    found = _single({place: names.column(title) for place, title in titles.items()})
    rest = {place: title for place, title in titles.items() if not names.column(title)}
    numbers = {place: names.item_number(title) for place, title in rest.items()}
    by_number = {place: columns.score_column(number) for place, number in numbers.items() if number}
    if len(set(by_number.values())) == len(by_number):  # numbers that begin again in each section say nothing
        found |= {place: column for place, column in by_number.items() if column not in found.values()}
    found |= _by_position(table, names, found)
    return found | _organisation_and_day(table, found)


def _single(found: Mapping[str, str]) -> dict[str, str]:
    """Return the matches that no other place claims."""
    counts = Counter(found.values())
    return {place: column for place, column in found.items() if column and counts[column] == 1}


def _by_position(table: Table, names: Names, found: Mapping[str, str]) -> dict[str, str]:
    """Match the scores in their order, if as many columns side by side hold nothing but scores as there are items."""
    scores = [columns.score_column(item.number) for item in names.scale.items]
    if set(scores) & set(found.values()):
        return {}
    filled = [(place, cells) for place, cells in zip(table.places, _down(table), strict=True) if any(cells)]
    runs: list[list[str]] = [[]]
    for place, cells in filled:
        if place not in found and all(cell.text in SCORE_TEXTS for cell in cells if cell):
            runs[-1].append(place)
        else:
            runs.append([])
    fitting = [run for run in runs if len(run) == len(scores)]
    others = [run for run in runs if len(run) > len(scores)]
    return dict(zip(fitting[0], scores, strict=True)) if len(fitting) == 1 and not others else {}


def _organisation_and_day(table: Table, found: Mapping[str, str]) -> dict[str, str]:
    """Match the titles above the reviews of a turned table: "IPS Øyvær 05.11.2024", or names alone if days are found.

    Only if nothing else is matched as the organisation.
    """
    first = table.places[0]
    if not table.is_turned or first in found or columns.ORGANISATION in found.values():
        return {}
    cells = [cell.text for cell in _down(table)[0] if cell]
    names = [text for text in cells if any(map(str.isalpha, text))]
    if columns.START in found.values():
        return {first: columns.ORGANISATION} if 2 * len(names) > len(cells) else {}
    both = [text for text in names if any(map(str.isdigit, text))]
    return {first: columns.ORGANISATION_AND_START} if 2 * len(both) > len(cells) else {}


def _down(table: Table) -> Sequence[Sequence[TableCell]]:
    """Return the cells of each column, from the first row to the last."""
    return [_cells_in(table, index) for index in range(len(table.places))]


def _cells_in(table: Table, index: int) -> Sequence[TableCell]:
    return [row.cells[index] if index < len(row.cells) else EMPTY for row in table.rows]
