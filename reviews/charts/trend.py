"""Totals over time as a line chart's geometry. Pure: imports no Django.

One line for each kind of review: kinds are never joined silently. Only reviews by one edition
of a scale belong into one chart; the caller sees to that. Units are SVG user units.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from reviews.charts import units
from scales.definition import Band, Scale

WIDTH, HEIGHT = 960, 280
LEFT, RIGHT, TOP, BOTTOM = 8, 210, 8, 28
MARKERS = ("circle", "square", "triangle", "diamond")
RADIUS = 5  # of the circle; the others are their corners, from the point that they mark
CORNERS = {
    "square": ((-5, -5), (5, -5), (5, 5), (-5, 5)),
    "triangle": ((0, -6), (6, 5), (-6, 5)),
    "diamond": ((0, -7), (7, 0), (0, 7), (-7, 0)),
}


@dataclass(frozen=True)
class Total:
    """One finished review."""

    when: date
    total: int
    kind: str
    kind_label: str


@dataclass(frozen=True)
class Point:
    x: str
    y: str
    label_y: str
    total: str
    path: str


@dataclass(frozen=True)
class Line:
    """The reviews of one kind, in order of time; `points` is what a polyline wants, `marker` one of MARKERS,
    `path` the same for the legend, in a box of 16 by 16."""

    kind_label: str
    marker: str
    path: str
    points: str
    marks: tuple[Point, ...]


@dataclass(frozen=True)
class Zone:
    """One band behind the lines."""

    label: str
    range: str
    rank: int
    y: str
    width: str
    height: str
    middle: str


@dataclass(frozen=True)
class Tick:
    x: str
    label: str


@dataclass(frozen=True)
class Trend:
    width: str
    height: str
    left: str
    bottom: str
    label_x: str
    zones: tuple[Zone, ...]
    ticks: tuple[Tick, ...]
    lines: tuple[Line, ...]


def trend(scale: Scale, totals: Iterable[Total]) -> Trend | None:
    """Return the chart of `totals`, or None when there is nothing to draw."""
    ordered = sorted(totals, key=lambda total: total.when)
    if not ordered:
        return None
    first, last = date(ordered[0].when.year, 1, 1), date(ordered[-1].when.year + 1, 1, 1)
    days = (last - first).days
    right = WIDTH - RIGHT

    def x(when: date) -> float:
        return LEFT + (right - LEFT) * (when - first).days / days

    def y(total: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (scale.max - total) / (scale.max - scale.min)

    years = [date(year, 1, 1) for year in range(first.year, last.year + 1)]
    return Trend(
        width=units(WIDTH),
        height=units(HEIGHT),
        left=units(LEFT),
        bottom=units(HEIGHT - BOTTOM),
        label_x=units(right + 8),
        zones=tuple(_zone(scale, band, y) for band in scale.bands),
        ticks=tuple(Tick(units(x(year)), str(year.year)) for year in years),
        lines=_lines(ordered, x, y),
    )


def _zone(scale: Scale, band: Band, y: Callable[[float], float]) -> Zone:
    top = y(min(band.max + 0.5, scale.max))
    bottom = y(max(band.min - 0.5, scale.min))
    return Zone(
        label=band.label,
        range=f"{band.min}–{band.max}",
        rank=scale.rank(band),
        y=units(top),
        width=units(WIDTH - RIGHT - LEFT),
        height=units(bottom - top),
        middle=units((top + bottom) / 2),
    )


def _lines(ordered: Sequence[Total], x: Callable[[date], float], y: Callable[[float], float]) -> tuple[Line, ...]:
    lines = []
    for i, kind in enumerate(dict.fromkeys(total.kind for total in ordered)):
        marker = MARKERS[i % len(MARKERS)]
        own = [total for total in ordered if total.kind == kind]
        marks = tuple(_point(x(total.when), y(total.total), total.total, marker) for total in own)
        lines.append(
            Line(
                kind_label=own[0].kind_label,
                marker=marker,
                path=_marker(marker, 8, 8),
                points=" ".join(f"{mark.x},{mark.y}" for mark in marks),
                marks=marks,
            )
        )
    return tuple(lines)


def _point(x: float, y: float, total: int, marker: str) -> Point:
    above = y - 11 if y > TOP + 22 else y + 20
    return Point(units(x), units(y), units(above), str(total), _marker(marker, x, y))


def _marker(marker: str, x: float, y: float) -> str:
    """Return a path around a point: kinds differ in shape, not in colour alone."""
    if marker not in CORNERS:
        r = RADIUS
        return f"M{x - r:.1f},{y:.1f}a{r},{r} 0 1,0 {2 * r},0a{r},{r} 0 1,0 {-2 * r},0z"
    return f"M{'L'.join(f'{x + right:.1f},{y + down:.1f}' for right, down in CORNERS[marker])}z"
