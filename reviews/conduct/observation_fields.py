"""What is observed of an item, as form fields: chosen by the item's rule, kept as plain data.

The data have the shape that scales/suggestion.py describes, without anything that was left empty,
so that equal observations are equal data.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.fields import ScoreField
from scales.definition import Item
from scales.rules import EVERYTHING, Cap, Counted, Thresholds

MOST = 100_000  # of whatever is counted
DECIMALS = 2
NUMBERS = ("amount", "whole", "part", "alternative")


class AmountField(forms.DecimalField):
    """A number that is not negative, written with a comma or a point, with or without a percent sign."""

    def __init__(self, label: Any, most: int = MOST) -> None:
        told = _("Write a number from 0 to %(most)s, with at most two decimals.") % {"most": most}
        super().__init__(label=label, required=False, min_value=0, max_value=most, decimal_places=DECIMALS)
        self.error_messages = dict.fromkeys(self.error_messages, told)
        for validator in self.validators:
            if hasattr(validator, "messages"):
                validator.messages = dict.fromkeys(validator.messages, told)
            else:
                validator.message = told  # type: ignore[attr-defined]

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        return super().to_python(str(value or "").replace(",", ".").replace("%", "").replace(" ", ""))


@dataclass(frozen=True)
class Inputs:
    """The fields of one line: of the item as a whole ("" as label), or of one specialist."""

    label: str
    item: Item

    def name(self, what: str) -> str:
        return f"{what}-{self.label}" if self.label else what

    def fields(self) -> dict[str, forms.Field]:
        return {self.name(what): field for what, field in self._fields()}

    def _fields(self) -> Iterator[tuple[str, forms.Field]]:
        rule = self.item.rule
        if isinstance(rule, Thresholds):
            yield "amount", AmountField(rule.measure, EVERYTHING if rule.unit == "percent" else MOST)
            if self.has_shares:
                yield "whole", AmountField(_("Working hours a week"))
                yield "part", AmountField(_("of which counted here"))
            if rule.alternative:
                yield "alternative", AmountField(rule.alternative.measure)
        if isinstance(rule, Counted):
            parts = [(str(part), str(part)) for part in range(1, len(rule.counts))]
            yield "met", forms.MultipleChoiceField(choices=parts, required=False)
            yield "none", forms.BooleanField(required=False)
        if isinstance(rule, Thresholds | Counted) and rule.caps:
            caps = [(cap.code, cap.code) for cap in rule.caps]
            yield "caps", forms.MultipleChoiceField(choices=caps, required=False)
        if self.label:
            yield "score", ScoreField()

    @property
    def has_shares(self) -> bool:
        """Whether a share may be given as a part of a whole: of one person's working hours."""
        return bool(self.label) and isinstance(self.item.rule, Thresholds) and self.item.rule.unit == "percent"

    def seen(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was filled in, as data."""
        told: dict[str, Any] = {}
        for what in NUMBERS:
            if (number := cleaned.get(self.name(what))) is not None:
                told[what] = format(number.normalize(), "f")
        if met := cleaned.get(self.name("met")):
            told["met"] = sorted(set(map(int, met)))
        elif cleaned.get(self.name("none")):
            told |= {"met": [], "none": True}
        if caps := cleaned.get(self.name("caps")):
            told["caps"] = sorted(set(caps))
        if score := cleaned.get(self.name("score")):
            told["score"] = score
        return told

    def is_more_than_all(self, cleaned: Mapping[str, Any]) -> bool:
        """Return whether the part is larger than the whole."""
        whole, part = cleaned.get(self.name("whole")), cleaned.get(self.name("part"))
        return whole is not None and part is not None and part > whole

    def initial(self, seen: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields' values for data that are stored."""
        return {self.name(what): value for what, value in seen.items()}


@dataclass(frozen=True)
class Line:
    """One line of inputs as it is shown, numbers as typed.

    `parts` pairs each part with whether it is met, `caps` each condition with whether it holds; `errors` names
    the inputs that are refused. A line that `is_hidden` is of a specialist who was left out: it is sent along,
    so that nothing is lost when they come back.
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
    parts: tuple[tuple[str, str, bool], ...]
    none: bool
    caps: tuple[tuple[Cap, bool], ...]
    score: str | None


def inputs_of(item: Item, labels: Sequence[str]) -> tuple[Inputs, ...]:
    """Return the lines that an item is observed by: one, or one for each specialist."""
    return tuple(Inputs(label, item) for label in (labels if item.per_specialist else ("",)))


def fields_of(item: Item, labels: Sequence[str]) -> dict[str, forms.Field]:
    return {name: field for inputs in inputs_of(item, labels) for name, field in inputs.fields().items()}


def observation_in(cleaned: Mapping[str, Any], item: Item, labels: Sequence[str]) -> dict[str, Any]:
    """Return the observation that checked form data hold; {} where nothing was filled in."""
    if not item.per_specialist:
        return Inputs("", item).seen(cleaned)
    lines = {inputs.label: seen for inputs in inputs_of(item, labels) if (seen := inputs.seen(cleaned))}
    return {"specialists": lines} if lines else {}


def initial_of(observation: Mapping[str, Any], item: Item, labels: Sequence[str]) -> dict[str, Any]:
    """Return the form's values for a stored observation."""
    if not item.per_specialist:
        return Inputs("", item).initial(observation)
    lines = observation.get("specialists", {})
    found: dict[str, Any] = {}
    for inputs in inputs_of(item, labels):
        found |= inputs.initial(lines.get(inputs.label, {}))
    return found


def lines_of(form: forms.Form, item: Item, labels: Sequence[str], shown: Sequence[str]) -> tuple[Line, ...]:
    """Return the inputs as they are to be shown, with what stands in them; none where nothing is measured.

    `labels` are all specialists, `shown` those who are scored.
    """
    lines = (inputs for inputs in inputs_of(item, labels) if inputs.fields())
    return tuple(_line(form, inputs, is_hidden=bool(inputs.label) and inputs.label not in shown) for inputs in lines)


def _line(form: forms.Form, inputs: Inputs, *, is_hidden: bool) -> Line:
    rule = inputs.item.rule

    def value(what: str) -> Any:
        name = inputs.name(what)
        return (form[name].value() or "") if name in form.fields else None

    met, caps = map(str, value("met") or ()), value("caps") or ()
    ticked = set(met)
    return Line(
        label=inputs.label,
        suffix=f"-{inputs.label}" if inputs.label else "",
        is_hidden=is_hidden,
        errors=tuple(what for what in (*NUMBERS, "score") if form.errors.get(inputs.name(what))),
        amount=value("amount"),
        amount_label=rule.measure if isinstance(rule, Thresholds) else "",
        unit=rule.unit if isinstance(rule, Thresholds) else "",
        whole=value("whole"),
        part=value("part"),
        alternative=value("alternative"),
        alternative_label=rule.alternative.measure if isinstance(rule, Thresholds) and rule.alternative else "",
        parts=tuple((str(n), text, str(n) in ticked) for n, text in enumerate(_parts(inputs.item), 1)),
        none=bool(value("none")),
        caps=tuple((cap, cap.code in caps) for cap in getattr(rule, "caps", ())),
        score=str(value("score")) if inputs.label else None,
    )


def _parts(item: Item) -> tuple[str, ...]:
    if not isinstance(item.rule, Counted):
        return ()
    return item.rule.parts or (item.checklist.components if item.checklist else ())
