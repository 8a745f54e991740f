"""Read model of the page on which one item is scored, and the addresses around an item."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ipsfidelity.addresses import address
from reviews.conduct import cached_fragments
from reviews.conduct.carry_over import carried_over
from reviews.conduct.completeness import Completeness, Row, completeness_of, submitted_values
from reviews.conduct.forms import NOT_AWAITING, ItemForm
from reviews.conduct.item_fields import TextInput, text_inputs
from reviews.conduct.observation_fields import ObservationLine, observation_lines
from reviews.conduct.score_target import ScoreTarget
from reviews.conduct.specialists import next_label
from reviews.conflicts import no_longer_evaluator
from reviews.fields import AWAITING
from reviews.interviews.item_notes import item_notes
from reviews.models import ItemScore, Review
from reviews.wording import Progress, saved_words
from scales.definition import Item, Scale
from scales.explanations import left_out_words, reason_of
from scales.models import GuideEdition
from scales.scoring import score
from scales.suggestion import suggest

ITEM_FIELDS = (
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
TEXT_INPUTS = ("awaited", "awaited_from", "awaited_by", "decision", "departure")


@dataclass(frozen=True)
class ItemNavigation:
    """The numbers of the previous, the next and the next open item; None if there is none.

    An item is open if it has no score; in consensus also if its score lacks a required reason.
    """

    previous: int | None
    next: int | None
    unscored: int | None


@dataclass(frozen=True)
class PageButton:
    """A button that saves and goes on. `go` is its value, `url` where it leads, `emphasis` a class.

    `name` is the accessible name where it is not the label. `key` presses the button while no field has the focus.
    """

    go: str
    label: str
    url: str
    emphasis: str = ""
    name: str = ""
    key: str = ""


@dataclass(frozen=True)
class SuggestedScore:
    """The score that follows from an observation, as text, and the reason for it.

    `score` is "" if nothing follows; the reason then says who is left out of the mean, if anybody. `is_used` is true if
    the item has this score, `differs` if it has another one.
    """

    score: str
    reason: str
    differs: bool = False
    is_used: bool = False


@dataclass(frozen=True)
class MissingReason:
    """The name of the field in which a required reason is missing, and the sentence that asks for it."""

    field: str
    sentence: str | Promise


UNEXPLAINED = MissingReason("departure", gettext_lazy("This is not the suggested score. Say why."))
UNDECIDED = MissingReason("decision", gettext_lazy("You had not all given this score. Say why it is the right one."))


@dataclass(frozen=True)
class ItemPage:
    """The page of one item. Its cached fragments come as HTML.

    `onward` is the value of the button that the Enter key presses: "next", or "unscored" in consensus. `onward_url` is
    where that button leads. `is_carried`: the form shows what is carried over from the ratings, not stored yet.
    `missing_reason` is set in consensus only.
    """

    review: Review
    scale: Scale
    item: Item
    form: ItemForm
    inputs: Mapping[str, TextInput]
    version: str
    saved: str
    progress: Progress
    buttons: tuple[PageButton, ...]
    onward: str
    onward_url: str
    is_carried: bool
    missing_reason: MissingReason | None
    heading: SafeString
    observation_lines: tuple[ObservationLine, ...]
    next_specialist: str
    gone_specialists: tuple[str, ...]
    suggestion: SuggestedScore
    anchors: SafeString
    sources: SafeString
    questions: SafeString
    sections: tuple[tuple[str, SafeString], ...]
    legend: SafeString


def item_page(target: ScoreTarget, item: Item, form: ItemForm | None = None) -> ItemPage:
    """Return the page of an item with the values of `form`, by default the stored values.

    One query, two more if the review has interview notes, and one or two more in consensus. Raises StateConflict (409)
    if the person is no longer an evaluator.
    """
    review, scale, language = target.review, target.review.scale, get_language() or ""
    names = ITEM_FIELDS if target.is_own else (*ITEM_FIELDS, "decision")
    rows = {row["item_number"]: row for row in target.columns(*names)}
    if item.number not in rows:
        raise no_longer_evaluator(review)
    carried = carried_over_to(target, rows[item.number])
    stored = rows[item.number] | carried
    form = form or ItemForm(review, item, stored=stored)
    values = {number: row["value"] for number, row in rows.items()}
    gaps = gaps_in(review, [ItemScore(**row) for row in rows.values()]) if review.is_in_consensus else None
    navigation = navigation_from(review, gaps.open_items if gaps else without_score(values), item.number)
    buttons = _buttons(review, navigation)

    def links(items: Iterable[Item]) -> SafeString:
        return SafeString(
            "".join(_item_link(scale, rows[other.number], language, is_current=other is item) for other in items)
        )

    return ItemPage(
        review=review,
        scale=scale,
        item=item,
        form=form,
        inputs=text_inputs(form, TEXT_INPUTS),
        version=str(stored["version"]),
        saved=saved_words(stored["saved_at"]) if stored["saved_at"] else "",
        progress=Progress.of(score(scale, values)),
        buttons=buttons,
        onward=buttons[0].go,
        onward_url=buttons[0].url,
        is_carried=any(carried.values()),
        missing_reason=missing_reason(gaps, item.number) if gaps else None,
        heading=cached_fragments.heading(scale, item.number, language),
        observation_lines=observation_lines(form, item, review.all_labels, review.labels),
        next_specialist=next_label(review),
        gone_specialists=tuple(specialist["label"] for specialist in review.specialists if specialist.get("gone")),
        suggestion=suggested_score(review, item, stored["observation"], stored["value"]),
        anchors=cached_fragments.anchors(scale, item.number, form.shown_score(), language),
        sources=cached_fragments.sources(scale, item.number, form.shown_sources(), language),
        questions=_questions(review, item, language),
        sections=tuple((section.name, links(section.items)) for section in scale.sections),
        legend=cached_fragments.legend(language),
    )


def suggested_score(review: Review, item: Item, observation: dict[str, Any], value: int | None) -> SuggestedScore:
    """Return the score that an observation suggests for an item with the score `value`."""
    suggestion = suggest(item, observation, review.labels)
    if suggestion is None:
        return SuggestedScore("", left_out_words(item, observation, review.labels))
    is_used = value == suggestion.score
    differs = value is not None and not is_used
    return SuggestedScore(str(suggestion.score), reason_of(suggestion), differs=differs, is_used=is_used)


def adopted_fields(review: Review, item: Item, observation: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that change if the evaluator adopts the suggestion; {} if the observation suggests none."""
    suggestion = suggest(item, observation, review.labels)
    return {"value": suggestion.score, **NOT_AWAITING} if suggestion else {}


def carried_over_to(target: ScoreTarget, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that are carried over to an item that nobody has saved, else {}. At most one query."""
    if target.is_own or row["saved_at"]:
        return {}
    return carried_over(target.review, [row["item_number"]]).get(row["item_number"], {})


def gaps_in(review: Review, rows: Iterable[Row]) -> Completeness:
    """Return what is missing in common scores during consensus. One query."""
    return completeness_of(review, rows, submitted_values(review))


def missing_reason(gaps: Completeness, number: int) -> MissingReason | None:
    """Return which reason the score of an item lacks, None if it lacks none."""
    if number in gaps.unexplained:
        return UNEXPLAINED
    if number in gaps.undecided:
        return UNDECIDED
    return None


def without_score(values: Mapping[int, int | None]) -> set[int]:
    """Return the numbers of the items that have no score."""
    return {number for number, value in values.items() if value is None}


def item_url(review: Review, number: int) -> str:
    """Return the address of the page on which an item is scored in the review's present status."""
    return address("agree" if review.is_in_consensus else "item", review.code, number)


def url_after_last_item(review: Review) -> str:
    """Return the address that follows the last item: the consensus page during consensus, else the review's page."""
    return address("consensus", review.code) if review.is_in_consensus else review.get_absolute_url()


def progress_of(target: ScoreTarget) -> Progress:
    """Return how many items of the target have a score. One query."""
    return Progress.of(score(target.review.scale, target.values()))


def navigation_from(review: Review, open_items: Collection[int], number: int) -> ItemNavigation:
    """Return the items around item `number`, given the numbers of the open items.

    After the last item, the search for an open item continues with the first.
    """
    numbers = [item.number for item in review.scale.items]
    position = numbers.index(number)
    others = numbers[position + 1 :] + numbers[:position]
    unscored = next((other for other in others if other in open_items), None)
    return ItemNavigation(
        previous=numbers[position - 1] if position else None,
        next=numbers[position + 1] if position + 1 < len(numbers) else None,
        unscored=unscored,
    )


def url_of_item(review: Review, number: int | None) -> str:
    """Return the address of an item, or of what follows the last item if there is none."""
    return item_url(review, number) if number else url_after_last_item(review)


def _buttons(review: Review, navigation: ItemNavigation) -> tuple[PageButton, ...]:
    """Return the buttons that lead on. The first is the one that the Enter key presses."""

    def to(go: str, label: str, end: str, **more: str) -> PageButton:
        number = getattr(navigation, go)
        words = label % {"number": str(number)} if number else end
        return PageButton(go, f"{words} →", url_of_item(review, number), **more)

    consensus, primary = review.is_in_consensus, {"emphasis": "btn-primary"}
    end = _("To the consensus") if consensus else _("To the review")
    following = to("next", _("Next: %(number)s"), end, key="j", **({} if consensus else primary))
    still_open = _("Next open: %(number)s") if consensus else _("Next unanswered: %(number)s")
    unscored = to("unscored", still_open, end, **(primary if consensus else {"emphasis": "btn-link"}))
    buttons = [unscored] if consensus else [following]
    if number := navigation.previous:
        name = _("Previous: %(number)s") % {"number": str(number)}
        buttons.append(PageButton("previous", f"← {number}", item_url(review, number), name=name, key="k"))
    if consensus and navigation.next:
        buttons.append(following)
    elif not consensus and navigation.unscored:
        buttons.append(unscored)
    return tuple(buttons)


def _item_link(scale: Scale, row: dict[str, Any], language: str, *, is_current: bool) -> SafeString:
    value = AWAITING if row["awaiting"] else row["value"]
    has_evidence = bool(row["evidence"])
    return cached_fragments.item_link(
        scale, row["item_number"], value, language, has_evidence=has_evidence, is_current=is_current
    )


def _questions(review: Review, item: Item, language: str) -> SafeString:
    """Return the guides' questions about an item, with the notes on it if the review has any."""
    if not review.has_interviews:
        return cached_fragments.questions(GuideEdition.guides_to(review.scale.instrument), item.number, language)
    return render_to_string("interviews/_item_notes.html", {"notes": item_notes(review, item.number)})
