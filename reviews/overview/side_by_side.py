"""Read model of the comparison of two finished reviews of an organisation, the largest differences first. Read-only.

Any two reviews can be compared; the page names what makes their numbers incomparable. Items of comparable editions are
matched by number, those of other editions if number and title agree. Sums and totals of the latter are not subtracted.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from reviews.models import ItemScore, Review
from reviews.wording import Difference, joined_words
from scales.definition import Item, Scale
from scales.models import ScaleEdition
from scales.scoring import Result, score


@dataclass(frozen=True)
class ScoredItem:
    """One item in one of the two reviews."""

    score: str
    anchor: str
    evidence: str
    language: str


@dataclass(frozen=True)
class ItemPair:
    """An item that both reviews have. `points` is the second score minus the first."""

    item: Item
    language: str
    a: ScoredItem
    b: ScoredItem
    points: int
    change: Difference


@dataclass(frozen=True)
class UnmatchedItem:
    """An item that only one of the two editions has under this number and title. `side` is "a" or "b"."""

    item: Item
    side: str
    scored: ScoredItem


@dataclass(frozen=True)
class SectionSums:
    """The sums of a section, "" for an edition without it. `change` is empty between different editions."""

    name: str
    language: str
    a: str
    b: str
    change: Difference


@dataclass(frozen=True)
class ReviewComparison:
    """What changed from review `a` to `b`.

    `editions_differ` is True unless the editions are the same or comparable; `joined` names two comparable ones.
    `differing` is sorted by the size of the change, then by number; `equal` and `unmatched` by number.
    """

    a: Review
    b: Review
    kinds_differ: bool
    editions_differ: bool
    joined: str
    differing: tuple[ItemPair, ...]
    equal: tuple[ItemPair, ...]
    unmatched: tuple[UnmatchedItem, ...]
    sections: tuple[SectionSums, ...]
    total_change: Difference

    @property
    def reviews(self) -> tuple[Review, Review]:
        """Both reviews, in the order of the columns of a table."""
        return self.a, self.b


def compare_reviews(a: Review, b: Review) -> ReviewComparison:
    """Return what changed from `a` to `b`, both finished. One query."""
    rows = _rows(a, b)
    results = [score(review.scale, {number: row.value for number, row in rows[review.pk].items()}) for review in (a, b)]
    same = b.edition_id in ScaleEdition.comparable(a.edition_id)
    shared = [item for item in b.scale.items if same or _same_item(a.scale, item)]
    pairs = [_pair(item, a, b, rows) for item in shared]
    differing = sorted((pair for pair in pairs if pair.points), key=lambda pair: (-abs(pair.points), pair.item.number))
    return ReviewComparison(
        a=a,
        b=b,
        kinds_differ=a.kind != b.kind,
        editions_differ=not same,
        joined=joined_words((a.scale, b.scale)) if same else "",
        differing=tuple(differing),
        equal=tuple(pair for pair in pairs if not pair.points),
        unmatched=() if same else tuple(_unmatched(a, b.scale, "a", rows) + _unmatched(b, a.scale, "b", rows)),
        sections=_sections(a.scale, b.scale, results, same=same),
        total_change=Difference.of((b.total or 0) - (a.total or 0)) if same else Difference(),
    )


def _rows(a: Review, b: Review) -> Mapping[int, dict[int, ItemScore]]:
    """Return the scores of both reviews, by review and item number. One query."""
    rows: dict[int, dict[int, ItemScore]] = {a.pk: {}, b.pk: {}}
    for row in ItemScore.objects.filter(review__in=rows).only("review_id", "item_number", "value", "evidence"):
        rows[row.review_id][row.item_number] = row
    return rows


def _same_item(scale: Scale, item: Item) -> bool:
    other = scale.by_number.get(item.number)
    return other is not None and other.title == item.title


def _pair(item: Item, a: Review, b: Review, rows: Mapping[int, dict[int, ItemScore]]) -> ItemPair:
    before, after = rows[a.pk][item.number], rows[b.pk][item.number]
    points = (after.value or 0) - (before.value or 0)
    return ItemPair(item, b.scale.language, _scored(a, before), _scored(b, after), points, Difference.of(points))


def _scored(review: Review, row: ItemScore) -> ScoredItem:
    value = row.value or 0
    anchor = review.scale.by_number[row.item_number].anchor(value)
    return ScoredItem(str(value), anchor, row.evidence, review.scale.language)


def _unmatched(
    review: Review, other: Scale, side: str, rows: Mapping[int, dict[int, ItemScore]]
) -> list[UnmatchedItem]:
    scores, items = rows[review.pk], [item for item in review.scale.items if not _same_item(other, item)]
    return [UnmatchedItem(item, side, _scored(review, scores[item.number])) for item in items]


def _sections(a: Scale, b: Scale, results: list[Result], *, same: bool) -> tuple[SectionSums, ...]:
    """Return the sums of each section by name: the sections of `b` in their order, then those that only `a` has."""
    before, after = ({section.name: section for section in result.sections} for result in results)
    names = dict.fromkeys((*after, *before))
    sections = []
    for name in names:
        old, new = before.get(name), after.get(name)
        points = (new.sum or 0) - (old.sum or 0) if same and old and new else None
        before_text, after_text = (f"{section.sum}/{section.max}" if section else "" for section in (old, new))
        sections.append(SectionSums(name, (b if new else a).language, before_text, after_text, Difference.of(points)))
    return tuple(sections)
