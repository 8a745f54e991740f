"""What an observation suggests: a score by the item's own rule, and why. Pure: imports no Django.

The rule for every gap is the highest anchor that is fully met; conditions only hold a score down.
The evaluator decides; nothing here writes or refuses. An observation is plain data, as it is stored:

- a measured number: {"amount": "78", "caps": [codes], "alternative": "2"}; a share may be given as
  {"whole": "37.5", "part": "20"} instead;
- parts that are met: {"met": [1, 3], "caps": [codes]}, and {"met": [], "none": true} when none is;
- specialists: {"specialists": {"A": {…as above} or {"score": 4}, "B": …}}.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any

from scales.definition import Item
from scales.rules import EVERYTHING, Cap, Counted, Rule, Step, Thresholds

Observation = Mapping[str, Any]
HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Measured:
    """A number (None where a condition alone decides) reached `step`, or none of them; `missed` is the next better.

    `is_open` says that the form itself leaves this number open; `enough` is the smaller number that
    the rule's alternative asks for, where that decided.
    """

    rule: Thresholds
    amount: Fraction | None
    step: Step | None
    missed: Step | None
    is_open: bool
    enough: int | None = None


@dataclass(frozen=True)
class Met:
    """`met` of `parts` are met; `is_open` says that the form prints no anchor for this number."""

    met: int
    parts: int
    is_open: bool


@dataclass(frozen=True)
class SpecialistScore:
    """One specialist's score; `suggestion` is None where the evaluator gave the score directly."""

    label: str
    score: int
    suggestion: "Suggestion | None"


@dataclass(frozen=True)
class Mean:
    """The specialists' mean, 1 to 5, unrounded."""

    lines: tuple[SpecialistScore, ...]
    value: Fraction


@dataclass(frozen=True)
class Suggestion:
    """A score from 1 to 5 and what it rests on; `cap` is the condition that held it down, if one did."""

    score: int
    because: Measured | Met | Mean
    cap: Cap | None = None


def suggest(item: Item, seen: Observation, specialists: Sequence[str] = ()) -> Suggestion | None:
    """Return what an observation of `item` suggests; None while something it needs has not been observed.

    `specialists` are the labels to average over (manual: items scored for each specialist, mean
    rounded to the nearest score, a half upwards).
    """
    if item.per_specialist:
        return _mean(specialist_scores(item, seen, specialists))
    return _by_rule(item.rule, seen)


def specialist_scores(
    item: Item, seen: Observation, specialists: Sequence[str]
) -> tuple[tuple[str, SpecialistScore | None], ...]:
    """Return label and score of each specialist, None where there is none yet."""
    lines = seen.get("specialists", {})
    return tuple((label, _specialist(item.rule, label, lines.get(label, {}))) for label in specialists)


def number(text: str | None) -> Fraction | None:
    """Return an observed number, written with a point; None where there is none."""
    return Fraction(text) if text else None


def _specialist(rule: Rule, label: str, line: Observation) -> SpecialistScore | None:
    if given := line.get("score"):
        return SpecialistScore(label, given, None)
    suggestion = _by_rule(rule, line)
    return SpecialistScore(label, suggestion.score, suggestion) if suggestion else None


def _mean(lines: tuple[tuple[str, SpecialistScore | None], ...]) -> Suggestion | None:
    known = tuple(line for _label, line in lines if line)
    if not known or len(known) < len(lines):
        return None
    mean = Fraction(sum(line.score for line in known), len(known))
    return Suggestion(floor(mean + HALF), Mean(known, mean))


def _by_rule(rule: Rule, seen: Observation) -> Suggestion | None:
    match rule:
        case Thresholds():
            return _measured(rule, seen)
        case Counted():
            return _counted(rule, seen)
        case _:
            return None


def _measured(rule: Thresholds, seen: Observation) -> Suggestion | None:
    amount, cap = _amount(seen), _strictest(rule.caps, seen)
    if amount is None:
        # Without the number only a condition can decide, and only where no number could change it.
        if cap is None or cap.at_most > rule.otherwise:
            return None
        return Suggestion(cap.at_most, Measured(rule, None, None, None, is_open=False), cap)
    better = [step for step in rule.steps if not _reaches(rule, amount, step)]
    reached = rule.steps[len(better)] if len(better) < len(rule.steps) else None
    because = Measured(rule, amount, reached, better[-1] if better else None, _leaves_open(rule, amount))
    score = reached.score if reached else rule.otherwise
    if cap is None and rule.alternative and (enough := _enough(rule, seen, amount)):
        # It stands in that score's anchor only, which a condition that holds the score down has ruled out.
        score, because = rule.alternative.score, Measured(rule, amount, None, None, is_open=False, enough=enough)
    return _held_down(score, because, cap)


def _counted(rule: Counted, seen: Observation) -> Suggestion | None:
    met, parts, cap = len(set(seen.get("met", ()))), len(rule.counts) - 1, _strictest(rule.caps, seen)
    if met or seen.get("none"):
        return _held_down(rule.counts[met], Met(met, parts, met in rule.open), cap)
    if cap is None or cap.at_most > rule.counts[0]:
        return None
    return Suggestion(cap.at_most, Met(0, parts, is_open=False), cap)


def _held_down(score: int, because: Measured | Met, cap: Cap | None) -> Suggestion:
    if cap and cap.at_most < score:
        return Suggestion(cap.at_most, because, cap)
    return Suggestion(score, because)


def _strictest(caps: tuple[Cap, ...], seen: Observation) -> Cap | None:
    holding = [cap for cap in caps if cap.code in seen.get("caps", ())]
    return min(holding, key=lambda cap: cap.at_most, default=None)


def _amount(seen: Observation) -> Fraction | None:
    whole, part = number(seen.get("whole")), number(seen.get("part"))
    if whole and part is not None:
        return EVERYTHING * part / whole
    return number(seen.get("amount"))


def _reaches(rule: Thresholds, amount: Fraction, step: Step) -> bool:
    return amount <= step.limit if rule.lower_is_better else amount >= step.limit


def _enough(rule: Thresholds, seen: Observation, amount: Fraction) -> int | None:
    """Return the smaller number that is enough where there is little to count, if it is reached."""
    few = number(seen.get("alternative"))
    if rule.alternative is None or not few or few >= rule.alternative.fewer_than:
        return None
    enough = int(few * rule.alternative.times)
    return enough if amount >= enough else None


def _leaves_open(rule: Thresholds, amount: Fraction) -> bool:
    """Return whether the printed anchors, in whole numbers, skip this one: 74.5 between 50-74 and 75-89.

    Below the lowest limit of a share the form says "less than", which leaves nothing open unless
    the rule names the number before it.
    """
    if amount.denominator == 1:
        return amount in rule.open
    below, above = floor(amount), floor(amount) + 1
    limits = {step.limit for step in rule.steps}
    if rule.lower_is_better:
        return below in limits
    return above in limits and (above != min(limits) or below in rule.open)
