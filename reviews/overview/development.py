"""Every item of an organisation over its reviews: one small chart and one row of figures each. Reads only.

Only valid reviews of one kind and by one edition stand in one picture; what is left out is counted and said.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reviews.charts.multiples import Multiples, Small, multiples
from reviews.models import ItemScore, Review
from reviews.overview.paging import Choices, choose
from reviews.workflow import Kind
from scales.definition import Item, Scale


@dataclass(frozen=True)
class OverTime:
    """One item; `scores` are digits, one a visit, `told` what its chart shows, in a row."""

    item: Item
    scores: tuple[str, ...]
    told: str
    chart: Small


@dataclass(frozen=True)
class Development:
    """`visits` are the reviews drawn, oldest first; `items` is empty where there are fewer than two.

    `other_editions` and `superseded` count reviews of the same kind that are not in the picture.
    """

    scale: Scale
    kind: str
    kinds: Choices
    visits: tuple[Review, ...]
    items: tuple[OverTime, ...]
    drawn: Multiples
    other_editions: int
    superseded: int


def development_of(closed: Sequence[Review], asked: str) -> Development | None:
    """Return the development of an organisation from its finished reviews, newest first; None without a valid one.

    `asked` is a kind; without it, that of the newest valid review. One query.
    """
    valid = [review for review in closed if review.is_valid]
    if not valid:
        return None
    there = {review.kind for review in valid}
    kinds = choose(asked, {kind.value: str(kind.label) for kind in Kind if kind in there}, valid[0].kind)
    of_kind = [review for review in valid if review.kind == kinds.chosen]
    shown = [review for review in reversed(of_kind) if review.edition_id == of_kind[0].edition_id]
    scale = of_kind[0].scale
    scores = _scores(shown)
    drawn = multiples(
        [review.visit_start for review in shown], {item.number: scores[item.number] for item in scale.items}
    )
    return Development(
        scale=scale,
        kind=str(Kind(kinds.chosen).label),
        kinds=kinds,
        visits=tuple(shown),
        items=tuple(_over_time(item, scores[item.number], drawn.charts[item.number]) for item in scale.items),
        drawn=drawn,
        other_editions=len(of_kind) - len(shown),
        superseded=sum(review.kind == kinds.chosen and not review.is_valid for review in closed),
    )


def _over_time(item: Item, scores: Sequence[int], chart: Small) -> OverTime:
    texts = tuple(map(str, scores))
    return OverTime(item, texts, ", ".join(texts), chart)


def _scores(reviews: Sequence[Review]) -> dict[int, list[int]]:
    """Return each item's scores in the order of the reviews, all of which are final: none lacks a score."""
    rows = ItemScore.objects.filter(review__in=[review.pk for review in reviews])
    found = {(pk, number): value or 0 for pk, number, value in rows.values_list("review", "item_number", "value")}
    numbers = {number for _pk, number in found}
    return {number: [found[review.pk, number] for review in reviews] for number in numbers}
