"""Items that a single change would lift to the next anchor, for the report. This module only reads."""

from dataclasses import dataclass

from reviews.models import Review
from reviews.sheets.sheet import Sheet
from scales.definition import Item
from scales.explanations import change_words
from scales.next_step import next_step


@dataclass(frozen=True)
class NearMiss:
    """An item that a single change would lift to the next anchor.

    `changes` are the alternatives, each as a sentence and the text of the scale that it quotes, or "".
    """

    item: Item
    number: str
    score: str
    next_score: str
    anchor: str
    changes: tuple[tuple[str, str], ...]


def near_misses_of(review: Review, sheet: Sheet) -> tuple[NearMiss, ...]:
    """Return the items that a single change would lift to the next anchor.

    Items whose score is not the suggested one are left out, because the rule does not explain their score.
    """
    near_misses = []
    for entry in sheet.items:
        step = None if entry.departs else next_step(entry.item, entry.observation, review.labels)
        if step is None or entry.score != step.now:
            continue
        near_misses.append(
            NearMiss(
                item=entry.item,
                number=str(entry.item.number),
                score=str(step.now),
                next_score=str(step.score),
                anchor=entry.item.anchor(step.score),
                changes=tuple(change_words(entry.item, change) for change in step.changes),
            )
        )
    return tuple(near_misses)
