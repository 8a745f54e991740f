"""Read models of submitted ratings side by side, for the consensus page and the item page during consensus.

Reads only, and only after all ratings have been opened, which `access` checks. Ratings do not change when scores are
agreed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ipsfidelity.prepared import prepared
from reviews.components.course import CourseStep, course_of
from reviews.components.last_review import last_review
from reviews.conduct.completeness import completeness_of
from reviews.consensus.agreement import Agreement, agreement, units_of
from reviews.consensus.agreement_page import ReviewAgreement, ScoresByItem, review_agreement
from reviews.consensus.decisions import edits_to_adopt
from reviews.consensus.item_comparison import ItemComparison, Rater, compare_item
from reviews.models import ItemComment, ItemScore, Rating, Review, ReviewEvaluator
from reviews.wording import joined_words
from reviews.workflow import EvaluatorPart
from scales.definition import Item
from scales.models import ScaleEdition


@dataclass(frozen=True)
class ItemGroup:
    """Items that belong together, under a title with their number in words."""

    title: str
    count: str
    items: tuple[ItemComparison, ...]


@dataclass(frozen=True)
class ConsensusPage:
    """The consensus page of a review.

    `differing` holds the items that the evaluators rated differently, by distance, the largest first; `unsettled` those
    that they rated alike and that still lack something, `alike` the others. `joined` says if the last scores are by
    another edition, which is comparable. `too_long` holds the items whose shared score cannot be adopted because their
    merged notes would be too long. `first_open` is the number of the first open item in the order of the page, 0 if
    there is none.
    """

    review: Review
    headline: str
    course: tuple[CourseStep, ...]
    raters: tuple[Rater, ...]
    differing_count: int
    differing: tuple[ItemGroup, ...]
    unsettled: tuple[ItemComparison, ...]
    alike: tuple[ItemComparison, ...]
    agreement: ReviewAgreement
    joined: str
    adoptable_count: int
    too_long: tuple[int, ...]
    open_count: int
    first_open: int


class SubmittedRatings(NamedTuple):
    """The submitted ratings of one evaluator, by item number."""

    rater: Rater
    by_item: dict[int, Rating]


def consensus_page(review: Review, *, may_agree: bool = False) -> ConsensusPage:
    """Return all ratings of a review beside the common scores. Six queries, whatever the number of evaluators.

    `may_agree`: the reader chooses the common scores, which are fields.
    """
    submitted, last = _submitted_ratings(review), last_review(review)
    last_scores = last.scores if last else {}
    scores = {row.item_number: row for row in _scores(review.pk)}
    ratings = {item.number: [by_item[item.number] for _rater, by_item in submitted] for item in review.scale.items}
    values = {number: {rating.value for rating in of_item} for number, of_item in ratings.items()}
    gaps = completeness_of(review, scores.values(), values)
    adoptable = {edit.item_number for edit in edits_to_adopt(review, scores.values(), ratings if submitted else {})}
    comments: dict[int, list[ItemComment]] = {}
    for comment in _comments(review.pk):
        comments.setdefault(comment.item_number, []).append(comment)

    items = [
        compare_item(
            review,
            scores[item.number],
            last_scores.get(item.number),
            _of_item(submitted, item),
            gaps,
            comments=comments.get(item.number, ()),
            may_agree=may_agree,
            is_adoptable=item.number in adoptable,
        )
        for item in review.scale.items
    ]
    differing = [item for item in items if item.differs]
    groups = _by_distance(differing)
    unsettled = tuple(item for item in items if not (item.differs or item.is_alike))
    shown = [*(item for group in groups for item in group.items), *unsettled, *items]
    count = len(gaps.open_items)
    return ConsensusPage(
        review=review,
        headline=_headline(review, count),
        course=course_of(review, {"consensus": [_decided_words(len(items) - count, len(items))]}),
        raters=tuple(ratings.rater for ratings in submitted),
        differing_count=len(differing),
        differing=groups,
        unsettled=unsettled,
        alike=tuple(item for item in items if item.is_alike),
        agreement=review_agreement(review, [ratings.rater.name for ratings in submitted], _values(submitted)),
        joined=joined_words((ScaleEdition.scale_of(last.edition), review.scale)) if last else "",
        adoptable_count=len(adoptable),
        too_long=tuple(item.item.number for item in items if item.shared and item.is_too_long),
        open_count=count,
        first_open=next((item.item.number for item in shown if item.is_open and not item.is_adoptable), 0),
    )


def _headline(review: Review, open_count: int) -> str:
    if not review.is_in_consensus:
        return _("Ratings and agreement")
    if not open_count:
        return _("You agree on all items")
    return ngettext("Agree on %(count)s more item", "Agree on %(count)s more items", open_count) % {"count": open_count}


def _decided_words(decided: int, count: int) -> str:
    return _("%(decided)s of %(count)s decided") % {"decided": str(decided), "count": str(count)}


def _by_distance(differing: Iterable[ItemComparison]) -> tuple[ItemGroup, ...]:
    """Return the items in groups by the distance of their scores, the largest first; then those that lack a score."""
    groups: dict[int, list[ItemComparison]] = {}
    for item in differing:
        groups.setdefault(item.distance or 0, []).append(item)
    return tuple(
        ItemGroup(
            ngettext("%(steps)s step apart", "%(steps)s steps apart", steps) % {"steps": steps}
            if steps
            else _("Somebody gave no score"),
            ngettext("%(count)s item", "%(count)s items", len(items)) % {"count": len(items)},
            tuple(items),
        )
        for steps, items in sorted(groups.items(), reverse=True)
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
    of_item = Rating.objects.submitted(review).filter(item_number=item.number).select_related("evaluator__user")
    rated = [(_rater(rating.evaluator, place), rating) for place, rating in enumerate(of_item, 1)]
    last = last_review(review)
    gaps = completeness_of(review, [score], {item.number: {rating.value for _rater, rating in rated}})
    comments = review.item_comments.filter(item_number=item.number).select_related("author")
    last_score = last.scores.get(item.number) if last else None
    return compare_item(review, score, last_score, rated, gaps, comments=comments)


def _submitted_ratings(review: Review) -> list[SubmittedRatings]:
    """Return the ratings of all items by evaluator, in the order in which the evaluators were added. Two queries."""
    raters = enumerate(_raters(review.pk), 1)
    submitted = {rater.pk: SubmittedRatings(_rater(rater, place), {}) for place, rater in raters}
    for rating in _ratings(*submitted):
        submitted[rating.evaluator_id].by_item[rating.item_number] = rating
    return list(submitted.values())


@prepared
def _raters(review: int) -> QuerySet[ReviewEvaluator]:
    raters = ReviewEvaluator.objects.filter(review=review, part=EvaluatorPart.RATES, submitted_at__isnull=False)
    return raters.select_related("user")


@prepared
def _ratings(*evaluators: int) -> QuerySet[Rating]:
    return Rating.objects.filter(evaluator__in=evaluators)


@prepared
def _scores(review: int) -> QuerySet[ItemScore]:
    return ItemScore.objects.filter(review=review).select_related("put_to")


@prepared
def _comments(review: int) -> QuerySet[ItemComment]:
    return ItemComment.objects.filter(review=review).select_related("author")


def _rater(evaluator: ReviewEvaluator, place: int) -> Rater:
    return Rater(str(evaluator.user), evaluator.user.initials, str(place))


def _of_item(submitted: Iterable[SubmittedRatings], item: Item) -> list[tuple[Rater, Rating]]:
    """Return each evaluator with their rating of an item."""
    return [(rater, by_item[item.number]) for rater, by_item in submitted]


def _values(submitted: Iterable[SubmittedRatings]) -> list[ScoresByItem]:
    """Return the scores of each evaluator, without the items that the evaluator did not score."""
    return [
        {number: rating.value for number, rating in ratings.by_item.items() if rating.value is not None}
        for ratings in submitted
    ]
