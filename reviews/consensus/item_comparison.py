"""Read model of one item in consensus: its ratings side by side, what is left to choose, and what has been agreed.

Makes no query and decides no access: callers pass submitted ratings, which all evaluators may read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.utils.safestring import SafeString

from ipsfidelity.addresses import address
from reviews.components.rendered import Rendered
from reviews.conduct.carry_over import CARRIED_TEXTS, merged_fields, observations, too_long
from reviews.conduct.completeness import Completeness, differ
from reviews.conduct.item_page import UNDECIDED, UNEXPLAINED, MissingReason
from reviews.consensus.anchors_apart import anchors_apart
from reviews.models import ItemComment, ItemScore, Rating, Review
from reviews.models.scores import LONGEST_REASON
from scales.definition import Anchor, Item
from scales.explanations import observation_words, reason_of
from scales.rules import SCORES
from scales.suggestion import Suggestion, suggest


@dataclass(frozen=True)
class Rater(Rendered):
    """An evaluator who rated: the name, and the mark that stands for it. `place` counts from 1 and gives its shape."""

    template: ClassVar[str] = "consensus/_mark.html"

    name: str
    initials: str
    place: str


@dataclass(frozen=True)
class ScoreCell:
    """A score that can be chosen, who gave it, and whether it is the common one."""

    score: str
    raters: tuple[Rater, ...]
    is_agreed: bool


@dataclass(frozen=True)
class RatingScore(Rendered):
    """The score that an evaluator gave, with the evaluator's mark. `score` is "" for none."""

    template: ClassVar[str] = "consensus/_rating_score.html"

    rater: Rater
    score: str
    awaiting: bool


@dataclass(frozen=True)
class RatingDetails:
    """One evaluator's rating of one item, as text; "" where there is nothing.

    `key` identifies the evaluator within the review. `reason` is the reason for the suggestion, `departure` the
    evaluator's reason for another score. `missing` and `missing_by` say what data the rating awaits.
    """

    key: str
    rater: Rater
    value: str
    item: Item
    observation: Mapping[str, Any]
    specialists: tuple[str, ...]
    departure: str
    sources: tuple[str, ...]
    evidence: str
    recommendation: str
    awaiting: bool
    missing: str
    missing_by: date | None

    @property
    def name(self) -> str:
        return self.rater.name

    @cached_property
    def observed(self) -> str:
        return observation_words(self.item, self.observation, self.specialists)

    @property
    def suggestion(self) -> str:
        return str(self._suggested.score) if self._suggested else ""

    @property
    def reason(self) -> str:
        return reason_of(self._suggested) if self._suggested else ""

    @cached_property
    def _suggested(self) -> Suggestion | None:
        return suggest(self.item, self.observation, self.specialists)

    @property
    def score(self) -> RatingScore:
        return RatingScore(self.rater, self.value, self.awaiting)

    @property
    def has_notes(self) -> bool:
        """Whether the evaluator gave more than a score."""
        return bool(
            self.departure or self.sources or self.evidence or self.recommendation or self.awaiting or self.observed
        )


@dataclass(frozen=True)
class Choice:
    """What one evaluator wrote or observed, to choose for the common score. `key` identifies the evaluator."""

    key: str
    name: str
    text: str


@dataclass(frozen=True)
class RowFields(Rendered):
    """The scores of an item in the list of the consensus page. `without_score` holds who lacks data or a score.

    `may_agree`: the title leads to the page of the item. `has_fields`: score and reason are fields. A settled item has
    a link with the number of `comments`.
    """

    template: ClassVar[str] = "consensus/_row_fields.html"
    longest_reason: ClassVar[str] = str(LONGEST_REASON)

    number: str
    url: str
    title: str
    language: str
    may_agree: bool
    has_fields: bool
    is_too_long: bool
    differs: bool
    cells: tuple[ScoreCell, ...]
    without_score: tuple[RatingScore, ...]
    decision: str
    missing: MissingReason | None
    put_to: str
    observed: tuple[Choice, ...]
    is_settled: bool
    comments: int


@dataclass(frozen=True)
class SettledRow(Rendered):
    """A row of the list without fields and details."""

    template: ClassVar[str] = "consensus/_settled_row.html"

    fields: RowFields


@dataclass(frozen=True)
class CommentField(Rendered):
    """The field for a comment on an item."""

    template: ClassVar[str] = "consensus/_comment_field.html"
    longest: ClassVar[str] = str(LONGEST_REASON)

    number: str


@dataclass(frozen=True)
class ItemComparison:
    """The ratings of one item and what has been agreed. Scores are text, "" for none.

    `differs`: the evaluators gave different scores. `shared` is the score that all of them gave, `agreed` the common
    score, `last` the score in the last review. `choices` holds by field what is not carried over: texts that are too
    long together, and different observations. `is_open`: the common score or a required reason is missing.
    `is_unexplained`: the common score is not the suggested one, and the reason is missing. `is_untouched`: nobody has
    saved a common score. `is_adoptable`: the shared score can be adopted now. `awaiting`: the common score awaits data.
    `apart` is what separates the anchors of the scores given, "" if they are the same.
    """

    item: Item
    number: str
    url: str
    review_code: UUID
    language: str
    may_agree: bool
    ratings: tuple[RatingDetails, ...]
    differs: bool
    shared: str
    agreed: str
    decision: str
    put_to: str
    last: str
    version: str
    choices: Mapping[str, tuple[Choice, ...]]
    is_open: bool
    is_unexplained: bool
    is_untouched: bool
    is_adoptable: bool
    awaiting: bool
    comments: tuple[ItemComment, ...]
    apart: SafeString

    @property
    def fields(self) -> RowFields:
        return RowFields(
            number=self.number,
            url=self.url,
            title=self.item.sheet_title,
            language=self.language,
            may_agree=self.may_agree,
            has_fields=self.may_agree and not self.is_settled,
            is_too_long=self.is_too_long,
            differs=self.differs,
            cells=self.cells,
            without_score=tuple(rating.score for rating in self.ratings if not rating.value),
            decision=self.decision,
            missing=self.missing,
            put_to=self.put_to,
            observed=self.choices.get("observation", ()) if self.may_agree and self.is_untouched else (),
            is_settled=self.is_settled,
            comments=len(self.comments) if self.is_settled else 0,
        )

    @property
    def is_alike(self) -> bool:
        """Whether the evaluators gave the same score, and nothing is left to decide."""
        return not self.differs and (self.is_adoptable or not self.is_open)

    @property
    def is_settled(self) -> bool:
        """Whether the list leads to the item's page, instead of showing fields, notes and comments.

        Nothing is left to choose then. A reader who does not agree on scores has no such page.
        """
        return self.may_agree and self.is_alike and not (self.choices or self.put_to)

    @property
    def settled(self) -> SettledRow:
        return SettledRow(self.fields)

    @property
    def comment_url(self) -> str:
        return address("comment", self.review_code, self.item.number)

    @property
    def comment_field(self) -> CommentField:
        return CommentField(self.number)

    @property
    def given(self) -> tuple[int, ...]:
        """The scores that the evaluators gave, in ascending order."""
        return tuple(sorted(int(rating.value) for rating in self.ratings if rating.value))

    @property
    def distance(self) -> int | None:
        """How far apart the lowest and the highest score are, None if an evaluator gave none."""
        return None if self.lacks_score else self.given[-1] - self.given[0]

    @property
    def cells(self) -> tuple[ScoreCell, ...]:
        """The scores from 1 to 5, each with the evaluators who gave it."""
        raters: dict[str, list[Rater]] = {}
        for each in self.ratings:
            raters.setdefault(each.value, []).append(each.rater)
        scores = map(str, SCORES)
        return tuple(ScoreCell(score, tuple(raters.get(score, ())), self.agreed == score) for score in scores)

    @property
    def anchors(self) -> tuple[tuple[Anchor, tuple[Rater, ...]], ...]:
        """The anchors of the item, each with the evaluators who gave its score."""
        raters = {cell.score: cell.raters for cell in self.cells}
        return tuple((anchor, raters[str(anchor.score)]) for anchor in self.item.anchors)

    @property
    def next_comment(self) -> UUID:
        """Return a new id for the comment that is written on this page."""
        return uuid4()

    @property
    def missing(self) -> MissingReason | None:
        """The reason that the common score lacks."""
        if self.is_unexplained:
            return UNEXPLAINED
        return UNDECIDED if self.is_open and self.agreed else None

    @property
    def is_too_long(self) -> bool:
        """Whether texts are too long together, and nobody has chosen yet."""
        return self.is_untouched and any(name in self.choices for name in CARRIED_TEXTS)

    @property
    def lacks_score(self) -> bool:
        """Whether an evaluator gave no score."""
        return not all(rating.value for rating in self.ratings)

    @property
    def has_notes(self) -> bool:
        return any(rating.has_notes for rating in self.ratings)


def compare_item(
    review: Review,
    score: ItemScore,
    last: int | None,
    rated: Sequence[tuple[Rater, Rating]],
    gaps: Completeness,
    *,
    comments: Iterable[ItemComment],
    may_agree: bool = False,
    is_adoptable: bool = False,
) -> ItemComparison:
    """Return the comparison of one item. `rated` holds each evaluator with their rating.

    `last` is the score in the last review, `gaps` what is missing in the common scores.
    """
    scale, ratings = review.scale, [rating for _rater, rating in rated]
    item = scale.by_number[score.item_number]
    labels = review.labels
    details = tuple(_rating_details(item, labels, rater, rating) for rater, rating in rated)
    given = sorted({rating.value for rating in ratings if rating.value})
    differs = differ(rating.value for rating in ratings)
    return ItemComparison(
        item=item,
        number=str(item.number),
        url=address("agree", review.code, item.number),
        review_code=review.code,
        language=scale.language,
        may_agree=may_agree,
        ratings=details,
        differs=differs,
        shared="" if differs or not details else details[0].value,
        agreed=str(score.value or ""),
        decision=score.decision,
        put_to=str(score.put_to or ""),
        last=str(last or ""),
        version=str(score.version),
        choices=_choices(review, ratings, details),
        is_open=item.number in gaps.open_items,
        is_unexplained=item.number in gaps.unexplained,
        is_untouched=score.is_untouched,
        is_adoptable=is_adoptable,
        awaiting=score.awaiting,
        comments=tuple(comments),
        apart=anchors_apart(scale, item.number, given[0], given[-1]) if len(given) > 1 else SafeString(""),
    )


def _choices(
    review: Review, ratings: Sequence[Rating], details: Sequence[RatingDetails]
) -> dict[str, tuple[Choice, ...]]:
    """Return by field what is not carried over, because it is too long together or differs."""
    if not any(each.has_notes for each in details):
        return {}
    texts = {name: name for name in CARRIED_TEXTS if name in too_long(merged_fields(review, ratings))}
    if len(observations(ratings)) > 1:
        texts["observation"] = "observed"
    return {
        field: tuple(Choice(each.key, each.name, text) for each in details if (text := getattr(each, attribute)))
        for field, attribute in texts.items()
    }


def _rating_details(item: Item, labels: tuple[str, ...], rater: Rater, rating: Rating) -> RatingDetails:
    return RatingDetails(
        key=str(rating.evaluator_id),
        rater=rater,
        value=str(rating.value or ""),
        item=item,
        observation=rating.observation,
        specialists=labels,
        departure=rating.departure,
        sources=tuple(rating.sources),
        evidence=rating.evidence,
        recommendation=rating.recommendation,
        awaiting=rating.awaiting,
        missing=" · ".join(part for part in (rating.awaited, rating.awaited_from) if part),
        missing_by=rating.awaited_by,
    )
