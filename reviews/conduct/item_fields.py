"""Short text fields of the form of an item, as its page shows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django import forms

from reviews.components.rendered import Rendered


@dataclass(frozen=True)
class TextInput(Rendered):
    """A field for a line of text, or for a day, with its errors.

    `value` is what was sent or the stored value, a day as year-month-day. `longest` is the largest number of
    characters, "" for a day.
    """

    template: ClassVar[str] = "conduct/_text.html"

    name: str
    label: str
    value: str
    longest: str
    errors: tuple[str, ...]


def text_inputs(form: forms.Form, names: Iterable[str]) -> Mapping[str, TextInput]:
    """Return the fields of a form that have these names, by name."""
    return {name: _text_input(form, name) for name in names if name in form.fields}


def _text_input(form: forms.Form, name: str) -> TextInput:
    field, value = form.fields[name], form[name].value()
    return TextInput(
        name=name,
        label=str(field.label),
        value=value.isoformat() if isinstance(value, date) else str(value or ""),
        longest=str(getattr(field, "max_length", "")),
        errors=tuple(map(str, form.errors.get(name, ()))),
    )
