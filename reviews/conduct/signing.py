"""Sign and finalise a review. This is the only code path to FINAL for a review that was done here; it cannot be undone.

The PDF is rendered first, while nothing is locked. Status, result and file are then stored in one transaction, which
checks that the review has not changed since the signer read it. After a crash, the review is still a draft report.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.pdf import render_pdf
from reviews.conduct.correction import supersede_corrected
from reviews.conduct.handing_out import gap_changes
from reviews.conduct.planning import check_independence
from reviews.conduct.transitions import apply_transition, check_unchanged_since, complete_result, lock_for
from reviews.conflicts import service_not_asked, visit_not_over
from reviews.factcheck.notifications import notify_final
from reviews.factcheck.status import must_be_answered
from reviews.models import Organisation, Review, User
from reviews.records.handing_out import handing_out_of
from reviews.schedule.organisation_summary import refresh_summary
from reviews.sheets import archive
from reviews.sheets.evidence_gaps import gaps_of
from reviews.sheets.sheet import sheet_of
from reviews.workflow import FINALISE
from scales.scoring import Result


def finalise(
    *,
    review: Review,
    by: User,
    seen: str,
    confirmed: bool,
    gaps_reason: str = "",
    at: datetime | None = None,
    render: Callable[[str], bytes] = render_pdf,
) -> Result:
    """Store total, band, names, scale and PDF permanently, and return the result.

    `seen` is the head of the chain (records/chain.py) that the signer's page showed. `confirmed` is whether the signer
    has just authenticated again. `gaps_reason` says why items stay without evidence or data source. `render` converts
    the HTML of the sheet to a PDF. Signing a correction supersedes the review that it corrects.

    Raises Stale (409) if the review has changed since, StateConflict (409) if it is not a draft report, before the last
    day of the visit, or if it was moved to a service whose factual check nobody has decided on, NotIndependent (409) if
    an evaluator has joined the organisation, Incomplete if a score or a required reason is missing, UnansweredRemarks
    if a remark of the service has no answer, ValueError if the reason for items without evidence is missing,
    PermissionDenied if not `confirmed`.
    """
    if not confirmed:
        raise PermissionDenied(_("Signing asks for your password or passkey once more."))
    at = at or timezone.now()
    check_can_be_signed(review, seen, at)
    gaps = gap_changes(gaps_of(sheet_of(review)), gaps_reason)
    document = archive.compose_signed(review, by=by, at=at, chain=seen, gaps_reason=gaps_reason.strip() if gaps else "")
    pdf = render(document.html)
    with transaction.atomic():
        locked = lock_for(review, FINALISE)
        result = check_can_be_signed(locked, seen, at)
        band = result.band and result.band.label
        final_record = archive.store(locked, document, pdf)
        changes = {
            "total": [None, result.total],
            "band": ["", band],
            "fingerprint": ["", final_record.fingerprint],
            "pdf": ["", final_record.sha256],
            **gaps,
        }
        columns: dict[str, Any] = {"total": result.total, "band": band, "finalised_by": by, "finalised_at": at}
        apply_transition(locked, FINALISE, by=by, at=at, changes=changes, **columns)
        refresh_summary(*supersede_corrected(locked, by=by, at=at))
        notify_final(locked)
    return result


def first_day_to_sign(review: Review, at: datetime | None = None) -> date | None:
    """Return the last day of the visit while it is ahead: no review is signed before it. None once it has come."""
    return review.visit_end if timezone.localdate(at) < review.visit_end else None


def must_be_over(review: Review, at: datetime | None = None) -> None:
    """Raise StateConflict (409) before the last day of the visit."""
    if day := first_day_to_sign(review, at):
        raise visit_not_over(review, day)


def check_can_be_signed(review: Review, seen: str, at: datetime) -> Result:
    """Return the result if the review can be signed as the signer saw it; else raise what `finalise` raises."""
    must_be_over(review, at)
    check_unchanged_since(review, seen, FINALISE)  # first: the page lists what is missing now
    result = complete_result(review)
    check_independence(review.organisation, review.kind, _unchecked_evaluators(review))
    if handing_out_of(review).is_undecided:
        raise service_not_asked(review)
    must_be_answered(review)
    return result


def _unchecked_evaluators(review: Review) -> QuerySet[User]:
    """Return those who may not be independent. Evaluators who submitted ratings were independent when they rated.

    That does not hold if organisations were joined: then they may have worked at the other one all along.
    """
    if Organisation.objects.parts_of([review.organisation.current_id]).count() > 1:
        return review.evaluators.all()
    return review.evaluators.filter(participations__review=review, participations__submitted_at__isnull=True)
