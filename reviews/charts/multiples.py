"""The geometry of small multiples: for each item, its scores over time as a line chart. Pure: imports no Django.

All charts share both axes and can be compared at a glance. The caller must pass reviews of one kind and by one edition
only. Units are SVG user units.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reviews.charts import units
from scales.rules import SCORES

WIDTH, HEIGHT = 200, 76
LEFT, RIGHT, TOP, BOTTOM = 14, 10, 8, 8


@dataclass(frozen=True)
class GridLine:
    """The horizontal line of one score, the same in all charts. Only the lowest and the highest score are labelled."""

    y: str
    label: str


@dataclass(frozen=True)
class SmallChart:
    """The chart of one item. `polyline` holds the points of an SVG polyline; the last one is given apart too."""

    number: int
    polyline: str
    last_x: str
    last_y: str


@dataclass(frozen=True)
class Frame:
    """The size and the grid that all charts share."""

    width: str
    height: str
    left: str
    right: str
    grid: tuple[GridLine, ...]


@dataclass(frozen=True)
class Multiples:
    """The charts by item number, with their frame."""

    frame: Frame
    charts: Mapping[int, SmallChart]


def small_multiples(visits: Sequence[date], scores: Mapping[int, Sequence[int]]) -> Multiples:
    """Return one chart for each item. `scores` maps an item number to one score for each visit, in order.

    The distance between visits is proportional to the time between them, or even if all are on one day. Raise
    ValueError if an item does not have one score for each visit.
    """
    positions = _positions(visits)
    return Multiples(_frame(), {number: _chart(number, positions, values) for number, values in scores.items()})


def _frame() -> Frame:
    lowest, highest = SCORES[0], SCORES[-1]
    return Frame(
        width=str(WIDTH),
        height=str(HEIGHT),
        left=str(LEFT),
        right=str(WIDTH - RIGHT),
        grid=tuple(GridLine(units(_y(score)), str(score) if score in (lowest, highest) else "") for score in SCORES),
    )


def _positions(visits: Sequence[date]) -> list[float]:
    """Return the x coordinate of each visit."""
    width = WIDTH - LEFT - RIGHT - 8
    days = (visits[-1] - visits[0]).days if visits else 0
    if days:
        return [LEFT + 4 + width * (visit - visits[0]).days / days for visit in visits]
    return [LEFT + 4 + width * (i + 1) / (len(visits) + 1) for i in range(len(visits))]


def _chart(number: int, positions: Sequence[float], scores: Sequence[int]) -> SmallChart:
    points = [(units(x), units(_y(score))) for x, score in zip(positions, scores, strict=True)]
    return SmallChart(number, " ".join(f"{x},{y}" for x, y in points), *points[-1])


def _y(score: int) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (SCORES[-1] - score) / (SCORES[-1] - SCORES[0])
