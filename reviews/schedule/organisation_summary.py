"""The derived columns of Organisation. No other module writes them.

Services call this in the transaction of the change: a review becomes final or superseded, a due date is set, an action
changes, the network's rhythm changes, past reviews are imported.
"""

from collections.abc import Iterable

from reviews.models import Action, DueDate, Network, Organisation, Review
from reviews.models.organisations import current_organisation
from reviews.records.writing import lock_all
from reviews.schedule.next_review import next_due
from reviews.schedule.rhythm import rhythm_of


def refresh_summary(*organisations: Organisation) -> None:
    """Recompute the derived columns of all organisations that a change concerns. At most eight queries for each.

    Locks them first, so that the second of two concurrent changes includes the first. One that was joined to another
    keeps none; that other one is locked and recomputed too. Call it once in a transaction: the order of the locks
    prevents deadlocks.
    """
    for locked in _locked(organisations):
        Organisation.objects.filter(pk=locked.pk).update(**summary_fields_of(locked))


def _locked(organisations: Iterable[Organisation]) -> list[Organisation]:
    """Return the organisations, and those that they were joined to, locked in the order of their keys."""
    keys = {key for organisation in organisations for key in (organisation.pk, organisation.current_id)}
    locked = lock_all(Organisation, keys)
    joined_meanwhile = {row.current_id for row in locked.values()} - keys
    return [*locked.values(), *(lock_all(Organisation, joined_meanwhile) if joined_meanwhile else {}).values()]


def refresh_due_dates(network: Network) -> None:
    """Recompute `next_due` of the network's organisations after a change to its rhythm.

    Locks all of them, because even one that was never reviewed may be getting its first final review now. Three
    queries, one for each 500 organisations, and at most eight for each organisation with a date that was set by hand.
    """
    locked = list(network.organisations.current().select_for_update(of=("self",), no_key=True).order_by("pk"))
    manual_dates = DueDate.objects.filter(review__organisation__network=network)
    with_manual_date = set(manual_dates.values_list(current_organisation("review__organisation"), flat=True))
    rhythm, by_rule = rhythm_of(network), []
    for organisation in locked:
        if organisation.pk in with_manual_date:
            refresh_summary(organisation)
        elif organisation.last_visit and organisation.last_edition_id:
            edition, rank = organisation.last_edition_id, organisation.last_band_rank
            organisation.next_due = rhythm.due(edition, rank, organisation.last_visit)
            by_rule.append(organisation)
    Organisation.objects.bulk_update(by_rule, ["next_due"], batch_size=500)


def summary_fields_of(organisation: Organisation) -> dict[str, object]:
    """Return the derived columns of an organisation, computed from its reviews and actions, by field name.

    Those of one that was joined to another are empty, as before the first review.
    """
    valid = Review.objects.valid().of(organisation).select_related("organisation__network", "edition")
    valid = valid.defer("edition__document")
    # As ReviewQuerySet.last_of_each finds it.
    last = None if organisation.joined_to_id else valid.newest_first().first()
    if last is None or last.total is None:
        return {
            "last_review": None,
            "last_edition": None,
            "last_visit": None,
            "last_kind": "",
            "last_total": None,
            "last_band_rank": 0,
            "last_change": None,
            "next_due": None,
            "open_actions": 0,
        }
    previous_total = valid.comparable_before(last).values_list("total", flat=True).first()
    return {
        "last_review": last,
        "last_edition": last.edition,
        "last_visit": last.visit_start,
        "last_kind": last.kind,
        "last_total": last.total,
        "last_band_rank": last.band_rank,
        "last_change": None if previous_total is None else last.total - previous_total,
        "next_due": next_due(last),
        "open_actions": Action.objects.open_of(organisation).count(),
    }
