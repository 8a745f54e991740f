"""Read models of a review's own page and of its evidence: where it stands, what is open, what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from reviews.access import may_remark
from reviews.conduct.completeness import AwaitedItem, Completeness, completeness_of, submitted_values
from reviews.conduct.item_page import item_url
from reviews.conduct.score_target import target_for
from reviews.conflicts import no_longer_evaluator
from reviews.factcheck.status import FactCheck, facts_of
from reviews.models import ItemScore, Rating, Review, User
from reviews.schedule.preparation_page import preparation_words
from reviews.sheets.sheet import Origin, origin_of
from reviews.wording import Progress
from reviews.workflow import MAY_CORRECT, Need, Part, Transition
from scales.definition import Item, Source
from scales.scoring import Result, SectionResult, score

Row = Rating | ItemScore


@dataclass(frozen=True)
class Step:
    """One item in the review's own list. Numbers are text: templates would localise them."""

    number: str
    title: str
    value: str
    noted: bool
    waits: bool


@dataclass(frozen=True)
class Person:
    """One of the evaluators; `rated` is "12 of 25" while each rates alone, else ""."""

    name: str
    decides: bool
    rated: str
    has_submitted: bool


@dataclass(frozen=True)
class ToDo:
    """Something that stands between the review and its result: an item, and what it waits for."""

    item: Item
    url: str
    awaited: AwaitedItem | None


@dataclass(frozen=True)
class ReviewPage:
    """The page of a review itself. `may_hand_in` says that the reader's own ratings are complete and still open,
    `may_take_back` that they are handed in and others' are not; `may_enter` that a paper sheet can be entered.
    `prepared` is "3 of 12 done" of the preparation, "" without steps and for who may not see it.
    """

    review: Review
    people: tuple[Person, ...]
    result: Result
    band_rank: int
    progress: Progress
    completeness: Completeness
    awaited: tuple[ToDo, ...]
    unexplained: tuple[ToDo, ...]
    undecided: tuple[ToDo, ...]
    sections: tuple[tuple[SectionResult, tuple[Step, ...]], ...]
    continue_at: str
    prepared: str
    may_hand_in: bool
    may_take_back: bool
    may_enter: bool
    transitions: tuple[Transition, ...]
    may_correct: bool
    facts: FactCheck
    may_remark: bool
    corrects: Review | None
    corrected_by: Review | None
    origin: Origin | None

    @property
    def must_answer(self) -> bool:
        """Whether the reader is one of those who still have to answer what the service remarked."""
        return self.review.takes_part and not self.review.is_final and self.facts.unanswered > 0


def review_page(review: Review, user: User) -> ReviewPage:
    """Return the page of a review for a person. Four to nine queries: scores, evaluators, what was rated
    differently, what the service remarked and whether it still can, the review that this one corrects and the one
    that corrects it, as far as they may know of them; and the steps of its preparation."""
    scale, rows = review.scale, _rows(review, user)
    result = score(scale, {number: row.value for number, row in rows.items()})
    completeness = completeness_of(review, rows.values(), submitted_values(review) if review.is_in_consensus else {})
    related = Review.objects.visible_to(user)
    correction = Review.objects.filter(supersedes=review).first() if review.is_final else None
    people, origin = _people_and_origin(review)
    return ReviewPage(
        review=review,
        people=people,
        result=result,
        band_rank=scale.rank(result.band) if result.band else 0,
        progress=Progress.of(result),
        completeness=completeness,
        awaited=tuple(_to_do(review, awaited.number, awaited) for awaited in completeness.awaited),
        unexplained=tuple(_to_do(review, number) for number in completeness.unexplained),
        undecided=tuple(_to_do(review, number) for number in completeness.undecided),
        sections=tuple(
            (sums, tuple(_step(item, rows[item.number]) for item in section.items))
            for section, sums in zip(scale.sections, result.sections, strict=True)
        ),
        continue_at=item_url(review, completeness.unscored[0]) if completeness.unscored else "",
        prepared=preparation_words(review) if review.takes_part or review.coordinated else "",
        may_hand_in=review.is_blind and review.scorable_by_reader and completeness.may_be_submitted,
        may_take_back=review.is_blind and review.takes_part and review.has_submitted,
        may_enter=review.scorable_by_reader and not review.is_in_consensus,
        transitions=tuple(
            transition
            for transition in review.transitions
            if completeness.is_complete or Need.EVERY_SCORE not in transition.needs
        ),
        may_correct=review.is_valid and correction is None and bool(MAY_CORRECT & review.parties),
        facts=facts_of(review),
        may_remark=may_remark(user, review),
        corrects=related.filter(pk=review.supersedes_id).first() if review.supersedes_id else None,
        corrected_by=related.filter(pk=correction.pk).first() if correction else None,
        origin=origin,
    )


@dataclass(frozen=True)
class Cell:
    """One source of one item. It is a gap when the scale lists it for the item and nothing was found in it."""

    code: str
    is_own: bool
    is_covered: bool

    @property
    def is_gap(self) -> bool:
        return self.is_own and not self.is_covered


@dataclass(frozen=True)
class EvidenceLine:
    item: Item
    number: str
    url: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Evidence:
    """Which sources are covered, item by item; `gaps` counts those that are still empty."""

    sources: tuple[Source, ...]
    sections: tuple[tuple[str, tuple[EvidenceLine, ...]], ...]
    covered: int
    gaps: int


def evidence_of(review: Review, user: User) -> Evidence:
    """Return the matrix of items and sources as the person may see it: of their own ratings while each
    rates alone. One query."""
    scale, rows = review.scale, _rows(review, user)

    def line(item: Item) -> EvidenceLine:
        found = rows[item.number].sources
        cells = tuple(Cell(each.code, each.code in item.sources, each.code in found) for each in scale.sources)
        url = item_url(review, item.number) if review.scorable_by_reader else ""
        return EvidenceLine(item, str(item.number), url, cells)

    sections = tuple((section.name, tuple(map(line, section.items))) for section in scale.sections)
    cells = [cell for _name, lines in sections for each in lines for cell in each.cells]
    return Evidence(
        sources=scale.sources,
        sections=sections,
        covered=sum(cell.is_own and cell.is_covered for cell in cells),
        gaps=sum(cell.is_gap for cell in cells),
    )


def _people_and_origin(review: Review) -> tuple[tuple[Person, ...], Origin | None]:
    """Return the evaluators; of an imported review as its file names them, and where it comes from."""
    if not review.is_imported:
        return _people(review), None
    names, origin = origin_of(review)
    return tuple(Person(name, decides=False, rated="", has_submitted=False) for name in names), origin


def _people(review: Review) -> tuple[Person, ...]:
    """Return the evaluators with what everybody may know of their progress."""
    found = review.participations.select_related("user")
    if not review.is_blind:
        return tuple(Person(str(one.user), one.part == Part.DECIDES, "", has_submitted=False) for one in found)
    count = str(len(review.scale.items))
    return tuple(
        Person(
            str(one.user),
            decides=False,
            rated=_("%(rated)s of %(count)s") % {"rated": one.rated, "count": count},
            has_submitted=one.submitted_at is not None,
        )
        for one in found.annotate(rated=Count("ratings__value"))
    )


def _rows(review: Review, user: User) -> dict[int, Row]:
    """Return what the person may see of each item: the review's scores, which are empty as long as each
    rates alone; then an evaluator sees their own ratings."""
    own = review.is_blind and review.takes_part
    found: Iterable[Row] = target_for(review, user).rows if own else review.scores.all()
    rows = {row.item_number: row for row in found}
    if not rows:
        raise no_longer_evaluator(review)
    return rows


def _step(item: Item, row: Row) -> Step:
    return Step(str(item.number), item.title, str(row.value or ""), bool(row.evidence), row.awaiting)


def _to_do(review: Review, number: int, awaited: AwaitedItem | None = None) -> ToDo:
    url = item_url(review, number) if review.scorable_by_reader else ""
    return ToDo(review.scale.by_number[number], url or reverse("sheet", args=[review.code]), awaited)
