"""Read models of the scoring pages: everything a template shows, asked of the database once.

Numbers are handed on as text: a template would localise every whole number it prints, which
costs a third of the page's time.
"""

from dataclasses import dataclass

from django.core.cache import cache
from django.urls import reverse

from reviews.models import ItemScore, Review
from reviews.wording import Progress
from scales.definition import Criterion, Item, Question, Scale
from scales.models import GuideEdition
from scales.scoring import Result, score

GUIDES_FOR = 60  # seconds that a process remembers which guides an instrument has


@dataclass(frozen=True)
class Step:
    """One item in the list beside the form."""

    number: str
    section_number: str
    title: str
    value: str
    noted: bool
    url: str
    is_here: bool = False


@dataclass(frozen=True)
class Neighbours:
    """Where the buttons of the item page lead; "" where there is nowhere to go."""

    previous: str
    next: str
    unscored: str


@dataclass(frozen=True)
class QuestionSet:
    """The questions of one guide for one item, with the guide's language."""

    title: str
    language: str
    url: str
    questions: tuple[tuple[Criterion, Question], ...]


@dataclass(frozen=True)
class SourceTag:
    """A kind of evidence to tick; `own` when the item's own list in the scale names it."""

    code: str
    name: str
    own: bool


@dataclass(frozen=True)
class ItemPage:
    """The page on which one item is scored."""

    review: Review
    scale: Scale
    item: Item
    section: str
    row: ItemScore
    progress: Progress
    sections: tuple[tuple[str, tuple[Step, ...]], ...]
    neighbours: Neighbours
    sources: tuple[SourceTag, ...]
    guides: tuple[QuestionSet, ...]


@dataclass(frozen=True)
class ReviewPage:
    """The page of a review itself: where it stands and what comes next."""

    review: Review
    evaluators: str
    result: Result
    band_rank: int
    progress: Progress
    sections: tuple[tuple[str, tuple[Step, ...]], ...]
    continue_at: str


def review_page(review: Review) -> ReviewPage:
    """Return the page of a review. Two queries: scores and evaluators."""
    scale = review.edition.scale
    rows = {row.item_number: row for row in review.scores.all()}
    result = score(scale, {number: row.value for number, row in rows.items()})
    return ReviewPage(
        review=review,
        evaluators=", ".join(str(user) for user in review.evaluators.all()),
        result=result,
        band_rank=scale.rank(result.band) if result.band else 0,
        progress=Progress.of(result),
        sections=_steps(review, scale, rows, here=0),
        continue_at=item_url(review, result.missing[0]) if result.missing else "",
    )


def item_url(review: Review, number: int) -> str:
    return reverse("item", args=[review.code, number])


def item_page(review: Review, item: Item) -> ItemPage:
    """Return the page of `item`: one query, whatever the review holds."""
    scale = review.edition.scale
    rows = {row.item_number: row for row in review.scores.select_related("saved_by")}
    values = {number: row.value for number, row in rows.items()}
    return ItemPage(
        review=review,
        scale=scale,
        item=item,
        section=scale.section_of[item.number].name,
        row=rows[item.number],
        progress=Progress.of(score(scale, values)),
        sections=_steps(review, scale, rows, item.number),
        neighbours=neighbours(review, scale, values, item.number),
        sources=_source_tags(scale, item),
        guides=_guides(scale, item),
    )


def progress_of(review: Review) -> Progress:
    return Progress.of(score(review.edition.scale, values_of(review)))


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


def _steps(
    review: Review, scale: Scale, rows: dict[int, ItemScore], here: int
) -> tuple[tuple[str, tuple[Step, ...]], ...]:
    start = item_url(review, 0).removesuffix("0/")

    def step(item: Item) -> Step:
        row = rows[item.number]
        return Step(
            number=str(item.number),
            section_number=str(item.section_number),
            title=item.title,
            value=str(row.value or ""),
            noted=bool(row.evidence),
            url=f"{start}{item.number}/",
            is_here=item.number == here,
        )

    return tuple((section.name, tuple(step(item) for item in section.items)) for section in scale.sections)


def _source_tags(scale: Scale, item: Item) -> tuple[SourceTag, ...]:
    """Return every source of the scale, the item's own first."""
    tags = [SourceTag(source.code, source.name, source.code in item.sources) for source in scale.sources]
    return tuple(sorted(tags, key=lambda tag: not tag.own))


def _guides(scale: Scale, item: Item) -> tuple[QuestionSet, ...]:
    """Return the questions of every guide to the same instrument that has some for the item."""
    key = f"guides:{scale.instrument}"
    guides = cache.get(key)
    if guides is None:
        guides = [edition.guide for edition in GuideEdition.objects.filter(instrument=scale.instrument)]
        cache.set(key, guides, GUIDES_FOR)
    return tuple(
        QuestionSet(guide.title, guide.language, reverse("guide", args=[guide.slug]), guide.questions_for(item.number))
        for guide in guides
    )
