"""Decide which rows a person scores: their own ratings while each evaluator rates alone, else the review's scores.

All code that reads or writes scores for one person goes through `target_for`, so that nobody sees or changes another
evaluator's ratings before all are submitted.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet

from ipsfidelity.prepared import prepared
from reviews.conflicts import no_longer_evaluator, ratings_submitted, review_closed
from reviews.models import EventType, ItemScore, Rating, Review, ReviewEvaluator, User
from reviews.models.scores import Judgement
from reviews.records.writing import lock
from reviews.workflow import FIRST_TRANSITIONS, Method, Transition


class ReadableRow(NamedTuple):
    """What a page reads of a score or rating: making objects of whole rows takes three times as long."""

    item_number: int
    value: int | None
    sources: list[str]
    evidence: str
    observation: dict[str, Any]
    departure: str
    awaiting: bool
    awaited: str
    awaited_from: str
    awaited_by: date | None
    decision: str = ""  # a rating has none


@dataclass(frozen=True)
class ScoreTarget:
    """The rows that a person scores, one for each item. If `is_own`, they are ratings that nobody else sees."""

    review: Review
    user: User
    is_own: bool

    @property
    def rows(self) -> QuerySet[Rating] | QuerySet[ItemScore]:
        """The rows of the target, in no particular order."""
        return _rows(*self._keys, is_own=self.is_own)

    @property
    def _keys(self) -> tuple[int, ...]:
        return (self.review.pk, self.user.pk) if self.is_own else (self.review.pk,)

    @property
    def event_type(self) -> EventType:
        """The type of the event that records a change of one row."""
        return EventType.RATED if self.is_own else EventType.SCORED

    @property
    def first_transition(self) -> Transition:
        """The transition that the first change of a planned review makes."""
        return FIRST_TRANSITIONS[Method(self.review.method)]

    def values(self) -> Mapping[int, int | None]:
        """Return the score of each item, by item number. One query."""
        return dict(_values(*self._keys, is_own=self.is_own))

    def readable(self) -> list[ReadableRow]:
        """Return what a page reads of all rows. One query."""
        return [ReadableRow(*row) for row in _readable(*self._keys, is_own=self.is_own)]

    def columns(self, *names: str) -> list[dict[str, Any]]:
        """Return columns of all rows. One query."""
        return _columns(*self._keys, is_own=self.is_own, names=names)

    def stored(self) -> list[Judgement]:
        """Return the rows with their `saved_by`. One query."""
        return _stored(*self._keys, is_own=self.is_own)

    def stored_of(self, numbers: Collection[int]) -> list[Judgement]:
        """Return the rows of items. One query."""
        return _stored_of(*self._keys, *numbers, is_own=self.is_own)

    def lock_for_scoring(self) -> Review:
        """Lock the review and return it with its stored code, status and method. One query, two if `is_own`.

        Raises StateConflict (409) if these rows can no longer be changed: the review is closed, the person's ratings
        are submitted, or all ratings have been opened.
        """
        locked = lock(self.review, only=("code", "status", "method"))
        if not locked.is_scorable or locked.is_blind != self.is_own:
            raise review_closed(locked)
        if self.is_own and not self._is_still_rating():
            raise ratings_submitted(locked)
        return locked

    def _is_still_rating(self) -> bool:
        participation = ReviewEvaluator.objects.filter(review=self.review, user=self.user)
        return participation.filter(submitted_at__isnull=True).exists()


def target_for(review: Review, user: User) -> ScoreTarget:
    """Return the rows that a person scores, by the status that `review` had when it was fetched. No query."""
    return ScoreTarget(review, user, is_own=review.is_blind)


def readable_rows(review: Review, user: User) -> dict[int, ReadableRow]:
    """Return what a page reads of the rows that a person may read, by item number. One query.

    While each evaluator rates alone, an evaluator reads their own ratings and others read the review's scores, which
    are still empty. Raises StateConflict (409) if the person is no longer an evaluator.
    """
    is_own = review.is_blind and review.takes_part
    by_number = {row.item_number: row for row in ScoreTarget(review, user, is_own).readable()}
    if not by_number:
        raise no_longer_evaluator(review)
    return by_number


def _rows(*keys: int, is_own: bool) -> QuerySet[Any, Any]:
    """Return the ratings of a review by a user, given the keys of both, or the scores of a review."""
    if is_own:
        review, user = keys
        return Rating.objects.filter(evaluator__review=review, evaluator__user=user)
    (review,) = keys
    return ItemScore.objects.filter(review=review)


@prepared
def _readable(*keys: int, is_own: bool) -> QuerySet[Any, Any]:
    names = ReadableRow._fields[:-1] if is_own else ReadableRow._fields
    return _rows(*keys, is_own=is_own).values_list(*names)


@prepared
def _values(*keys: int, is_own: bool) -> QuerySet[Any, Any]:
    return _rows(*keys, is_own=is_own).values_list("item_number", "value")


@prepared
def _columns(*keys: int, is_own: bool, names: tuple[str, ...]) -> QuerySet[Any, Any]:
    return _rows(*keys, is_own=is_own).values(*names)


@prepared
def _stored(*keys: int, is_own: bool) -> QuerySet[Any, Any]:
    return _rows(*keys, is_own=is_own).select_related("saved_by")


@prepared
def _stored_of(*keys: int, is_own: bool) -> QuerySet[Any, Any]:
    """Return rows by the keys of their target, followed by numbers of items."""
    count = 2 if is_own else 1
    return _rows(*keys[:count], is_own=is_own).filter(item_number__in=keys[count:])
