"""Items that a single change would lift to a better anchor, for the report. This module only reads."""

from collections.abc import Sequence
from dataclasses import dataclass

from reviews.models import Review
from reviews.sheets.sheet import Sheet
from scales.definition import Item
from scales.explanations import change_words
from scales.next_step import NextStep, next_steps


@dataclass(frozen=True)
class LiftedScore:
    """A score that a single change would lead to, with its anchor.

    `changes` are the alternatives, each as a sentence and the text of the scale that it quotes, or "".
    """

    score: str
    anchor: str
    changes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class NearMiss:
    """An item that a single change would lift to a better anchor. `steps` run from the nearest to the largest gain."""

    item: Item
    number: str
    score: str
    steps: tuple[LiftedScore, ...]
    gain: int

    @property
    def best_score(self) -> str:
        """The highest score that a single change leads to."""
        return self.steps[-1].score


def near_misses_of(review: Review, sheet: Sheet) -> tuple[NearMiss, ...]:
    """Return the items that a single change would lift to a better anchor.

    Items whose score is not the suggested one are left out, because the rule does not explain their score.
    """
    near_misses = []
    for entry in sheet.items:
        steps = () if entry.departs else next_steps(entry.item, entry.observation, review.labels)
        if not steps or entry.score != steps[0].now:
            continue
        near_misses.append(
            NearMiss(
                item=entry.item,
                number=str(entry.item.number),
                score=str(entry.score),
                steps=tuple(_lifted(entry.item, step) for step in steps),
                gain=steps[-1].gain,
            )
        )
    return tuple(near_misses)


def largest_gain_of(near_misses: Sequence[NearMiss]) -> NearMiss | None:
    """Return the item that a single change would lift most, None where no change is worth more than a point."""
    largest = max(near_misses, key=lambda near_miss: near_miss.gain, default=None)
    return largest if largest and largest.gain > 1 else None


def _lifted(item: Item, step: NextStep) -> LiftedScore:
    changes = tuple(change_words(item, change) for change in step.changes)
    return LiftedScore(str(step.score), item.anchor(step.score), changes)
