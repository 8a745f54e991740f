"""Where a person's scores go: into their own ratings while each evaluator rates alone, else into the review's scores.

Everything that reads or writes scores for one person goes through `target_for`, so that nobody sees or changes
another's ratings before all are submitted.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from reviews.conflicts import ratings_submitted, review_closed
from reviews.models import EventType, ItemScore, Rating, Review, ReviewEvaluator, User
from reviews.records.writing import lock
from reviews.workflow import BEGINNINGS, Method, Transition

Rows = QuerySet[Rating] | QuerySet[ItemScore]


@dataclass(frozen=True)
class ScoreTarget:
    """The rows that one person scores, one for each item. While `is_own`, nobody else sees them."""

    review: Review
    user: User
    is_own: bool

    @property
    def rows(self) -> Rows:
        if self.is_own:
            return Rating.objects.filter(evaluator__review=self.review, evaluator__user=self.user)
        return ItemScore.objects.filter(review=self.review)

    @property
    def event_type(self) -> EventType:
        return EventType.RATED if self.is_own else EventType.SCORED

    @property
    def first_transition(self) -> Transition:
        """The transition that the first change makes."""
        return BEGINNINGS[Method(self.review.method)]

    def values(self) -> Mapping[int, int | None]:
        """Return the score of each item, by item number."""
        return dict(self.rows.values_list("item_number", "value"))

    def lock_open(self) -> Review:
        """Lock the review and return its code, status and method as stored now.

        Raises StateConflict (409) when these rows can no longer be changed: the review is closed, the ratings are
        submitted, or all ratings were opened meanwhile.
        """
        locked = lock(self.review, only=("code", "status", "method"))
        if not locked.is_scorable or locked.is_blind != self.is_own:
            raise review_closed(locked)
        if self.is_own and not self._is_still_rating():
            raise ratings_submitted(locked)
        return locked

    def _is_still_rating(self) -> bool:
        own = ReviewEvaluator.objects.filter(review=self.review, user=self.user)
        return own.filter(submitted_at__isnull=True).exists()


def target_for(review: Review, user: User) -> ScoreTarget:
    """Return where the person's scores of this review go, given the status with which the review was fetched."""
    return ScoreTarget(review, user, is_own=review.is_blind)
