"""How far evaluators agree across a network's finished reviews: where the instruction needs work. Reads only.

Only ratings before consensus count, of reviews by one edition of the scale; a review that was corrected
later counts too, for its ratings stood. Kinds are named and can be told apart. Figures of few reviews
mislead, so below ten there are none.
"""

from collections import Counter
from dataclasses import dataclass

from reviews.consensus.agreement import Agreement, Icc, agreement, icc_2_1
from reviews.models import Network, Rating, Review
from reviews.models.review_querysets import ReviewQuerySet
from reviews.workflow import Kind, Method, Part
from scales.definition import Item, Scale
from scales.models import ScaleEdition

FEWEST = 10  # reviews

Sheet = dict[int, int]


@dataclass(frozen=True)
class ItemAgreement:
    item: Item
    figures: Agreement


@dataclass(frozen=True)
class Choice:
    """One way to narrow the reviews down: its name, what stands for it in the address, how many there are."""

    label: str
    value: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Across:
    """`items` is empty and `icc` None while there are fewer reviews than `fewest`."""

    scale: Scale | None
    editions: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    reviews: int
    fewest: int
    items: tuple[ItemAgreement, ...]
    icc: Icc | None


def across_reviews(network: Network, slug: str = "", kind: str = "") -> Across:
    """Return agreement per item, and ICC(2,1) of the totals, of the first two evaluators of each finished review.

    `slug` names the edition, the most used one where it is none of theirs; `kind` narrows further.
    """
    finished = Review.objects.finished().filter(organisation__network=network, method=Method.APART)
    titles = dict(finished.values_list("edition__slug", "edition__title"))
    by_edition = Counter(finished.values_list("edition__slug", flat=True))
    chosen = slug if slug in by_edition else next((name for name, _n in by_edition.most_common(1)), "")
    of_edition = finished.filter(edition__slug=chosen)
    by_kind = Counter(of_edition.values_list("kind", flat=True))
    pairs = _pairs(of_edition.filter(kind=kind) if kind in by_kind else of_edition)
    scale = ScaleEdition.objects.get(slug=chosen).scale if chosen else None
    enough = scale is not None and len(pairs) >= FEWEST
    return Across(
        scale=scale,
        editions=tuple(Choice(titles[name], name, count, name == chosen) for name, count in sorted(by_edition.items())),
        kinds=tuple(Choice(str(Kind(one).label), one, n, one == kind) for one, n in sorted(by_kind.items())),
        reviews=len(pairs),
        fewest=FEWEST,
        items=tuple(_of_item(item, pairs) for item in scale.items) if enough and scale else (),
        icc=icc_2_1(_totals(pairs, len(scale.items))) if enough and scale else None,
    )


def _pairs(reviews: ReviewQuerySet) -> list[tuple[Sheet, Sheet]]:
    """Return the sheets of the first two evaluators of each review that has two. One query."""
    rated = Rating.objects.filter(
        evaluator__review__in=reviews, evaluator__part=Part.RATES, evaluator__submitted_at__isnull=False
    ).order_by("evaluator__review", "evaluator")
    sheets: dict[int, dict[int, Sheet]] = {}
    for review, evaluator, number, value in rated.values_list("evaluator__review", "evaluator", "item_number", "value"):
        sheet = sheets.setdefault(review, {}).setdefault(evaluator, {})
        if value is not None:
            sheet[number] = value
    return [(first, second) for first, second, *_more in (list(s.values()) for s in sheets.values() if len(s) > 1)]


def _of_item(item: Item, pairs: list[tuple[Sheet, Sheet]]) -> ItemAgreement:
    """Return the agreement on one item, the reviews being what is rated."""
    number = item.number
    both = {n: (a[number], b[number]) for n, (a, b) in enumerate(pairs) if number in a and number in b}
    return ItemAgreement(item, agreement({n: a for n, (a, _b) in both.items()}, {n: b for n, (_a, b) in both.items()}))


def _totals(pairs: list[tuple[Sheet, Sheet]], count: int) -> list[tuple[int, int]]:
    """Return both totals of the reviews in which both evaluators scored all `count` items: no other has a total."""
    return [(sum(a.values()), sum(b.values())) for a, b in pairs if len(a) == len(b) == count]
