"""Sums, quality bands and missing scores. Pure: imports no Django.

Plain sums only: no weights, no predictions. An item without a score is None, never 0. A total and a band exist only
when every item has a score.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from scales.definition import Band, Scale, Section
from scales.rules import SCORES


@dataclass(frozen=True)
class SectionResult:
    """The result of a section. `sum` and `mean` (1.00-5.00, two decimals) are None until all its items are scored."""

    name: str
    sum: int | None
    max: int
    mean: Decimal | None


@dataclass(frozen=True)
class Result:
    """The result of a set of scores.

    `sum_so_far` is the sum of the scores given so far. `total` and `band` are None while `missing` lists items.
    `next_band` is the next better band, None without a total or in the best band.
    """

    scored: int
    count: int
    sum_so_far: int
    total: int | None
    max: int
    band: Band | None
    next_band: Band | None
    sections: tuple[SectionResult, ...]
    missing: tuple[int, ...]

    @property
    def mean(self) -> Decimal | None:
        """The mean item score (1.00-5.00, two decimals, halves up), None without a total."""
        return None if self.total is None else mean_of(self.total, self.count)

    @property
    def to_next_band(self) -> int | None:
        """The number of points missing to the next better band, None without a total or in the best band."""
        return None if self.total is None or self.next_band is None else self.next_band.min - self.total


def score(scale: Scale, values: Mapping[int, int | None]) -> Result:
    """Return the result of `values`, which maps item numbers to scores; None or absent means not scored.

    Raise ValueError for an item number that the scale does not have, or a score outside 1-5.
    """
    scored = {number: value for number, value in values.items() if value is not None}
    if unknown := sorted(values.keys() - scale.by_number.keys()):
        raise ValueError(f"{scale.slug} has no item {unknown[0]}")
    if wrong := [value for value in scored.values() if value not in SCORES or isinstance(value, bool)]:
        raise ValueError(f"{wrong[0]!r} is not a score from 1 to 5")
    missing = tuple(item.number for item in scale.items if item.number not in scored)
    sum_so_far = sum(scored.values())
    total = None if missing else sum_so_far
    band = None if total is None else band_of(scale, total)
    return Result(
        scored=len(scored),
        count=len(scale.items),
        sum_so_far=sum_so_far,
        total=total,
        max=scale.max,
        band=band,
        next_band=None if total is None else _next_band(scale, total),
        sections=tuple(_section_result(section, scored) for section in scale.sections),
        missing=missing,
    )


def band_of(scale: Scale, total: int) -> Band:
    """Return the band of a total. Raise ValueError for an impossible total."""
    for band in scale.bands:
        if band.min <= total <= band.max:
            return band
    raise ValueError(f"{total} is not a possible total of {scale.slug}")


def mean_of(total: int, count: int) -> Decimal:
    """Return a mean with two decimals, rounded half up."""
    return (Decimal(total) / count).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _next_band(scale: Scale, total: int) -> Band | None:
    better = [band for band in scale.bands if band.min > total]
    return min(better, key=lambda band: band.min, default=None)


def _section_result(section: Section, scored: Mapping[int, int]) -> SectionResult:
    values = [scored[item.number] for item in section.items if item.number in scored]
    complete = len(values) == len(section.items)
    mean = mean_of(sum(values), len(values)) if complete else None
    return SectionResult(section.name, sum(values) if complete else None, len(section.items) * SCORES[-1], mean)
