"""Read model of the heat map: organisations by items, with the scores of each organisation's last valid review.

A map holds reviews by one scale, whose comparable editions are joined. Medians are shown only if all rows are of one
kind. For coordinators. Read-only.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from statistics import median
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from django.db.models import Count, F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ipsfidelity.addresses import address
from ipsfidelity.names import search_key
from ipsfidelity.prepared import prepared
from reviews.components.rendered import Parts, Rendered
from reviews.models import Network, Organisation, Review
from reviews.models.names import ByName
from reviews.overview.development import scores_of
from reviews.overview.editions import choose_editions, editions_words
from reviews.overview.paging import ColumnHeader, LinkChoices, choose, column_headers
from reviews.wording import figure_words, format_day
from reviews.workflow import Kind
from scales.definition import Item, Scale

PAGE = 50
EVERY_KIND = "all"
NO_SCORE = "–"
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
class ItemHeads(Rendered):
    """The heads of the columns: number and title of each item, in `language`."""

    template: ClassVar[str] = "overview/_heat_heads.html"

    language: str
    items: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class ItemTitles(Rendered):
    """The list of the same items under the map."""

    template: ClassVar[str] = "overview/_heat_titles.html"

    language: str
    items: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class HeatMap:
    """One page of the map. `scale` is None before the first final review; `medians` is empty if kinds are mixed.

    `joined` names the editions of the rows if they are several. `left_out` counts the organisations that have a final
    review, but none of this kind by this scale, and `never` those without any.
    """

    scale: Scale | None
    editions: LinkChoices
    kinds: LinkChoices
    kind: str
    left_out: int
    never: int
    joined: str = ""
    rows: Parts[HeatMapRow] = field(default_factory=Parts)
    medians: tuple[str, ...] = ()
    headers: tuple[ColumnHeader, ...] = ()
    previous: str = ""
    next: str = ""

    @property
    def items(self) -> tuple[Item, ...]:
        return self.scale.items if self.scale else ()

    @property
    def item_heads(self) -> ItemHeads:
        return ItemHeads(*self._titles)

    @property
    def item_titles(self) -> ItemTitles:
        return ItemTitles(*self._titles)

    @property
    def _titles(self) -> tuple[str, tuple[tuple[int, str], ...]]:
        language = self.scale.language if self.scale else ""
        return language, tuple((item.number, item.sheet_title) for item in self.items)


def heat_map_of(network: Network, *, edition: str, kind: str, sort: str, page: int, text: str) -> HeatMap:
    """Return one page of the map. Five queries, independent of the number of rows.

    `edition` is a slug, `kind` a kind or "all". Without it, the map shows the most frequent kind of last reviews.
    `text` filters the rows by name, but not the counts of what is left out.
    """
    groups = {(key, of_kind): n for key, of_kind, n in _groups(network.pk)}
    never = groups.pop((None, ""), 0)
    counts = Counter[int]()
    for (pk, _kind), n in groups.items():
        counts[pk or 0] += n
    editions, chosen = choose_editions(edition, counts)
    kinds = _kinds(kind, {key: n for key, n in groups.items() if chosen and key[0] in chosen.editions})
    of_kind = None if kinds.chosen == EVERY_KIND else Kind(kinds.chosen)
    empty = HeatMap(
        scale=chosen.scale if chosen else None,
        editions=editions,
        kinds=kinds,
        kind=str(of_kind.label) if of_kind else "",
        left_out=0,
        never=never,
    )
    if chosen is None:
        return empty
    (shown,) = _number_shown(network.pk, of_kind, *chosen.comparable) or (0,)
    start, name = (page - 1) * PAGE, search_key(text) or None
    found = _places(network.pk, of_kind, name, *chosen.comparable, sort=sort, start=start, stop=start + PAGE + 1)
    places = [_Place(*row) for row in found]
    return replace(
        _with_rows(empty, places[:PAGE]),
        left_out=counts.total() - shown,
        headers=column_headers(COLUMNS, sort),
        previous=str(page - 1) if page > 1 else "",
        next=str(page + 1) if len(places) > PAGE else "",
    )


@prepared
def _groups(network: int) -> QuerySet[Organisation, Any]:
    """Return the number of organisations by the edition and kind of their last review."""
    of_network = Organisation.objects.current().filter(network=network).order_by()
    return of_network.values_list("last_edition", "last_kind").annotate(n=Count("pk"))


def _kinds(requested: str, groups: Mapping[tuple[int | None, str], int]) -> LinkChoices:
    """Return the choices of a kind. The default is the most frequent kind in `groups`, which holds numbers by kind."""
    used = Counter[str]()
    for (_edition, kind), n in groups.items():
        used[kind] += n
    offered = {kind.value: str(kind.label) for kind in Kind} | {EVERY_KIND: _("all kinds, each row says which")}
    return choose(requested, offered, used.most_common(1)[0][0] if used else Kind.INDEPENDENT.value)


def _reviewed(network: int, kind: str | None, text: str | None, editions: tuple[int, ...]) -> QuerySet[Any]:
    """Return the organisations with a last review of a kind by these editions, and its key as `last_of`."""
    of_network = Organisation.objects.current().filter(network=network).order_by()
    named = of_network.named(text) if text else of_network
    return Review.objects.last_of_each(named, kind=kind, editions=editions).filter(last_of__isnull=False)


@prepared
def _number_shown(network: int, kind: str | None, *editions: int) -> QuerySet[Organisation, int]:
    groups = _reviewed(network, kind, None, editions).values("network")
    return groups.annotate(n=Count("pk")).values_list("n", flat=True)


class _Place(NamedTuple):
    """An organisation with the key of its last review."""

    review: int
    name: str
    code: UUID


@prepared
def _places(
    network: int, kind: str | None, text: str | None, *editions: int, sort: str, start: int, stop: int
) -> QuerySet[Organisation, Any]:
    """Return the organisations from one place in the order to another.

    The order is that of the organisations, because a review may be of one that was joined under another name.
    """
    column = SORTS[sort.removeprefix("-")]
    found = _reviewed(network, kind, text, editions)
    ordered = found.order_by(*((column.desc(), "-pk") if sort.startswith("-") else (column.asc(), "pk")))
    return ordered.values_list("last_of", "name", "code")[start:stop]


class _LastReview(NamedTuple):
    """What the map shows of a review."""

    key: int
    edition: int
    kind: str
    visit_start: date
    total: int


@prepared
def _reviews(*keys: int) -> QuerySet[Review, Any]:
    return Review.objects.filter(pk__in=keys).values_list("pk", "edition", "kind", "visit_start", "total")


def _with_rows(empty: HeatMap, places: Sequence[_Place]) -> HeatMap:
    """Return the map with the rows of one page. Two queries."""
    keys = [place.review for place in places]
    reviews = {review.key: review for review in map(_LastReview._make, _reviews(*keys))}
    scores = {key: dict.fromkeys((item.number for item in empty.items), NO_SCORE) for key in keys}
    for key, number, value in scores_of(*keys):
        scores[key][number] = str(value or NO_SCORE)
    kinds = {kind.value: str(kind.label) for kind in Kind}
    rows = Parts(_row(place, reviews[place.review], kinds, scores[place.review]) for place in places)
    are_of_one_kind = len({review.kind for review in reviews.values()}) == 1
    return replace(
        empty,
        joined=editions_words(review.edition for review in reviews.values()),
        rows=rows,
        medians=_medians(rows) if are_of_one_kind else (),
    )


def _row(place: _Place, review: _LastReview, kinds: Mapping[str, str], scores: Mapping[int, str]) -> HeatMapRow:
    return HeatMapRow(
        name=place.name,
        url=address("organisation", place.code),
        kind=kinds[review.kind],
        visit=format_day(review.visit_start, "SHORT_DATE_FORMAT"),
        total=str(review.total),
        scores=tuple(scores.values()),
    )


def _medians(rows: Sequence[HeatMapRow]) -> tuple[str, ...]:
    """Return the median of each item's scores, NO_SCORE for an item without scores."""
    items = zip(*(row.scores for row in rows), strict=True)
    scores = ([int(score) for score in of_item if score != NO_SCORE] for of_item in items)
    medians = [median(of_item) if of_item else None for of_item in scores]
    words = {value: NO_SCORE if value is None else figure_words(Fraction(value)) for value in set(medians)}
    return tuple(words[value] for value in medians)
