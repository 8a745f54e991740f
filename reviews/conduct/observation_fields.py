"""Form fields for the observation of an item. The item's rule decides which fields there are.

Owns the translation between form fields and the stored observation, whose structure scales/suggestion.py describes.
Fields that are left empty are not stored, so that equal observations are equal data.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.fields import ScoreField
from scales.definition import Item
from scales.rules import HUNDRED_PERCENT, Cap, CountRule, ThresholdRule
from scales.suggestion import DECIMALS

LARGEST_AMOUNT = 100_000
AMOUNTS = ("amount", "whole", "part", "alternative")


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
class ObservationLine:
    """The inputs of one observation as the page shows them, with numbers as they were typed; None for no input.

    `points` pairs each point of the checklist with whether it is ticked, `caps` each condition with whether it is
    ticked. `errors` holds the keys of the inputs that are invalid. `is_hidden` is true for a specialist who was
    removed: the browser still sends the inputs, so that their values are kept in case the specialist is restored.
    """

    label: str
    suffix: str
    is_hidden: bool
    errors: tuple[str, ...]
    amount: str | None
    amount_label: str
    unit: str
    whole: str | None
    part: str | None
    alternative: str | None
    alternative_label: str
    points: tuple[tuple[str, str, bool], ...]
    none: bool
    caps: tuple[tuple[Cap, bool], ...]
    score: str | None


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
    return tuple(
        _line(form, fields, is_hidden=bool(fields.label) and fields.label not in labels)
        for fields in fields_by_line(item, all_labels)
        if fields.form_fields()
    )


def _line(form: forms.Form, fields: ObservationFields, *, is_hidden: bool) -> ObservationLine:
    rule = fields.item.rule

    def value(key: str) -> Any:
        name = fields.name(key)
        return (form[name].value() or "") if name in form.fields else None

    met, caps = set(map(str, value("met") or ())), value("caps") or ()
    return ObservationLine(
        label=fields.label,
        suffix=f"-{fields.label}" if fields.label else "",
        is_hidden=is_hidden,
        errors=tuple(key for key in (*AMOUNTS, "score") if form.errors.get(fields.name(key))),
        amount=value("amount"),
        amount_label=rule.measure if isinstance(rule, ThresholdRule) else "",
        unit=rule.unit if isinstance(rule, ThresholdRule) else "",
        whole=value("whole"),
        part=value("part"),
        alternative=value("alternative"),
        alternative_label=rule.alternative.measure if isinstance(rule, ThresholdRule) and rule.alternative else "",
        points=tuple((str(n), text, str(n) in met) for n, text in enumerate(_points(fields.item), 1)),
        none=bool(value("none")),
        caps=tuple((cap, cap.code in caps) for cap in getattr(rule, "caps", ())),
        score=str(value("score")) if fields.label else None,
    )


def _points(item: Item) -> tuple[str, ...]:
    """Return the points to tick: the rule's own, or else those of the item's checklist."""
    if not isinstance(item.rule, CountRule):
        return ()
    return item.rule.parts or (item.checklist.components if item.checklist else ())
