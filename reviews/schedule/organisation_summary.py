"""The derived columns of Organisation. No other module writes them.

Services call this in the transaction of the change: a review becomes final or superseded, a due date is set, an action
changes, the network's rhythm changes, past reviews are imported. All organisations of a change are computed together,
so that an import that concerns a thousand of them takes about as long as the other changes.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count

from reviews.models import Action, DueDate, Network, Organisation, Review
from reviews.models.organisations import current_organisation
from reviews.records.writing import lock_all
from reviews.schedule.next_review import manual_due_date
from reviews.schedule.rhythm import rhythm_of
from scales.models import ScaleEdition
from scales.scoring import band_of

EMPTY: Mapping[str, Any] = {
    "last_review_id": None,
    "last_edition_id": None,
    "last_visit": None,
    "last_kind": "",
    "last_total": None,
    "last_band_rank": 0,
    "last_change": None,
    "next_due": None,
    "open_actions": 0,
}


def refresh_summary(*organisations: Organisation) -> None:
    """Recompute the derived columns of all organisations that a change concerns. At most nine queries.

    Two more for each of them with a due date that was set by hand. Locks them first, so that the second of two
    concurrent changes includes the first. One that was joined to another keeps none; that other one is locked and
    recomputed too. Call it once in a transaction: the order of the locks prevents deadlocks.
    """
    _write(summaries_of(_locked(organisations)))


def _locked(organisations: Iterable[Organisation]) -> list[Organisation]:
    """Return the organisations, and those that they were joined to, locked in the order of their keys."""
    keys = {key for organisation in organisations for key in (organisation.pk, organisation.current_id)}
    locked = lock_all(Organisation, keys)
    joined_meanwhile = {row.current_id for row in locked.values()} - keys
    return [*locked.values(), *(lock_all(Organisation, joined_meanwhile) if joined_meanwhile else {}).values()]


def _write(summaries: Mapping[int, Mapping[str, Any]]) -> None:
    fields = [field for field in Organisation._meta.concrete_fields if field.attname in EMPTY]
    columns = ", ".join(f'"{field.column}" = %s' for field in fields)
    rows = [
        [*(field.get_db_prep_save(summary[field.attname], connection) for field in fields), pk]
        for pk, summary in summaries.items()
    ]
    with connection.cursor() as cursor:  # bulk_update would take seconds to build its statement for a thousand rows
        cursor.executemany(f"UPDATE {Organisation._meta.db_table} SET {columns} WHERE id = %s", rows)  # noqa: S608


def refresh_due_dates(network: Network) -> None:
    """Recompute `next_due` of the network's organisations after a change to its rhythm.

    Locks all of them, because even one that was never reviewed may be getting its first final review now. Three
    queries, one for each 500 organisations, and those of `refresh_summary` for the ones with a date that was set by
    hand.
    """
    locked = list(network.organisations.current().select_for_update(of=("self",), no_key=True).order_by("pk"))
    manual_dates = DueDate.objects.filter(review__organisation__network=network)
    with_manual_date = set(manual_dates.values_list(current_organisation("review__organisation"), flat=True))
    rhythm, by_rule, by_hand = rhythm_of(network), [], []
    for organisation in locked:
        if organisation.pk in with_manual_date:
            by_hand.append(organisation)
        elif organisation.last_visit and organisation.last_edition_id:
            edition, rank = organisation.last_edition_id, organisation.last_band_rank
            organisation.next_due = rhythm.due(edition, rank, organisation.last_visit)
            by_rule.append(organisation)
    Organisation.objects.bulk_update(by_rule, ["next_due"], batch_size=500)
    _write(summaries_of(by_hand))


def summary_fields_of(organisation: Organisation) -> dict[str, Any]:
    """Return the derived columns of an organisation, as `summaries_of` does."""
    return summaries_of([organisation])[organisation.pk]


def summaries_of(organisations: Collection[Organisation]) -> dict[int, dict[str, Any]]:
    """Return the derived columns of organisations, computed from their reviews and actions, by column.

    Those of one that was joined to another are empty, as before the first review. Five queries, and two for each
    organisation with a due date that was set by hand.
    """
    current = [organisation for organisation in organisations if not organisation.joined_to_id]
    keys = [organisation.pk for organisation in current]
    reviews = _valid_reviews(keys)
    due = _due_dates(current, {key: rows[0] for key, rows in reviews.items()})
    actions = Action.objects.filter(review__organisation__in=_parts_of(keys), state__in=Action.OPEN).order_by()
    of_each = actions.annotate(current=current_organisation("review__organisation")).values_list("current")
    open_actions = dict(of_each.annotate(count=Count("pk")))
    summaries = {organisation.pk: dict(EMPTY) for organisation in organisations}
    for key, rows in reviews.items():
        summaries[key] = _figures(rows) | {"next_due": due[key], "open_actions": open_actions.get(key, 0)}
    return summaries


def _valid_reviews(keys: Collection[int]) -> dict[int, list[Any]]:
    """Return the valid reviews of current organisations, newest first, as ReviewQuerySet.last_of_each orders them."""
    valid = Review.objects.valid().filter(organisation__in=_parts_of(keys)).newest_first()
    columns = ("pk", "edition_id", "visit_start", "kind", "total")
    reviews: dict[int, list[Any]] = defaultdict(list)
    for row in valid.values_list(current_organisation(), *columns, named=True):
        reviews[row[0]].append(row)
    return reviews


def _parts_of(keys: Collection[int]) -> Any:
    return Organisation.objects.parts_of(keys).order_by().values("pk")


def _figures(rows: list[Any]) -> dict[str, Any]:
    """Return the columns about the last of an organisation's reviews. `last_change` is from the one before it."""
    last = rows[0]
    comparable = ScaleEdition.comparable(last.edition_id)
    before = (
        row.total
        for row in rows
        if row.visit_start < last.visit_start and row.kind == last.kind and row.edition_id in comparable
    )
    previous_total = next(before, None)
    return {
        "last_review_id": last.pk,
        "last_edition_id": last.edition_id,
        "last_visit": last.visit_start,
        "last_kind": last.kind,
        "last_total": last.total,
        "last_band_rank": _rank(last),
        "last_change": None if previous_total is None else last.total - previous_total,
    }


def _rank(row: Any) -> int:
    scale = ScaleEdition.scale_of(row.edition_id)
    return scale.rank(band_of(scale, row.total))


def _due_dates(current: Iterable[Organisation], last: Mapping[int, Any]) -> dict[int, date]:
    """Return when the next reviews are due, by organisation: as was set by hand, or by the rule of the network."""
    dates = DueDate.objects.filter(review__organisation__in=_parts_of(last.keys())).order_by()
    by_hand = set(dates.values_list(current_organisation("review__organisation"), flat=True))
    reviews = Review.objects.select_related("organisation").in_bulk([last[key].pk for key in by_hand])
    networks = {organisation.pk: organisation.network_id for organisation in current}
    rhythms = {key: rhythm_of(Network(pk=key)) for key in {networks[key] for key in last}}
    due = {}
    for key, row in last.items():
        manual = manual_due_date(reviews[row.pk]) if key in by_hand else None
        by_rule = rhythms[networks[key]].due(row.edition_id, _rank(row), row.visit_start)
        due[key] = manual.on if manual else by_rule
    return due
