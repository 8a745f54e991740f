"""Suggest a score for an observation by the item's rule, with the reason. Pure: imports no Django.

Between two anchors, the highest anchor that is fully met counts. A condition limits a score; it raises one only to the
score that it gives (`Cap.gives`). The evaluator decides: a suggestion never writes or rejects a score. An observation
is stored as plain data, with numbers of at most DECIMALS decimals:

- a measured number: {"amount": "78", "caps": [codes], "alternative": "2"}; a percentage may be given as
  {"whole": "37.5", "part": "20"} instead;
- parts that are met: {"met": [1, 3], "caps": [codes]}, or {"met": [], "none": true} if none is met;
- specialists: {"specialists": {"A": {…as above} or {"score": 4}, "B": …}}.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor
from typing import Any

from scales.definition import Item
from scales.rules import HUNDRED_PERCENT, SCORES, Cap, CountRule, Rule, ThresholdRule, ThresholdStep

Observation = Mapping[str, Any]
DECIMALS = 2  # of an observed number
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
    enough: Fraction | None = None


@dataclass(frozen=True)
class Met:
    """The reason of a count rule: `met` of `parts` are met. `is_open` is True if no anchor is printed for `met`.

    `met` is None if a condition alone decides.
    """

    met: int | None
    parts: int
    is_open: bool


@dataclass(frozen=True)
class SpecialistScore:
    """The score of one specialist. `suggestion` is None if the evaluator entered the score directly."""

    label: str
    score: int
    suggestion: "Suggestion | None"


@dataclass(frozen=True)
class LeftOut:
    """The specialists who have no score because there is none of `measure`, such as job seekers, for them."""

    labels: tuple[str, ...]
    measure: str


@dataclass(frozen=True)
class Mean:
    """The reason of an item that is scored for each specialist: the unrounded mean, 1 to 5."""

    specialists: tuple[SpecialistScore, ...]
    value: Fraction
    left_out: LeftOut | None = None


@dataclass(frozen=True)
class Suggestion:
    """A score from 1 to 5 and the reason for it. `cap` is the condition that limited or gave it, if any."""

    score: int
    because: Measured | Met | Mean
    cap: Cap | None = None


def suggest(item: Item, observation: Observation, specialists: Sequence[str] = ()) -> Suggestion | None:
    """Return the suggestion for an observation of `item`, None while the observation is incomplete.

    `specialists` are the labels to average over. The manual of the scale defines the mean of the specialists' scores,
    rounded half up.
    """
    if item.per_specialist:
        left_out = left_out_of_mean(item, observation, specialists)
        counted = [label for label in specialists if not left_out or label not in left_out.labels]
        return _mean(specialist_scores(item, observation, counted), left_out)
    return _by_rule(item.rule, observation)


def left_out_of_mean(item: Item, observation: Observation, specialists: Sequence[str]) -> LeftOut | None:
    """Return the specialists whom the item's rule leaves out of the mean, None if there is none.

    A specialist whom the evaluator scored directly always counts.
    """
    alternative = item.rule.alternative if isinstance(item.rule, ThresholdRule) else None
    if not item.per_specialist or alternative is None or not alternative.left_out_at_none:
        return None
    by_label = observation.get("specialists", {})
    labels = tuple(label for label in specialists if _has_none(by_label.get(label, {})))
    return LeftOut(labels, alternative.measure) if labels else None


def _has_none(observation: Observation) -> bool:
    return not observation.get("score") and number(observation.get("alternative")) == 0


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


def _mean(by_label: tuple[tuple[str, SpecialistScore | None], ...], left_out: LeftOut | None) -> Suggestion | None:
    """Return the rounded mean, None until every specialist of `by_label` has a score, or if there is none."""
    scored = tuple(specialist for _label, specialist in by_label if specialist)
    if not scored or len(scored) < len(by_label):
        return None
    mean = Fraction(sum(specialist.score for specialist in scored), len(scored))
    return Suggestion(floor(mean + HALF), Mean(scored, mean, left_out))


def _by_rule(rule: Rule, observation: Observation) -> Suggestion | None:
    match rule:
        case ThresholdRule():
            return _measured(rule, observation)
        case CountRule():
            return _counted(rule, observation)
        case _:
            return None


def _measured(rule: ThresholdRule, observation: Observation) -> Suggestion | None:
    amount, caps = _amount(observation), _true_caps(rule.caps, observation)
    if amount is None:
        return _without_amount(Measured(rule, None, None, None, is_open=False), rule.otherwise, caps)
    better = [step for step in rule.steps if not _reaches(rule, amount, step)]
    reached = rule.steps[len(better)] if len(better) < len(rule.steps) else None
    because = Measured(rule, amount, reached, better[-1] if better else None, _leaves_open(rule, amount))
    score = reached.score if reached else rule.otherwise
    if not caps and rule.alternative and (enough := _enough(rule, observation, amount)):
        # The alternative belongs to the anchor of that score, which a condition may have ruled out.
        score, because = rule.alternative.score, Measured(rule, amount, None, None, is_open=False, enough=enough)
    return _capped(score, because, caps)


def _counted(rule: CountRule, observation: Observation) -> Suggestion | None:
    met, parts, caps = len(set(observation.get("met", ()))), len(rule.counts) - 1, _true_caps(rule.caps, observation)
    if met or observation.get("none"):
        return _capped(rule.counts[met], Met(met, parts, met in rule.open), caps)
    return _without_amount(Met(None, parts, is_open=False), rule.counts[0], caps)


def _true_caps(caps: tuple[Cap, ...], observation: Observation) -> tuple[Cap, ...]:
    return tuple(cap for cap in caps if cap.code in observation.get("caps", ()))


def _without_amount(because: Measured | Met, worst: int, caps: tuple[Cap, ...]) -> Suggestion | None:
    """Return what conditions alone decide: nothing, unless no amount could lower or raise the score further."""
    if not caps or min(cap.at_most for cap in caps) > max(worst, *(cap.gives for cap in caps)):
        return None
    return _capped(SCORES[-1], because, caps)


def _capped(score: int, because: Measured | Met, caps: tuple[Cap, ...]) -> Suggestion:
    """Raise a score to the highest one that a condition gives, then lower it to the strictest limit."""
    if not caps:
        return Suggestion(score, because)
    strictest = min(caps, key=lambda cap: cap.at_most)
    limited = min(strictest.at_most, max(score, *(cap.gives for cap in caps)))
    if giver := next((cap for cap in caps if cap.gives == limited), None):
        return Suggestion(limited, replace(because, is_open=False), giver)  # an anchor is printed for the condition
    return Suggestion(limited, because, strictest if limited != score else None)


def _amount(observation: Observation) -> Fraction | None:
    """Return the amount, which is calculated from `whole` and `part` in percent if both are given."""
    whole, part = number(observation.get("whole")), number(observation.get("part"))
    if whole and part is not None:
        return HUNDRED_PERCENT * part / whole
    return number(observation.get("amount"))


def _reaches(rule: ThresholdRule, amount: Fraction, step: ThresholdStep) -> bool:
    return amount <= step.limit if rule.lower_is_better else amount >= step.limit


def _enough(rule: ThresholdRule, observation: Observation, amount: Fraction) -> Fraction | None:
    """Return the amount that the rule's alternative requires, None if it does not apply or is not reached."""
    enough = enough_by_alternative(rule, observation)
    return enough if enough is not None and amount >= enough else None


def enough_by_alternative(rule: ThresholdRule, observation: Observation) -> Fraction | None:
    """Return the amount that the rule's alternative requires, None if it does not apply."""
    few = number(observation.get("alternative"))
    if rule.alternative is None or not few or few >= rule.alternative.fewer_than:
        return None
    enough = few * rule.alternative.times
    return enough if rule.alternative.exact else Fraction(floor(enough))


def _leaves_open(rule: ThresholdRule, amount: Fraction) -> bool:
    """Return whether the printed anchors, in whole numbers, skip an amount, such as 74.5 between 50-74 and 75-89.

    An amount is also skipped on the way to a whole number that is open: 2.5 where "two" and "four" are printed. Below
    the lowest limit the form prints "less than", which leaves nothing open unless the rule lists the whole number.
    """
    if amount.denominator == 1:
        return amount in rule.open
    below, above = floor(amount), floor(amount) + 1
    limits = {step.limit for step in rule.steps}
    if rule.lower_is_better:
        return below in limits
    return above in limits | set(rule.open) and (amount > min(limits) or below in rule.open)
