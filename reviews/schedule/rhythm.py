"""The rule of a network, its rhythm: after how many months the next review is due, by the band that was reached.

A network chooses the months for each edition of a scale. Where it has chosen nothing, its choice for a comparable
edition applies, which has the same bands; else what the scale's document says. This module only reads.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from reviews.models import Network, Review, ReviewInterval
from scales.models import ScaleEdition


@dataclass(frozen=True)
class Rhythm:
    """The months that a network has chosen, by edition and rank of the band."""

    chosen: Mapping[int, Mapping[int, int]]

    def months(self, edition: int, rank: int) -> int:
        """Return after how many months the next review is due if the last one reached a band. Ranks begin at 1."""
        for each in (edition, *reversed(ScaleEdition.comparable(edition))):
            if months := self.chosen.get(each, {}).get(rank):
                return months
        scale = ScaleEdition.scale_of(edition)
        return scale.months_to_next(scale.ranked(rank))

    def by_band(self, edition: int) -> dict[int, int]:
        """Return the months after each band of an edition by rank, the best band first."""
        ranks = range(len(ScaleEdition.scale_of(edition).bands), 0, -1)
        return {rank: self.months(edition, rank) for rank in ranks}

    def due(self, edition: int, rank: int, visit: date) -> date:
        """Return when the next review is due after a visit whose result is in a band."""
        return months_after(visit, self.months(edition, rank))


def months_after(day: date, months: int) -> date:
    """Return the same day of the month `months` later, or the last day of that month if it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def rhythm_of(network: Network) -> Rhythm:
    """Return the rhythm of a network. One query."""
    chosen: dict[int, dict[int, int]] = {}
    for row in ReviewInterval.objects.filter(network=network):
        chosen.setdefault(row.edition_id, {})[row.band_rank] = row.months
    return Rhythm(chosen)


def editions_to_choose(network: Network) -> list[ScaleEdition]:
    """Return the editions for which a network chooses months: those of its reviews, and those of future reviews.

    An edition that a newer comparable one has replaced is left out if no review of the network is by it. Two queries.
    """
    reviews = Review.objects.filter(organisation__network=network).order_by()
    used = set(reviews.values_list("edition", flat=True).distinct())
    editions = ScaleEdition.objects.defer("document")
    return [edition for edition in editions if edition.pk in used or edition.pk not in ScaleEdition.replaced()]
