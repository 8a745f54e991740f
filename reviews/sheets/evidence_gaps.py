"""The items whose score rests on nothing that was written down. Pages, services and the report ask here.

A missing score or required reason is another matter: reviews/conduct/completeness.py. Evidence that is missing does not
prevent that a review is handed out or signed, if a sentence says why.
"""

from dataclasses import dataclass

from reviews.sheets.sheet import Sheet


@dataclass(frozen=True)
class EvidenceGaps:
    """The numbers of the scored items without an evidence note, and of those without a data source."""

    no_evidence: tuple[int, ...] = ()
    no_source: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.no_evidence or self.no_source)


def gaps_of(sheet: Sheet) -> EvidenceGaps:
    """Return the gaps of a sheet, in the order of the scale. No query."""
    scored = [entry for entry in sheet.items if entry.score is not None]
    return EvidenceGaps(
        no_evidence=tuple(entry.item.number for entry in scored if not entry.evidence.strip()),
        no_source=tuple(entry.item.number for entry in scored if not entry.sources),
    )
