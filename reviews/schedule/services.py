"""Set when the next review is due: another date than the rule gives for one organisation, or the network's rule."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ipsfidelity.errors import StateConflict
from reviews.models import AccessAction, DueDate, EventType, Network, Review, User
from reviews.records import access_log
from reviews.records.writing import compare, lock, record
from reviews.schedule.next_review import due_by_rule, manual_due_date, next_due
from reviews.schedule.organisation_summary import refresh_due_dates, refresh_summary

RHYTHM = ("months_between", "months_when_good", "good_total")  # fields of Network


@transaction.atomic
def set_due(
    *, review: Review, by: User, seen: date, on: date | None, reason: str = "", at: datetime | None = None
) -> None:
    """Set another date for the review after this one, with a reason; None goes back to the network's rule.

    `seen` is the date that the person decided from. What says the same already writes nothing. Raises
    Stale (409) when somebody else set it since, StateConflict (409) when this is no longer the last valid
    review, ValueError when a date comes without a reason.
    """
    if on and not reason.strip():
        raise ValueError("another date says why")
    locked, at = lock(review, "organisation__network"), at or timezone.now()
    if not locked.is_valid or locked.total is None or locked.organisation.last_review_id != locked.pk:
        raise StateConflict(_("A later review is final now. Nothing was saved."), locked.get_absolute_url())
    now = next_due(locked)
    compare(now, seen, stored=now)
    before = manual_due_date(locked)
    if (before and (before.on, before.reason)) == (on and (on, reason.strip())):
        return
    DueDate.objects.filter(review__in=locked.lineage()).delete()
    if on:
        DueDate.objects.create(review=locked, on=on, reason=reason.strip(), by=by, at=at)
    changes = {"next_due": [now.isoformat(), next_due(locked).isoformat()]}
    record(locked, EventType.DUE_SET, by=by, at=at, comment=reason.strip(), changes=changes)
    refresh_summary(locked.organisation)


@transaction.atomic
def set_rhythm(*, network: Network, by: User, seen: str, rhythm: dict[str, int]) -> None:
    """Set when reviews of a network are due. It holds at once, but for dates that were set instead.

    `rhythm` has the fields of RHYTHM, `seen` is the version that the person decided from. What says the same already
    writes nothing. Raises Stale (409) when somebody else changed it since.
    """
    locked = lock(network)
    if {name: getattr(locked, name) for name in RHYTHM} == rhythm:
        return
    compare(rhythm_version(locked), seen, stored=locked)
    for name in RHYTHM:
        setattr(locked, name, rhythm[name])
    locked.save(update_fields=RHYTHM)
    refresh_due_dates(locked)
    access_log.record(AccessAction.RHYTHM_CHANGED, by, network=locked)


def rhythm_version(network: Network) -> str:
    """Return the version of a network's rhythm, which a page carries to show what its reader saw."""
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
