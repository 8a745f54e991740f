"""The list of items that lack something, with what each of them lacks: one read model for all pages that show it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from reviews.conduct.completeness import Completeness
from reviews.conduct.item_page import item_url
from reviews.models import Review
from reviews.sheets.evidence_gaps import EvidenceGaps


@dataclass(frozen=True)
class IncompleteItem:
    """An item that lacks something. `lacks` says what, in words. `url` is where it can be given, or else read."""

    number: str
    title: str
    url: str
    lacks: str


def incomplete_items(
    review: Review, completeness: Completeness, gaps: EvidenceGaps | None = None
) -> tuple[IncompleteItem, ...]:
    """Return the items that lack a score, a reason, evidence or a data source, in the order of the scale. No query.

    While a review can be scored, each item links to its own page; afterwards to the sheet further down the page.
    """
    return tuple(
        IncompleteItem(
            number=str(item.number),
            title=item.sheet_title,
            url=item_url(review, item.number) if review.is_scorable else f"#item-{item.number}",
            lacks=", ".join(lacking),
        )
        for item in review.scale.items
        if (lacking := tuple(_lacking(item.number, completeness, gaps or EvidenceGaps())))
    )


def _lacking(number: int, completeness: Completeness, gaps: EvidenceGaps) -> Iterator[str]:
    if number in completeness.unscored:
        yield _("no score yet")
    if number in completeness.awaited_numbers:
        yield _("not enough data yet")
    if number in completeness.unexplained:
        yield _("why not the suggestion?")
    if number in completeness.undecided:
        yield _("why this score?")
    if number in gaps.no_evidence:
        yield _("no evidence")
    if number in gaps.no_source:
        yield _("no data source")
