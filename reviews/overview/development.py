"""Read model of an organisation's development: for each item, its scores over time as a small chart and a row.

Only valid reviews of one kind and by comparable editions share a chart. Reviews that are left out are counted.
Read-only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import QuerySet

from ipsfidelity.prepared import prepared
from reviews.charts.multiples import Frame, Multiples, SmallChart, small_multiples
from reviews.components.rendered import Rendered
from reviews.components.result import Change, change_of
from reviews.models import ItemScore, Review
from reviews.overview.editions import editions_words
from reviews.overview.paging import LinkChoices, choose
from reviews.workflow import Kind
from scales.definition import Item, Scale, Section
from scales.models import ScaleEdition
from scales.rules import SCORES


@dataclass(frozen=True)
class ItemRow(Rendered):
    """The scores of one item, a digit for each visit, as a row of a table. `name` is the title in `language`."""

    template: ClassVar[str] = "overview/_item_row.html"

    number: int
    name: str
    language: str
    scores: tuple[str, ...]


@dataclass(frozen=True)
class ItemHistory(Rendered):
    """The scores of one item as a chart; `name` is its short name in `language`.

    `description` is the chart's text alternative, and `last` the score in the newest review.
    `change` is that from the last review but one, None if it is the first or the score is the same.
    """

    template: ClassVar[str] = "overview/_item_history.html"

    number: int
    name: str
    language: str
    last: str
    description: str
    frame: Frame
    chart: SmallChart
    change: Change | None


@dataclass(frozen=True)
class SectionHistory:
    """The items of one section, as charts and as rows of a table, and its sum in the newest review."""

    name: str
    sum: str
    max: str
    items: tuple[ItemHistory, ...]
    rows: tuple[ItemRow, ...]


@dataclass(frozen=True)
class Development:
    """`visits` are the reviews in the charts, oldest first, and `joined` names their editions if they are several.

    `other_editions` and `superseded` count the reviews of the same kind that are left out.
    """

    scale: Scale
    kind: str
    kinds: LinkChoices
    visits: tuple[Review, ...]
    sections: tuple[SectionHistory, ...]
    joined: str
    other_editions: int
    superseded: int


def development_of(finished: Sequence[Review], requested_kind: str) -> Development | None:
    """Return the development of an organisation from its finished reviews, newest first. One query.

    Return None without a valid review. The kind of the newest valid review is shown if `requested_kind` is "" or not
    among the reviews.
    """
    valid = [review for review in finished if review.is_valid]
    if not valid:
        return None
    used = {review.kind for review in valid}
    kinds = choose(requested_kind, {kind.value: str(kind.label) for kind in Kind if kind in used}, valid[0].kind)
    of_kind = [review for review in valid if review.kind == kinds.chosen]
    comparable = ScaleEdition.comparable(of_kind[0].edition_id)
    shown = [review for review in reversed(of_kind) if review.edition_id in comparable]
    scale = of_kind[0].scale
    scores = _scores(shown)
    names = ScaleEdition.named_scale_of(of_kind[0].edition_id)
    multiples = small_multiples(
        [review.visit_start for review in shown], {item.number: scores[item.number] for item in scale.items}
    )
    return Development(
        scale=scale,
        kind=str(Kind(kinds.chosen).label),
        kinds=kinds,
        visits=tuple(shown),
        sections=tuple(_section_history(section, names, scores, multiples) for section in scale.sections),
        joined=editions_words(review.edition_id for review in shown),
        other_editions=len(of_kind) - len(shown),
        superseded=sum(review.kind == kinds.chosen and not review.is_valid for review in finished),
    )


def _section_history(
    section: Section, names: Scale, scores: Mapping[int, Sequence[int]], multiples: Multiples
) -> SectionHistory:
    total = sum(scores[item.number][-1] for item in section.items)
    return SectionHistory(
        name=section.name,
        sum=str(total),
        max=str(len(section.items) * SCORES[-1]),
        items=tuple(_item_history(names.by_number[item.number], names, scores, multiples) for item in section.items),
        rows=tuple(_item_row(item, names, scores[item.number]) for item in section.items),
    )


def _item_history(item: Item, scale: Scale, scores: Mapping[int, Sequence[int]], multiples: Multiples) -> ItemHistory:
    values = scores[item.number]
    before, now = values[-2:][0], values[-1]
    return ItemHistory(
        number=item.number,
        name=item.short,
        language=scale.language,
        last=str(now),
        description=", ".join(map(str, values)),
        frame=multiples.frame,
        chart=multiples.charts[item.number],
        change=change_of(now, before) if now != before else None,
    )


def _item_row(item: Item, scale: Scale, scores: Sequence[int]) -> ItemRow:
    return ItemRow(item.number, item.sheet_title, scale.language, tuple(map(str, scores)))


@prepared
def scores_of(*reviews: int) -> QuerySet[ItemScore, Any]:
    """Return review, item number and value of the scores of reviews."""
    return ItemScore.objects.filter(review__in=reviews).values_list("review", "item_number", "value")


def _scores(reviews: Sequence[Review]) -> dict[int, list[int]]:
    """Return each item's scores in the order of the reviews. All are final, so no score is missing."""
    values = {(pk, number): value or 0 for pk, number, value in scores_of(*(review.pk for review in reviews))}
    numbers = {number for _pk, number in values}
    return {number: [values[review.pk, number] for review in reviews] for number in numbers}
