"""Set when the next review is due: a date by hand for one organisation, or the rule of a network.

The rule is called the network's rhythm.
"""

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

RHYTHM_FIELDS = ("months_between", "months_when_good", "good_total")  # fields of Network


@transaction.atomic
def set_due(
    *, review: Review, by: User, seen: date, on: date | None, reason: str = "", at: datetime | None = None
) -> None:
    """Set the due date of the review after this one by hand, with a reason. None returns to the network's rule.

    `seen` is the date that the page showed. Writes nothing if nothing changes. Raises Stale (409) if somebody else has
    set the date since, StateConflict (409) if this is not the organisation's last valid review any more, ValueError
    for a date without a reason.
    """
    if on and not reason.strip():
        raise ValueError("another date says why")
    locked, at = lock(review, "organisation__network"), at or timezone.now()
    if not locked.is_valid or locked.total is None or locked.organisation.last_review_id != locked.pk:
        raise StateConflict(_("A later review is final now. Nothing was saved."), locked.get_absolute_url())
    manual = manual_due_date(locked)
    if (manual and (manual.on, manual.reason)) == (on and (on, reason.strip())):
        return
    stored = next_due(locked)
    compare(stored, seen, stored=stored)
    DueDate.objects.filter(review__in=locked.lineage()).delete()
    if on:
        DueDate.objects.create(review=locked, on=on, reason=reason.strip(), by=by, at=at)
    changes = {"next_due": [stored.isoformat(), next_due(locked).isoformat()]}
    record(locked, EventType.DUE_SET, by=by, at=at, comment=reason.strip(), changes=changes)
    refresh_summary(locked.organisation)


@transaction.atomic
def set_rhythm(*, network: Network, by: User, seen: str, rhythm: dict[str, int]) -> None:
    """Set the rule of a network. It applies immediately to every organisation without a date that was set by hand.

    `rhythm` has the fields of RHYTHM_FIELDS. `seen` is the version that the page showed. Writes nothing if nothing
    changes. Raises Stale (409) if somebody else has changed the rule since.
    """
    locked = lock(network)
    if {name: getattr(locked, name) for name in RHYTHM_FIELDS} == rhythm:
        return
    compare(rhythm_version(locked), seen, stored=locked)
    for name in RHYTHM_FIELDS:
        setattr(locked, name, rhythm[name])
    locked.save(update_fields=RHYTHM_FIELDS)
    refresh_due_dates(locked)
    access_log.record(AccessAction.RHYTHM_CHANGED, by, network=locked)


def rhythm_version(network: Network) -> str:
    """Return the version of a network's rhythm, for pages to carry."""
    return "-".join(str(getattr(network, name)) for name in RHYTHM_FIELDS)


def rule_date(review: Review) -> date:
    """Return when the next review is due by the network's rule alone. Raises ValueError unless this review is final."""
    if review.total is None:
        raise ValueError("the due date is counted from a final review")
    return due_by_rule(review.organisation.network, review.visit_start, review.total)


def rule_words(review: Review) -> str:
    """Return the reason for `rule_date`: "6 months after the visit, because the total is below 100"."""
    network, total = review.organisation.network, review.total
    if total is None:
        raise ValueError("the due date is counted from a final review")
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
