"""Find the single changes that would lift an item to its next anchor, by the item's rule. Pure: imports no Django.

Tries every single change to an observation: one more part met, one fewer condition that limits the score, or an amount
better by one. Percentages are left out, because one percent is no meaningful change. Changes that skip an anchor are
left out too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from scales.definition import Item
from scales.rules import CountRule, Rule, ThresholdRule
from scales.suggestion import Observation, number, suggest


@dataclass(frozen=True)
class ObservationChange:
    """One change to an observation: another part (from 1), the code of a condition that ends, or the new amount.

    `label` is the label of the specialist concerned, "" for the item as a whole.
    """

    part: int | None = None
    cap: str = ""
    amount: Fraction | None = None
    label: str = ""


@dataclass(frozen=True)
class NextStep:
    """Each of `changes` alone would suggest `score`, which is one above `now`."""

    now: int
    score: int
    changes: tuple[ObservationChange, ...]


def next_step(item: Item, observation: Observation, specialists: Sequence[str] = ()) -> NextStep | None:
    """Return the changes that would each suggest exactly one score more; None if there are none.

    Scores are from 1 to 5. Return None for items without a suggestion: items that the evaluator judges, and items whose
    observation is incomplete.
    """
    now = suggest(item, observation, specialists)
    if now is None:
        return None
    changes = []
    for change, changed in _changes(item, observation, specialists):
        suggestion = suggest(item, changed, specialists)
        if suggestion and suggestion.score == now.score + 1:
            changes.append(change)
    return NextStep(now.score, now.score + 1, tuple(changes)) if changes else None


Changed = Iterator[tuple[ObservationChange, dict[str, Any]]]  # a change, and the observation that results from it


def _changes(item: Item, observation: Observation, specialists: Sequence[str]) -> Changed:
    """Yield every single change to the observation of an item."""
    parts = len(item.checklist.components) if item.checklist else 0
    if not item.per_specialist:
        yield from _changes_by_rule(item.rule, parts, observation, "")
        return
    by_label = observation.get("specialists", {})
    for label in specialists:
        own = by_label.get(label, {})
        if "score" in own:
            continue
        for change, changed in _changes_by_rule(item.rule, parts, own, label):
            yield change, {**observation, "specialists": {**by_label, label: changed}}


def _changes_by_rule(rule: Rule, parts: int, observation: Observation, label: str) -> Changed:
    """Yield every single change to what was observed for an item or for one specialist."""
    if isinstance(rule, CountRule):
        met = set(observation.get("met", ()))
        for part in range(1, (len(rule.parts) or parts) + 1):
            if part not in met:
                without_none = {name: value for name, value in observation.items() if name != "none"}
                yield ObservationChange(part=part, label=label), {**without_none, "met": sorted({*met, part})}
    amount = number(observation.get("amount"))
    if isinstance(rule, ThresholdRule) and rule.unit != "percent" and amount is not None:
        better = amount - 1 if rule.lower_is_better else amount + 1
        if better >= 0:
            yield ObservationChange(amount=better, label=label), {**observation, "amount": str(better)}
    caps = observation.get("caps", ())
    for code in caps:
        others = [other for other in caps if other != code]
        yield ObservationChange(cap=code, label=label), {**observation, "caps": others}
