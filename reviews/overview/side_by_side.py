"""Two finished reviews of an organisation next to each other, the largest differences first. Reads only.

Any two may be chosen; what makes their numbers incomparable is said. Items of different editions are matched
only where number and title agree, and then neither sums nor totals are subtracted.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from reviews.models import ItemScore, Review
from reviews.wording import Difference
from scales.definition import Item, Scale
from scales.scoring import Result, score


@dataclass(frozen=True)
class Judged:
    """One item in one of the two reviews."""

    score: str
    anchor: str
    evidence: str
    language: str


@dataclass(frozen=True)
class Line:
    """One item that both hold; `points` is how much the second scored it higher."""

    item: Item
    language: str
    a: Judged
    b: Judged
    points: int
    change: Difference


@dataclass(frozen=True)
class Alone:
    """An item that only one of the two editions has by this number and title."""

    item: Item
    side: str
    judged: Judged


@dataclass(frozen=True)
class Sums:
    """A section's sums, "" where an edition has no such section; `change` only within one edition."""

    name: str
    language: str
    a: str
    b: str
    change: Difference


@dataclass(frozen=True)
class Comparison:
    """`differing` is sorted by the size of the change, then by number; `equal` and `alone` by number."""

    a: Review
    b: Review
    kinds_differ: bool
    editions_differ: bool
    differing: tuple[Line, ...]
    equal: tuple[Line, ...]
    alone: tuple[Alone, ...]
    sections: tuple[Sums, ...]
    total_change: Difference


def compare_reviews(a: Review, b: Review) -> Comparison:
    """Return what changed from `a` to `b`, both finished. One query."""
    rows = _rows(a, b)
    results = [score(each.scale, {number: row.value for number, row in rows[each.pk].items()}) for each in (a, b)]
    same = a.edition_id == b.edition_id
    shared = [item for item in b.scale.items if _same_item(a.scale, item)]
    lines = [_line(item, a, b, rows) for item in shared]
    differing = sorted((line for line in lines if line.points), key=lambda line: (-abs(line.points), line.item.number))
    return Comparison(
        a=a,
        b=b,
        kinds_differ=a.kind != b.kind,
        editions_differ=not same,
        differing=tuple(differing),
        equal=tuple(line for line in lines if not line.points),
        alone=tuple(_alone(a, b.scale, "a", rows) + _alone(b, a.scale, "b", rows)),
        sections=_sections(a.scale, b.scale, results, same=same),
        total_change=Difference.of((b.total or 0) - (a.total or 0)) if same else Difference(),
    )


def _rows(a: Review, b: Review) -> Mapping[int, dict[int, ItemScore]]:
    rows: dict[int, dict[int, ItemScore]] = {a.pk: {}, b.pk: {}}
    shown = ("review_id", "item_number", "value", "evidence")
    for row in ItemScore.objects.filter(review__in=rows).only(*shown):
        rows[row.review_id][row.item_number] = row
    return rows


def _same_item(scale: Scale, item: Item) -> bool:
    other = scale.by_number.get(item.number)
    return other is not None and other.title == item.title


def _line(item: Item, a: Review, b: Review, rows: Mapping[int, dict[int, ItemScore]]) -> Line:
    before, after = rows[a.pk][item.number], rows[b.pk][item.number]
    points = (after.value or 0) - (before.value or 0)
    return Line(item, b.scale.language, _judged(a, before), _judged(b, after), points, Difference.of(points))


def _judged(review: Review, row: ItemScore) -> Judged:
    value = row.value or 0
    anchor = review.scale.by_number[row.item_number].anchor(value)
    return Judged(str(value), anchor, row.evidence, review.scale.language)


def _alone(review: Review, other: Scale, side: str, rows: Mapping[int, dict[int, ItemScore]]) -> list[Alone]:
    left = [item for item in review.scale.items if not _same_item(other, item)]
    return [Alone(item, side, _judged(review, rows[review.pk][item.number])) for item in left]


def _sections(a: Scale, b: Scale, results: list[Result], *, same: bool) -> tuple[Sums, ...]:
    """Return the sums by the sections' names: those of `b` in their order, then what only `a` has."""
    before, after = ({section.name: section for section in result.sections} for result in results)
    names = dict.fromkeys((*after, *before))
    found = []
    for name in names:
        old, new = before.get(name), after.get(name)
        points = (new.sum or 0) - (old.sum or 0) if same and old and new else None
        before_text, after_text = (f"{each.sum}/{each.max}" if each else "" for each in (old, new))
        found.append(Sums(name, (b if new else a).language, before_text, after_text, Difference.of(points)))
    return tuple(found)
