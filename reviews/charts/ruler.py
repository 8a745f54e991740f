"""The geometry of the ruler that shows a total among the quality bands. Pure: imports no Django.

Positions are percentages of the ruler's width, so that a drawing stretches and its text does not. The lowest band of
most scales takes half of the range although few totals fall into it; it is squeezed, and the ruler shows the break.
Within the squeezed band and above it the ruler is linear, so distances between totals of one part can be compared.
"""

from dataclasses import dataclass

from reviews.charts import units
from scales.definition import Scale

LOWEST = 16.0  # per cent of the width that the lowest band takes at most
GAP = 0.35  # per cent between two bands
LABEL = 26.0  # per cent that the label of the last total needs beside its mark
EDGE = 8.0  # per cent from an edge within which a number is aligned to that edge


@dataclass(frozen=True)
class RulerBand:
    """One quality band as a segment; `rank` counts from the lowest band, 1. `range` is "100–114"."""

    rank: int
    label: str
    range: str
    x: str
    width: str
    is_reached: bool


@dataclass(frozen=True)
class RulerMark:
    """A total on the ruler. `anchor` is the alignment of its text: start, middle or end; `offset` is in pixels."""

    total: str
    x: str
    anchor: str
    offset: str


@dataclass(frozen=True)
class Ruler:
    """The ruler of a scale. `now` and `last` are None if there is no such total.

    `joins_last` is True if the label of the last total has no room beside its own mark and follows that of `now`.
    `break_x` are the positions of the two strokes that show the squeezed band, empty if none is squeezed.
    """

    bands: tuple[RulerBand, ...]
    now: RulerMark | None
    last: RulerMark | None
    joins_last: bool
    break_x: tuple[str, ...]


def is_squeezed(scale: Scale) -> bool:
    """Return whether the lowest band takes less of the width than its totals would."""
    return _lowest_share(scale) == LOWEST


def position(scale: Scale, total: float) -> float:
    """Return where a total is on the ruler, in per cent from the left (0-100)."""
    lowest = scale.bands[-1]
    share = _lowest_share(scale)
    if total <= lowest.max:
        return share * (total - lowest.min + 0.5) / (lowest.max - lowest.min + 1)
    return share + (100 - share) * (total - lowest.max - 0.5) / (scale.max - lowest.max)


def ruler(scale: Scale, total: int | None = None, last: int | None = None) -> Ruler:
    """Return the ruler of a scale with a total and the total of the previous review, as far as they are known."""
    at = None if total is None else position(scale, total)
    last_at = None if last is None else position(scale, last)
    joins_last = at is not None and last_at is not None and not _has_room(at, last_at)
    share = _lowest_share(scale)
    return Ruler(
        bands=tuple(_bands(scale, total)),
        now=None if at is None else _number(str(total), at, joins_last=joins_last),
        last=None if last_at is None else _last_number(str(last), last_at, at),
        joins_last=joins_last,
        break_x=tuple(f"{x:.2f}" for x in (share * 0.44, share * 0.52)) if is_squeezed(scale) else (),
    )


def _lowest_share(scale: Scale) -> float:
    lowest = scale.bands[-1]
    return min(LOWEST, 100 * (lowest.max - lowest.min + 1) / (scale.max - lowest.min + 1))


def _bands(scale: Scale, total: int | None) -> list[RulerBand]:
    drawn = []
    for rank, band in enumerate(reversed(scale.bands), start=1):
        left = 0.0 if rank == 1 else position(scale, band.min - 0.5)
        right = position(scale, band.max + 0.5)
        gap = 0 if band.max == scale.max else GAP
        reached = total is not None and band.min <= total <= band.max
        drawn.append(
            RulerBand(rank, band.label, f"{band.min}–{band.max}", f"{left:.2f}", f"{right - left - gap:.2f}", reached)
        )
    return drawn


def _has_room(at: float, last_at: float) -> bool:
    """Return whether the label of the last total fits on the side of its mark that looks away from the new one."""
    return last_at >= LABEL if last_at < at else last_at <= 100 - LABEL and last_at != at


def _number(total: str, at: float, *, joins_last: bool) -> RulerMark:
    is_aligned = joins_last or not EDGE <= at <= 100 - EDGE
    if not is_aligned:
        return RulerMark(total, f"{at:.2f}", "middle", "0")
    at_end = at > 100 / 2
    return RulerMark(total, f"{at:.2f}", "end" if at_end else "start", units(9 if at_end else -9))


def _last_number(total: str, last_at: float, at: float | None) -> RulerMark:
    before = at is not None and last_at < at
    return RulerMark(total, f"{last_at:.2f}", "end" if before else "start", units(-2 if before else 2))
