"""The geometry of the line chart of totals over time. Pure: imports no Django.

Each kind of review has a line of its own. The caller must pass reviews by one edition of a scale only. The lowest band
is squeezed as on the ruler (ruler.py), and the chart shows the break. Units are SVG user units.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from reviews.charts import units
from reviews.charts.ruler import is_squeezed, position
from scales.definition import Scale

WIDTH, HEIGHT = 960, 280
LEFT, RIGHT, TOP, BOTTOM = 8, 210, 8, 28
MOST_DRAWN = 24  # finished reviews of an organisation that are drawn, the newest
MARKERS = ("circle", "square", "triangle", "diamond")
LINE = 16  # from one label of a band to the next
NUMBER = 28  # the width of a total
RADIUS = 5  # of the circle; the other markers are given by their corners, relative to the point
CORNERS = {
    "square": ((-5, -5), (5, -5), (5, 5), (-5, 5)),
    "triangle": ((0, -6), (6, 5), (-6, 5)),
    "diamond": ((0, -7), (7, 0), (0, 7), (-7, 0)),
}


@dataclass(frozen=True)
class ReviewTotal:
    """The total of one finished review, and the first day of its visit.

    `words` describe the review to somebody who points at it, and `url` leads to it; both are "" on paper.
    """

    visit: date
    total: int
    kind: str
    kind_label: str
    words: str = ""
    url: str = ""


@dataclass(frozen=True)
class TrendPoint:
    """One total. `path` draws its marker; `label_y` is the baseline of its number. `anchor` aligns `words`.

    A number that `is_crowded` would cover that of a newer review: it is drawn only while the point has the focus.
    """

    x: str
    y: str
    label_y: str
    total: str
    path: str
    words: str
    url: str
    anchor: str
    is_crowded: bool


@dataclass(frozen=True)
class TrendSeries:
    """The reviews of one kind, the oldest first. `marker` is one of MARKERS.

    `path` draws the marker in the legend, in a box of 16 by 16. `polyline` holds the points of an SVG polyline.
    """

    kind_label: str
    marker: str
    path: str
    polyline: str
    points: tuple[TrendPoint, ...]


@dataclass(frozen=True)
class BandZone:
    """The area of one quality band behind the lines. `rank` counts from the lowest band, 1."""

    label: str
    range: str
    rank: int
    y: str
    width: str
    height: str
    middle: str


@dataclass(frozen=True)
class YearTick:
    """The first day of a year on the time axis."""

    x: str
    label: str


@dataclass(frozen=True)
class DayLine:
    """A vertical line for a day: today, or when the next review is due. `anchor` aligns its label."""

    name: str
    x: str
    label_x: str
    label_y: str
    anchor: str


@dataclass(frozen=True)
class Trend:
    """The chart: bands, years, days and one series for each kind of review.

    `break_y` is the height at which the strokes show that the lowest band is squeezed, "" if it is not.
    """

    width: str
    height: str
    left: str
    bottom: str
    label_x: str
    zones: tuple[BandZone, ...]
    ticks: tuple[YearTick, ...]
    days: tuple[DayLine, ...]
    break_y: str
    right: str
    series: tuple[TrendSeries, ...]


def trend(
    scale: Scale, totals: Iterable[ReviewTotal], *, today: date | None = None, due: date | None = None
) -> Trend | None:
    """Return the chart of `totals`, or None if there are none. Each of `today` and `due` gets a line if it is given."""
    ordered = sorted(totals, key=lambda total: total.visit)
    if not ordered:
        return None
    latest = max(day for day in (ordered[-1].visit, today, due) if day)
    first, last = date(ordered[0].visit.year, 1, 1), date(latest.year + 1, 1, 1)
    days = (last - first).days
    right = WIDTH - RIGHT

    def x(day: date) -> float:
        return LEFT + (right - LEFT) * (day - first).days / days

    def y(total: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (100 - position(scale, total)) / 100

    years = [date(year, 1, 1) for year in range(first.year, last.year + 1)]
    lines = [_day_line(name, x(day)) for name, day in (("due", due), ("today", today)) if day]
    return Trend(
        width=units(WIDTH),
        height=units(HEIGHT),
        left=units(LEFT),
        bottom=units(HEIGHT - BOTTOM),
        label_x=units(right + 8),
        zones=_zones(scale, y),
        ticks=tuple(YearTick(units(x(year)), str(year.year)) for year in years),
        days=tuple(lines),
        break_y=units(y((scale.min + scale.bands[-1].max) / 2)) if is_squeezed(scale) else "",
        right=units(right),
        series=_series(ordered, x, y),
    )


def _day_line(name: str, x: float) -> DayLine:
    """Return the line of a day. Labels are at different heights, because the days may be near each other."""
    is_left = x > WIDTH / 4
    y = HEIGHT - BOTTOM - (LINE if name == "due" else 2 * LINE)
    return DayLine(name, units(x), units(x - 6 if is_left else x + 6), units(y), "end" if is_left else "start")


def _zones(scale: Scale, y: Callable[[float], float]) -> tuple[BandZone, ...]:
    """Return the areas of the bands from the top. Labels of narrow bands are moved apart."""
    edges = [(y(band.max + 0.5), y(band.min - 0.5)) for band in scale.bands]
    labels = _apart([(top + bottom) / 2 for top, bottom in edges])
    return tuple(
        BandZone(
            label=band.label,
            range=f"{band.min}–{band.max}",
            rank=scale.rank(band),
            y=units(top),
            width=units(WIDTH - RIGHT - LEFT),
            height=units(bottom - top),
            middle=units(middle),
        )
        for band, (top, bottom), middle in zip(scale.bands, edges, labels, strict=True)
    )


def _apart(middles: Sequence[float]) -> list[float]:
    """Return positions at least LINE apart, as near as possible to these, none below the chart."""
    placed: list[float] = []
    for middle in middles:
        placed.append(max(middle, placed[-1] + LINE) if placed else middle)
    lowest = float(HEIGHT - BOTTOM)
    for i in reversed(range(len(placed))):
        placed[i] = min(placed[i], lowest)
        lowest = placed[i] - LINE
    return placed


def _series(
    ordered: Sequence[ReviewTotal], x: Callable[[date], float], y: Callable[[float], float]
) -> tuple[TrendSeries, ...]:
    """Return one series for each kind, in the order of their first reviews."""
    series, drawn = [], _uncrowded([(x(total.visit), y(total.total)) for total in ordered])
    for i, kind in enumerate(dict.fromkeys(total.kind for total in ordered)):
        marker = MARKERS[i % len(MARKERS)]
        of_kind = [total for total in ordered if total.kind == kind]
        places = [(x(total.visit), y(total.total), total) for total in of_kind]
        points = tuple(_point(*place, marker, is_crowded=place[:2] not in drawn) for place in places)
        series.append(
            TrendSeries(
                kind_label=of_kind[0].kind_label,
                marker=marker,
                path=_marker_path(marker, 8, 8),
                polyline=" ".join(f"{point.x},{point.y}" for point in points),
                points=points,
            )
        )
    return tuple(series)


def _uncrowded(places: Sequence[tuple[float, float]]) -> set[tuple[float, float]]:
    """Return the points whose numbers have room, the newest first."""
    drawn: set[tuple[float, float]] = set()
    for x, y in reversed(places):
        if all(abs(x - other_x) >= NUMBER or abs(y - other_y) >= LINE for other_x, other_y in drawn):
            drawn.add((x, y))
    return drawn


def _point(x: float, y: float, review: ReviewTotal, marker: str, *, is_crowded: bool) -> TrendPoint:
    label_y = y - 11 if y > TOP + 22 else y + 20
    return TrendPoint(
        x=units(x),
        y=units(y),
        label_y=units(label_y),
        total=str(review.total),
        path=_marker_path(marker, x, y),
        words=review.words,
        url=review.url,
        anchor="start" if x < WIDTH / 3 else "end",
        is_crowded=is_crowded,
    )


def _marker_path(marker: str, x: float, y: float) -> str:
    """Return the SVG path of a marker around a point. Kinds differ in shape, not only in colour."""
    if marker not in CORNERS:
        r = RADIUS
        return f"M{x - r:.1f},{y:.1f}a{r},{r} 0 1,0 {2 * r},0a{r},{r} 0 1,0 {-2 * r},0z"
    return f"M{'L'.join(f'{x + right:.1f},{y + down:.1f}' for right, down in CORNERS[marker])}z"
