"""The scoring rules of items as data, parsed from a scale's document. Pure: imports no Django.

Owns the kinds of rules and their validation, but no arithmetic. A score is a whole number from 1 to 5.
"""

from dataclasses import dataclass
from itertools import pairwise

from scales.document import Node

SCORES = (1, 2, 3, 4, 5)
HUNDRED_PERCENT = 100
UNITS = ("clients", "percent", "days", "contacts_per_week")


@dataclass(frozen=True)
class Cap:
    """A yes/no condition that limits the score to `at_most` if it is true.

    `gives` is the score whose anchor asks for nothing but the condition, so that it is suggested also where the rest of
    the observation would lead to less; 0 if there is none.
    """

    code: str
    text: str
    at_most: int
    gives: int = 0


def _scores_of(caps: tuple[Cap, ...]) -> set[int]:
    return {score for cap in caps for score in (cap.at_most, cap.gives) if score}


@dataclass(frozen=True)
class JudgementRule:
    """The evaluator decides by the anchors; no score is suggested."""

    note: str = ""

    def yields(self) -> set[int]:
        """Return the scores that the rule can lead to."""
        return set(SCORES)


@dataclass(frozen=True)
class CountRule:
    """The number of parts that are met decides: `counts[n]` is the score for n parts.

    `parts` are the names of phases, or empty if the parts are the item's checklist components. `open` holds the numbers
    for which the form prints no anchor.
    """

    counts: tuple[int, ...]
    parts: tuple[str, ...] = ()
    caps: tuple[Cap, ...] = ()
    note: str = ""
    open: tuple[int, ...] = ()

    def yields(self) -> set[int]:
        """Return the scores that the rule can suggest."""
        return set(self.counts) | _scores_of(self.caps)


@dataclass(frozen=True)
class ThresholdStep:
    """The `score` for an amount of `limit` or better."""

    score: int
    limit: int


@dataclass(frozen=True)
class FewerThan:
    """The alternative of a threshold rule for small numbers.

    If the number of `measure` is below `fewer_than`, an amount of `times` that number is enough for `score`. The
    product is rounded down unless `exact`. With `left_out_at_none`, a specialist with none of `measure` has no score
    and is left out of the mean.
    """

    score: int
    measure: str
    fewer_than: int
    times: int
    exact: bool = False
    left_out_at_none: bool = False


@dataclass(frozen=True)
class ThresholdRule:
    """One measured number decides. `steps` run from the best score down; `otherwise` is the score below all of them.

    `open` holds whole numbers that no printed anchor covers, or that two anchors cover.
    """

    measure: str
    unit: str
    lower_is_better: bool
    steps: tuple[ThresholdStep, ...]
    otherwise: int
    caps: tuple[Cap, ...] = ()
    alternative: FewerThan | None = None
    note: str = ""
    open: tuple[int, ...] = ()

    def yields(self) -> set[int]:
        """Return the scores that the rule can suggest."""
        return {step.score for step in self.steps} | {self.otherwise} | _scores_of(self.caps)


Rule = JudgementRule | CountRule | ThresholdRule


def parse_rule(node: Node, components: int) -> Rule:
    """Return the rule at `node`, for an item with that number of checklist components. Add faults to the node."""
    kind = node.choice("type", ("judgement", "checklist", "phases", "thresholds"))
    note = node.text("note", required=False)
    rule: Rule
    match kind:
        case "checklist":
            rule = _counted(node, components, (), note)
        case "phases":
            phases = node.texts("phases")
            rule = _counted(node, len(phases), phases, note)
        case "thresholds":
            rule = _thresholds(node, note)
        case _:
            rule = JudgementRule(note)
    node.nothing_else()
    if unreachable := sorted(set(SCORES) - rule.yields()):
        node.fault(f"can never yield {', '.join(map(str, unreachable))}")
    return rule


def _counted(node: Node, parts: int, phases: tuple[str, ...], note: str) -> CountRule:
    counts = node.numbers("counts")
    if len(counts) != parts + 1:
        node.fault(f"needs {parts + 1} scores, for 0 to {parts} met, not {len(counts)}", "counts")
    if any(count not in SCORES for count in counts):
        node.fault("must hold scores from 1 to 5", "counts")
    if any(later < earlier for earlier, later in pairwise(counts)):
        node.fault("must not fall when more is met", "counts")
    return CountRule(counts, phases, _caps(node), note, _open(node))


def _thresholds(node: Node, note: str) -> ThresholdRule:
    measure, unit = node.text("measure"), node.choice("unit", UNITS)
    lower = node.choice("better", ("lower", "higher")) == "lower"
    steps = []
    for child in node.nodes("steps"):
        steps.append(ThresholdStep(_score(child, "score"), child.number("limit")))
        child.nothing_else()
    otherwise = _score(node, "otherwise")
    scores = [*(step.score for step in steps), otherwise]
    if any(worse >= better for better, worse in pairwise(scores)):
        node.fault("must run from the best score down to the one for everything else", "steps")
    limits = [step.limit if lower else -step.limit for step in steps]
    if any(later <= earlier for earlier, later in pairwise(limits)):
        node.fault("has limits out of order: a later step could never be reached", "steps")
    if unit == "percent" and any(not 0 <= step.limit <= HUNDRED_PERCENT for step in steps):
        node.fault("has a limit outside 0 to 100 percent", "steps")
    caps, alternative = _caps(node), _alternative(node)
    return ThresholdRule(measure, unit, lower, tuple(steps), otherwise, caps, alternative, note, _open(node))


def _open(node: Node) -> tuple[int, ...]:
    return node.numbers("open", required=False)


def _alternative(node: Node) -> FewerThan | None:
    child = node.optional_node("alternative")
    if child is None:
        return None
    score, measure = _score(child, "score"), child.text("measure")
    few, times = child.number("fewer_than"), child.number("times")
    alternative = FewerThan(score, measure, few, times, child.flag("exact"), child.flag("left_out_at_none"))
    child.nothing_else()
    return alternative


def _caps(node: Node) -> tuple[Cap, ...]:
    caps = []
    for child in node.nodes("caps", required=False):
        cap = Cap(child.text("code"), child.text("text"), _score(child, "at_most"), _given(child))
        if cap.gives > cap.at_most:
            child.fault("must not be more than at_most", "gives")
        caps.append(cap)
        child.nothing_else()
    if len({cap.code for cap in caps}) != len(caps):
        node.fault("repeats a code", "caps")
    return tuple(caps)


def _given(node: Node) -> int:
    return _score(node, "gives") if "gives" in node.value else 0


def _score(node: Node, key: str) -> int:
    value = node.number(key)
    if value not in SCORES:
        node.fault("must be a score from 1 to 5", key)
    return value
