"""Tables by pages: the heads of their columns, which sort by a link, and plain lists of names."""

from collections.abc import Iterable
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
