"""What single thing would lift an item to a better anchor, by the item's own rule. Pure: imports no Django.

Tries every single change of what was observed: one more part met, one condition that no longer holds the
score down, one more or one fewer of whatever is counted. Shares are left alone: no single step is one percent.
A change that jumps over an anchor is no step to the next one, and is not told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from scales.definition import Item
from scales.rules import Counted, Rule, Thresholds
from scales.suggestion import Observation, number, suggest


@dataclass(frozen=True)
class Change:
    """One change of an observation: a further part (from 1), a condition's code, or one step of the amount.

    `label` names the specialist it is about, "" for the item as a whole.
    """

    part: int | None = None
    cap: str = ""
    amount: Fraction | None = None
    label: str = ""


@dataclass(frozen=True)
class NextStep:
    """Any one of `changes` would suggest `score`, which is one above `now`."""

    now: int
    score: int
    changes: tuple[Change, ...]


def next_step(item: Item, seen: Observation, specialists: Sequence[str] = ()) -> NextStep | None:
    """Return the changes that would, each by itself, suggest exactly one score more; None where there is none.

    Scores are from 1 to 5. A change that would lift the score by two or more is refused: it leaves out the next
    anchor. Nothing is said of items that are weighed rather than computed, nor while something that the rule
    needs has not been observed.
    """
    now = suggest(item, seen, specialists)
    if now is None:
        return None
    found = []
    for change, changed in _changes(item, seen, specialists):
        then = suggest(item, changed, specialists)
        if then and then.score == now.score + 1:
            found.append(change)
    return NextStep(now.score, now.score + 1, tuple(found)) if found else None


def _changes(item: Item, seen: Observation, specialists: Sequence[str]) -> Iterator[tuple[Change, dict[str, Any]]]:
    if not item.per_specialist:
        yield from _of_line(item.rule, len(item.checklist.components) if item.checklist else 0, seen, "")
        return
    lines = seen.get("specialists", {})
    for label in specialists:
        line = lines.get(label, {})
        if "score" in line:
            continue
        parts = len(item.checklist.components) if item.checklist else 0
        for change, changed in _of_line(item.rule, parts, line, label):
            yield change, {**seen, "specialists": {**lines, label: changed}}


def _of_line(rule: Rule, parts: int, seen: Observation, label: str) -> Iterator[tuple[Change, dict[str, Any]]]:
    if isinstance(rule, Counted):
        met = set(seen.get("met", ()))
        for part in range(1, (len(rule.parts) or parts) + 1):
            if part not in met:
                changed = {name: value for name, value in seen.items() if name != "none"}
                yield Change(part=part, label=label), {**changed, "met": sorted({*met, part})}
    if isinstance(rule, Thresholds) and rule.unit != "percent" and (amount := number(seen.get("amount"))) is not None:
        better = amount - 1 if rule.lower_is_better else amount + 1
        if better >= 0:
            yield Change(amount=better, label=label), {**seen, "amount": str(better)}
    caps = seen.get("caps", ())
    for code in caps:
        yield Change(cap=code, label=label), {**seen, "caps": [other for other in caps if other != code]}
