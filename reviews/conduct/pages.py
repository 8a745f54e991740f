"""Read models of the review's and the scoring pages: what a template shows, asked for once."""

from collections.abc import Iterable
from dataclasses import dataclass
from time import monotonic

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from reviews.conduct import fragments
from reviews.conduct.forms import ItemForm
from reviews.models import Review, User
from reviews.wording import Progress, saved_words
from reviews.workflow import MAY_CORRECT, Move, Need
from scales.definition import Guide, Item, Scale
from scales.models import GuideEdition
from scales.scoring import Result, SectionResult, score

GUIDES_FOR = 60  # seconds
_remembered: dict[str, tuple[float, tuple[Guide, ...]]] = {}


@dataclass(frozen=True)
class Step:
    """One item in the review's own list. Numbers are text: templates would localise them."""

    number: str
    title: str
    value: str
    noted: bool


@dataclass(frozen=True)
class ReviewPage:
    """The page of a review itself: where it stands and what comes next."""

    review: Review
    evaluators: str
    result: Result
    band_rank: int
    progress: Progress
    sections: tuple[tuple[SectionResult, tuple[Step, ...]], ...]
    continue_at: str
    moves: tuple[Move, ...]
    may_correct: bool
    corrects: Review | None
    corrected_by: Review | None


@dataclass(frozen=True)
class Neighbours:
    """Where the buttons of the item page lead; "" where there is nowhere to go."""

    previous: str
    next: str
    unscored: str


@dataclass(frozen=True)
class ItemPage:
    """The page on which one item is scored. The parts shared by all reviews come rendered."""

    review: Review
    scale: Scale
    item: Item
    form: ItemForm
    version: str
    saved: str
    progress: Progress
    neighbours: Neighbours
    head: SafeString
    anchors: SafeString
    sources: SafeString
    questions: SafeString
    sections: tuple[tuple[str, SafeString], ...]


def review_page(review: Review, user: User) -> ReviewPage:
    """Return the page of a review for a person. Four queries: scores, evaluators, the review that this one
    corrects and the one that corrects it, as far as the person may know of them."""
    scale = review.scale
    related = Review.objects.visible_to(user)
    correction = Review.objects.filter(supersedes=review).first() if review.is_final else None
    shown = related.filter(pk=correction.pk).first() if correction else None
    rows = {row.item_number: row for row in review.scores.all()}
    result = score(scale, {number: row.value for number, row in rows.items()})

    def step(item: Item) -> Step:
        row = rows[item.number]
        return Step(str(item.number), item.title, str(row.value or ""), bool(row.evidence))

    return ReviewPage(
        review=review,
        evaluators=", ".join(str(user) for user in review.evaluators.all()),
        result=result,
        band_rank=scale.rank(result.band) if result.band else 0,
        progress=Progress.of(result),
        sections=tuple(
            (sums, tuple(map(step, section.items)))
            for section, sums in zip(scale.sections, result.sections, strict=True)
        ),
        continue_at=item_url(review, result.missing[0]) if result.missing else "",
        moves=tuple(move for move in review.moves if not result.missing or Need.EVERY_SCORE not in move.needs),
        may_correct=review.is_valid and correction is None and bool(MAY_CORRECT & review.parties),
        corrects=related.filter(pk=review.supersedes_id).first() if review.supersedes_id else None,
        corrected_by=shown,
    )


def item_page(review: Review, item: Item, form: ItemForm | None = None) -> ItemPage:
    """Return the page of `item`, with what `form` holds or else with what is stored. One query."""
    scale, language = review.scale, get_language() or ""
    rows = list(review.scores.values_list(*SHOWN))
    here = dict(zip(SHOWN, next(row for row in rows if row[0] == item.number), strict=True))
    form = form or ItemForm(scale, initial=here)
    values = {number: value for number, value, *_ in rows}
    noted = {number: bool(evidence) for number, _, evidence, *_ in rows}

    def steps(items: Iterable[Item]) -> SafeString:
        lines = (
            fragments.step(
                scale,
                other.number,
                values[other.number],
                language,
                noted=noted[other.number],
                here=other is item,
            )
            for other in items
        )
        return SafeString("".join(lines))

    return ItemPage(
        review=review,
        scale=scale,
        item=item,
        form=form,
        version=str(here["version"]),
        saved=saved_words(here["saved_at"]) if here["saved_at"] else "",
        progress=Progress.of(score(scale, values)),
        neighbours=neighbours(review, scale, values, item.number),
        head=fragments.head(scale, item.number),
        anchors=fragments.anchors(scale, item.number, form.shown_score(), language),
        sources=fragments.sources(scale, item.number, form.shown_sources(), language),
        questions=fragments.questions(_guides(scale.instrument), item.number, language),
        sections=tuple((section.name, steps(section.items)) for section in scale.sections),
    )


SHOWN = ("item_number", "value", "evidence", "sources", "recommendation", "version", "saved_at")


def item_url(review: Review, number: int) -> str:
    return reverse("item", args=[review.code, number])


def progress_of(review: Review) -> Progress:
    return Progress.of(score(review.scale, values_of(review)))


def values_of(review: Review) -> dict[int, int | None]:
    """Return every item's score."""
    return dict(review.scores.values_list("item_number", "value"))


def neighbours(review: Review, scale: Scale, values: dict[int, int | None], number: int) -> Neighbours:
    """Return the addresses before and after an item; "unscored" goes on from it and round the end."""
    numbers = [item.number for item in scale.items]
    at = numbers.index(number)
    onwards = numbers[at + 1 :] + numbers[:at]
    unscored = next((n for n in onwards if values[n] is None), None)
    return Neighbours(
        previous=item_url(review, numbers[at - 1]) if at else "",
        next=item_url(review, numbers[at + 1]) if at + 1 < len(numbers) else "",
        unscored=item_url(review, unscored) if unscored else "",
    )


def _guides(instrument: str) -> tuple[Guide, ...]:
    """Return the guides to an instrument; a process notices a new one within a minute."""
    until, guides = _remembered.get(instrument, (0.0, ()))
    if until < monotonic():
        guides = tuple(edition.guide for edition in GuideEdition.objects.filter(instrument=instrument))
        _remembered[instrument] = monotonic() + GUIDES_FOR, guides
    return guides
