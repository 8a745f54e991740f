"""Every item's scores over time as small line charts of one size. Pure: imports no Django.

Only reviews of one kind and by one edition belong together; the caller sees to that. All charts share both
axes, so that they can be compared at a glance. Units are SVG user units.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reviews.charts import units
from scales.rules import SCORES

WIDTH, HEIGHT = 200, 76
LEFT, RIGHT, TOP, BOTTOM = 14, 10, 8, 8


@dataclass(frozen=True)
class Grid:
    """One line a score, the same in all charts; `label` is "" where it would crowd."""

    y: str
    label: str


@dataclass(frozen=True)
class Dot:
    x: str
    y: str
    is_last: bool


@dataclass(frozen=True)
class Small:
    """One item's chart; `points` is what a polyline wants."""

    number: int
    points: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class Multiples:
    width: str
    height: str
    left: str
    right: str
    grid: tuple[Grid, ...]
    charts: Mapping[int, Small]


def multiples(visits: Sequence[date], scores: Mapping[int, Sequence[int]]) -> Multiples:
    """Return one chart an item: `scores` maps its number to one score a visit, in the order of `visits`.

    Visits stand apart as they do in time; where all fell on one day, evenly. Raises ValueError for a
    row that is not as long as the visits.
    """
    places = _places(visits)
    lowest, highest = SCORES[0], SCORES[-1]
    return Multiples(
        width=str(WIDTH),
        height=str(HEIGHT),
        left=str(LEFT),
        right=str(WIDTH - RIGHT),
        grid=tuple(Grid(units(_y(score)), str(score) if score in (lowest, highest) else "") for score in SCORES),
        charts={number: _chart(number, places, values) for number, values in scores.items()},
    )


def _places(visits: Sequence[date]) -> list[float]:
    room = WIDTH - LEFT - RIGHT - 8
    days = (visits[-1] - visits[0]).days if visits else 0
    if days:
        return [LEFT + 4 + room * (visit - visits[0]).days / days for visit in visits]
    return [LEFT + 4 + room * (i + 1) / (len(visits) + 1) for i in range(len(visits))]


def _chart(number: int, places: Sequence[float], values: Sequence[int]) -> Small:
    last = len(places) - 1
    pairs = zip(places, values, strict=True)
    dots = tuple(Dot(units(x), units(_y(value)), i == last) for i, (x, value) in enumerate(pairs))
    return Small(number, " ".join(f"{dot.x},{dot.y}" for dot in dots), dots)


def _y(score: int) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (SCORES[-1] - score) / (SCORES[-1] - SCORES[0])
