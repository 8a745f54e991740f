"""Read model of the page that shows which data sources each item has evidence from."""

from dataclasses import dataclass

from reviews.conduct.item_page import item_url
from reviews.conduct.score_target import readable_rows
from reviews.models import Review, User
from scales.definition import Item, Source


@dataclass(frozen=True)
class EvidenceCell:
    """One data source of one item: whether the scale lists it for the item, and whether the evaluator ticked it."""

    code: str
    is_listed: bool
    is_covered: bool

    @property
    def is_gap(self) -> bool:
        """Whether the scale lists the source for the item, but there is no evidence from it."""
        return self.is_listed and not self.is_covered


@dataclass(frozen=True)
class EvidenceRow:
    """One item with a cell for each data source. `url` is "" if the reader cannot score the item."""

    item: Item
    number: str
    url: str
    cells: tuple[EvidenceCell, ...]


@dataclass(frozen=True)
class EvidenceMatrix:
    """Items by data sources. `covered` and `gaps` count the cells of sources that the scale lists for the item."""

    sources: tuple[Source, ...]
    sections: tuple[tuple[str, tuple[EvidenceRow, ...]], ...]
    covered: int
    gaps: int


def evidence_matrix(review: Review, user: User) -> EvidenceMatrix:
    """Return the matrix of the scores that the user may see. One query."""
    scale, judgements = review.scale, readable_rows(review, user)

    def row(item: Item) -> EvidenceRow:
        covered = judgements[item.number].sources
        cells = tuple(
            EvidenceCell(source.code, is_listed=source.code in item.sources, is_covered=source.code in covered)
            for source in scale.sources
        )
        url = item_url(review, item.number) if review.scorable_by_reader else ""
        return EvidenceRow(item, str(item.number), url, cells)

    sections = tuple((section.name, tuple(map(row, section.items))) for section in scale.sections)
    cells = [cell for _name, rows in sections for row in rows for cell in row.cells]
    return EvidenceMatrix(
        sources=scale.sources,
        sections=sections,
        covered=sum(cell.is_listed and cell.is_covered for cell in cells),
        gaps=sum(cell.is_gap for cell in cells),
    )
