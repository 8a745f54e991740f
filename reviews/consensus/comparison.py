"""Read models of submitted ratings side by side, for the consensus page and the item page during consensus.

Reads only, and only after all ratings have been opened, which `access` checks. Ratings do not change when scores are
agreed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reviews.conduct.completeness import completeness_of
from reviews.consensus.agreement import Agreement, agreement, units_of
from reviews.consensus.agreement_page import ReviewAgreement, ScoresByItem, review_agreement
from reviews.consensus.decisions import edits_to_adopt
from reviews.consensus.item_comparison import ItemComparison, compare_item
from reviews.models import ItemScore, Rating, Review
from reviews.wording import joined_words
from reviews.workflow import EvaluatorPart
from scales.definition import Item
from scales.models import ScaleEdition


@dataclass(frozen=True)
class ListFilter:
    """A choice of the items that the page lists: its value in the address, and how many items it lists."""

    value: str
    label: str | Promise
    count: int
    is_current: bool


@dataclass(frozen=True)
class ConsensusPage:
    """The consensus page of a review. `sections` holds the items that the current filter lists.

    `joined` says if the last scores are by another edition, which is comparable.

    Each count is the number of items in one of the lists. `lacking_count` counts the differing items for which an
    evaluator gave no score. `too_long` holds the items whose shared score cannot be adopted because their merged notes
    would be too long.
    """

    review: Review
    names: tuple[str, ...]
    filters: tuple[ListFilter, ...]
    sections: tuple[tuple[str, tuple[ItemComparison, ...]], ...]
    agreement: ReviewAgreement
    has_last_scores: bool
    joined: str
    adoptable_count: int
    too_long: tuple[int, ...]
    differing_count: int
    lacking_count: int
    open_count: int


class SubmittedRatings(NamedTuple):
    """The submitted ratings of one evaluator, by item number."""

    name: str
    by_item: dict[int, Rating]


FILTERS: Mapping[str, tuple[str | Promise, Callable[[ItemComparison], bool]]] = {
    "": (_("All items"), lambda _item: True),
    "differences": (_("Rated differently"), lambda item: item.differs),
    "open": (_("Still to be agreed"), lambda item: item.is_open),
    "alike": (_("To be taken over"), lambda item: item.is_adoptable),
}


def consensus_page(review: Review, show: str = "") -> ConsensusPage:
    """Return all ratings of a review side by side. Seven queries, whatever the number of evaluators.

    `show` is a key of FILTERS; another one lists all items.
    """
    submitted, (last, edition) = _submitted_ratings(review), _last_scores(review)
    scores = {row.item_number: row for row in review.scores.select_related("put_to")}
    values = {item.number: {by_item[item.number].value for _name, by_item in submitted} for item in review.scale.items}
    gaps = completeness_of(review, scores.values(), values)
    adoptable = {edit.item_number for edit in edits_to_adopt(review)}

    def compared(item: Item) -> ItemComparison:
        score, rated = scores[item.number], _of_item(submitted, item)
        return compare_item(review, score, last.get(item.number), rated, gaps, is_adoptable=item.number in adoptable)

    items = {item.number: compared(item) for item in review.scale.items}
    lists = {value: [item for item in items.values() if lists(item)] for value, (_label, lists) in FILTERS.items()}
    show = show if show in FILTERS else ""
    return ConsensusPage(
        review=review,
        names=tuple(ratings.name for ratings in submitted),
        filters=tuple(
            ListFilter(value, label, len(lists[value]), value == show) for value, (label, _lists) in FILTERS.items()
        ),
        sections=tuple(
            (section.name, tuple(items[item.number] for item in section.items if items[item.number] in lists[show]))
            for section in review.scale.sections
        ),
        agreement=review_agreement(review, [ratings.name for ratings in submitted], _values(submitted)),
        has_last_scores=bool(last),
        joined=joined_words((ScaleEdition.scale_of(edition), review.scale)) if edition else "",
        adoptable_count=len(lists["alike"]),
        too_long=tuple(number for number, item in items.items() if item.shared and item.is_too_long),
        differing_count=len(lists["differences"]),
        lacking_count=sum(item.lacks_score for item in lists["differences"]),
        open_count=len(lists["open"]),
    )


def agreement_of(review: Review) -> Agreement | None:
    """Return how far the evaluators agreed before consensus. Two queries.

    Returns None for a review with one common scoring, and while each evaluator rates alone.
    """
    if not review.is_rated_apart or review.is_blind:
        return None
    return agreement(units_of(_values(_submitted_ratings(review))).values())


def item_comparison(review: Review, item: Item) -> ItemComparison:
    """Return the ratings of one item and what has been agreed. Four queries."""
    score = review.scores.select_related("put_to").get(item_number=item.number)
    submitted = _submitted_ratings(review, item.number)
    last = last_scores(review).get(item.number)
    gaps = completeness_of(review, [score], {item.number: {rated[item.number].value for _name, rated in submitted}})
    return compare_item(review, score, last, _of_item(submitted, item), gaps)


def last_scores(review: Review) -> dict[int, int | None]:
    """Return the scores of the organisation's last comparable review before this one, by item number; {} if none.

    A comparable review is valid, of the same kind and by a comparable edition of the scale. One query.
    """
    return _last_scores(review)[0]


def _last_scores(review: Review) -> tuple[dict[int, int | None], int]:
    """Return the scores of the last comparable review and the key of its edition, ({}, 0) if there is none."""
    last = Review.objects.comparable_before(review).values("pk")[:1]
    rows = list(ItemScore.objects.filter(review=last).values_list("item_number", "value", "review__edition"))
    return {number: value for number, value, _edition in rows}, rows[0][2] if rows else 0


def _submitted_ratings(review: Review, number: int | None = None) -> list[SubmittedRatings]:
    """Return the ratings of all items or of one, by evaluator, in the order in which the evaluators were added."""
    raters = review.participations.filter(part=EvaluatorPart.RATES, submitted_at__isnull=False).select_related("user")
    submitted = {rater.pk: SubmittedRatings(str(rater.user), {}) for rater in raters}
    ratings = Rating.objects.filter(evaluator__in=submitted)
    for rating in ratings if number is None else ratings.filter(item_number=number):
        submitted[rating.evaluator_id].by_item[rating.item_number] = rating
    return list(submitted.values())


def _of_item(submitted: Iterable[SubmittedRatings], item: Item) -> list[tuple[str, Rating]]:
    """Return the name of each evaluator with their rating of an item."""
    return [(name, by_item[item.number]) for name, by_item in submitted]


def _values(submitted: Iterable[SubmittedRatings]) -> list[ScoresByItem]:
    """Return the scores of each evaluator, without the items that the evaluator did not score."""
    return [
        {number: rating.value for number, rating in ratings.by_item.items() if rating.value is not None}
        for ratings in submitted
    ]
