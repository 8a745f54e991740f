"""Fragments of the item page that depend on the scale, the item, the score and the language only.

They are cached in the process and shared by all requests. Nothing about a review or a person may be rendered here.
"""

from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from reviews.components.result import change_of, score_bar
from reviews.fields import AWAITING
from reviews.interviews.item_notes import ItemNotes, questions_by_guide
from scales.definition import Guide, Scale

NOTED = "noted"  # an item with evidence and without a score
CACHED = 4096  # fragments of each kind; 30 items with six states in three languages are 540


@lru_cache(CACHED)
def heading(scale: Scale, number: int, language: str) -> SafeString:
    """Return the section, title and description of an item."""
    item = scale.by_number[number]
    section = scale.section_of[number].name
    return render_to_string("conduct/item_head.html", {"scale": scale, "item": item, "section": section})


@lru_cache(CACHED)
def anchors(scale: Scale, number: int, value: int | str | None, language: str) -> SafeString:
    """Return the radio buttons of an item with `value` checked: a score, AWAITING, or None for no score."""
    marked = tuple((anchor, ()) for anchor in scale.by_number[number].anchors)  # while scores are blind, by nobody
    return render_to_string("conduct/item_anchors.html", {"scale": scale, "anchors": marked, "value": value})


@lru_cache(CACHED)
def sources(scale: Scale, number: int, chosen: tuple[str, ...], language: str) -> SafeString:
    """Return the checkboxes of the data sources: first those that the scale lists for the item."""
    own = scale.by_number[number].sources
    tags = [(source, source.code in own, source.code in chosen) for source in scale.sources]
    context = {"scale": scale, "tags": sorted(tags, key=lambda tag: not tag[1])}
    return render_to_string("conduct/item_sources.html", context)


@dataclass(frozen=True)
class ItemState:
    """How far an item is: the name of its mark in the list of items, and the words for it."""

    name: str
    words: str | Promise


SCORED = ItemState("scored", _("scored"))
WITH_NOTES = ItemState("noted", _("notes only"))
LACKING = ItemState("lacking", _("data missing"))
NOT_BEGUN = ItemState("untouched", _("not begun"))


def _state(value: int | str | None, *, has_evidence: bool) -> ItemState:
    if value == AWAITING:
        return LACKING
    if value:
        return ItemState(SCORED.name, str(value))
    return WITH_NOTES if has_evidence else NOT_BEGUN


@lru_cache(CACHED)
def item_link(
    scale: Scale, number: int, value: int | str | None, language: str, *, has_evidence: bool, is_current: bool
) -> SafeString:
    """Return the `<li>` of an item in the list of items. `value` is a score, AWAITING, or None for no score.

    The link is relative to the page of another item of the same review.
    """
    item = scale.by_number[number]
    context = {
        "item": item,
        "short": getattr(item, "short", "") or item.title,
        "state": _state(value, has_evidence=has_evidence),
        "language": language,
        "is_current": is_current,
    }
    return render_to_string("conduct/item_step.html", context)


@lru_cache
def legend(language: str) -> SafeString:
    """Return the marks of the list of items with their meanings."""
    return render_to_string("conduct/item_legend.html", {"states": (SCORED, WITH_NOTES, LACKING, NOT_BEGUN)})


@lru_cache(CACHED)
def listed_item(
    scale: Scale, number: int, value: int | str | None, last: int | None, language: str, *, is_scorable: bool
) -> SafeString:
    """Return the `<li>` of an item on the page of a review: its score, drawn, and the change since the last one.

    `value` is a score, AWAITING, NOTED, or None for no score. The link is relative to the page: to the item if the
    reader can score it, else to the score sheet.
    """
    score = value if isinstance(value, int) else None
    context = {
        "item": scale.by_number[number],
        "url": f"items/{number}/" if is_scorable else f"sheet/?notes=1#item-{number}",
        "bar": score_bar(score),
        "score": score,
        "awaiting": value == AWAITING,
        "noted": value == NOTED,
        "change": change_of(score, last) if score is not None and last is not None else None,
        "language": language,
    }
    return render_to_string("conduct/review_item.html", context)


@lru_cache(CACHED)
def questions(guides: tuple[Guide, ...], number: int, language: str) -> SafeString:
    """Return the questions about an item in the interview guides, for a review without interviews."""
    return render_to_string("interviews/_item_notes.html", {"notes": ItemNotes(questions_by_guide(guides, number))})
