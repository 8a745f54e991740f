"""Read a filled-in score sheet: one review, its items down, one column of scores. Pure: imports no Django.

Organisation, day and the like stand above the items, each beside or behind its label. The sheet becomes a table with
one row, whose places are the references of the cells ("C12"). What is not used stays in the table, so that the preview
names it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reviews.imports.columns import BEFORE_SCORES, ORGANISATION, START, TOTAL, column_letters
from reviews.imports.names import Names, Role
from reviews.imports.tables import EMPTY, Grid, Table, TableCell, TableRow, unreadable

SEARCHED_ROWS, SEARCHED_COLUMNS = 60, 12
MOST_LOOSE = 20  # cells before the items that a person may choose as what no label names


@dataclass
class _Sheet:
    """The cells that are found so far, by their places: each with a title that matching.py knows, or ""."""

    titles: dict[str, str] = field(default_factory=dict)
    cells: dict[str, TableCell] = field(default_factory=dict)
    rest: list[TableRow] = field(default_factory=list)

    def add(self, place: str, title: str, cell: TableCell) -> None:
        self.titles[place], self.cells[place] = title, cell


def read_score_sheet(grid: Grid, names: Names) -> Table | None:
    """Return the table of a filled-in score sheet, None for any other sheet.

    Raise UnreadableFile if each row is one item of several reviews.
    """
    for index, header in enumerate(grid.rows[:SEARCHED_ROWS]):
        roles = _roles(header, names)
        scores = [column for column, role in roles.items() if role is Role.SCORE]
        if len(scores) != 1 or sum(map(bool, header.cells)) == 1:
            continue
        if {ORGANISATION, START} & {names.column(cell.text) for cell in header.cells}:
            raise unreadable("an_item_a_row")
        used = _one_column_each(roles)
        items = _items(grid.rows[index + 1 :], used, names)
        if len(items) >= names.fewest:
            return _table(grid, index, used, items, names)
    return None


def _roles(header: TableRow, names: Names) -> dict[int, Role]:
    cells = enumerate(header.cells[:SEARCHED_COLUMNS])
    return {column: role for column, cell in cells if (role := names.role(cell.text)[0])}


def _one_column_each(roles: dict[int, Role]) -> dict[int, Role]:
    """Return the first column of each role. The others are not read."""
    firsts = {role: column for column, role in reversed(roles.items())}
    return {column: role for role, column in firsts.items()}


def _items(rows: Sequence[TableRow], used: Mapping[int, Role], names: Names) -> dict[int, int]:
    """Return the numbers of the items by the numbers of their rows.

    The item's number and its name may stand in columns of their own. A column that names an item twice says nothing,
    such as numbers that begin again in each section, and neither does a row whose columns contradict each other.
    """
    filled = [row for row in rows if any(_cell(row, column) for column in used)]
    found: dict[int, set[int]] = defaultdict(set)
    for column in set(range(SEARCHED_COLUMNS)) - set(used):
        named = {row.number: number for row in filled if (number := names.item_of(_cell(row, column).text))}
        if len(named) >= names.fewest and len(set(named.values())) == len(named):
            for row, number in named.items():
                found[row].add(number)
    return {row: numbers.pop() for row, numbers in found.items() if len(numbers) == 1}


def _table(grid: Grid, index: int, used: Mapping[int, Role], items: Mapping[int, int], names: Names) -> Table:
    header, sheet = grid.rows[index], _Sheet()
    words = {column: names.role(header.cells[column].text)[1] for column in used}
    wanted = _wanted(grid.rows, header, items, names)
    (of_scores,) = (column for column, role in used.items() if role is Role.SCORE)
    for row in grid.rows:
        if row.number in items:
            for column, word in words.items():
                sheet.add(_place(column, row), f"{word} {items[row.number]}", _cell(row, column))
        elif row is not header:
            of_row = [name for name, number in wanted.items() if number == row.number]
            rest = _add_labelled(sheet, row, of_row, of_scores, names)
            if row.number < header.number and len(sheet.titles) + len(rest) <= MOST_LOOSE:
                for column, cell in rest.items():
                    sheet.add(_place(column, row), "", cell)
            elif rest:
                sheet.rest.append(TableRow(row.number, tuple(rest.values())))
    for column in _unread([row for row in grid.rows if row.number in items], used, items, names):
        sheet.add(column_letters(column), _cell(header, column).text, EMPTY)
    titles = TableRow(header.number, tuple(map(TableCell, sheet.titles.values())))
    review = TableRow(header.number, tuple(sheet.cells.values()))
    return Table(titles, (review,), tuple(sheet.rest), tuple(sheet.titles), is_turned=False, source=grid.source)


def _unread(
    rows: Sequence[TableRow], used: Mapping[int, Role], items: Mapping[int, int], names: Names
) -> Iterator[int]:
    """Yield the columns of the items that hold something else than the items' numbers and names."""
    for column in range(max(len(row.cells) for row in rows)):
        filled = [row for row in rows if _cell(row, column)]
        named = [row for row in filled if names.item_of(row.cells[column].text) == items[row.number]]
        if filled and column not in used and not (len(named) == len(filled) >= names.fewest):
            yield column


def _wanted(rows: Sequence[TableRow], header: TableRow, items: Mapping[int, int], names: Names) -> dict[str, int]:
    """Return for each column of a review the row whose label counts: the first one, and the last one of a total.

    Below the header a section may have a name that also means an organisation.
    """
    wanted: dict[str, int] = {}
    for row in rows:
        if row is header or row.number in items:
            continue
        for _column, label, _value_column, _value in _labelled(row, names):
            name = names.column(label)
            if name == TOTAL or (name not in wanted and (name != ORGANISATION or row.number < header.number)):
                wanted[name] = row.number
    return wanted


def _add_labelled(
    sheet: _Sheet, row: TableRow, wanted: list[str], of_scores: int, names: Names
) -> dict[int, TableCell]:
    """Add the cells that the wanted labels name; return the other cells of a row by column."""
    rest = {column: cell for column, cell in enumerate(row.cells) if cell}
    for column, label, beside, value in _labelled(row, names):
        if (name := names.column(label)) not in wanted:
            continue
        wanted.remove(name)
        of_value = of_scores if name == TOTAL and (not value or _cell(row, of_scores)) else beside
        sheet.add(_place(of_value, row), label, value if of_value == beside else _cell(row, of_scores))
        for used in (column, of_value):
            rest.pop(used, None)
    return rest


def _labelled(row: TableRow, names: Names) -> Iterator[tuple[int, str, int, TableCell]]:
    """Yield each label in a row with its column, and the column and the cell of its value.

    The value stands behind the colon, or is the next cell of the row that is not empty.
    """
    filled = [(column, cell, *_label(cell.text, names)) for column, cell in enumerate(row.cells) if cell]
    for number, (column, cell, label, value) in enumerate(filled):
        if not label:
            continue
        following = filled[number + 1] if number + 1 < len(filled) else None
        if value:
            yield column, label, column, replace(cell, text=value)
        elif following and not following[2]:
            yield column, label, following[0], following[1]
        else:
            yield column, label, column + 1, EMPTY


def _label(text: str, names: Names) -> tuple[str, str]:
    """Return the label in a cell and what follows its colon; ("", "") if a cell begins with no label."""
    label, _colon, value = text.partition(":")
    return (label.strip(), value.strip()) if names.column(label) in (*BEFORE_SCORES, TOTAL) else ("", "")


def _place(column: int, row: TableRow) -> str:
    return f"{column_letters(column)}{row.number}"


def _cell(row: TableRow, column: int) -> TableCell:
    return row.cells[column] if column < len(row.cells) else EMPTY
