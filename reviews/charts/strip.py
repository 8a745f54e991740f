"""The geometry of many totals on one ruler: dots for each total, names where there is room. Pure: imports no Django.

Positions across are percentages of the width, heights are pixels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reviews.charts.ruler import RulerBand, position, ruler
from scales.definition import Scale

MOST_DOTS = 5  # in one column; more are written as a number
MOST_NAMES = 12  # organisations; more would hide each other
LEVELS = 4  # of names above the dots
LONGEST_NAME = 40  # characters of a drawn name; longer ones are cut
CHARACTER = 0.62  # per cent of the width that a character takes at most, on a desktop
DOT, LEVEL = 14, 18  # pixels: the pitch of dots and of levels


@dataclass(frozen=True)
class TotalColumn:
    """The organisations with one total. `dots` are heights above the ruler, `more` is "×7" if not all are drawn.

    `name` is "" where names are not drawn; its baseline is `name_y`, and `anchor` its alignment. `names` are all names,
    as far as they are known, for somebody who points at the column. `words` are the total and how often it occurs.
    """

    total: str
    x: str
    dots: tuple[str, ...]
    more: str
    more_y: str
    name: str
    name_y: str
    stem: str
    anchor: str
    names: str
    words: str
    words_y: str


@dataclass(frozen=True)
class Strip:
    """The drawing: `height` pixels above the ruler, its bands, and the columns from the lowest total."""

    height: str
    ruler_y: str
    bands: tuple[RulerBand, ...]
    columns: tuple[TotalColumn, ...]
    break_x: tuple[str, ...]


def strip(scale: Scale, counts: Mapping[int, int], names: Mapping[int, Sequence[str]]) -> Strip:
    """Return the strip of `counts`, the number of organisations by total. `names` are those that are known, by total.

    Names are drawn if all are known and they are at most MOST_NAMES.
    """
    drawn = ruler(scale)
    is_named = sum(counts.values()) <= MOST_NAMES and all(len(names.get(total, ())) == n for total, n in counts.items())
    dots_height = DOT * min(max(counts.values(), default=1), MOST_DOTS) + LEVEL
    base = dots_height + (LEVEL * LEVELS if is_named else 0)
    ends = [-100.0] * LEVELS
    columns = []
    for total, n in sorted(counts.items()):
        at = position(scale, total)
        label = _short(", ".join(names.get(total, ()))) if is_named else ""
        level = _level(ends, at, len(label) + len(str(total)) + 1) if label else 0
        shown = min(n, MOST_DOTS)
        columns.append(
            TotalColumn(
                total=str(total),
                x=f"{at:.2f}",
                dots=tuple(str(base + 7 - DOT * place) for place in range(shown)),
                more=f"×{n}" if n > MOST_DOTS else "",
                more_y=str(base + 8 - DOT * shown),
                name=label,
                name_y=str(base - dots_height - LEVEL * level),
                stem=str(base + 9 - DOT * shown),
                anchor="end" if at > 100 / 2 else "start",
                names=", ".join(names.get(total, ())),
                words=f"{total} ×{n}" if n > 1 else str(total),
                words_y=str(base + 8 - DOT * shown - (DOT if n > MOST_DOTS else 0)),
            )
        )
    return Strip(str(base + 60), str(base), drawn.bands, tuple(columns), drawn.break_x)


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_NAME else f"{label[:LONGEST_NAME].rstrip()} …"


def _level(ends: list[float], at: float, characters: int) -> int:
    """Return the lowest level on which a label has room, the highest if none has, and reserve its place."""
    width = characters * CHARACTER
    left, right = (at - width, at) if at > 100 / 2 else (at, at + width)
    free = [level for level, end in enumerate(ends) if end < left]
    level = free[0] if free else len(ends) - 1
    ends[level] = max(right, ends[level])
    return level
