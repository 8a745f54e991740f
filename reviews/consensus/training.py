"""Choose the items to train on, from agreement and from scores. Pure: imports no Django.

Evaluators train on the items on which they differ most, services on those with the lowest scores. An item that rests on
too few reviews is not ranked, because a single review would decide its place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from reviews.charts.distribution import spread
from reviews.consensus.agreement import Agreement
from scales.rules import SCORES

MOST = 5  # items in a list; more if others are equal to the last one
Counts = Mapping[int, int]  # how many reviews gave each score


@dataclass(frozen=True)
class DisputedItem:
    """An item on which evaluators differ: the mean distance of their scores in points, and how many gave the same."""

    number: int
    distance: Decimal
    exact: int
    reviews: int


@dataclass(frozen=True)
class LowItem:
    """An item with low scores: their median, and how many reviews it rests on."""

    number: int
    median: Fraction
    reviews: int


def most_disputed(agreements: Mapping[int, Agreement], *, fewest: int) -> tuple[DisputedItem, ...]:
    """Return the items on which evaluators differ most, by item number in `agreements`, the largest distance first.

    Items that fewer than `fewest` reviews compared are left out, and items on which nobody differed.
    """
    items = [
        DisputedItem(number, figures.mean_distance, figures.exact, figures.n)
        for number, figures in agreements.items()
        if figures.n >= fewest and figures.mean_distance
    ]
    items.sort(key=lambda item: (-item.distance, item.number))
    return tuple(item for item in items if item.distance >= items[:MOST][-1].distance)


def lowest(scores: Mapping[int, Counts], *, fewest: int) -> tuple[LowItem, ...]:
    """Return the items with the lowest median, by item number in `scores`, then with the lowest mean.

    Items with fewer than `fewest` scores are left out, and items whose median is the highest score.
    """
    ranked = [
        (summary.median, _mean(counts), LowItem(number, summary.median, summary.n))
        for number, counts in scores.items()
        if sum(counts.values()) >= fewest and (summary := spread(counts)).median < max(SCORES)
    ]
    ranked.sort(key=lambda entry: (entry[0], entry[1], entry[2].number))
    return tuple(item for median, mean, item in ranked if (median, mean) <= ranked[:MOST][-1][:2])


def _mean(counts: Counts) -> Fraction:
    return Fraction(sum(score * n for score, n in counts.items()), sum(counts.values()))
