"""Set when the next review is due: another date than the rule gives for one organisation, or the network's rule."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ipsfidelity.errors import StateConflict
from reviews.models import AccessAction, DueDate, EventType, Network, Review, ReviewEvent, User
from reviews.records import access_log, chain
from reviews.schedule.next_review import due_by_rule, manual_due_date, next_due
from reviews.schedule.organisation_summary import refresh_due_dates, refresh_summary

RHYTHM = ("months_between", "months_when_good", "good_total")  # fields of Network


class DueConflict(Exception):
    """Somebody else set the date first: `stands` is what it is now."""

    def __init__(self, stands: date) -> None:
        super().__init__(str(stands))
        self.stands = stands


class RhythmConflict(Exception):
    """Somebody else set the rhythm first: `stands` is the network as it is now."""

    def __init__(self, stands: Network) -> None:
        super().__init__(str(stands))
        self.stands = stands


@transaction.atomic
def set_due(
    *, review: Review, by: User, seen: date, on: date | None, reason: str = "", at: datetime | None = None
) -> None:
    """Set another date for the review after this one, with a reason; None goes back to the network's rule.

    `seen` is the date that the person decided from. What says the same already writes nothing. Raises
    DueConflict when somebody else set it since, StateConflict (409) when this is no longer the last valid
    review, ValueError when a date comes without a reason.
    """
    if on and not reason.strip():
        raise ValueError("another date says why")
    reviews = Review.objects.select_related("organisation__network")
    held, at = reviews.select_for_update(of=("self",)).get(pk=review.pk), at or timezone.now()
    if not held.is_valid or held.total is None or held.organisation.last_review_id != held.pk:
        raise StateConflict(_("A later review is final now. Nothing was saved."), held.get_absolute_url())
    now = next_due(held)
    if now != seen:
        raise DueConflict(now)
    before = manual_due_date(held)
    if (before and (before.on, before.reason)) == (on and (on, reason.strip())):
        return
    DueDate.objects.filter(review__in=held.line()).delete()
    if on:
        DueDate.objects.create(review=held, on=on, reason=reason.strip(), by=by, at=at)
    told = {"next_due": [now.isoformat(), next_due(held).isoformat()]}
    chain.append(held, ReviewEvent(at=at, by=by, type=EventType.DUE_SET, comment=reason.strip(), changes=told))
    refresh_summary(held.organisation)


@transaction.atomic
def set_rhythm(*, network: Network, by: User, seen: str, rhythm: dict[str, int]) -> None:
    """Set when reviews of a network are due. It holds at once, but for dates that were set instead.

    `rhythm` has the fields of RHYTHM, `seen` is the mark of what the person decided from. What says the same already
    writes nothing. Raises RhythmConflict when somebody else changed it since.
    """
    held = Network.objects.select_for_update().get(pk=network.pk)
    if {name: getattr(held, name) for name in RHYTHM} == rhythm:
        return
    if mark_of(held) != seen:
        raise RhythmConflict(held)
    for name in RHYTHM:
        setattr(held, name, rhythm[name])
    held.save(update_fields=RHYTHM)
    refresh_due_dates(held)
    access_log.record(AccessAction.RHYTHM_CHANGED, by, network=held)


def mark_of(network: Network) -> str:
    """Return by what a page knows that a network's rhythm is still the one it showed."""
    return "-".join(str(getattr(network, name)) for name in RHYTHM)


def rule_date(review: Review) -> date:
    """Return the day that the network's rule gives for the review after this final one."""
    if review.total is None:
        raise ValueError("what is due is counted from a final review")
    return due_by_rule(review.organisation.network, review.visit_start, review.total)


def rule_words(review: Review) -> str:
    """Return why the rule gives that day: "6 months after the visit, because the total is below 100"."""
    network, total = review.organisation.network, review.total
    if total is None:
        raise ValueError("what is due is counted from a final review")
    if total >= network.good_total:
        months = network.months_when_good
        words = ngettext(
            "%(months)s month after the visit, because the total is %(total)s or more",
            "%(months)s months after the visit, because the total is %(total)s or more",
            months,
        )
    else:
        months = network.months_between
        words = ngettext(
            "%(months)s month after the visit, because the total is below %(total)s",
            "%(months)s months after the visit, because the total is below %(total)s",
            months,
        )
    return words % {"months": str(months), "total": str(network.good_total)}
