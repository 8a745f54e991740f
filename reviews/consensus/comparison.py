"""Independent ratings side by side, as one read model: the consensus page and the panel beside an item show this.

Reads; never writes. Nothing here may be asked before all have handed in: `access` sees to that. The ratings
stay as they were handed in, whatever is agreed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from reviews.conduct.completeness import completeness_of, differ, submitted_values
from reviews.consensus.agreement import Agreement, pairwise
from reviews.consensus.decisions import edits_to_adopt
from reviews.models import ItemScore, Rating, Review
from reviews.workflow import Part
from scales.definition import Item
from scales.suggestion import suggest
from scales.wording import observed, reason_of


@dataclass(frozen=True)
class ShownRating:
    """One evaluator's rating of one item, as it is shown. `value` is "" where they handed in without a score."""

    name: str
    value: str
    observed: str
    suggestion: str
    reason: str
    departure: str
    sources: tuple[str, ...]
    evidence: str
    recommendation: str
    waits: bool
    missing: str
    missing_by: date | None


@dataclass(frozen=True)
class Line:
    """One item: who rated it how, and what has been agreed. Numbers are text.

    `differs` when they rated it differently; `proposed` is the score that all gave; `is_open` until it has
    a score, and every reason that is asked for; `waits` for data.
    """

    item: Item
    number: str
    url: str
    ratings: tuple[ShownRating, ...]
    differs: bool
    proposed: str
    agreed: str
    decision: str
    put_to: str
    last: str
    is_open: bool
    waits: bool


@dataclass(frozen=True)
class PairFigures:
    """How far two evaluators agreed before consensus."""

    first: str
    second: str
    figures: Agreement


@dataclass(frozen=True)
class Comparison:
    """The whole consensus page: `proposed` items can be taken over at once, `too_long` have notes that cannot."""

    review: Review
    names: tuple[str, ...]
    sections: tuple[tuple[str, tuple[Line, ...]], ...]
    pairs: tuple[PairFigures, ...]
    has_last: bool
    proposed: int
    too_long: tuple[int, ...]
    differing: int
    open: int


def comparison_of(review: Review) -> Comparison:
    """Return all ratings of a review beside what is agreed. Seven queries, however many rated it."""
    sheets, last = _handed_in(review), last_scores(review)
    scores = {row.item_number: row for row in review.scores.select_related("put_to")}
    is_open = completeness_of(review, scores.values(), submitted_values(review)).open_items
    sections = tuple(
        (
            section.name,
            tuple(
                _line(review, item, sheets, scores[item.number], last, is_open=item.number in is_open)
                for item in section.items
            ),
        )
        for section in review.scale.sections
    )
    lines = [line for _name, found in sections for line in found]
    taken = {edit.item_number for edit in edits_to_adopt(review)}
    alike = {line.item.number for line in lines if line.proposed and not line.agreed and line.is_open}
    return Comparison(
        review=review,
        names=tuple(name for name, _rows in sheets),
        sections=sections,
        pairs=_pairs(sheets),
        has_last=bool(last),
        proposed=len(taken),
        too_long=tuple(sorted(alike - taken - {n for n, row in scores.items() if row.awaiting})),
        differing=sum(line.differs for line in lines),
        open=len(is_open),
    )


def agreement_of(review: Review) -> tuple[PairFigures, ...]:
    """Return how far every two evaluators agreed before consensus; () of a review with one common scoring, and
    before all have handed in. Two queries."""
    if not review.is_rated_apart or review.is_blind:
        return ()
    return _pairs(_handed_in(review))


def line_of(review: Review, item: Item) -> Line:
    """Return one item's ratings beside what is agreed. Four queries."""
    score = review.scores.select_related("put_to").get(item_number=item.number)
    return _line(review, item, _handed_in(review, item.number), score, last_scores(review), is_open=score.value is None)


def last_scores(review: Review) -> dict[int, int | None]:
    """Return the scores of the organisation's last valid review of the same kind and by the same scale before this
    one; {} without one."""
    last = Review.objects.comparable_before(review).values("pk")[:1]
    return dict(ItemScore.objects.filter(review=last).values_list("item_number", "value"))


Sheet = tuple[str, dict[int, Rating]]


def _handed_in(review: Review, number: int | None = None) -> list[Sheet]:
    """Return name and ratings of each evaluator who handed in, in the order in which they were named."""
    only = {} if number is None else {"item_number": number}
    sheets: dict[int, Sheet] = {
        one.pk: (str(one.user), {})
        for one in review.participations.filter(part=Part.RATES, submitted_at__isnull=False).select_related("user")
    }
    for rating in Rating.objects.filter(evaluator__in=sheets, **only):
        sheets[rating.evaluator_id][1][rating.item_number] = rating
    return list(sheets.values())


def _line(
    review: Review,
    item: Item,
    sheets: Iterable[Sheet],
    score: ItemScore,
    last: dict[int, int | None],
    *,
    is_open: bool,
) -> Line:
    given = [(name, rows[item.number]) for name, rows in sheets]
    values = {rating.value for _name, rating in given}
    differs = differ(values)
    common = None if differs else next(iter(values), None)
    return Line(
        item=item,
        number=str(item.number),
        url=reverse("agree", args=[review.code, item.number]),
        ratings=tuple(_rated(review, item, name, rating) for name, rating in given),
        differs=differs,
        proposed=str(common or ""),
        agreed=str(score.value or ""),
        decision=score.decision,
        put_to=str(score.put_to or ""),
        last=str(last.get(item.number) or ""),
        is_open=is_open,
        waits=score.awaiting,
    )


def _rated(review: Review, item: Item, name: str, rating: Rating) -> ShownRating:
    found = suggest(item, rating.observation, review.labels)
    return ShownRating(
        name=name,
        value=str(rating.value or ""),
        observed=observed(item, rating.observation, review.labels),
        suggestion=str(found.score) if found else "",
        reason=reason_of(found) if found else "",
        departure=rating.departure,
        sources=tuple(rating.sources),
        evidence=rating.evidence,
        recommendation=rating.recommendation,
        waits=rating.awaiting,
        missing=" · ".join(part for part in (rating.awaited, rating.awaited_from) if part),
        missing_by=rating.awaited_by,
    )


def _pairs(sheets: list[Sheet]) -> tuple[PairFigures, ...]:
    """Return the figures of every two evaluators."""
    values = [{n: row.value for n, row in rows.items() if row.value is not None} for _name, rows in sheets]
    return tuple(PairFigures(sheets[one][0], sheets[other][0], figures) for one, other, figures in pairwise(values))
