"""Which organisations of a network the overview lists: the filters, the orders and the query of a page."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy
from django.utils import timezone

from ipsfidelity.prepared import prepared
from reviews.models import Network, Organisation
from reviews.models.names import ByName
from reviews.schedule.rhythm import months_after

SOON = 3  # months
SORTS = {
    "due": F("next_due"),
    "total": F("last_total"),
    "change": F("last_change"),
    "visit": F("last_visit"),
    "name": ByName(),
}
DEFAULT_SORT = "due"


class ListedOrganisation(NamedTuple):
    """What the table shows of an organisation, by the names of the columns; the last three are of its last review."""

    pk: int
    code: UUID
    name: str
    last_visit: date | None
    last_kind: str
    last_total: int | None
    last_band_rank: int
    last_change: int | None
    next_due: date | None
    open_actions: int
    last_review__code: UUID | None
    last_review__edition: int | None
    last_review__band: str | None


@dataclass(frozen=True)
class OrganisationFilter:
    """What is asked for. `due` is "overdue", "soon", "later" or "never"; "" and () ask for all.

    `band_rank` is the rank of a band of the `editions`. `sort` is one of SORTS, descending if it begins with "-".
    """

    name: str = ""
    editions: tuple[int, ...] = ()
    band_rank: int = 0
    kind: str = ""
    due: str = ""
    has_actions: bool = False
    sort: str = DEFAULT_SORT


def listed_organisations(
    network: Network, asked: OrganisationFilter, start: int, most: int
) -> list[ListedOrganisation]:
    """Return up to `most` organisations from the place `start`, which counts from 0. One query."""
    today = timezone.localdate()
    soon = months_after(today, SOON)
    first, last = {
        "overdue": (None, today - timedelta(days=1)),
        "soon": (today, soon),
        "later": (soon + timedelta(days=1), None),
    }.get(asked.due, (None, None))
    rows = _listed(network.pk, first, last, asked=asked, start=start, most=most)
    return [ListedOrganisation(*row) for row in rows]


@prepared
def _listed(
    network: int,
    first_due: date | None,
    last_due: date | None,
    *,
    asked: OrganisationFilter,
    start: int,
    most: int,
) -> QuerySet[Organisation, Any]:
    matching = Organisation.objects.current().filter(network=network)
    if asked.name:
        matching = matching.named(asked.name)
    if asked.editions:
        matching = matching.filter(last_edition__in=asked.editions, last_band_rank=asked.band_rank)
    if asked.kind:
        matching = matching.filter(last_kind=asked.kind)
    if first_due:
        matching = matching.filter(next_due__gte=first_due)
    if last_due:
        matching = matching.filter(next_due__lte=last_due)
    if asked.due == "never":
        matching = matching.filter(last_review__isnull=True)
    if asked.has_actions:
        matching = matching.filter(open_actions__gt=0)
    # The inner query finds the page by the index of the organisations, before their reviews are joined.
    order = _order(asked.sort)
    on_page = matching.order_by(*order).values("pk")[start : start + most]
    return Organisation.objects.filter(pk__in=on_page).order_by(*order).values_list(*ListedOrganisation._fields)


def _order(sort: str) -> list[str | OrderBy]:
    """Return the order. Empty values come last in both directions; the key makes every order total."""
    key, is_descending = sort.removeprefix("-"), sort.startswith("-")
    # A name is never empty, and with NULLS LAST its index would not be used.
    nulls_last = None if key == "name" else True
    if is_descending:
        return [SORTS[key].desc(nulls_last=nulls_last), "-pk"]
    return [SORTS[key].asc(nulls_last=nulls_last), "pk"]
