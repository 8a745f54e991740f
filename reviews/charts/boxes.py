"""The geometry of box marks: the five-number summary of many values on one axis. Pure: imports no Django.

Positions are percentages of the axis, so that a drawing stretches with its column.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reviews.charts.distribution import Spread


@dataclass(frozen=True)
class BoxMark:
    """A line from the lowest to the highest value, a box between the quartiles, the median, and single values."""

    lowest: str
    highest: str
    box_x: str
    box_width: str
    median: str
    own: tuple[str, ...]


def box_mark(spread: Spread, low: int, high: int, own: Sequence[int] = ()) -> BoxMark:
    """Return the mark of a spread on the axis from `low` to `high`. `own` are single values to show on it."""

    def at(value: float) -> float:
        return 100 * (value - low) / (high - low)

    return BoxMark(
        lowest=f"{at(spread.min):.2f}",
        highest=f"{at(spread.max):.2f}",
        box_x=f"{at(float(spread.q1)):.2f}",
        box_width=f"{at(float(spread.q3)) - at(float(spread.q1)):.2f}",
        median=f"{at(float(spread.median)):.2f}",
        own=tuple(f"{at(value):.2f}" for value in own),
    )
