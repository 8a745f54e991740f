"""When the next review of an organisation is due: the network's rule, or a date that was set instead, with a reason.

The rule (domain: half-yearly until the total is 100 or more, then yearly) counts from the first day of the visit.
"""

from calendar import monthrange
from datetime import date

from reviews.models import DueDate, Network, Review


def next_due(review: Review) -> date:
    """Return when the review after this final one is due. One query, one more each for a correction and without the
    network at hand."""
    if review.total is None:
        raise ValueError("what is due is counted from a final review")
    return due_with(review, review.total)


def due_with(review: Review, total: int) -> date:
    """Return when the review after this one is due once it is final with this total. Queries as `next_due`."""
    if set_by_hand := manual_due_date(review):
        return set_by_hand.on
    return due_by_rule(review.organisation.network, review.visit_start, total)


def manual_due_date(review: Review) -> DueDate | None:
    """Return the date that was set by hand for the review after this one. It outlives a correction, which is of the
    same visit, and not a later review. One query, two for a correction."""
    dates = DueDate.objects.select_related("by").filter(review__in=review.lineage())
    return dates.order_by("-review").first()


def due_after(review: Review) -> date | None:
    """Return when the review after this one is due, None unless this is the organisation's last valid one.

    What an older review promised is void once a later one is valid. No query: the organisation's standing says it.
    """
    organisation = review.organisation
    return organisation.next_due if organisation.last_review_id == review.pk else None


def due_by_rule(network: Network, visit: date, total: int) -> date:
    """Return the day that a network's rule gives after a visit with this total."""
    is_good = total >= network.good_total
    return months_after(visit, network.months_when_good if is_good else network.months_between)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months on, or the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
