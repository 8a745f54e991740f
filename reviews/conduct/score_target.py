"""Where a person's scores go: into their own ratings while each rates alone, else into the review's scores.

Everything that reads or writes scores for one person asks here, so that nobody sees or changes
another's ratings before all have handed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from reviews.conflicts import closed, handed_in
from reviews.models import Happening, ItemScore, Rating, Review, ReviewEvaluator, User
from reviews.workflow import BEGINNINGS, Method, Move

Rows = QuerySet[Rating] | QuerySet[ItemScore]


@dataclass(frozen=True)
class Desk:
    """One person's place at a review. `rows` are theirs to change, one an item; `is_own` says that nobody
    else sees them yet; `told_as` is the event of a change."""

    review: Review
    user: User
    is_own: bool

    @property
    def rows(self) -> Rows:
        if self.is_own:
            return Rating.objects.filter(evaluator__review=self.review, evaluator__user=self.user)
        return ItemScore.objects.filter(review=self.review)

    @property
    def told_as(self) -> Happening:
        return Happening.RATED if self.is_own else Happening.SCORED

    @property
    def beginning(self) -> Move:
        """The move that the first change makes."""
        return BEGINNINGS[Method(self.review.method)]

    def values(self) -> Mapping[int, int | None]:
        """Return every item's score."""
        return dict(self.rows.values_list("item_number", "value"))

    def hold_open(self) -> str:
        """Keep the review from being moved until this transaction ends, and return its status.

        Raises WrongMoment (409) when these rows can no longer be changed: closed, handed in, or the
        ratings were opened meanwhile.
        """
        held = Review.objects.select_for_update().filter(pk=self.review.pk).only("code", "status", "method").get()
        if not held.is_scorable or held.is_blind != self.is_own:
            raise closed(held)
        if self.is_own and not self._is_still_rating():
            raise handed_in(held)
        return held.status

    def _is_still_rating(self) -> bool:
        own = ReviewEvaluator.objects.filter(review=self.review, user=self.user)
        return own.filter(submitted_at__isnull=True).exists()


def desk_of(review: Review, user: User) -> Desk:
    """Return where the person's scores of this review go, as the review stood when it was fetched."""
    return Desk(review, user, is_own=review.is_blind)
