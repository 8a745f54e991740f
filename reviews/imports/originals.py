"""The originals of reviews that come from an own export: what is stored of them with an upload, and which are here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from reviews.imports.row_checks import CheckedRow
from reviews.imports.tables import Fault
from reviews.models import Network, Review

StoredRows = Mapping[str, Any]  # Upload.rows


@dataclass(frozen=True)
class Original:
    """What an own export says about a review beyond the cells of a row.

    `code` and `fingerprint` are those of the review as it was signed, or imported from paper, in the first place.
    `items` maps numbers to sources, observation, departure and decision.
    """

    code: str
    fingerprint: str
    period: tuple[date | None, date | None]
    specialists: list[dict[str, Any]]
    report: Mapping[str, str]
    items: Mapping[int, Mapping[str, Any]]


def code_here(network: UUID, original: str) -> UUID:
    """Return the code that a review has in a network into which it was imported. It follows from the original's."""
    return uuid5(network, original)


def original_of(rows: StoredRows, number: int) -> Original | None:
    """Return what an own export says about the review in a row, None for a row of another file."""
    stored = rows.get("originals", {}).get(str(number))
    if stored is None:
        return None
    start, end = (date.fromisoformat(day) if day else None for day in stored["period"])
    items = {int(item): rest for item, rest in stored["items"].items()}
    return Original(**stored | {"period": (start, end), "items": items})


def with_known_originals(network: Network, stored: StoredRows, rows: Sequence[CheckedRow]) -> tuple[CheckedRow, ...]:
    """Return the rows of an upload, with a fault for each review of an own export that is here already. One query."""
    codes = {int(row): original["code"] for row, original in stored.get("originals", {}).items()}
    if not codes:
        return tuple(rows)
    here = Review.objects.filter(organisation__network=network).select_related("organisation__joined_to")
    wanted = {*map(UUID, codes.values()), *(code_here(network.code, code) for code in codes.values())}
    known = {review.code: review for review in here.filter(code__in=wanted)}
    return tuple(
        _refused(row, known.get(UUID(codes[row.number])) or known.get(code_here(network.code, codes[row.number])))
        for row in rows
    )


def _refused(row: CheckedRow, review: Review | None) -> CheckedRow:
    if review is None:
        return row
    fault = Fault("same_review", {"review": str(review), "code": str(review.code)}, row.number)
    return replace(row, faults=(*(each for each in row.faults if each.code != "here_already"), fault))
