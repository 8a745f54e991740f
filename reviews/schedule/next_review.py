"""When the next review of an organisation is due: by the network's rule, or on a date that was set by hand.

The rule counts from the first day of the visit. By default it is six months, and twelve from a total of 100, which is
the practice of the field.
"""

from calendar import monthrange
from datetime import date

from reviews.models import DueDate, Network, Review


def next_due(review: Review) -> date:
    """Return when the review after this one is due. Raises ValueError unless this review is final.

    One query; one more for a correction, and one if the network is not loaded.
    """
    if review.total is None:
        raise ValueError("the due date is counted from a final review")
    return due_with(review, review.total)


def due_with(review: Review, total: int) -> date:
    """Return when the next review would be due if this one were final with `total`. As many queries as `next_due`."""
    if set_by_hand := manual_due_date(review):
        return set_by_hand.on
    return due_by_rule(review.organisation.network, review.visit_start, total)


def manual_due_date(review: Review) -> DueDate | None:
    """Return the date that was set by hand for the review after this one, or None.

    The date stays valid if a correction, which is of the same visit, replaces the review. One query, two for a
    correction.
    """
    dates = DueDate.objects.select_related("by").filter(review__in=review.lineage())
    return dates.order_by("-review").first()


def due_after(review: Review) -> date | None:
    """Return when the review after this one is due, or None unless this is the organisation's last valid review.

    No query: the date is a derived column of the organisation.
    """
    organisation = review.organisation
    return organisation.next_due if organisation.last_review_id == review.pk else None


def due_by_rule(network: Network, visit: date, total: int) -> date:
    """Return when the next review is due by the network's rule, after a visit with this total."""
    is_good = total >= network.good_total
    return months_after(visit, network.months_when_good if is_good else network.months_between)


def months_after(day: date, months: int) -> date:
    """Return the same day of the month `months` later, or the last day of that month if it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
