"""Parts of the scoring page that depend on the instrument and a score only: rendered once a process.

Nothing of a review, a person or a request may come in here: the parts are shared by everybody.
"""

from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from reviews.fields import AWAITING
from reviews.interviews.item_notes import questions_by_guide
from scales.definition import Guide, Scale

REMEMBERED = 4096  # parts of each kind; 25 items with six states in three languages are 450


@lru_cache(REMEMBERED)
def head(scale: Scale, number: int) -> SafeString:
    """Return the item's text: section, title, description."""
    item = scale.by_number[number]
    section = scale.section_of[number].name
    return render_to_string("conduct/item_head.html", {"scale": scale, "item": item, "section": section})


@lru_cache(REMEMBERED)
def anchors(scale: Scale, number: int, value: int | str | None, language: str) -> SafeString:
    """Return the radio cards of the five anchors and of what is no score, one of them chosen."""
    return render_to_string(
        "conduct/item_anchors.html", {"scale": scale, "item": scale.by_number[number], "value": value}
    )


@lru_cache(REMEMBERED)
def sources(scale: Scale, number: int, chosen: tuple[str, ...], language: str) -> SafeString:
    """Return the source tags: the item's own first, the chosen ones ticked."""
    own = scale.by_number[number].sources
    tags = [(source, source.code in own, source.code in chosen) for source in scale.sources]
    context = {"scale": scale, "tags": sorted(tags, key=lambda tag: not tag[1])}
    return render_to_string("conduct/item_sources.html", context)


@lru_cache(REMEMBERED)
def step(scale: Scale, number: int, value: int | str | None, language: str, *, noted: bool, here: bool) -> SafeString:
    """Return one line of the list of items; its address is relative to any item's page. WAITING is a value here."""
    context = {"item": scale.by_number[number], "value": value, "language": language, "noted": noted, "here": here}
    context["waits"] = value == AWAITING
    return render_to_string("conduct/item_step.html", context)


@lru_cache(REMEMBERED)
def questions(guides: tuple[Guide, ...], number: int, language: str) -> SafeString:
    """Return the questions that guides have for an item, before anybody was asked."""
    return render_to_string("interviews/_item_notes.html", {"parts": questions_by_guide(guides, number)})
