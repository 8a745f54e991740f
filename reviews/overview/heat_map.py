"""Read model of the heat map: organisations by items, with the scores of each organisation's last valid review.

A map holds reviews by one scale, whose comparable editions are joined. Medians are shown only if all rows are of one
kind. For coordinators. Read-only.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from django.db.models import Count, F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reviews.charts.distribution import spread
from reviews.components.rendered import Rendered
from reviews.models import ItemScore, Network, Review
from reviews.models.names import ByName, NamedQuerySet
from reviews.overview.editions import choose_editions, editions_words, with_last_review
from reviews.overview.paging import ColumnHeader, LinkChoices, choose, column_headers
from reviews.wording import figure_words, format_day
from reviews.workflow import Kind
from scales.definition import Item, Scale

PAGE = 50
EVERY_KIND = "all"
SORTS = {"name": ByName(), "total": F("total_of")}
COLUMNS = (("name", gettext_lazy("Organisation"), False), ("total", gettext_lazy("Total"), True))


@dataclass(frozen=True)
class HeatMapRow(Rendered):
    """One organisation; `scores` are digits in the order of the items."""

    template: ClassVar[str] = "overview/_heat_row.html"

    name: str
    url: str
    kind: str
    visit: str
    total: str
    scores: tuple[str, ...]


@dataclass(frozen=True)
class HeatMap:
    """One page of the map. `scale` is None before the first final review; `medians` is empty if kinds are mixed.

    `joined` names the editions of the rows if they are several. `left_out` counts the organisations that have a final
    review, but none of this kind by this scale, and `never` those without any.
    """

    scale: Scale | None
    items: tuple[Item, ...]
    editions: LinkChoices
    kinds: LinkChoices
    kind: str
    left_out: int
    never: int
    joined: str = ""
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
    search: Callable[[NamedQuerySet[Any]], NamedQuerySet[Any]],
) -> HeatMap:
    """Return one page of the map. Five queries, independent of the number of rows.

    `edition` is a slug, `kind` a kind or "all". Without it, the map shows the most frequent kind of last reviews.
    `search` filters the rows but not the counts of what is left out.
    """
    groups = _groups(network)
    never = groups.pop((None, ""), 0)
    counts = Counter[int]()
    for (pk, _kind), n in groups.items():
        counts[pk or 0] += n
    editions, chosen = choose_editions(edition, counts)
    kinds = _kinds(kind, {key: n for key, n in groups.items() if chosen and key[0] in chosen.editions})
    is_every_kind = kinds.chosen == EVERY_KIND
    empty = HeatMap(
        scale=chosen.scale if chosen else None,
        items=chosen.scale.items if chosen else (),
        editions=editions,
        kinds=kinds,
        kind="" if is_every_kind else str(Kind(kinds.chosen).label),
        left_out=0,
        never=never,
    )
    if chosen is None:
        return empty
    of_network = network.organisations.current().order_by()
    shown, found = (
        with_last_review(organisations, kind="" if is_every_kind else kinds.chosen, chosen=chosen).filter(
            last_of__isnull=False
        )
        for organisations in (of_network, search(of_network))
    )
    return _filled(replace(empty, left_out=counts.total() - shown.count()), found, sort, page)


def _groups(network: Network) -> dict[tuple[int | None, str], int]:
    """Return the number of organisations by the edition and kind of their last review. One query."""
    of_network = network.organisations.current().order_by()
    groups = of_network.values_list("last_edition", "last_kind").annotate(n=Count("pk"))
    return {(edition, kind): n for edition, kind, n in groups}


def _kinds(requested: str, groups: Mapping[tuple[int | None, str], int]) -> LinkChoices:
    """Return the choices of a kind. The default is the most frequent kind in `groups`, which holds numbers by kind."""
    used = Counter[str]()
    for (_edition, kind), n in groups.items():
        used[kind] += n
    offered = {kind.value: str(kind.label) for kind in Kind} | {EVERY_KIND: _("all kinds, each row says which")}
    return choose(requested, offered, used.most_common(1)[0][0] if used else Kind.INDEPENDENT.value)


def _filled(empty: HeatMap, found: QuerySet[Any], sort: str, page: int) -> HeatMap:
    """Return the map with the rows of one page. Three queries."""
    reviews, are_more = _page(found, sort, page)
    scores = _scores([review.pk for review in reviews])
    are_of_one_kind = len({review.kind for review in reviews}) == 1
    return replace(
        empty,
        joined=editions_words(review.edition_id for review in reviews),
        rows=tuple(_row(review, empty.items, scores.get(review.pk, {})) for review in reviews),
        medians=_medians(empty.items, list(scores.values())) if are_of_one_kind else (),
        headers=column_headers(COLUMNS, sort),
        previous=str(page - 1) if page > 1 else "",
        next=str(page + 1) if are_more else "",
    )


def _page(found: QuerySet[Any], sort: str, page: int) -> tuple[list[Review], bool]:
    """Return the last reviews of the organisations on a page, and whether there are more pages. Two queries.

    The order is that of the organisations, because a review may be of one that was joined under another name.
    """
    start, column = (page - 1) * PAGE, SORTS[sort.removeprefix("-")]
    ordered = found.order_by(*((column.desc(), "-pk") if sort.startswith("-") else (column.asc(), "pk")))
    keys = list(ordered.values_list("last_of", flat=True)[start : start + PAGE + 1])
    reviews = Review.objects.select_related("organisation__joined_to").in_bulk(keys)
    return [reviews[key] for key in keys[:PAGE]], len(keys) > PAGE


def _scores(reviews: list[int]) -> dict[int, dict[int, int]]:
    """Return each review's scores by item. One query."""
    scores: dict[int, dict[int, int]] = {}
    rows = ItemScore.objects.filter(review__in=reviews, value__isnull=False)
    for review, number, value in rows.values_list("review", "item_number", "value"):
        scores.setdefault(review, {})[number] = value or 0
    return scores


def _row(review: Review, items: tuple[Item, ...], scores: dict[int, int]) -> HeatMapRow:
    return HeatMapRow(
        name=str(review.organisation),
        url=review.organisation.get_absolute_url(),
        kind=str(review.get_kind_display()),
        visit=format_day(review.visit_start, "SHORT_DATE_FORMAT"),
        total=str(review.total),
        scores=tuple(str(scores.get(item.number, "–")) for item in items),
    )


def _medians(items: tuple[Item, ...], reviews: list[dict[int, int]]) -> tuple[str, ...]:
    """Return the median of each item's scores, "–" for an item without scores. `reviews` maps items to scores."""
    counts = (Counter(scores[item.number] for scores in reviews if item.number in scores) for item in items)
    return tuple(figure_words(spread(count).median) if count else "–" for count in counts)
