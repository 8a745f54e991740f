"""Make a review final: the only way there, and none leads back."""

from django.db import transaction
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import WrongMoment
from reviews.access import closed
from reviews.models import Happening, ItemScore, Review, ReviewEvent, User
from reviews.workflow import FINALISE
from scales.scoring import Result, score


class Incomplete(Exception):
    """Items without a score stand in the way; `missing` holds their numbers."""

    def __init__(self, missing: tuple[int, ...]) -> None:
        super().__init__(f"items {missing}")
        self.missing = missing


def state_of(review: Review) -> int:
    """Return a number that grows with every save: what a person saw when they decided."""
    return ItemScore.objects.filter(review=review).aggregate(sum=Sum("version"))["sum"] or 0


@transaction.atomic
def finalise(*, review: Review, by: User, seen: int) -> Result:
    """Freeze total and band and return the result.

    The row is locked and read again first. Raises WrongMoment (409) when the review is closed or
    its scores are no longer those of state `seen`, Incomplete when an item has no score.
    """
    review = Review.objects.select_for_update().get(pk=review.pk)
    if review.status not in FINALISE.sources:
        raise closed(review)
    result = score(review.scale, dict(review.scores.values_list("item_number", "value")))
    if result.total is None or result.band is None:
        raise Incomplete(result.missing)
    if state_of(review) != seen:
        raise WrongMoment(
            _("Somebody changed the scores after you opened the sheet. Nothing was finalised. Read the sheet again."),
            reverse("finalise", args=[review.code]),
        )
    review.status, review.total, review.band = FINALISE.target, result.total, result.band.label
    review.finalised_by, review.finalised_at = by, timezone.now()
    review.save(update_fields=["status", "total", "band", "finalised_by", "finalised_at"])
    changes = {"total": [None, result.total], "band": ["", result.band.label]}
    ReviewEvent.objects.create(review=review, by=by, happening=Happening.FINALISED, changes=changes)
    return result
