"""Hand out the draft report of a review. No other module makes this transition.

A draft is handed out to somebody: the event records who was told by mail. The service checks the facts until a certain
day, or the evaluators say why there is no factual check. They also say why items stay without evidence or data source,
if there are such items.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from reviews.conduct.transitions import apply_transition, check_unchanged_since, complete_result, lock_for
from reviews.factcheck.deadline import fact_check_changes
from reviews.factcheck.notifications import draft_recipients, notify_handed_out
from reviews.models import Review, User
from reviews.records.handing_out import handing_out_of
from reviews.sheets.evidence_gaps import EvidenceGaps, gaps_of
from reviews.sheets.sheet import sheet_of
from reviews.workflow import DRAFT


@transaction.atomic
def hand_out(
    *,
    review: Review,
    by: User,
    seen: str,
    facts_until: date | None = None,
    no_check_reason: str = "",
    gaps_reason: str = "",
    at: datetime | None = None,
) -> Review:
    """Hand out the draft report, mail those who are to read it, and return the review with its new status.

    `seen` is the head of the chain that the person's page showed. `facts_until` is the last day on which the service
    can remark on the draft report; without it, `no_check_reason` says why there is no factual check. Raises Stale (409)
    if the review has changed since, StateConflict (409) if it cannot be handed out now, Incomplete if a score or a
    required reason is missing, ValueError if a sentence is missing.
    """
    locked, at = lock_for(review, DRAFT), at or timezone.now()
    check_unchanged_since(locked, seen, DRAFT)  # first: the page lists what is missing now
    complete_result(locked)
    recipients = draft_recipients(locked, facts_until)
    changes = {
        **fact_check_changes(locked, handing_out_of(locked).no_check_reason, facts_until, no_check_reason),
        **gap_changes(gaps_of(sheet_of(locked)), gaps_reason),
        "told": [[], [str(user.code) for user in recipients]],
    }
    apply_transition(locked, DRAFT, by=by, at=at, changes=changes, facts_until=facts_until)
    notify_handed_out(locked)
    return locked


def gap_changes(gaps: EvidenceGaps, reason: str) -> dict[str, list[Any]]:
    """Return what an event records about items without evidence, {} if there are none. ValueError without a reason."""
    if not gaps:
        return {}
    if not reason.strip():
        raise ValueError("items without evidence or data source need a reason")
    numbers = {"no_evidence": gaps.no_evidence, "no_source": gaps.no_source}
    changes: dict[str, list[Any]] = {name: [[], [str(n) for n in listed]] for name, listed in numbers.items() if listed}
    return changes | {"gaps_reason": ["", reason.strip()]}
