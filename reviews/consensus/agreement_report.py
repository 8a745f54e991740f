"""How far evaluators agree across the finished reviews of a network, item by item. Reads only.

Items with low agreement show where the instruction of evaluators needs work. Only ratings before consensus count, of
reviews by one edition of the scale. A review that was corrected later counts too, because its ratings did not change.
The reader can limit the report to one kind of review. With fewer than ten reviews there are no figures, because they
would mislead.
"""

from collections import Counter
from dataclasses import dataclass

from reviews.consensus.agreement import Agreement, Icc, agreement, icc_2_1
from reviews.models import Network, Rating, Review
from reviews.models.review_querysets import ReviewQuerySet
from reviews.workflow import EvaluatorPart, Kind, Method
from scales.definition import Item, Scale
from scales.models import ScaleEdition

FEWEST_REVIEWS = 10

ScoresByItem = dict[int, int]


@dataclass(frozen=True)
class ItemAgreement:
    """How far the first two evaluators agreed on one item."""

    item: Item
    figures: Agreement


@dataclass(frozen=True)
class FilterOption:
    """A scale or kind to which the report can be limited, with the number of reviews. `value` is for the URL."""

    label: str
    value: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class AgreementReport:
    """The report for one edition of a scale. With fewer reviews than `fewest`, `items` is empty and `icc` None."""

    scale: Scale | None
    editions: tuple[FilterOption, ...]
    kinds: tuple[FilterOption, ...]
    reviews: int
    fewest: int
    items: tuple[ItemAgreement, ...]
    icc: Icc | None


def agreement_report(network: Network, slug: str = "", kind: str = "") -> AgreementReport:
    """Return the agreement on each item and ICC(2,1) of the totals, from the first two evaluators of each review.

    `slug` names the edition of the scale; by default, or if no review has it, the edition with most reviews. `kind`
    limits the report to one kind of review, if there is a review of that kind.
    """
    finished = Review.objects.finished().filter(organisation__network=network, method=Method.APART)
    titles = dict(finished.values_list("edition__slug", "edition__title"))
    editions = Counter(finished.values_list("edition__slug", flat=True))
    chosen = slug if slug in editions else next((name for name, _count in editions.most_common(1)), "")
    of_edition = finished.filter(edition__slug=chosen)
    kinds = Counter(of_edition.values_list("kind", flat=True))
    pairs = _pairs(of_edition.filter(kind=kind) if kind in kinds else of_edition)
    scale = ScaleEdition.objects.get(slug=chosen).scale if chosen else None
    measured = scale if len(pairs) >= FEWEST_REVIEWS else None
    return AgreementReport(
        scale=scale,
        editions=tuple(
            FilterOption(titles[name], name, count, name == chosen) for name, count in sorted(editions.items())
        ),
        kinds=tuple(
            FilterOption(str(Kind(name).label), name, count, name == kind) for name, count in sorted(kinds.items())
        ),
        reviews=len(pairs),
        fewest=FEWEST_REVIEWS,
        items=tuple(_item_agreement(item, pairs) for item in measured.items) if measured else (),
        icc=icc_2_1(_totals(pairs, len(measured.items))) if measured else None,
    )


def _pairs(reviews: ReviewQuerySet) -> list[tuple[ScoresByItem, ScoresByItem]]:
    """Return the scores of the first two evaluators of each review that has two. One query."""
    ratings = Rating.objects.filter(
        evaluator__review__in=reviews, evaluator__part=EvaluatorPart.RATES, evaluator__submitted_at__isnull=False
    ).order_by("evaluator__review", "evaluator")
    columns = ("evaluator__review", "evaluator", "item_number", "value")
    by_review: dict[int, dict[int, ScoresByItem]] = {}
    for review, evaluator, number, value in ratings.values_list(*columns):
        scores = by_review.setdefault(review, {}).setdefault(evaluator, {})
        if value is not None:
            scores[number] = value
    evaluators = [list(by_evaluator.values()) for by_evaluator in by_review.values() if len(by_evaluator) > 1]
    return [(first, second) for first, second, *_others in evaluators]


def _item_agreement(item: Item, pairs: list[tuple[ScoresByItem, ScoresByItem]]) -> ItemAgreement:
    """Return the agreement on one item. The keys that `agreement` compares are reviews here, not items."""
    number = item.number
    first = {review: scores[number] for review, (scores, _second) in enumerate(pairs) if number in scores}
    second = {review: scores[number] for review, (_first, scores) in enumerate(pairs) if number in scores}
    return ItemAgreement(item, agreement(first, second))


def _totals(pairs: list[tuple[ScoresByItem, ScoresByItem]], count: int) -> list[tuple[int, int]]:
    """Return both totals of each review in which both evaluators scored all `count` items."""
    return [
        (sum(first.values()), sum(second.values())) for first, second in pairs if len(first) == len(second) == count
    ]
