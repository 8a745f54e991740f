"""Form fields for the observation of an item. The item's rule decides which fields there are.

Owns the translation between form fields and the stored observation, whose structure scales/suggestion.py describes.
Fields that are left empty are not stored, so that equal observations are equal data.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from string import ascii_lowercase
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.fields import ScoreField
from scales.definition import Item
from scales.rules import HUNDRED_PERCENT, SCORES, Cap, CountRule, ThresholdRule
from scales.suggestion import DECIMALS

LARGEST_AMOUNT = 100_000
AMOUNTS = ("amount", "whole", "part", "alternative")
LETTERS = ascii_lowercase  # of the points of a checklist, in order
UNIT_WORDS = {"percent": "%", "days": _("days"), "clients": _("clients"), "contacts_per_week": _("a week")}


class AmountField(forms.DecimalField):
    """An optional number from 0, with a decimal comma or point and an optional percent sign."""

    def __init__(self, label: Any, largest: int = LARGEST_AMOUNT) -> None:
        sentence = _("Write a number from 0 to %(most)s, with at most two decimals.") % {"most": largest}
        super().__init__(label=label, required=False, min_value=0, max_value=largest, decimal_places=DECIMALS)
        self.error_messages = dict.fromkeys(self.error_messages, sentence)
        for validator in self.validators:
            if hasattr(validator, "messages"):
                validator.messages = dict.fromkeys(validator.messages, sentence)
            else:
                validator.message = sentence  # type: ignore[attr-defined]

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        return super().to_python(str(value or "").replace(",", ".").replace("%", "").replace(" ", ""))


@dataclass(frozen=True)
class ObservationFields:
    """The fields of one observation: of one specialist, or of the item as a whole, in which case `label` is ""."""

    label: str
    item: Item

    def name(self, key: str) -> str:
        """Return the name of the form field for a key of the stored observation."""
        return f"{key}-{self.label}" if self.label else key

    def form_fields(self) -> dict[str, forms.Field]:
        """Return new form fields by name."""
        return {self.name(key): field for key, field in self._fields_by_key()}

    @property
    def is_needed(self) -> bool:
        """Whether there is any field."""
        return next(self._fields_by_key(), None) is not None

    def _fields_by_key(self) -> Iterator[tuple[str, forms.Field]]:
        rule = self.item.rule
        if isinstance(rule, ThresholdRule):
            yield "amount", AmountField(rule.measure, HUNDRED_PERCENT if rule.unit == "percent" else LARGEST_AMOUNT)
            if self.has_part_and_whole:
                yield "whole", AmountField(_("Working hours a week"))
                yield "part", AmountField(_("of which counted here"))
            if rule.alternative:
                yield "alternative", AmountField(rule.alternative.measure)
        if isinstance(rule, CountRule):
            points = [(str(point), str(point)) for point in range(1, len(rule.counts))]
            yield "met", forms.MultipleChoiceField(choices=points, required=False)
            yield "none", forms.BooleanField(required=False)
        if isinstance(rule, ThresholdRule | CountRule) and rule.caps:
            caps = [(cap.code, cap.code) for cap in rule.caps]
            yield "caps", forms.MultipleChoiceField(choices=caps, required=False)
        if self.label:
            yield "score", ScoreField()

    @property
    def has_part_and_whole(self) -> bool:
        """Whether a percentage can also be entered as hours out of one specialist's working hours."""
        return bool(self.label) and isinstance(self.item.rule, ThresholdRule) and self.item.rule.unit == "percent"

    def observation(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the cleaned form data hold for these fields, as data to store; {} if all are empty."""
        observation: dict[str, Any] = {}
        for key in AMOUNTS:
            if (number := cleaned.get(self.name(key))) is not None:
                observation[key] = format(number.normalize(), "f")
        if met := cleaned.get(self.name("met")):
            observation["met"] = sorted(set(map(int, met)))
        elif cleaned.get(self.name("none")):
            observation |= {"met": [], "none": True}
        if caps := cleaned.get(self.name("caps")):
            observation["caps"] = sorted(set(caps))
        if score := cleaned.get(self.name("score")):
            observation["score"] = score
        return observation

    def part_exceeds_whole(self, cleaned: Mapping[str, Any]) -> bool:
        """Return whether the hours entered are more than the working hours."""
        whole, part = cleaned.get(self.name("whole")), cleaned.get(self.name("part"))
        return whole is not None and part is not None and part > whole

    def initial(self, observation: Mapping[str, Any]) -> dict[str, Any]:
        """Return the initial values of the form fields for a stored observation."""
        return {self.name(key): value for key, value in observation.items()}


@dataclass(frozen=True)
class Measure:
    """One input of an observation: a number, or a score to choose. `name` is also its id in the page.

    `is_of_scale`: the label is a text of the scale. `unit` follows the input. `scores` are the choices, if it
    is no number.
    """

    name: str
    label: str
    value: str
    is_invalid: bool
    is_of_scale: bool = False
    unit: str = ""
    scores: tuple[str, ...] = ()


@dataclass(frozen=True)
class Point:
    """A point of a checklist with its letter, which is also its key."""

    number: str
    letter: str
    text: str
    is_met: bool


@dataclass(frozen=True)
class Condition:
    """A condition that limits the score, and in words what follows if it holds."""

    code: str
    text: str
    follows: str
    holds: bool


@dataclass(frozen=True)
class ObservationLine:
    """The inputs of one observation as the page shows them, with numbers as they were typed.

    `label` and `suffix` are "" for the item as a whole. `is_hidden` is true for a specialist who was removed: the
    browser still sends the inputs, so that their values are kept in case the specialist is restored. `none`: none of
    the points is met. `may_move` and `may_leave` say what can be done with a specialist.
    """

    label: str
    suffix: str
    is_hidden: bool
    measures: tuple[Measure, ...]
    points: tuple[Point, ...]
    none: bool
    conditions: tuple[Condition, ...]
    may_move: bool
    may_leave: bool


def fields_by_line(item: Item, labels: Sequence[str]) -> tuple[ObservationFields, ...]:
    """Return the fields of each observation of an item: one for each specialist if the item asks for that, else one."""
    return tuple(ObservationFields(label, item) for label in (labels if item.per_specialist else ("",)))


def form_fields(item: Item, labels: Sequence[str]) -> dict[str, forms.Field]:
    """Return all form fields for the observation of an item, by name."""
    return {name: field for fields in fields_by_line(item, labels) for name, field in fields.form_fields().items()}


def observation_from(cleaned: Mapping[str, Any], item: Item, labels: Sequence[str]) -> dict[str, Any]:
    """Return the observation in cleaned form data, as data to store; {} if nothing was filled in."""
    if not item.per_specialist:
        return ObservationFields("", item).observation(cleaned)
    by_label = {fields.label: fields.observation(cleaned) for fields in fields_by_line(item, labels)}
    filled_in = {label: observation for label, observation in by_label.items() if observation}
    return {"specialists": filled_in} if filled_in else {}


def initial_values(observation: Mapping[str, Any], item: Item, labels: Sequence[str]) -> dict[str, Any]:
    """Return the initial values of all form fields for a stored observation, by name."""
    if not item.per_specialist:
        return ObservationFields("", item).initial(observation)
    by_label = observation.get("specialists", {})
    values: dict[str, Any] = {}
    for fields in fields_by_line(item, labels):
        values |= fields.initial(by_label.get(fields.label, {}))
    return values


def observation_data(observation: Mapping[str, Any], item: Item, labels: Sequence[str]) -> dict[str, list[str]]:
    """Return a stored observation as the data of a POST, by name of the form field."""
    values = initial_values(observation, item, labels)
    return {
        name: [str(each) for each in value] if isinstance(value, list) else [str(value)]
        for name, value in values.items()
    }


def observation_lines(
    form: forms.Form, item: Item, all_labels: Sequence[str], labels: Sequence[str]
) -> tuple[ObservationLine, ...]:
    """Return the inputs of a form as its page shows them; () if the item has no fields for an observation.

    `all_labels` are those of all specialists, `labels` those of the specialists who have not been removed.
    """
    return tuple(_line(form, fields, labels) for fields in fields_by_line(item, all_labels) if fields.is_needed)


def _line(form: forms.Form, fields: ObservationFields, labels: Sequence[str]) -> ObservationLine:
    def value(key: str) -> Any:
        name = fields.name(key)
        return (form[name].value() or "") if name in form.fields else None

    label, rule = fields.label, fields.item.rule
    met, caps = set(map(str, value("met") or ())), value("caps") or ()
    return ObservationLine(
        label=label,
        suffix=f"-{label}" if label else "",
        is_hidden=bool(label) and label not in labels,
        measures=tuple(_measures(form, fields, value)),
        points=tuple(
            Point(str(n), LETTERS[n - 1 : n], text, str(n) in met) for n, text in enumerate(_points(fields.item), 1)
        ),
        none=bool(value("none")),
        conditions=tuple(
            Condition(cap.code, cap.text, _follows(cap), cap.code in caps) for cap in getattr(rule, "caps", ())
        ),
        may_move=bool(label) and label not in labels[:1],
        may_leave=bool(label) and len(labels) > 1,
    )


def _measures(form: forms.Form, fields: ObservationFields, value: Callable[[str], Any]) -> Iterator[Measure]:
    """Yield the inputs of one observation in the order in which they are filled in."""
    rule = fields.item.rule

    def measure(key: str, label: Any, **more: Any) -> Measure:
        name = fields.name(key)
        return Measure(name, str(label), str(value(key)), name in form.errors, **more)

    if isinstance(rule, ThresholdRule):
        yield measure("amount", rule.measure, is_of_scale=True, unit=str(UNIT_WORDS[rule.unit]))
        if fields.has_part_and_whole:
            yield measure("part", _("or hours of it"))
            yield measure("whole", _("of working hours a week"))
        if rule.alternative:
            yield measure("alternative", rule.alternative.measure, is_of_scale=True)
    if fields.label:
        label = _("or score") if isinstance(rule, ThresholdRule) else _("Score")
        yield measure("score", label, scores=tuple(map(str, SCORES)))


def _follows(cap: Cap) -> str:
    if cap.gives == cap.at_most:
        return str(_("Yes: %(score)s") % {"score": cap.gives})
    return str(_("Yes: at most %(score)s") % {"score": cap.at_most})


def _points(item: Item) -> tuple[str, ...]:
    """Return the points to tick: the rule's own, or else those of the item's checklist."""
    if not isinstance(item.rule, CountRule):
        return ()
    return item.rule.parts or (item.checklist.components if item.checklist else ())
