"""Answer remarks, on the side of the evaluators, until the review is final.

An answer never changes a score. To change one, the evaluators send the draft report back to scoring.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from reviews.conflicts import review_closed
from reviews.factcheck.notifications import notify_remarks_answered
from reviews.factcheck.remarks import stored_remark
from reviews.models import EventType, Remark, User
from reviews.records.writing import lock_review, record, update_if


@transaction.atomic
def answer_remark(*, remark: Remark, by: User, version: int, answer: str, at: datetime | None = None) -> None:
    """Write the answer to a remark, or replace the answer that it has. Idempotent for the same person and text.

    Mails the team leaders who wrote remarks once the last remark is answered. Raises StateConflict (409) if the review
    is closed, the remark was withdrawn, or the remark or its answer changed since `version`; ValueError if `answer` is
    blank.
    """
    if not answer.strip():
        raise ValueError("an answer says something")
    locked, at = lock_review(remark.review), at or timezone.now()
    if locked.is_closed:
        raise review_closed(locked)
    stored = stored_remark(remark, locked)
    if stored.answer == answer and stored.answered_by == by:
        return
    update_if(stored, version, answer=answer, answered_by=by, answered_at=at)
    changes = {"remark": [stored.text, stored.text], "answer": [stored.answer, answer]}
    record(locked, EventType.ANSWERED, by=by, at=at, item_number=stored.item_number, changes=changes)
    if not stored.answer and not locked.remarks.filter(answer="").exists():
        notify_remarks_answered(locked)
