"""Find the single changes that would raise the score of an item, by the item's rule. Pure: imports no Django.

Tries every single change to an observation: one more part met, one condition that no longer holds, or a better amount.
Of an amount, only the least change that raises the score is meant: the limit that it has to reach. A percentage changes
by a part of its whole, and is left out where these are unknown, because nobody can act on a percent.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from math import ceil
from typing import Any

from scales.definition import Item
from scales.rules import HUNDRED_PERCENT, CountRule, Rule, ThresholdRule
from scales.suggestion import DECIMALS, Observation, enough_by_alternative, number, suggest


@dataclass(frozen=True)
class ObservationChange:
    """One change to an observation: another part (from 1), the code of a condition that ends, or the new amount.

    Of a percentage, `more` is how many more of `whole` are needed. `label` is the label of the specialist concerned, ""
    for the item as a whole.
    """

    part: int | None = None
    cap: str = ""
    amount: Fraction | None = None
    more: Fraction | None = None
    whole: Fraction | None = None
    label: str = ""


@dataclass(frozen=True)
class NextStep:
    """Each of `changes` alone would suggest `score`, which is above `now`."""

    now: int
    score: int
    changes: tuple[ObservationChange, ...]

    @property
    def gain(self) -> int:
        """How many points the item would gain."""
        return self.score - self.now


def next_steps(item: Item, observation: Observation, specialists: Sequence[str] = ()) -> tuple[NextStep, ...]:
    """Return the single changes that raise the score, by the score that they lead to, lowest first.

    The last step is thus the largest gain. Return () for items without a suggestion: items that the evaluator judges,
    and items whose observation is incomplete.
    """
    now = suggest(item, observation, specialists)
    if now is None:
        return ()
    raising: list[tuple[int, ObservationChange]] = []
    for alternatives in _changes(item, observation, specialists):
        suggested = ((suggest(item, changed, specialists), change) for change, changed in alternatives)
        raised = ((found.score, change) for found, change in suggested if found and found.score > now.score)
        if first := next(raised, None):
            raising.append(first)
    by_score = groupby(sorted(raising, key=lambda pair: pair[0]), key=lambda pair: pair[0])
    return tuple(NextStep(now.score, score, tuple(change for _, change in pairs)) for score, pairs in by_score)


# A change, and the observation that results from it. Of each list, the first change that raises the score counts.
Changed = Iterator[list[tuple[ObservationChange, Mapping[str, Any]]]]


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
        for alternatives in _changes_by_rule(item.rule, parts, own, label):
            yield [
                (change, {**observation, "specialists": {**by_label, label: changed}})
                for change, changed in alternatives
            ]


def _changes_by_rule(rule: Rule, parts: int, observation: Observation, label: str) -> Changed:
    """Yield every single change to what was observed for an item or for one specialist."""
    if isinstance(rule, CountRule):
        met = set(observation.get("met", ()))
        for part in range(1, (len(rule.parts) or parts) + 1):
            if part not in met:
                without_none = {name: value for name, value in observation.items() if name != "none"}
                yield [(ObservationChange(part=part, label=label), {**without_none, "met": sorted({*met, part})})]
    if isinstance(rule, ThresholdRule):
        yield list(_better_amounts(rule, observation, label))
    caps = observation.get("caps", ())
    for code in caps:
        others = [other for other in caps if other != code]
        yield [(ObservationChange(cap=code, label=label), {**observation, "caps": others})]


def _better_amounts(
    rule: ThresholdRule, observation: Observation, label: str
) -> Iterator[tuple[ObservationChange, Mapping[str, Any]]]:
    """Yield the amounts at which the score changes, nearest first, with the observations that result."""
    whole, part, amount = (number(observation.get(key)) for key in ("whole", "part", "amount"))
    if rule.unit == "percent":
        if whole and part is not None and not rule.lower_is_better:
            for enough in sorted(_rounded_up(whole * step.limit / HUNDRED_PERCENT) for step in rule.steps):
                if enough > part:
                    change = ObservationChange(more=enough - part, whole=whole, label=label)
                    yield change, {**observation, "part": str(enough)}
        return
    if amount is None:
        return
    limits = {Fraction(step.limit) for step in rule.steps} | {enough_by_alternative(rule, observation) or amount}
    better = [limit for limit in limits if (limit < amount if rule.lower_is_better else limit > amount)]
    for limit in sorted(better, key=lambda limit: abs(limit - amount)):
        yield ObservationChange(amount=limit, label=label), {**observation, "amount": str(limit)}


def _rounded_up(value: Fraction) -> Fraction:
    """Return a number that can be observed: the least one with DECIMALS decimals that is not below `value`."""
    return Fraction(ceil(value * 10**DECIMALS), 10**DECIMALS)
