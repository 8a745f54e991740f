"""Read model of the heat map: organisations by items, with the scores of each organisation's last valid review.

A map holds reviews by one edition only. Medians are shown only if all rows are of one kind. For coordinators.
Read-only.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reviews.charts.distribution import spread
from reviews.models import ItemScore, Network, Organisation
from reviews.overview.paging import ColumnHeader, LinkChoices, choose, column_headers
from reviews.wording import figure_words
from reviews.workflow import Kind
from scales.definition import Item, Scale
from scales.models import ScaleEdition

PAGE = 50
EVERY_KIND = "all"
SORTS = {"name": "name", "total": "last_total"}
COLUMNS = (("name", gettext_lazy("Organisation"), False), ("total", gettext_lazy("Total"), True))


@dataclass(frozen=True)
class HeatMapRow:
    """One organisation; `scores` are digits in the order of the items."""

    name: str
    url: str
    kind: str
    visit: str
    total: str
    scores: tuple[str, ...]


@dataclass(frozen=True)
class HeatMap:
    """One page of the map. `scale` is None before the first final review; `medians` is empty if kinds are mixed.

    `left_out` counts the organisations whose last review is by another edition, `other_kinds` those whose last review
    is of another kind, and `never` those without a final review.
    """

    scale: Scale | None
    items: tuple[Item, ...]
    editions: LinkChoices
    kinds: LinkChoices
    kind: str
    left_out: int
    other_kinds: int
    never: int
    rows: tuple[HeatMapRow, ...] = ()
    medians: tuple[str, ...] = ()
    headers: tuple[ColumnHeader, ...] = ()
    previous: str = ""
    next: str = ""


def heat_map_of(
    network: Network,
    *,
    edition: str,
    kind: str,
    sort: str,
    page: int,
    search: Callable[[QuerySet[Organisation]], QuerySet[Organisation]],
) -> HeatMap:
    """Return one page of the map. Three queries, independent of the number of rows.

    `edition` is a slug, `kind` a kind or "all". The most frequent one replaces a value that no review has. `search`
    filters the rows but not the counts of what is left out.
    """
    groups = _groups(network)
    never = groups.pop((None, ""), 0)
    by_edition = Counter[int]()
    for (pk, _kind), n in groups.items():
        by_edition[pk or 0] += n
    scales = {pk: ScaleEdition.scale_in_use(pk) for pk in sorted(by_edition)}
    most_used = by_edition.most_common(1)
    editions = choose(
        edition,
        {scale.slug: f"{scale.title} ({scale.version})" for scale in scales.values()},
        scales[most_used[0][0]].slug if most_used else "",
    )
    pk = next((pk for pk, scale in scales.items() if scale.slug == editions.chosen), 0)
    of_edition = Counter({kind: n for (edition_pk, kind), n in groups.items() if edition_pk == pk})
    kinds = _kinds(kind, of_edition)
    shown = by_edition[pk] if kinds.chosen == EVERY_KIND else of_edition[kinds.chosen]
    empty = HeatMap(
        scale=scales.get(pk),
        items=scales[pk].items if pk else (),
        editions=editions,
        kinds=kinds,
        kind="" if kinds.chosen in ("", EVERY_KIND) else str(Kind(kinds.chosen).label),
        left_out=sum(by_edition.values()) - by_edition[pk],
        other_kinds=by_edition[pk] - shown,
        never=never,
    )
    organisations = Organisation.objects.filter(network=network, last_review__edition=pk)
    if kinds.chosen != EVERY_KIND:
        organisations = organisations.filter(last_kind=kinds.chosen)
    return _filled(empty, search(organisations), sort, page) if pk else empty


def _groups(network: Network) -> dict[tuple[int | None, str], int]:
    """Return the number of organisations by the edition and kind of their last review. One query."""
    of_network = Organisation.objects.filter(network=network).order_by()
    groups = of_network.values_list("last_review__edition", "last_kind").annotate(n=Count("pk"))
    return {(edition, kind): n for edition, kind, n in groups}


def _kinds(requested: str, of_edition: Counter[str]) -> LinkChoices:
    offered = {kind.value: f"{kind.label} ({of_edition[kind]})" for kind in Kind if of_edition[kind]}
    if offered:
        offered[EVERY_KIND] = _("all kinds, each row says which")
    most_used = of_edition.most_common(1)
    return choose(requested, offered, most_used[0][0] if most_used else "")


def _filled(empty: HeatMap, matching: QuerySet[Organisation], sort: str, page: int) -> HeatMap:
    """Return the map with the rows of one page. Two queries."""
    start, column = (page - 1) * PAGE, SORTS[sort.removeprefix("-")]
    direction = "-" if sort.startswith("-") else ""
    ordered = matching.order_by(f"{direction}{column}", f"{direction}pk")
    organisations = list(ordered[start : start + PAGE + 1])
    are_more, organisations = len(organisations) > PAGE, organisations[:PAGE]
    scores = _scores([organisation.last_review_id or 0 for organisation in organisations])
    kinds = {organisation.last_kind for organisation in organisations}
    return HeatMap(
        **{
            **vars(empty),
            "rows": tuple(_row(organisation, empty.items, scores) for organisation in organisations),
            "medians": _medians(empty.items, list(scores.values())) if len(kinds) == 1 else (),
            "headers": column_headers(COLUMNS, sort),
            "previous": str(page - 1) if page > 1 else "",
            "next": str(page + 1) if are_more else "",
        }
    )


def _scores(reviews: list[int]) -> dict[int, dict[int, int]]:
    """Return each review's scores by item. One query."""
    scores: dict[int, dict[int, int]] = {}
    rows = ItemScore.objects.filter(review__in=reviews, value__isnull=False)
    for review, number, value in rows.values_list("review", "item_number", "value"):
        scores.setdefault(review, {})[number] = value or 0
    return scores


def _row(organisation: Organisation, items: tuple[Item, ...], scores: dict[int, dict[int, int]]) -> HeatMapRow:
    own = scores.get(organisation.last_review_id or 0, {})
    return HeatMapRow(
        name=organisation.name,
        url=organisation.get_absolute_url(),
        kind=str(Kind(organisation.last_kind).label),
        visit=date_format(organisation.last_visit, "SHORT_DATE_FORMAT") if organisation.last_visit else "",
        total=str(organisation.last_total),
        scores=tuple(str(own.get(item.number, "–")) for item in items),
    )


def _medians(items: tuple[Item, ...], reviews: list[dict[int, int]]) -> tuple[str, ...]:
    """Return the median of each item's scores, "–" for an item without scores. `reviews` maps items to scores."""
    counts = (Counter(scores[item.number] for scores in reviews if item.number in scores) for item in items)
    return tuple(figure_words(spread(count).median) if count else "–" for count in counts)
