"""The items of a review as horizontal bars. Pure: imports no Django.

A bar runs from 0 to the score; the score of the review before stands on it as a mark of its own, so that
better and worse are seen without colour. Units are SVG user units.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from reviews.charts import units
from scales.definition import Scale
from scales.rules import SCORES

WIDTH = 720
LABELS = 330  # what the titles take
LINE, GAP, TOP = 21, 30, 26
THICK = 12
LONGEST_LABEL = 46  # characters


@dataclass(frozen=True)
class Bar:
    """One item. Numbers are text as SVG wants them; `width` is "0" and `score` "" without a score, `last` ""
    without one before; `mark` is the middle of that one's mark."""

    label: str
    y: str
    middle: str
    width: str
    score: str
    score_x: str
    last: str
    mark: str


@dataclass(frozen=True)
class Heading:
    """A section's name above its bars."""

    name: str
    y: str


@dataclass(frozen=True)
class Bars:
    width: str
    height: str
    left: str
    thick: str
    ticks: tuple[tuple[str, str], ...]
    top: str
    bottom: str
    headings: tuple[Heading, ...]
    bars: tuple[Bar, ...]
    has_last: bool


def bars(scale: Scale, scores: Mapping[int, int | None], last: Mapping[int, int | None]) -> Bars:
    """Return the picture of `scores` (item number to score), with those of the review before as marks."""
    headings, rows, y = [], [], float(TOP)
    for section in scale.sections:
        headings.append(Heading(section.name, units(y + GAP - 10)))
        y += GAP
        for item in section.items:
            rows.append(_bar(item.number, item.sheet_title, y, scores.get(item.number), last.get(item.number)))
            y += LINE
    return Bars(
        width=units(WIDTH),
        height=units(y + 8),
        left=units(LABELS),
        thick=units(THICK),
        ticks=tuple((units(_x(score)), str(score)) for score in SCORES),
        top=units(TOP - 8),
        bottom=units(y + 4),
        headings=tuple(headings),
        bars=tuple(rows),
        has_last=any(value is not None for value in last.values()),
    )


def shortened(title: str, most: int = LONGEST_LABEL) -> str:
    """Return a title cut at a word, with … where something is left out."""
    if len(title) <= most:
        return title
    return f"{title[:most].rsplit(' ', 1)[0].rstrip(' ,;:–-')} …"


def _bar(number: int, title: str, y: float, score: int | None, last: int | None) -> Bar:
    return Bar(
        label=f"{number} {shortened(title)}",
        y=units(y + (LINE - THICK) / 2),
        middle=units(y + LINE / 2),
        width=units(_x(score) - LABELS if score else 0),
        score="" if score is None else str(score),
        score_x=units(_x(score or 0) + 8),
        last="" if last is None else str(last),
        mark=units(_x(last or 0)),
    )


def _x(score: float) -> float:
    return LABELS + (WIDTH - LABELS - 30) * score / SCORES[-1]
