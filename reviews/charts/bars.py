"""The geometry of the bar chart of a review's items. Pure: imports no Django.

A horizontal bar runs from 0 to the score. A ring shows the score in the previous review, so that better and worse are
visible without colour. Units are SVG user units.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from reviews.charts import units
from scales.definition import Scale
from scales.rules import SCORES

WIDTH = 720
LABELS = 330  # the width of the titles
BAR_PITCH, SECTION_PITCH, TOP = 21, 30, 26
THICK = 12
LONGEST_LABEL = 46  # characters


@dataclass(frozen=True)
class Bar:
    """The bar of one item; numbers are SVG text.

    Without a score `width` is "0" and `score` is "". `last` is the score in the previous review, "" if there is none;
    `last_x` is the centre of its ring.
    """

    label: str
    y: str
    middle: str
    width: str
    score: str
    score_x: str
    last: str
    last_x: str


@dataclass(frozen=True)
class SectionHeading:
    """The name of a section above its bars."""

    name: str
    y: str


@dataclass(frozen=True)
class BarChart:
    """The chart; `ticks` are pairs of x and label. `has_last` is True if any item has a score to compare with."""

    width: str
    height: str
    left: str
    thick: str
    ticks: tuple[tuple[str, str], ...]
    top: str
    bottom: str
    headings: tuple[SectionHeading, ...]
    bars: tuple[Bar, ...]
    has_last: bool


def bars(scale: Scale, scores: Mapping[int, int | None], last: Mapping[int, int | None]) -> BarChart:
    """Return the chart of `scores` with the scores of the previous review, `last`. Both map item numbers to scores."""
    headings, drawn, y = [], [], float(TOP)
    for section in scale.sections:
        headings.append(SectionHeading(section.name, units(y + SECTION_PITCH - 10)))
        y += SECTION_PITCH
        for item in section.items:
            drawn.append(_bar(item.number, item.sheet_title, y, scores.get(item.number), last.get(item.number)))
            y += BAR_PITCH
    return BarChart(
        width=units(WIDTH),
        height=units(y + 8),
        left=units(LABELS),
        thick=units(THICK),
        ticks=tuple((units(_x(score)), str(score)) for score in SCORES),
        top=units(TOP - 8),
        bottom=units(y + 4),
        headings=tuple(headings),
        bars=tuple(drawn),
        has_last=any(value is not None for value in last.values()),
    )


def _short_title(title: str, most: int = LONGEST_LABEL) -> str:
    """Return a title of at most `most` characters, cut after a word and followed by " …" if it is longer."""
    if len(title) <= most:
        return title
    return f"{title[:most].rsplit(' ', 1)[0].rstrip(' ,;:–-')} …"


def _bar(number: int, title: str, y: float, score: int | None, last: int | None) -> Bar:
    return Bar(
        label=f"{number} {_short_title(title)}",
        y=units(y + (BAR_PITCH - THICK) / 2),
        middle=units(y + BAR_PITCH / 2),
        width=units(_x(score) - LABELS if score else 0),
        score="" if score is None else str(score),
        score_x=units(_x(score or 0) + 8),
        last="" if last is None else str(last),
        last_x=units(_x(last or 0)),
    )


def _x(score: float) -> float:
    return LABELS + (WIDTH - LABELS - 30) * score / SCORES[-1]
