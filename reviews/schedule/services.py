"""Set when the next review is due: a date by hand for one organisation, or the rule of a network.

The rule is called the network's rhythm.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ipsfidelity.errors import StateConflict
from reviews.models import AccessAction, DueDate, EventType, Network, Review, ReviewInterval, User
from reviews.records import access_log
from reviews.records.writing import compare, lock, record, version_of
from reviews.schedule.next_review import due_by_rule, manual_due_date, next_due
from reviews.schedule.organisation_summary import refresh_due_dates, refresh_summary
from reviews.schedule.rhythm import rhythm_of
from scales.models import ScaleEdition


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
    locked, at = lock(review, "organisation__network", "organisation__joined_to"), at or timezone.now()
    if not locked.is_valid or locked.total is None or locked.organisation.current.last_review_id != locked.pk:
        raise StateConflict(_("A later review is final now. Nothing was saved."), locked.get_absolute_url())
    manual = manual_due_date(locked)
    if (manual and (manual.on, manual.reason)) == (on and (on, reason.strip())):
        return
    stored = next_due(locked)
    compare(stored, seen, stored=stored)
    DueDate.objects.filter(review__in=locked.lineage_here()).delete()
    if on:
        DueDate.objects.create(review=locked, on=on, reason=reason.strip(), by=by, at=at)
    changes = {"next_due": [stored.isoformat(), next_due(locked).isoformat()]}
    record(locked, EventType.DUE_SET, by=by, at=at, comment=reason.strip(), changes=changes)
    refresh_summary(locked.organisation)


@transaction.atomic
def set_rhythm(*, network: Network, edition: ScaleEdition, by: User, seen: str, months: dict[int, int]) -> None:
    """Set the rule of a network for an edition: months by rank of the band. Each band of the edition has its months.

    It applies immediately to every organisation without a date that was set by hand. `seen` is the version that the
    page showed. Writes nothing if nothing changes. Raises Stale (409) if somebody else has changed the rule since.
    """
    locked = lock(network)
    stored = rhythm_of(locked).by_band(edition.pk)
    if stored == months and locked.former_good_total is None:
        return
    compare(rhythm_version(stored), seen, stored=stored)
    ReviewInterval.objects.filter(network=locked, edition=edition).delete()
    ReviewInterval.objects.bulk_create(
        ReviewInterval(network=locked, edition=edition, band_rank=rank, months=count) for rank, count in months.items()
    )
    Network.objects.filter(pk=locked.pk).update(former_good_total=None)
    refresh_due_dates(locked)
    access_log.record(AccessAction.RHYTHM_CHANGED, by, network=locked, page=edition.slug)


def rhythm_version(months: dict[int, int]) -> str:
    """Return the version of a network's rule for an edition, for pages to carry."""
    return version_of(*(f"{rank}:{count}" for rank, count in months.items()))


def rule_date(review: Review) -> date:
    """Return when the next review is due by the network's rule alone. Raises ValueError unless this review is final."""
    if review.total is None:
        raise ValueError("the due date is counted from a final review")
    return due_by_rule(review, review.total)


def rule_words(review: Review) -> str:
    """Return the reason for `rule_date`: "6 months after the visit, because the quality band is “fair” (60–79)"."""
    if review.total is None:
        raise ValueError("the due date is counted from a final review")
    months = rhythm_of(review.organisation.network).months(review.edition_id, review.band_rank)
    band = review.scale.ranked(review.band_rank)
    words = ngettext(
        "%(months)s month after the visit, because the quality band is “%(band)s” (%(min)s–%(max)s)",
        "%(months)s months after the visit, because the quality band is “%(band)s” (%(min)s–%(max)s)",
        months,
    )
    return words % {"months": str(months), "band": band.label, "min": str(band.min), "max": str(band.max)}
