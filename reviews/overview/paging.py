"""What the pages of figures share: sortable column headers, and choices as links."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ColumnHeader:
    """A column header. `sort` is the parameter of its link; `direction` the value of aria-sort, "" if unsorted."""

    label: str
    sort: str
    direction: str = ""
    is_number: bool = False


def column_headers(columns: Iterable[tuple[str, object, bool]], sort: str) -> tuple[ColumnHeader, ...]:
    """Return the headers of columns, each given as key, label and whether it holds numbers.

    The first click on a header sorts by its column, the second one reverses the order.
    """
    key, is_descending = sort.removeprefix("-"), sort.startswith("-")
    return tuple(
        ColumnHeader(
            str(label),
            f"-{column}" if column == key and not is_descending else column,
            "" if column != key else "descending" if is_descending else "ascending",
            is_number,
        )
        for column, label, is_number in columns
    )


@dataclass(frozen=True)
class LinkChoice:
    """One of several values that a page can show, as a link."""

    label: str
    value: str
    is_chosen: bool


@dataclass(frozen=True)
class LinkChoices:
    """The values that a page can show. `refused` is a requested value that is not offered.

    In that case the default is chosen, and the page shows a warning.
    """

    offered: tuple[LinkChoice, ...]
    chosen: str
    refused: str = ""


def choose(requested: str, offered: Mapping[str, str], default: str) -> LinkChoices:
    """Return the choices `offered` (value to label); the chosen one is `requested` if it is offered, else `default`."""
    is_offered = requested in offered
    chosen = requested if is_offered else default
    return LinkChoices(
        offered=tuple(LinkChoice(label, value, value == chosen) for value, label in offered.items()),
        chosen=chosen,
        refused="" if is_offered or not requested else requested[:100],
    )
