"""Sign a review and make it final: the only way there, and none leads back.

The PDF is made first, while nobody has to wait; then status, result and file are stored in one
transaction, in which the review must still be what was read. Whatever breaks off before that
transaction ends leaves the draft report as it was.
"""

from collections.abc import Callable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.pdf import render_pdf
from reviews.conduct.planning import check_independence
from reviews.conduct.transitions import apply_transition, check_unchanged_since, complete_result, lock_for
from reviews.factcheck.notifications import notify_final
from reviews.factcheck.status import must_be_answered
from reviews.models import Review, User
from reviews.schedule.organisation_summary import refresh_summary
from reviews.sheets import archive
from reviews.workflow import FINALISE, SUPERSEDE
from scales.scoring import Result


def finalise(
    *,
    review: Review,
    by: User,
    seen: str,
    confirmed: bool,
    at: datetime | None = None,
    render: Callable[[str], bytes] = render_pdf,
) -> Result:
    """Freeze total, band, names and scale, store the PDF, and return the result.

    `seen` is the chain's head (records/chain.py) when the person read what they sign; `confirmed`
    says that they have signed in again for it; `render` makes the PDF of the page to print. A correction
    supersedes what it corrects.

    Raises StateConflict (409) when somebody was faster or an evaluator belongs to the organisation by now,
    Incomplete when an item has no score, Unanswered while a remark of the service has no answer,
    PermissionDenied without confirmation.
    """
    if not confirmed:
        raise PermissionDenied(_("Signing asks for your password or passkey once more."))
    at = at or timezone.now()
    check(review, seen)
    document = archive.draw_up(review, by=by, at=at, chain=seen)
    pdf = render(document.html)
    with transaction.atomic():
        held = lock_for(review, ready_for=FINALISE)
        result = check(held, seen)
        record = archive.store(held, document, pdf)
        apply_transition(
            held,
            FINALISE,
            by=by,
            at=at,
            changes={
                "total": [None, result.total],
                "band": ["", result.band and result.band.label],
                "fingerprint": ["", record.fingerprint],
                "pdf": ["", record.sha256],
            },
            total=result.total,
            band=result.band and result.band.label,
            finalised_by=by,
            finalised_at=at,
        )
        if held.supersedes:
            apply_transition(lock_for(held.supersedes, ready_for=SUPERSEDE), SUPERSEDE, by=by, at=at)
        refresh_summary(held.organisation)
        notify_final(held)
    return result


def check(review: Review, seen: str) -> Result:
    """Return the result that can be signed: complete, what the person has read, every remark answered."""
    result = complete_result(review)
    # Who handed in ratings was independent when they rated.
    now = review.evaluators.filter(participations__review=review, participations__submitted_at__isnull=True)
    check_independence(review.organisation, review.kind, now)
    check_unchanged_since(review, seen, FINALISE)
    must_be_answered(review)
    return result
