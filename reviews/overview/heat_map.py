"""Organisations against items: the scores of each one's last valid review, as figures and as shades.

Only reviews by one edition stand in one map, and the median only where all rows shown are of one kind. For
coordinators. Reads only.
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
from reviews.overview.paging import Choices, Header, choose, headers_of
from reviews.wording import figure_words
from reviews.workflow import Kind
from scales.definition import Item, Scale
from scales.models import ScaleEdition

PAGE = 50
EVERY_KIND = "all"
SORTS = {"name": "name", "total": "last_total"}
COLUMNS = (("name", gettext_lazy("Organisation"), False), ("total", gettext_lazy("Total"), True))


@dataclass(frozen=True)
class Row:
    """One organisation; `scores` are digits in the order of the items."""

    name: str
    url: str
    kind: str
    visit: str
    total: str
    scores: tuple[str, ...]


@dataclass(frozen=True)
class HeatMap:
    """`scale` is None before the first final review. `medians` is empty where kinds stand mixed.

    `left_out` counts the organisations whose last review is by another edition, `other_kinds` those of other
    kinds, `never` those without one.
    """

    scale: Scale | None
    items: tuple[Item, ...]
    editions: Choices
    kinds: Choices
    kind: str
    left_out: int
    other_kinds: int
    never: int
    rows: tuple[Row, ...] = ()
    medians: tuple[str, ...] = ()
    headers: tuple[Header, ...] = ()
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
    """Return one page of the map: three queries, whatever the number of rows.

    `edition` is a slug and `kind` a kind or "all"; what is not there gives way to what is most frequent. `search`
    narrows down the rows; what is left out is counted without it.
    """
    groups = _groups(network)
    never = groups.pop((None, ""), 0)
    by_edition = Counter[int]()
    for (pk, _kind), n in groups.items():
        by_edition[pk or 0] += n
    scales = {pk: ScaleEdition.scale_in_use(pk) for pk in sorted(by_edition)}
    most = by_edition.most_common(1)
    editions = choose(
        edition,
        {scale.slug: f"{scale.title} ({scale.version})" for scale in scales.values()},
        scales[most[0][0]].slug if most else "",
    )
    pk = next((pk for pk, scale in scales.items() if scale.slug == editions.chosen), 0)
    of_edition = Counter({each: n for (own, each), n in groups.items() if own == pk})
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
    found = Organisation.objects.filter(network=network, last_review__edition=pk)
    if kinds.chosen != EVERY_KIND:
        found = found.filter(last_kind=kinds.chosen)
    return _filled(empty, search(found), sort, page) if pk else empty


def _groups(network: Network) -> dict[tuple[int | None, str], int]:
    of_network = Organisation.objects.filter(network=network).order_by()
    groups = of_network.values_list("last_review__edition", "last_kind").annotate(n=Count("pk"))
    return {(edition, kind): n for edition, kind, n in groups}


def _kinds(asked: str, of_edition: Counter[str]) -> Choices:
    offered = {kind.value: f"{kind.label} ({of_edition[kind]})" for kind in Kind if of_edition[kind]}
    if offered:
        offered[EVERY_KIND] = _("all kinds, each row says which")
    most = of_edition.most_common(1)
    return choose(asked, offered, most[0][0] if most else "")


def _filled(empty: HeatMap, found: QuerySet[Organisation], sort: str, page: int) -> HeatMap:
    start, column = (page - 1) * PAGE, SORTS[sort.removeprefix("-")]
    direction = "-" if sort.startswith("-") else ""
    ordered = found.order_by(f"{direction}{column}", f"{direction}pk")
    organisations = list(ordered[start : start + PAGE + 1])
    more, organisations = len(organisations) > PAGE, organisations[:PAGE]
    scores = _scores([organisation.last_review_id or 0 for organisation in organisations])
    kinds = {organisation.last_kind for organisation in organisations}
    return HeatMap(
        **{
            **vars(empty),
            "rows": tuple(_row(organisation, empty.items, scores) for organisation in organisations),
            "medians": _medians(empty.items, list(scores.values())) if len(kinds) == 1 else (),
            "headers": headers_of(COLUMNS, sort),
            "previous": str(page - 1) if page > 1 else "",
            "next": str(page + 1) if more else "",
        }
    )


def _scores(reviews: list[int]) -> dict[int, dict[int, int]]:
    """Return each review's scores by item. One query."""
    scores: dict[int, dict[int, int]] = {}
    rows = ItemScore.objects.filter(review__in=reviews, value__isnull=False)
    for review, number, value in rows.values_list("review", "item_number", "value"):
        scores.setdefault(review, {})[number] = value or 0
    return scores


def _row(organisation: Organisation, items: tuple[Item, ...], scores: dict[int, dict[int, int]]) -> Row:
    own = scores.get(organisation.last_review_id or 0, {})
    return Row(
        name=organisation.name,
        url=organisation.get_absolute_url(),
        kind=str(Kind(organisation.last_kind).label),
        visit=date_format(organisation.last_visit, "SHORT_DATE_FORMAT") if organisation.last_visit else "",
        total=str(organisation.last_total),
        scores=tuple(str(own.get(item.number, "–")) for item in items),
    )


def _medians(items: tuple[Item, ...], sheets: list[dict[int, int]]) -> tuple[str, ...]:
    counts = (Counter(sheet[item.number] for sheet in sheets if item.number in sheet) for item in items)
    return tuple(figure_words(spread(count).median) if count else "–" for count in counts)
