"""What the report says about how the review was done, where that is not as it should be.

Two notes: how the service checked the facts, or why not; and which items have no evidence or data source, and why.
"""

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reviews.models import Review
from reviews.records.handing_out import handing_out_of
from reviews.sheets.evidence_gaps import gaps_of
from reviews.sheets.sheet import Sheet

Note = tuple[str, str]  # a label and a text


def method_notes(review: Review, sheet: Sheet) -> tuple[Note, ...]:
    """Return the notes on a review whose draft report was handed out, () for any other. At most one query."""
    return tuple(_notes(review, sheet)) if review.is_handed_out or review.has_stored_pdf else ()


def _notes(review: Review, sheet: Sheet) -> Iterator[Note]:
    handing_out = handing_out_of(review)
    if review.facts_until:
        can_remark = _("The service can remark on the draft report until %(date)s.")
        could_remark = _("The service could remark on the draft report until %(date)s.")
        sentence = can_remark if review.takes_remarks else could_remark
        yield _("Factual check"), sentence % {"date": date_format(review.facts_until, "DATE_FORMAT")}
    elif handing_out.no_check_reason:
        yield _("Factual check"), _("None: %(reason)s") % {"reason": handing_out.no_check_reason}
    # What the signer wrote is part of the signature; before that, what was written when the draft was handed out.
    reason = sheet.signature.gaps_reason if sheet.signature else handing_out.gaps_reason
    if reason:
        yield _("Evidence"), " ".join((*_gaps(sheet), reason))


def _gaps(sheet: Sheet) -> Iterator[str]:
    gaps = gaps_of(sheet)
    if gaps.no_evidence:
        yield _("Items without evidence: %(items)s.") % {"items": _listed(gaps.no_evidence)}
    if gaps.no_source:
        yield _("Items without a data source: %(items)s.") % {"items": _listed(gaps.no_source)}


def _listed(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers))
