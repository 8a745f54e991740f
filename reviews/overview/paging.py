"""What the pages of lists share: sortable column headers, one choice of several by links, pages of names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from reviews.models import Organisation

NAMES = 100  # on a page


@dataclass(frozen=True)
class Header:
    """The head of a column: `sort` is what a click asks for, `direction` what aria-sort says, "" where unsorted."""

    label: str
    sort: str
    direction: str = ""
    is_number: bool = False


@dataclass(frozen=True)
class Names:
    """A page of organisations by name."""

    organisations: tuple[Organisation, ...]
    previous: str
    next: str


def names_page(found: QuerySet[Organisation], number: int) -> Names:
    """Return one page of organisations by name, the first being 1. One query."""
    start = (number - 1) * NAMES
    shown = found.order_by("name", "pk")[start : start + NAMES + 1]
    return Names(
        tuple(shown)[:NAMES],
        previous=str(number - 1) if number > 1 else "",
        next=str(number + 1) if len(shown) > NAMES else "",
    )


def headers_of(columns: Iterable[tuple[str, object, bool]], sort: str) -> tuple[Header, ...]:
    """Return the heads of columns (key, label, whether numbers): a click sorts, a second one turns it round."""
    key, is_descending = sort.removeprefix("-"), sort.startswith("-")
    return tuple(
        Header(
            str(label),
            f"-{column}" if column == key and not is_descending else column,
            "" if column != key else "descending" if is_descending else "ascending",
            is_number,
        )
        for column, label, is_number in columns
    )


@dataclass(frozen=True)
class Choice:
    label: str
    value: str
    is_chosen: bool


@dataclass(frozen=True)
class Choices:
    """`refused` is what was asked for and is not offered; then the default is chosen and the page says so."""

    offered: tuple[Choice, ...]
    chosen: str
    refused: str = ""


def choose(asked: str, offered: Mapping[str, str], default: str) -> Choices:
    """Return the choice among `offered` (value: label): what was asked for, or the default."""
    is_known = asked in offered
    chosen = asked if is_known else default
    return Choices(
        offered=tuple(Choice(label, value, value == chosen) for value, label in offered.items()),
        chosen=chosen,
        refused="" if is_known or not asked else asked[:100],
    )
