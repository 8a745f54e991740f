"""Where an organisation stands: the columns of Organisation that are worked out, and the only place that writes them.

Called in the transaction of whatever changes them: a review becomes final or is superseded, another due date is
set, an action is opened or done, the network's rhythm changes, past reviews are imported.
"""

from reviews.followup.due import next_due
from reviews.models import Action, Network, Organisation, Review
from reviews.models.reviews import ReviewQuerySet


def refresh_standing(organisation: Organisation) -> None:
    """Work an organisation's standing out anew. At most seven queries.

    The organisation is held first: of two that change something of it at once, the second counts what the first did.
    """
    Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation.pk)
    valid = Review.objects.valid().filter(organisation=organisation).select_related("organisation__network")
    last = valid.newest_first().first()
    Organisation.objects.filter(pk=organisation.pk).update(**_standing(valid, last))


def refresh_network(network: Network) -> None:
    """The same for all of a network's organisations that were ever reviewed: its rhythm has changed."""
    for organisation in network.organisations.filter(last_review__isnull=False).order_by("pk"):
        refresh_standing(organisation)


def _standing(valid: ReviewQuerySet, last: Review | None) -> dict[str, object]:
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
