"""How far evaluators agree across the finished reviews of a network, in all and item by item. Reads only.

Items with low agreement show where the instruction of evaluators needs work. Only ratings before consensus count, of
the newest reviews by one edition of the scale or by comparable ones, which have the same items. Evaluators differ from
review to review, so that no figure compares two people or depends on the order in which they are listed. A review that
was corrected later counts too, because its ratings did not change. The reader can limit the report to one kind.
With fewer than ten reviews there are no figures, because they would mislead.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reviews.consensus.agreement import FEWEST, Agreement, Unit, agreement, mean_distance, units_of
from reviews.consensus.agreement_words import (
    MOST_LOOKED_AT,
    MOST_REVIEWS,
    Figure,
    coefficient_figures,
    few_reviews_note,
    icc_figure,
    only_newest_note,
    plain_figures,
    total_distance_figures,
)
from reviews.consensus.coefficients import coefficients
from reviews.consensus.icc import icc_1_1
from reviews.models import Network, Rating, Review
from reviews.models.visibility import of_networks
from reviews.overview.editions import choose_editions, join_editions
from reviews.wording import joined_words
from reviews.workflow import EvaluatorPart, Kind
from scales.definition import Item, Scale

FEWEST_REVIEWS = 10

ScoresByItem = dict[int, int]
Ratings = list[ScoresByItem]  # of one review, by evaluator


class RatedReview(NamedTuple):
    """The keys of a review and of its edition, and its kind."""

    key: int
    edition: int
    kind: str


@dataclass(frozen=True)
class ItemAgreement:
    """How far the evaluators agreed on one item. The units of `figures` are reviews."""

    item: Item
    figures: Agreement


@dataclass(frozen=True)
class FilterOption:
    """Comparable editions of a scale, or a kind, to which the report can be limited, with the number of reviews.

    `value` is for the URL.
    """

    label: str
    value: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Measured:
    """The figures of all reviews together and of each item. `note` says how far they can be trusted, "" if well."""

    plain: tuple[Figure, ...]
    chance_corrected: tuple[Figure, ...]
    items: tuple[ItemAgreement, ...]
    note: str


@dataclass(frozen=True)
class AgreementReport:
    """The report for the comparable editions of a scale. With fewer reviews than `fewest`, `measured` is None.

    `scale` is the newest of these editions that has reviews. `only_newest` says that there are more reviews than were
    counted, "" if there are not. `joined` is a sentence that names them, "" for one alone.
    """

    scale: Scale | None
    joined: str
    editions: tuple[FilterOption, ...]
    kinds: tuple[FilterOption, ...]
    is_of_one_kind: bool
    reviews: int
    only_newest: str
    fewest: int
    measured: Measured | None


def agreement_report(network: Network, slug: str = "", kind: str = "") -> AgreementReport:
    """Return how far the evaluators of each review agreed, in all and on each item. The reviews are read in one query.

    `slug` names one of the editions; by default, or if no review has it, those with most reviews are chosen. `kind`
    limits the report to one kind of review, if there is a review of that kind.
    """
    finished = newest_rated_apart(network)
    counts = Counter(review.edition for review in finished)
    choices, chosen = choose_editions(slug, counts)
    of_editions = [review for review in finished if chosen and review.edition in chosen.editions]
    kinds = Counter(review.kind for review in of_editions)
    newest = [review.key for review in of_editions if review.kind == kind or kind not in kinds][:MOST_REVIEWS]
    rated = ratings_by_review(newest)
    scale = chosen.scale if chosen else None
    totals = {group.scale.slug: sum(counts[pk] for pk in group.editions) for group in join_editions(counts)}
    return AgreementReport(
        scale=scale,
        joined=joined_words(chosen.scales) if chosen else "",
        editions=tuple(
            FilterOption(option.label, option.value, totals[option.value], option.is_chosen)
            for option in choices.offered
        ),
        kinds=tuple(
            FilterOption(str(Kind(name).label), name, count, name == kind) for name, count in sorted(kinds.items())
        ),
        is_of_one_kind=kind in kinds,
        reviews=len(rated),
        only_newest=only_newest_note(len(newest), len(finished)),
        fewest=FEWEST_REVIEWS,
        measured=_measured(scale, rated) if scale and len(rated) >= FEWEST_REVIEWS else None,
    )


def newest_rated_apart(network: Network) -> list[RatedReview]:
    """Return the newest MOST_LOOKED_AT finished reviews that were rated independently, the newest first. One query."""
    finished = Review.objects.finished().rated_apart().filter(of_networks([network.pk])).newest_first()
    return [RatedReview(*row) for row in finished.values_list("pk", "edition", "kind")[:MOST_LOOKED_AT]]


def ratings_by_review(reviews: Collection[int]) -> list[Ratings]:
    """Return the scores of each evaluator, by item, for each review that several evaluators rated. One query."""
    ratings = Rating.objects.filter(
        evaluator__review__in=reviews, evaluator__part=EvaluatorPart.RATES, evaluator__submitted_at__isnull=False
    ).order_by()
    columns = ("evaluator__review", "evaluator", "item_number", "value")
    by_review: dict[int, dict[int, ScoresByItem]] = {}
    for review, evaluator, number, value in ratings.values_list(*columns):
        scores = by_review.setdefault(review, {}).setdefault(evaluator, {})
        if value is not None:
            scores[number] = value
    return [list(by_evaluator.values()) for by_evaluator in by_review.values() if len(by_evaluator) >= FEWEST]


def _measured(scale: Scale, rated: list[Ratings]) -> Measured:
    reviews = [units_of(ratings) for ratings in rated]
    totals = [_totals(ratings, len(scale.items)) for ratings in rated]
    by_item = units_by_item(scale, reviews)
    chance_corrected, icc = coefficients([tuple(units.values()) for units in reviews]), icc_1_1(totals)
    return Measured(
        plain=(*plain_figures(agreement(unit for units in by_item.values() for unit in units)), *_distance(totals)),
        chance_corrected=(*coefficient_figures(chance_corrected), icc_figure(icc)),
        items=tuple(ItemAgreement(item, agreement(by_item[item.number])) for item in scale.items),
        note=few_reviews_note(chance_corrected, icc, len(rated)),
    )


def units_by_item(scale: Scale, reviews: Sequence[Mapping[int, Unit]]) -> dict[int, list[Unit]]:
    """Return the units of each item of a scale by its number, one for each review that has scores of it."""
    numbers = [item.number for item in scale.items]
    return {number: [units[number] for units in reviews if number in units] for number in numbers}


def _totals(ratings: Ratings, count: int) -> list[int]:
    """Return the total of each evaluator who scored all `count` items."""
    return [sum(scores.values()) for scores in ratings if len(scores) == count]


def _distance(totals: list[list[int]]) -> tuple[Figure, ...]:
    return total_distance_figures(mean_distance([of_review for of_review in totals if len(of_review) >= FEWEST]))
