"""Where something is in a sheet, in the words of the file: its cell and the title of its column."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from reviews.imports.columns import ORGANISATION, ORGANISATION_AND_START, START, column_letters, is_cell
from reviews.imports.tables import excerpt

MOST_CELLS = 6  # of one fault


class Places:
    """The places in the file of one upload. `stored` is Upload.rows."""

    def __init__(self, stored: Mapping[str, Any]) -> None:
        self._is_turned = stored.get("is_turned", False)
        self._places = {column: place for place, column in stored.get("columns", {}).items()}
        if both := self._places.get(ORGANISATION_AND_START):
            self._places |= {ORGANISATION: both, START: both}
        self._titles = dict(stored.get("titles", ()))

    def row(self, number: int) -> str:
        """Return the number of a row, or the letters of the column that was read as one."""
        return column_letters_of(number) if self._is_turned else str(number)

    def words(self, number: int, columns: str) -> str:
        """Return where the cells of a row are, "" if the file does not have these columns.

        `columns` are names of our columns, with commas between them.
        """
        places = [self._places[name] for name in columns.split(", ") if name in self._places]
        cells = [self._cell(number, place) for place in places]
        if len(cells) > 1:
            return ", ".join(cells[:MOST_CELLS]) + (", …" if len(cells) > MOST_CELLS else "")
        title = excerpt(self._titles.get(places[0], "")) if places else ""
        if not title or is_cell(places[0]):
            return "".join(cells)
        words = _("%(cell)s, row “%(title)s”") if self._is_turned else _("%(cell)s, column “%(title)s”")
        return words % {"cell": cells[0], "title": title}

    def _cell(self, number: int, place: str) -> str:
        if is_cell(place):
            return place
        return f"{self.row(number)}{place}" if self._is_turned else f"{place}{number}"


def column_letters_of(number: int) -> str:
    """Return the letters of the column that was read as the row with this number."""
    return column_letters(number - 1)
