"""What still stands between a set of scores and being done: asked by pages, by handing in and by every step.

Reads; never writes. An item is open while it has no score; it waits for data when that was marked;
it is unexplained while its score differs from what the observation suggests and no reason is given;
it is undecided while the evaluators rated it differently, or alike and otherwise, and no reason is given for
the agreed score.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from reviews.models import ItemScore, Rating, Review
from scales.suggestion import suggest


@dataclass(frozen=True)
class AwaitedItem:
    """An item for which there is not enough data yet: what, from whom, by when ("" and None where not said)."""

    number: int
    what: str
    who: str
    by: date | None


@dataclass(frozen=True)
class Completeness:
    """Numbers of items, in the scale's order. An item stands in one of the lists at most."""

    unscored: tuple[int, ...]
    awaited: tuple[AwaitedItem, ...]
    unexplained: tuple[int, ...]
    undecided: tuple[int, ...]

    @property
    def awaited_numbers(self) -> tuple[int, ...]:
        return tuple(each.number for each in self.awaited)

    @property
    def open(self) -> frozenset[int]:
        """Every item that is not done."""
        return frozenset((*self.unscored, *self.awaited_numbers, *self.unexplained, *self.undecided))

    @property
    def is_complete(self) -> bool:
        """Whether there is a total, and a reason wherever one is asked for."""
        return not self.open

    @property
    def may_be_submitted(self) -> bool:
        """Whether one evaluator's ratings can be handed in: what waits for data may wait for consensus."""
        return not (self.unscored or self.unexplained)


def completeness_of(
    review: Review, rows: Iterable[Rating | ItemScore], rated: Mapping[int, set[int | None]] | None = None
) -> Completeness:
    """Return what is open among `rows`, one of each item; `rated` holds what the evaluators gave alone."""
    found = sorted(rows, key=lambda row: row.item_number)
    unexplained = tuple(row.item_number for row in found if _is_unexplained(review, row))
    return Completeness(
        unscored=tuple(row.item_number for row in found if row.value is None and not row.awaiting),
        awaited=tuple(
            AwaitedItem(row.item_number, row.awaited, row.awaited_from, row.awaited_by) for row in found if row.awaiting
        ),
        unexplained=unexplained,
        undecided=tuple(
            row.item_number
            for row in found
            if row.item_number not in unexplained and _is_undecided(row, (rated or {}).get(row.item_number, set()))
        ),
    )


def completeness_of_scores(review: Review) -> Completeness:
    """Return what is open among the review's scores as they are stored. One query, two where rated apart."""
    return completeness_of(review, review.scores.all(), submitted_values(review))


def submitted_values(review: Review) -> dict[int, set[int | None]]:
    """Return what the evaluators gave each item when they handed in; {} where there is one common scoring."""
    if not review.is_rated_apart:
        return {}
    given: dict[int, set[int | None]] = {}
    for number, value in Rating.objects.submitted(review).values_list("item_number", "value"):
        given.setdefault(number, set()).add(value)
    return given


def differ(values: Iterable[int | None]) -> bool:
    """Return whether evaluators rated an item differently; no score beside a score is a difference too."""
    return len(set(values)) > 1


def _is_undecided(row: Rating | ItemScore, given: set[int | None]) -> bool:
    """Return whether a common score lacks its reason: it was disputed, or is nobody's own. Where all waited for
    data, none is needed."""
    if not isinstance(row, ItemScore) or row.value is None or row.decision or given in (set(), {None}):
        return False
    return differ(given) or row.value not in given


def _is_unexplained(review: Review, row: Rating | ItemScore) -> bool:
    if row.value is None or row.departure or not row.observation:
        return False
    suggestion = suggest(review.scale.by_number[row.item_number], row.observation, review.labels)
    return suggestion is not None and suggestion.score != row.value
