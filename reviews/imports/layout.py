"""Find the table in a sheet: its header, below any titles, and which way it lies. Pure: imports no Django."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from reviews.imports.columns import column_letters, required_columns
from reviews.imports.names import Names
from reviews.imports.score_sheets import read_score_sheet
from reviews.imports.tables import EMPTY, MOST_COLUMNS, Area, Grid, Table, TableCell, TableRow, unreadable

SEARCHED_ROWS, SEARCHED_COLUMNS = 60, 12  # among which the header is looked for
MOST_NAMED = 10  # merged areas in a message
NEARLY_ALL = 0.8  # of the cells of the widest row, which a header without known names fills


def find_table(grid: Grid, names: Names) -> Table:
    """Return the table in a sheet. Raise UnreadableFile if there is none, or nothing below its header."""
    if not grid.rows:
        raise unreadable("empty_file")
    if len(grid.rows) == 1:
        raise unreadable("header_only")
    found, count = _most_titles((row.cells for row in grid.rows[:SEARCHED_ROWS]), names)
    has_header = count >= names.fewest
    if not has_header and (sheet := read_score_sheet(grid, names)):
        return sheet
    column = None if has_header else _column_with_titles(grid, names)
    if column is None:
        letters = [column_letters(index) for index in range(MOST_COLUMNS)]
        table = _table(grid, found if has_header else _widest(grid.rows), letters, is_turned=False)
    else:
        turned = _turned(grid)
        index = next(index for index, row in enumerate(turned.rows) if row.number == column + 1)
        table = _table(turned, index, [str(row.number) for row in grid.rows], is_turned=True)
    if not table.rows:
        raise unreadable("header_only")
    return table


def _widest(rows: Sequence[TableRow]) -> int:
    """Return the index of a header without known names: the first row that is about as wide as any."""
    widths = [sum(map(bool, row.cells)) for row in rows[:SEARCHED_ROWS]]
    return next(index for index, width in enumerate(widths) if width >= NEARLY_ALL * max(widths))


def _column_with_titles(grid: Grid, names: Names) -> int | None:
    """Return the index of the column that names the items, if they stand one below the other; else None."""
    columns = ([_cell(row, index) for row in grid.rows] for index in range(SEARCHED_COLUMNS))
    found, count = _most_titles(columns, names)
    return found if count >= names.fewest else None


def _most_titles(lines: Iterable[Sequence[TableCell]], names: Names) -> tuple[int, int]:
    """Return the index of the line with the most names of columns, the first of several, and their number."""
    required = len(required_columns(names.scale))
    best, most = 0, 0
    for index, cells in enumerate(lines):
        count = names.known_titles(cell.text for cell in cells)
        if count > most:
            best, most = index, count
        if count >= required:
            break
    return best, most


def _cell(row: TableRow, index: int) -> TableCell:
    return row.cells[index] if index < len(row.cells) else EMPTY


def _turned(grid: Grid) -> Grid:
    """Return a sheet with its columns as rows, and its rows that are not empty as columns."""
    width = max(len(row.cells) for row in grid.rows)
    rows = (TableRow(index + 1, tuple(_cell(row, index) for row in grid.rows)) for index in range(width))
    numbers = [row.number for row in grid.rows]
    merged = (
        Area(
            area.left + 1,
            bisect_left(numbers, area.top),
            area.right + 1,
            bisect_right(numbers, area.bottom) - 1,
            area.name,
        )
        for area in grid.merged
    )
    return replace(grid, rows=tuple(row for row in rows if any(row.cells)), merged=tuple(merged))


def _table(grid: Grid, index: int, places: Sequence[str], *, is_turned: bool) -> Table:
    header, rows = grid.rows[index], grid.rows[index + 1 :]
    width = max(len(row.cells) for row in (header, *rows))
    titles = {place: cell for place, cell in enumerate(header.cells) if cell}
    first_cells = {(row.number, place): cell for row in grid.rows[:index] for place, cell in enumerate(row.cells)}
    for area in grid.merged:
        if area.top < header.number <= area.bottom and (title := first_cells.get((area.top, area.left))):
            titles.setdefault(area.left, title)
    if index and grid.rows[index - 1].number == header.number - 1:  # a header of two rows
        for place, cell in enumerate(grid.rows[index - 1].cells):
            if cell and any(_cell(row, place) for row in rows):
                titles.setdefault(place, cell)
    numbers = [row.number for row in rows]
    if torn := [area.name for area in grid.merged if _tears(area, header, numbers)]:
        raise unreadable("merged_cells", ranges=", ".join(torn[:MOST_NAMED]))
    cells = tuple(titles.get(place, EMPTY) for place in range(width))
    return Table(TableRow(header.number, cells), rows, grid.rows[:index], tuple(places[:width]), is_turned, grid.source)


def _tears(area: Area, header: TableRow, numbers: Sequence[int]) -> bool:
    """Return whether merged cells hide a value from a row: they begin in one row and reach into another."""
    return area.top > header.number and bisect_right(numbers, area.bottom) > bisect_right(numbers, area.top)
