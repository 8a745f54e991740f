"""Read models of submitted ratings side by side, for the consensus page and the item page during consensus.

Reads only, and only after all ratings have been opened, which `access` checks. Ratings do not change when scores are
agreed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.urls import reverse

from reviews.conduct.completeness import completeness_of, differ, submitted_values
from reviews.consensus.agreement import Agreement, agreement_of_pairs
from reviews.consensus.decisions import edits_to_adopt
from reviews.models import ItemScore, Rating, Review
from reviews.workflow import EvaluatorPart
from scales.definition import Item
from scales.explanations import observation_words, reason_of
from scales.suggestion import suggest


@dataclass(frozen=True)
class RatingDetails:
    """One evaluator's rating of one item, as text; "" where there is nothing.

    `reason` is the reason for the suggestion, `departure` the evaluator's reason for another score. `missing` and
    `missing_by` say what data the rating awaits.
    """

    name: str
    value: str
    observed: str
    suggestion: str
    reason: str
    departure: str
    sources: tuple[str, ...]
    evidence: str
    recommendation: str
    awaiting: bool
    missing: str
    missing_by: date | None


@dataclass(frozen=True)
class ItemComparison:
    """The ratings of one item and what has been agreed. Scores are text, "" for none.

    `differs`: the evaluators gave different scores. `shared` is the score that all of them gave, `agreed` the common
    score, `last` the score in the last review. `is_open`: the common score or a required reason is missing.
    `awaiting`: the common score awaits data.
    """

    item: Item
    number: str
    url: str
    ratings: tuple[RatingDetails, ...]
    differs: bool
    shared: str
    agreed: str
    decision: str
    put_to: str
    last: str
    is_open: bool
    awaiting: bool


@dataclass(frozen=True)
class PairAgreement:
    """How far two evaluators agreed before consensus."""

    first: str
    second: str
    figures: Agreement


@dataclass(frozen=True)
class ConsensusPage:
    """The consensus page of a review.

    `adoptable_count` counts the items whose shared score can be adopted now. `too_long` holds the items for which that
    is not possible because their merged notes would be too long.
    """

    review: Review
    names: tuple[str, ...]
    sections: tuple[tuple[str, tuple[ItemComparison, ...]], ...]
    pairs: tuple[PairAgreement, ...]
    has_last_scores: bool
    adoptable_count: int
    too_long: tuple[int, ...]
    differing_count: int
    open_count: int


class SubmittedRatings(NamedTuple):
    """The submitted ratings of one evaluator, by item number."""

    name: str
    by_item: dict[int, Rating]


def consensus_page(review: Review) -> ConsensusPage:
    """Return all ratings of a review side by side. Seven queries, whatever the number of evaluators."""
    submitted, last = _submitted_ratings(review), last_scores(review)
    scores = {row.item_number: row for row in review.scores.select_related("put_to")}
    open_items = completeness_of(review, scores.values(), submitted_values(review)).open_items

    def compared(item: Item) -> ItemComparison:
        return _item_comparison(
            review, item, submitted, scores[item.number], last.get(item.number), is_open=item.number in open_items
        )

    sections = tuple((section.name, tuple(map(compared, section.items))) for section in review.scale.sections)
    items = [item for _name, compared_items in sections for item in compared_items]
    adoptable = {edit.item_number for edit in edits_to_adopt(review)}
    shared = {item.item.number for item in items if item.shared and not item.agreed and item.is_open}
    return ConsensusPage(
        review=review,
        names=tuple(ratings.name for ratings in submitted),
        sections=sections,
        pairs=_pair_agreements(submitted),
        has_last_scores=bool(last),
        adoptable_count=len(adoptable),
        too_long=tuple(sorted(shared - adoptable - {number for number, row in scores.items() if row.awaiting})),
        differing_count=sum(item.differs for item in items),
        open_count=len(open_items),
    )


def agreement_of(review: Review) -> tuple[PairAgreement, ...]:
    """Return how far each pair of evaluators agreed before consensus. Two queries.

    Returns () for a review with one common scoring, and while each evaluator rates alone.
    """
    if not review.is_rated_apart or review.is_blind:
        return ()
    return _pair_agreements(_submitted_ratings(review))


def item_comparison(review: Review, item: Item) -> ItemComparison:
    """Return the ratings of one item and what has been agreed. Four queries."""
    score = review.scores.select_related("put_to").get(item_number=item.number)
    submitted = _submitted_ratings(review, item.number)
    last = last_scores(review).get(item.number)
    return _item_comparison(review, item, submitted, score, last, is_open=score.value is None)


def last_scores(review: Review) -> dict[int, int | None]:
    """Return the scores of the organisation's last comparable review before this one, by item number; {} if none.

    A comparable review is valid, of the same kind and by the same scale. One query.
    """
    last = Review.objects.comparable_before(review).values("pk")[:1]
    return dict(ItemScore.objects.filter(review=last).values_list("item_number", "value"))


def _submitted_ratings(review: Review, number: int | None = None) -> list[SubmittedRatings]:
    """Return the ratings of all items or of one, by evaluator, in the order in which the evaluators were added."""
    raters = review.participations.filter(part=EvaluatorPart.RATES, submitted_at__isnull=False).select_related("user")
    submitted = {rater.pk: SubmittedRatings(str(rater.user), {}) for rater in raters}
    ratings = Rating.objects.filter(evaluator__in=submitted)
    for rating in ratings if number is None else ratings.filter(item_number=number):
        submitted[rating.evaluator_id].by_item[rating.item_number] = rating
    return list(submitted.values())


def _item_comparison(
    review: Review,
    item: Item,
    submitted: Iterable[SubmittedRatings],
    score: ItemScore,
    last: int | None,
    *,
    is_open: bool,
) -> ItemComparison:
    ratings = [(name, by_item[item.number]) for name, by_item in submitted]
    values = {rating.value for _name, rating in ratings}
    differs = differ(values)
    shared = None if differs else next(iter(values), None)
    return ItemComparison(
        item=item,
        number=str(item.number),
        url=reverse("agree", args=[review.code, item.number]),
        ratings=tuple(_rating_details(review, item, name, rating) for name, rating in ratings),
        differs=differs,
        shared=str(shared or ""),
        agreed=str(score.value or ""),
        decision=score.decision,
        put_to=str(score.put_to or ""),
        last=str(last or ""),
        is_open=is_open,
        awaiting=score.awaiting,
    )


def _rating_details(review: Review, item: Item, name: str, rating: Rating) -> RatingDetails:
    suggestion = suggest(item, rating.observation, review.labels)
    return RatingDetails(
        name=name,
        value=str(rating.value or ""),
        observed=observation_words(item, rating.observation, review.labels),
        suggestion=str(suggestion.score) if suggestion else "",
        reason=reason_of(suggestion) if suggestion else "",
        departure=rating.departure,
        sources=tuple(rating.sources),
        evidence=rating.evidence,
        recommendation=rating.recommendation,
        awaiting=rating.awaiting,
        missing=" · ".join(part for part in (rating.awaited, rating.awaited_from) if part),
        missing_by=rating.awaited_by,
    )


def _pair_agreements(submitted: list[SubmittedRatings]) -> tuple[PairAgreement, ...]:
    """Return the agreement of each pair of evaluators on the items that both have scored."""
    values = [
        {number: rating.value for number, rating in ratings.by_item.items() if rating.value is not None}
        for ratings in submitted
    ]
    return tuple(
        PairAgreement(submitted[first].name, submitted[second].name, figures)
        for first, second, figures in agreement_of_pairs(values)
    )
