"""The evaluators' side: answer what the service remarked, until the review is final.

Scores are changed where they always are, after the draft was sent back; an answer says what came of a remark.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from reviews.conflicts import review_closed
from reviews.factcheck.notifications import notify_answered
from reviews.factcheck.remarks import stored_of
from reviews.models import EventType, Remark, User
from reviews.records.writing import lock_review, record, update_if


@transaction.atomic
def answer_remark(*, remark: Remark, by: User, version: int, answer: str, at: datetime | None = None) -> None:
    """Write the answer to a remark, in place of an earlier one. The same person's same answer is written once.

    Raises StateConflict (409) when the remark was withdrawn, or it or its answer changed since `version`, or the
    review is final; ValueError without an answer.
    """
    if not answer.strip():
        raise ValueError("an answer says something")
    locked, at = lock_review(remark.review), at or timezone.now()
    if locked.is_final:
        raise review_closed(locked)
    stored = stored_of(remark, locked)
    if stored.answer == answer and stored.answered_by == by:
        return
    update_if(stored, version, answer=answer, answered_by=by, answered_at=at)
    changes = {"remark": [stored.text, stored.text], "answer": [stored.answer, answer]}
    record(locked, EventType.ANSWERED, by=by, at=at, item_number=stored.item_number, changes=changes)
    if not stored.answer and not locked.remarks.filter(answer="").exists():
        notify_answered(locked)
