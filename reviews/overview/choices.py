"""One of several, chosen by a link: what is offered, what is chosen, whether something else was asked for."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    label: str
    value: str
    is_chosen: bool


@dataclass(frozen=True)
class Choices:
    """`refused` is what was asked for and is not offered; then the default is chosen and the page says so."""

    offered: tuple[Choice, ...]
    chosen: str
    refused: str = ""


def choose(asked: str, offered: Mapping[str, str], default: str) -> Choices:
    """Return the choice among `offered` (value: label): what was asked for, or the default."""
    is_known = asked in offered
    chosen = asked if is_known else default
    return Choices(
        offered=tuple(Choice(label, value, value == chosen) for value, label in offered.items()),
        chosen=chosen,
        refused="" if is_known or not asked else asked[:100],
    )
