"""Suggest a score for an observation by the item's rule, with the reason. Pure: imports no Django.

Between two anchors, the highest anchor that is fully met counts. Conditions can only lower a score. The evaluator
decides: a suggestion never writes or rejects a score. An observation is stored as plain data:

- a measured number: {"amount": "78", "caps": [codes], "alternative": "2"}; a percentage may be given as
  {"whole": "37.5", "part": "20"} instead;
- parts that are met: {"met": [1, 3], "caps": [codes]}, or {"met": [], "none": true} if none is met;
- specialists: {"specialists": {"A": {…as above} or {"score": 4}, "B": …}}.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any

from scales.definition import Item
from scales.rules import HUNDRED_PERCENT, Cap, CountRule, Rule, ThresholdRule, ThresholdStep

Observation = Mapping[str, Any]
HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Measured:
    """The reason of a threshold rule: `amount` reached `step` (None: no step) and missed `missed`, the next better.

    `amount` is None if a condition alone decides. `is_open` is True if the printed form leaves this amount open.
    `enough` is the smaller amount that the rule's alternative requires, if the alternative decides.
    """

    rule: ThresholdRule
    amount: Fraction | None
    step: ThresholdStep | None
    missed: ThresholdStep | None
    is_open: bool
    enough: int | None = None


@dataclass(frozen=True)
class Met:
    """The reason of a count rule: `met` of `parts` are met. `is_open` is True if no anchor is printed for `met`."""

    met: int
    parts: int
    is_open: bool


@dataclass(frozen=True)
class SpecialistScore:
    """The score of one specialist. `suggestion` is None if the evaluator entered the score directly."""

    label: str
    score: int
    suggestion: "Suggestion | None"


@dataclass(frozen=True)
class Mean:
    """The reason of an item that is scored for each specialist: the unrounded mean, 1 to 5."""

    specialists: tuple[SpecialistScore, ...]
    value: Fraction


@dataclass(frozen=True)
class Suggestion:
    """A score from 1 to 5 and the reason for it. `cap` is the condition that lowered it, if any."""

    score: int
    because: Measured | Met | Mean
    cap: Cap | None = None


def suggest(item: Item, observation: Observation, specialists: Sequence[str] = ()) -> Suggestion | None:
    """Return the suggestion for an observation of `item`, None while the observation is incomplete.

    `specialists` are the labels to average over. The manual of the scale defines the mean of the specialists' scores,
    rounded half up.
    """
    if item.per_specialist:
        return _mean(specialist_scores(item, observation, specialists))
    return _by_rule(item.rule, observation)


def specialist_scores(
    item: Item, observation: Observation, specialists: Sequence[str]
) -> tuple[tuple[str, SpecialistScore | None], ...]:
    """Return the label and the score of each specialist; the score is None while it is missing."""
    by_label = observation.get("specialists", {})
    return tuple((label, _specialist(item.rule, label, by_label.get(label, {}))) for label in specialists)


def number(text: str | None) -> Fraction | None:
    """Return an observed number from its text with a decimal point, None for "" and None."""
    return Fraction(text) if text else None


def _specialist(rule: Rule, label: str, observation: Observation) -> SpecialistScore | None:
    if given := observation.get("score"):
        return SpecialistScore(label, given, None)
    suggestion = _by_rule(rule, observation)
    return SpecialistScore(label, suggestion.score, suggestion) if suggestion else None


def _mean(by_label: tuple[tuple[str, SpecialistScore | None], ...]) -> Suggestion | None:
    """Return the rounded mean, None until every specialist has a score."""
    scored = tuple(specialist for _label, specialist in by_label if specialist)
    if not scored or len(scored) < len(by_label):
        return None
    mean = Fraction(sum(specialist.score for specialist in scored), len(scored))
    return Suggestion(floor(mean + HALF), Mean(scored, mean))


def _by_rule(rule: Rule, observation: Observation) -> Suggestion | None:
    match rule:
        case ThresholdRule():
            return _measured(rule, observation)
        case CountRule():
            return _counted(rule, observation)
        case _:
            return None


def _measured(rule: ThresholdRule, observation: Observation) -> Suggestion | None:
    amount, cap = _amount(observation), _strictest(rule.caps, observation)
    if amount is None:
        # Without the amount, a condition decides only if no amount could lower the score further.
        if cap is None or cap.at_most > rule.otherwise:
            return None
        return Suggestion(cap.at_most, Measured(rule, None, None, None, is_open=False), cap)
    better = [step for step in rule.steps if not _reaches(rule, amount, step)]
    reached = rule.steps[len(better)] if len(better) < len(rule.steps) else None
    because = Measured(rule, amount, reached, better[-1] if better else None, _leaves_open(rule, amount))
    score = reached.score if reached else rule.otherwise
    if cap is None and rule.alternative and (enough := _enough(rule, observation, amount)):
        # The alternative belongs to the anchor of that score, which a condition may have ruled out.
        score, because = rule.alternative.score, Measured(rule, amount, None, None, is_open=False, enough=enough)
    return _capped(score, because, cap)


def _counted(rule: CountRule, observation: Observation) -> Suggestion | None:
    met, parts, cap = len(set(observation.get("met", ()))), len(rule.counts) - 1, _strictest(rule.caps, observation)
    if met or observation.get("none"):
        return _capped(rule.counts[met], Met(met, parts, met in rule.open), cap)
    if cap is None or cap.at_most > rule.counts[0]:
        return None
    return Suggestion(cap.at_most, Met(0, parts, is_open=False), cap)


def _capped(score: int, because: Measured | Met, cap: Cap | None) -> Suggestion:
    if cap and cap.at_most < score:
        return Suggestion(cap.at_most, because, cap)
    return Suggestion(score, because)


def _strictest(caps: tuple[Cap, ...], observation: Observation) -> Cap | None:
    """Return the condition with the lowest limit among those that are true."""
    true_caps = [cap for cap in caps if cap.code in observation.get("caps", ())]
    return min(true_caps, key=lambda cap: cap.at_most, default=None)


def _amount(observation: Observation) -> Fraction | None:
    """Return the amount, which is calculated from `whole` and `part` in percent if both are given."""
    whole, part = number(observation.get("whole")), number(observation.get("part"))
    if whole and part is not None:
        return HUNDRED_PERCENT * part / whole
    return number(observation.get("amount"))


def _reaches(rule: ThresholdRule, amount: Fraction, step: ThresholdStep) -> bool:
    return amount <= step.limit if rule.lower_is_better else amount >= step.limit


def _enough(rule: ThresholdRule, observation: Observation, amount: Fraction) -> int | None:
    """Return the amount that the rule's alternative requires, None if it does not apply or is not reached."""
    few = number(observation.get("alternative"))
    if rule.alternative is None or not few or few >= rule.alternative.fewer_than:
        return None
    enough = int(few * rule.alternative.times)
    return enough if amount >= enough else None


def _leaves_open(rule: ThresholdRule, amount: Fraction) -> bool:
    """Return whether the printed anchors, in whole numbers, skip an amount, such as 74.5 between 50-74 and 75-89.

    Below the lowest limit of a percentage the form prints "less than", which leaves nothing open unless the rule lists
    the whole number below.
    """
    if amount.denominator == 1:
        return amount in rule.open
    below, above = floor(amount), floor(amount) + 1
    limits = {step.limit for step in rule.steps}
    if rule.lower_is_better:
        return below in limits
    return above in limits and (above != min(limits) or below in rule.open)
