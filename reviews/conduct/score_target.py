"""Where a person's scores go: into their own ratings while each rates alone, else into the review's scores.

Everything that reads or writes scores for one person asks here, so that nobody sees or changes
another's ratings before all have handed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from reviews.conflicts import ratings_submitted, review_closed
from reviews.models import EventType, ItemScore, Rating, Review, ReviewEvaluator, User
from reviews.workflow import BEGINNINGS, Method, Transition

Rows = QuerySet[Rating] | QuerySet[ItemScore]


@dataclass(frozen=True)
class ScoreTarget:
    """One person's place at a review. `rows` are theirs to change, one an item; `is_own` says that nobody
    else sees them yet; `event_type` is the event of a change."""

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
    def beginning(self) -> Transition:
        """The move that the first change makes."""
        return BEGINNINGS[Method(self.review.method)]

    def values(self) -> Mapping[int, int | None]:
        """Return every item's score."""
        return dict(self.rows.values_list("item_number", "value"))

    def hold_open(self) -> str:
        """Keep the review from being moved until this transaction ends, and return its status.

        Raises StateConflict (409) when these rows can no longer be changed: closed, handed in, or the
        ratings were opened meanwhile.
        """
        held = Review.objects.select_for_update().filter(pk=self.review.pk).only("code", "status", "method").get()
        if not held.is_scorable or held.is_blind != self.is_own:
            raise review_closed(held)
        if self.is_own and not self._is_still_rating():
            raise ratings_submitted(held)
        return held.status

    def _is_still_rating(self) -> bool:
        own = ReviewEvaluator.objects.filter(review=self.review, user=self.user)
        return own.filter(submitted_at__isnull=True).exists()


def target_for(review: Review, user: User) -> ScoreTarget:
    """Return where the person's scores of this review go, as the review stood when it was fetched."""
    return ScoreTarget(review, user, is_own=review.is_blind)
