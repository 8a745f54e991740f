"""Correct agreement for chance: Krippendorff's alpha and Gwet's AC2, with bootstrap intervals. Pure: imports no Django.

docs/agreement.md states the formulas, their sources and when a figure does not exist. All counts are whole numbers, so
that a figure has one rounding, at its last division, and is the same on every machine.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from hashlib import sha256
from itertools import combinations
from math import lcm
from random import Random
from struct import Struct

from reviews.consensus.agreement import Unit
from scales.rules import SCORES

PAIRS = tuple(combinations(range(len(SCORES)), 2))  # two different scores, by position
PENALTIES = tuple((high - low) * (high - low + 1) // 2 for low, high in PAIRS)  # 1 - the ordinal weight, times WORST
WORST = max(PENALTIES)
CELLS = len(SCORES) * (len(SCORES) - 1)
WEIGHTS = WORST * len(SCORES) ** 2 - 2 * sum(PENALTIES)  # the sum of all ordinal weights, times WORST
FIELDS = Struct(f"<{3 + 2 * len(SCORES) + len(PAIRS)}Q")  # of a tally, in the order of `_Tally`
FEWEST = 2  # units; one unit says nothing about how scores vary
RESAMPLES = 999  # of which a fortieth lies beyond each limit of the 95 % interval
TAIL = 1, 40  # the share of resamples beyond each limit, as a fraction


class Reason(Enum):
    """Why there is no figure, or no interval."""

    NOTHING_COMPARED = "no unit has two scores"
    ONE_UNIT = "only one unit has two scores"
    ONE_SCORE = "all scores are the same"
    FULL_AGREEMENT = "no scores of a unit differ"
    SAME_IN_EVERY_SAMPLE = "every resample has the same figure"
    RARELY_VARIES = "scores vary in too few resamples"


@dataclass(frozen=True)
class Coefficient:
    """An agreement coefficient with its 95 % interval: 1 is full agreement, 0 what chance gives, below 0 less.

    `reason` says why `value` is None or, if there is a value, why `interval` is None.
    """

    value: float | None
    interval: tuple[float, float] | None
    reason: Reason | None


@dataclass(frozen=True)
class Coefficients:
    """Krippendorff's alpha with the ordinal metric, and Gwet's AC2 with ordinal weights over all scores from 1 to 5."""

    alpha: Coefficient
    ac2: Coefficient


def coefficients(clusters: Sequence[Sequence[Unit]]) -> Coefficients:
    """Return alpha and AC2 of all units. The intervals resample whole clusters.

    In one review each item is a cluster of one unit; across reviews a cluster holds the units of one review, because
    these depend on each other. The resamples follow from the units alone: the same units give the same intervals.

    A review by two evaluators takes 7 ms, a hundred reviews 25 ms (`time.process_time` on a server of 2026). The
    process remembers the figures of recent units: submitted ratings do not change while their page is read.
    """
    return _coefficients(tuple(sorted(tuple(sorted(cluster)) for cluster in clusters)))  # in any order, the same


@lru_cache
def _coefficients(clusters: tuple[tuple[Unit, ...], ...]) -> Coefficients:
    if shortage := _shortage(sum(len(unit) > 1 for cluster in clusters for unit in cluster)):
        return Coefficients(Coefficient(None, None, shortage), Coefficient(None, None, shortage))
    scale = lcm(*(len(unit) * max(len(unit) - 1, 1) for cluster in clusters for unit in cluster))
    tallies = [sum(_tally(unit, scale) for unit in cluster) for cluster in clusters]
    whole = _Tally(sum(tallies), scale)
    alphas, ac2s = zip(*_resampled(tallies, scale, _seed(clusters)), strict=True)
    return Coefficients(_coefficient(whole, whole.alpha, alphas), _coefficient(whole, whole.ac2, ac2s))


def _shortage(compared: int) -> Reason | None:
    if compared >= FEWEST:
        return None
    return Reason.ONE_UNIT if compared else Reason.NOTHING_COMPARED


def _coefficient(whole: "_Tally", value: float | None, resampled: Sequence[float | None]) -> Coefficient:
    if value is None:
        return Coefficient(None, None, Reason.ONE_SCORE)
    if not whole.disagreement:
        return Coefficient(value, None, Reason.FULL_AGREEMENT)
    limits = _limits(resampled)
    return Coefficient(value, None, limits) if isinstance(limits, Reason) else Coefficient(value, limits, None)


def _limits(resampled: Sequence[float | None]) -> tuple[float, float] | Reason:
    """Return the 2.5 % and 97.5 % percentiles. Resamples without a figure are left out, unless they could be a tail."""
    values = sorted(value for value in resampled if value is not None)
    share, of = TAIL
    if (len(resampled) - len(values)) * of > share * len(resampled):
        return Reason.RARELY_VARIES
    rank = (len(values) + 1) * share // of
    low, high = values[rank - 1], values[-rank]
    return (low, high) if low < high else Reason.SAME_IN_EVERY_SAMPLE


def _resampled(tallies: Sequence[int], scale: int, seed: int) -> Iterator[tuple[float | None, float | None]]:
    """Yield alpha and AC2 of each resample of as many clusters.

    Of `Random`, Python promises only `random` with a whole number as seed to stay the same in later versions.
    """
    count, random = len(tallies), Random(seed).random  # noqa: S311 - statistics, not cryptography
    for _ in range(RESAMPLES):
        tally = _Tally(sum([tallies[int(random() * count)] for _ in range(count)]), scale)
        yield tally.alpha, tally.ac2


def _seed(clusters: Sequence[Sequence[Unit]]) -> int:
    return int.from_bytes(sha256(repr([list(cluster) for cluster in clusters]).encode()).digest())


def _tally(unit: Unit, scale: int) -> int:
    """Return the counts of one unit as one integer of 64-bit fields: the sum of two tallies is the tally of both.

    `scale` multiplies what is divided by the number of scores, which keeps the fields whole.
    """
    counts, given = [unit.count(score) for score in SCORES], len(unit)
    shares = [scale * count // given for count in counts]
    if given == 1:  # counts among the scores from which AC2 takes chance, but there is nothing to compare
        return _packed(0, 1, 0, *[0] * len(SCORES), *shares, *[0] * len(PAIRS))
    products = [counts[low] * counts[high] for low, high in PAIRS]
    penalty = sum(product * penalty for product, penalty in zip(products, PENALTIES, strict=True))
    disagreement = 2 * penalty * scale // (given * (given - 1))
    return _packed(1, 1, disagreement, *counts, *shares, *(scale * product // (given - 1) for product in products))


def _packed(*fields: int) -> int:
    return int.from_bytes(FIELDS.pack(*fields), "little")


class _Tally:
    """The counts of a set of units: everything that alpha and AC2 are computed from.

    `compared` and `rated`: the units with at least two scores and with any. `disagreement`: the mean penalty of two
    scores of a unit, added up. `values`: how often each score is given in compared units. `shares`: the share of each
    score in a unit, added up. `coincidences`: Krippendorff's coincidences of two different scores.
    """

    def __init__(self, packed: int, scale: int) -> None:
        fields = FIELDS.unpack(packed.to_bytes(FIELDS.size, "little"))
        self.scale = scale
        self.compared, self.rated, self.disagreement = fields[:3]
        counts = fields[3:]
        self.values, self.shares = counts[: len(SCORES)], counts[len(SCORES) : 2 * len(SCORES)]
        self.coincidences = counts[2 * len(SCORES) :]

    @property
    def alpha(self) -> float | None:
        """Alpha: 1 minus observed by expected disagreement. None if all compared scores are the same."""
        ranks, below = [], 0  # twice the mean rank of each score among all scores
        for value in self.values:
            ranks.append(2 * below + value)
            below += value
        observed = expected = 0
        for (low, high), coincidence in zip(PAIRS, self.coincidences, strict=True):
            distance = (ranks[high] - ranks[low]) ** 2
            observed += coincidence * distance
            expected += self.values[low] * self.values[high] * distance
        expected *= self.scale
        return (expected - (below - 1) * observed) / expected if expected else None

    @property
    def ac2(self) -> float | None:
        """AC2: 1 minus observed by expected disagreement. None if no unit has two scores."""
        whole = (self.scale * self.rated) ** 2
        varying = whole - sum(share * share for share in self.shares)
        expected = (WORST * CELLS * whole - WEIGHTS * varying) * self.scale * self.compared
        observed = self.disagreement * CELLS * whole
        return (expected - observed) / expected if expected else None
