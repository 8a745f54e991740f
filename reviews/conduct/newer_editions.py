"""Planned reviews by an edition of a scale that a newer comparable one has replaced. This module only reads.

A review can change over until its first score; then it keeps the words by which it is scored.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from reviews.models import Network, Review
from scales.models import ScaleEdition

MOST_OFFERED = 200  # reviews in the list


@dataclass(frozen=True)
class NewerEdition:
    """The edition to which a planned review can change over, and the page on which that is done."""

    review: Review
    edition: ScaleEdition
    url: str


def newer_edition_of(review: Review) -> NewerEdition | None:
    """Return the edition to which a review can change over, or None. One query at most."""
    return next(iter(_offers([review])), None) if review.is_unscored else None


def reviews_to_change_over(network: Network) -> list[NewerEdition]:
    """Return the planned reviews of a network by replaced editions, the earliest visit first.

    At most one more than MOST_OFFERED, which shows that there are more. Two queries.
    """
    replaced = ScaleEdition.replaced()
    planned = Review.objects.unscored().filter(organisation__network=network, edition__in=replaced)
    return _offers(planned.select_related("organisation__joined_to").order_by("visit_start", "pk")[: MOST_OFFERED + 1])


def _offers(reviews: Iterable[Review]) -> list[NewerEdition]:
    replaced = ScaleEdition.replaced()
    offered = {review: replaced[review.edition_id] for review in reviews if review.edition_id in replaced}
    editions = ScaleEdition.objects.defer("document").in_bulk(set(offered.values())) if offered else {}
    return [
        NewerEdition(review, editions[pk], reverse("change_plan", args=[review.code])) for review, pk in offered.items()
    ]
