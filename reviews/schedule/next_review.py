"""When the next review of an organisation is due: by the network's rule, or on a date that was set by hand.

The rule counts from the first day of the visit, and depends on the quality band that was reached (rhythm.py).
"""

from datetime import date

from reviews.models import DueDate, Review
from reviews.schedule.rhythm import rhythm_of
from scales.scoring import band_of


def next_due(review: Review) -> date:
    """Return when the review after this one is due. Raises ValueError unless this review is final.

    Two queries; one more for a correction, and one if the network is not loaded.
    """
    if review.total is None:
        raise ValueError("the due date is counted from a final review")
    return due_with(review, review.total)


def due_with(review: Review, total: int) -> date:
    """Return when the next review would be due if this one were final with `total`. As many queries as `next_due`."""
    if set_by_hand := manual_due_date(review):
        return set_by_hand.on
    return due_by_rule(review, total)


def due_by_rule(review: Review, total: int) -> date:
    """Return when the next review would be due by the network's rule if this one were final with `total`. One query."""
    rank = review.scale.rank(band_of(review.scale, total))
    return rhythm_of(review.organisation.network).due(review.edition_id, rank, review.visit_start)


def manual_due_date(review: Review) -> DueDate | None:
    """Return the date that was set by hand for the review after this one, or None.

    The date stays valid if a correction, which is of the same visit, replaces the review. One query, two for a
    correction.
    """
    dates = DueDate.objects.select_related("by").filter(review__in=review.lineage_here())
    return dates.order_by("-review").first()


def due_after(review: Review) -> date | None:
    """Return when the review after this one is due, or None unless this is the organisation's last valid review.

    No query: the date is a derived column of the organisation. One query if that was joined and is not selected.
    """
    organisation = review.organisation.current
    return organisation.next_due if organisation.last_review_id == review.pk else None
