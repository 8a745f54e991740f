"""Where an organisation stands: the columns of Organisation that are worked out, and the only place that writes them.

Called in the transaction of whatever changes them: a review becomes final or is superseded, another due date is
set, an action is opened or done, the network's rhythm changes, past reviews are imported.
"""

from reviews.models import Action, DueDate, Network, Organisation, Review
from reviews.records.writing import lock
from reviews.schedule.next_review import due_by_rule, next_due


def refresh_summary(organisation: Organisation) -> None:
    """Work an organisation's standing out anew. At most seven queries.

    The organisation is locked first: of two that change something of it at once, the second counts what the first did.
    """
    locked = lock(organisation)
    Organisation.objects.filter(pk=locked.pk).update(**summary_fields_of(locked))


def refresh_due_dates(network: Network) -> None:
    """Work out anew when the organisations of a network are due: its rhythm has changed. Nothing else depends on it.

    All are locked, also those never reviewed: one may be getting its first final review just now. Two queries, one for
    each 500 organisations, and a few for each that had a date set by hand.
    """
    locked = list(network.organisations.select_for_update(of=("self",), no_key=True).order_by("pk"))
    dates = DueDate.objects.filter(review__organisation__network=network)
    had_one_set = set(dates.values_list("review__organisation", flat=True))
    by_rule_alone = []
    for organisation in locked:
        if organisation.pk in had_one_set:
            refresh_summary(organisation)
        elif organisation.last_visit and organisation.last_total:
            organisation.next_due = due_by_rule(network, organisation.last_visit, organisation.last_total)
            by_rule_alone.append(organisation)
    Organisation.objects.bulk_update(by_rule_alone, ["next_due"], batch_size=500)


def summary_fields_of(organisation: Organisation) -> dict[str, object]:
    """Return what the columns of an organisation should hold, by their names, from its reviews and actions."""
    valid = Review.objects.valid().filter(organisation=organisation).select_related("organisation__network")
    last = valid.newest_first().first()
    if last is None or last.total is None:
        return {
            "last_review": None,
            "last_visit": None,
            "last_kind": "",
            "last_total": None,
            "last_band_rank": 0,
            "last_change": None,
            "next_due": None,
            "open_actions": 0,
        }
    before = valid.comparable_before(last).values_list("total", flat=True).first()
    return {
        "last_review": last,
        "last_visit": last.visit_start,
        "last_kind": last.kind,
        "last_total": last.total,
        "last_band_rank": last.band_rank,
        "last_change": None if before is None else last.total - before,
        "next_due": next_due(last),
        "open_actions": Action.objects.open_of(last.organisation_id).count(),
    }
