"""What still stands between a set of scores and being done: asked by pages, by handing in and by every step.

Reads; never writes. An item is open while it has no score; it waits for data when that was marked;
it is unexplained while its score differs from what the observation suggests and no reason is given;
it is undecided while the evaluators rated it differently and no reason is given for the agreed score.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from reviews.models import ItemScore, Rating, Review
from scales.suggestion import suggest


@dataclass(frozen=True)
class Waiting:
    """An item for which there is not enough data yet: what, from whom, by when ("" and None where not said)."""

    number: int
    what: str
    who: str
    by: date | None


@dataclass(frozen=True)
class Readiness:
    """Numbers of items, in the scale's order. An item stands in one of the lists at most."""

    unscored: tuple[int, ...]
    waiting: tuple[Waiting, ...]
    unexplained: tuple[int, ...]
    undecided: tuple[int, ...]

    @property
    def waiting_numbers(self) -> tuple[int, ...]:
        return tuple(each.number for each in self.waiting)

    @property
    def open(self) -> frozenset[int]:
        """Every item that is not done."""
        return frozenset((*self.unscored, *self.waiting_numbers, *self.unexplained, *self.undecided))

    @property
    def is_complete(self) -> bool:
        """Whether there is a total, and a reason wherever one is asked for."""
        return not self.open

    @property
    def may_be_handed_in(self) -> bool:
        """Whether one evaluator's ratings can be handed in: what waits for data may wait for consensus."""
        return not (self.unscored or self.unexplained)


def readiness_of(
    review: Review, rows: Iterable[Rating | ItemScore], differing: frozenset[int] = frozenset()
) -> Readiness:
    """Return what is open among `rows`, one of each item; `differing` names items rated differently."""
    found = sorted(rows, key=lambda row: row.item_number)
    unexplained = tuple(row.item_number for row in found if _is_unexplained(review, row))
    return Readiness(
        unscored=tuple(row.item_number for row in found if row.value is None and not row.awaiting),
        waiting=tuple(
            Waiting(row.item_number, row.awaited, row.awaited_from, row.awaited_by) for row in found if row.awaiting
        ),
        unexplained=unexplained,
        undecided=tuple(
            row.item_number
            for row in found
            if isinstance(row, ItemScore)
            and row.item_number in differing
            and row.item_number not in unexplained
            and row.value is not None
            and not row.decision
        ),
    )


def readiness_of_scores(review: Review) -> Readiness:
    """Return what is open among the review's scores as they are stored. One query, two where rated apart."""
    return readiness_of(review, review.scores.all(), differing_in(review))


def differing_in(review: Review) -> frozenset[int]:
    """Return the items that the evaluators rated differently; none where there is one common scoring."""
    if not review.is_rated_apart:
        return frozenset()
    given: dict[int, set[int | None]] = {}
    for number, value in Rating.objects.handed_in(review).values_list("item_number", "value"):
        given.setdefault(number, set()).add(value)
    return frozenset(number for number, values in given.items() if differ(values))


def differ(values: Iterable[int | None]) -> bool:
    """Return whether evaluators rated an item differently; no score beside a score is a difference too."""
    return len(set(values)) > 1


def _is_unexplained(review: Review, row: Rating | ItemScore) -> bool:
    if row.value is None or row.departure or not row.observation:
        return False
    suggestion = suggest(review.scale.by_number[row.item_number], row.observation, review.labels)
    return suggestion is not None and suggestion.score != row.value
