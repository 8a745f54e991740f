"""Read model of the scoring page: what its template shows, asked for once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from reviews.conduct import fragments
from reviews.conduct.forms import NOT_AWAITING, ItemForm
from reviews.conduct.observation_fields import Line, lines_of
from reviews.conduct.score_target import ScoreTarget
from reviews.conduct.specialists import next_label
from reviews.conflicts import no_longer_evaluator
from reviews.fields import AWAITING
from reviews.interviews.item_notes import notes_by_guide
from reviews.models import Review
from reviews.wording import Progress, saved_words
from scales.definition import Item, Scale
from scales.models import GuideEdition
from scales.scoring import score
from scales.suggestion import suggest
from scales.wording import reason_of


@dataclass(frozen=True)
class Neighbours:
    """Where the buttons of the item page lead; "" where there is nowhere to go."""

    previous: str
    next: str
    unscored: str


@dataclass(frozen=True)
class Suggested:
    """What is suggested beside an item: "" as score while nothing is; `differs` when another one was chosen."""

    score: str
    reason: str
    differs: bool


@dataclass(frozen=True)
class ItemPage:
    """The page on which one item is scored. The parts shared by all reviews come rendered.

    `onward` names the button that Enter presses, `onward_url` where it leads: the next item, in consensus
    the next one that is still open.
    """

    review: Review
    scale: Scale
    item: Item
    form: ItemForm
    version: str
    saved: str
    progress: Progress
    neighbours: Neighbours
    onward: str
    onward_url: str
    head: SafeString
    lines: tuple[Line, ...]
    next_specialist: str
    gone_specialists: tuple[str, ...]
    suggested: Suggested
    anchors: SafeString
    sources: SafeString
    questions: SafeString
    sections: tuple[tuple[str, SafeString], ...]


def item_page(target: ScoreTarget, item: Item, form: ItemForm | None = None) -> ItemPage:
    """Return the page of `item`, with what `form` holds or else with what is stored. One query, two once
    somebody has been interviewed."""
    review, scale, language = target.review, target.review.scale, get_language() or ""
    shown = SHOWN if target.is_own else (*SHOWN, "decision")
    rows = {row["item_number"]: row for row in target.rows.values(*shown)}
    if item.number not in rows:
        raise no_longer_evaluator(review)
    here = rows[item.number]
    form = form or ItemForm(review, item, stored=here)
    values = {number: row["value"] for number, row in rows.items()}
    places = neighbours(review, scale, values, item.number)
    onward = "unscored" if review.is_in_consensus else "next"

    def steps(items: Iterable[Item]) -> SafeString:
        lines = (_step(scale, rows[other.number], language, here=other is item) for other in items)
        return SafeString("".join(lines))

    return ItemPage(
        review=review,
        scale=scale,
        item=item,
        form=form,
        version=str(here["version"]),
        saved=saved_words(here["saved_at"]) if here["saved_at"] else "",
        progress=Progress.of(score(scale, values)),
        neighbours=places,
        onward=onward,
        onward_url=getattr(places, onward) or back_url(review),
        head=fragments.head(scale, item.number),
        lines=lines_of(form, item, review.all_labels, review.labels),
        next_specialist=next_label(review),
        gone_specialists=tuple(each["label"] for each in review.specialists if each.get("gone")),
        suggested=suggested(review, item, here["observation"], here["value"]),
        anchors=fragments.anchors(scale, item.number, form.shown_score(), language),
        sources=fragments.sources(scale, item.number, form.shown_sources(), language),
        questions=_questions(review, item, language),
        sections=tuple((section.name, steps(section.items)) for section in scale.sections),
    )


SHOWN = (
    "item_number",
    "value",
    "sources",
    "evidence",
    "recommendation",
    "observation",
    "departure",
    "awaiting",
    "awaited",
    "awaited_from",
    "awaited_by",
    "version",
    "saved_at",
)


def _step(scale: Scale, row: dict[str, Any], language: str, *, here: bool) -> SafeString:
    mark = AWAITING if row["awaiting"] else row["value"]
    return fragments.step(scale, row["item_number"], mark, language, noted=bool(row["evidence"]), here=here)


def suggested(review: Review, item: Item, observation: dict[str, Any], value: int | None) -> Suggested:
    """Return what an observation suggests, and whether the score is another one."""
    found = suggest(item, observation, review.labels)
    if found is None:
        return Suggested("", "", differs=False)
    return Suggested(str(found.score), reason_of(found), differs=value not in (None, found.score))


def back_url(review: Review) -> str:
    """Return where one goes after the last item: to the consensus while it lasts, else to the review."""
    return reverse("consensus", args=[review.code]) if review.is_in_consensus else review.get_absolute_url()


def taken_over(review: Review, item: Item, observation: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that change when the suggestion is taken over; none while nothing is suggested."""
    found = suggest(item, observation, review.labels)
    return {"value": found.score, **NOT_AWAITING} if found else {}


def item_url(review: Review, number: int) -> str:
    """Return the address on which an item is scored now: alone, together, or in consensus."""
    return reverse("agree" if review.is_in_consensus else "item", args=[review.code, number])


def progress_of(target: ScoreTarget) -> Progress:
    return Progress.of(score(target.review.scale, target.values()))


def neighbours(review: Review, scale: Scale, values: Mapping[int, int | None], number: int) -> Neighbours:
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


def _questions(review: Review, item: Item, language: str) -> SafeString:
    """Return the guides' questions for an item; with what was said, once somebody was interviewed."""
    if not review.has_interviews:
        return fragments.questions(GuideEdition.guides_to(review.scale.instrument), item.number, language)
    return render_to_string("interviews/_item_notes.html", {"parts": notes_by_guide(review, item.number)})
