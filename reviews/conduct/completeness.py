"""What is missing before a set of ratings or scores is complete. Reads only.

Pages, the submission of ratings and transitions all ask here. An item is open for one of four reasons:

- unscored: it has no score;
- awaited: somebody marked that there is not enough data yet;
- unexplained: its score differs from the one that the observation suggests, and no reason is given;
- undecided: the evaluators rated it differently, or agreed on a score that none of them gave, and no reason is given.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from reviews.conduct.score_target import ReadableRow
from reviews.models import ItemScore, Rating, Review
from scales.suggestion import suggest

type Row = ItemScore | Rating | ReadableRow


@dataclass(frozen=True)
class AwaitedItem:
    """An item without enough data: what is missing, who gets it and by when; "" or None where that is not known."""

    number: int
    what: str
    who: str
    by: date | None


@dataclass(frozen=True)
class Completeness:
    """The open items by reason, in the scale's order. No item is listed twice."""

    unscored: tuple[int, ...]
    awaited: tuple[AwaitedItem, ...]
    unexplained: tuple[int, ...]
    undecided: tuple[int, ...]

    @property
    def awaited_numbers(self) -> tuple[int, ...]:
        return tuple(item.number for item in self.awaited)

    @property
    def open_items(self) -> frozenset[int]:
        """The numbers of all open items."""
        return frozenset((*self.unscored, *self.awaited_numbers, *self.unexplained, *self.undecided))

    @property
    def without_reason(self) -> frozenset[int]:
        """The numbers of the items whose score lacks a required reason."""
        return frozenset((*self.unexplained, *self.undecided))

    @property
    def is_complete(self) -> bool:
        """Whether every item has a score, and a reason where one is required."""
        return not self.open_items

    @property
    def may_be_submitted(self) -> bool:
        """Whether an evaluator can submit these ratings. Items that await data do not prevent it."""
        return not (self.unscored or self.unexplained)


def completeness_of(
    review: Review, rows: Iterable[Row], submitted: Mapping[int, set[int | None]] | None = None
) -> Completeness:
    """Return the completeness of `rows`, which hold one row for each item.

    `submitted` holds the distinct scores that the evaluators gave each item alone, by item number.
    """
    rows, submitted = sorted(rows, key=lambda row: row.item_number), submitted or {}
    unexplained = tuple(row.item_number for row in rows if _is_unexplained(review, row))
    return Completeness(
        unscored=tuple(row.item_number for row in rows if row.value is None and not row.awaiting),
        awaited=tuple(
            AwaitedItem(row.item_number, row.awaited, row.awaited_from, row.awaited_by) for row in rows if row.awaiting
        ),
        unexplained=unexplained,
        undecided=tuple(
            row.item_number
            for row in rows
            if row.item_number not in unexplained and _is_undecided(row, submitted.get(row.item_number, set()))
        ),
    )


def completeness_of_scores(review: Review) -> Completeness:
    """Return the completeness of the review's stored scores. One query, two if the evaluators rated alone."""
    return completeness_of(review, review.scores.all(), submitted_values(review))


def submitted_values(review: Review) -> dict[int, set[int | None]]:
    """Return the distinct scores in the submitted ratings, by item number; {} for a review with one common scoring."""
    if not review.is_rated_apart:
        return {}
    values: dict[int, set[int | None]] = {}
    for number, value in Rating.objects.submitted(review).values_list("item_number", "value"):
        values.setdefault(number, set()).add(value)
    return values


def differ(values: Iterable[int | None]) -> bool:
    """Return whether the evaluators' scores of an item differ. A missing score differs from any score."""
    return len(set(values)) > 1


def _is_undecided(row: Row, submitted: set[int | None]) -> bool:
    """Return whether a common score lacks a required reason.

    A reason is required if the submitted scores differ, or if nobody gave the common score. It is not required where
    every evaluator awaited data.
    """
    if isinstance(row, Rating) or row.value is None or row.decision or submitted in (set(), {None}):
        return False
    return differ(submitted) or row.value not in submitted


def _is_unexplained(review: Review, row: Row) -> bool:
    if row.value is None or row.departure or not row.observation:
        return False
    suggestion = suggest(review.scale.by_number[row.item_number], row.observation, review.labels)
    return suggestion is not None and suggestion.score != row.value
