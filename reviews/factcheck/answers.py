"""The evaluators' side: answer what the service remarked, until the review is final.

Scores are changed where they always are, after the draft was sent back; an answer says what came of a remark.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from reviews.conflicts import remark_changed, review_closed
from reviews.factcheck.notifications import notify_answered
from reviews.factcheck.remarks import stored_of
from reviews.models import EventType, Remark, Review, ReviewEvent, User
from reviews.records import chain


@transaction.atomic
def answer_remark(*, remark: Remark, by: User, version: int, answer: str, at: datetime | None = None) -> None:
    """Write the answer to a remark, in place of an earlier one. The same person's same answer is written once.

    Raises StateConflict (409) when the remark was withdrawn, or it or its answer changed since `version`, or the
    review is final; ValueError without an answer.
    """
    if not answer.strip():
        raise ValueError("an answer says something")
    held, at = Review.objects.locked(remark.review), at or timezone.now()
    if held.is_final:
        raise review_closed(held)
    stored = stored_of(remark, held)
    if stored.answer == answer and stored.answered_by == by:
        return
    same = Remark.objects.filter(pk=stored.pk, version=version)
    if not same.update(answer=answer, answered_by=by, answered_at=at, version=F("version") + 1):
        raise remark_changed(held)
    changes = {"remark": [stored.text, stored.text], "answer": [stored.answer, answer]}
    number = stored.item_number
    chain.append(held, ReviewEvent(at=at, by=by, type=EventType.ANSWERED, item_number=number, changes=changes))
    if not stored.answer and not held.remarks.filter(answer="").exists():
        notify_answered(held)
