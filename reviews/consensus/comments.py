"""Comments of the evaluators on an item while they agree. They stay with the review, as the ratings do."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from reviews.conflicts import review_closed
from reviews.models import EventType, ItemComment, Review, User
from reviews.records.writing import lock_review, record


@transaction.atomic
def add_comment(*, review: Review, by: User, code: UUID, number: int, text: str, at: datetime | None = None) -> None:
    """Add a comment on an item. Idempotent: `code` is the client's id of the comment.

    Raises StateConflict (409) if the review is not in consensus.
    """
    locked, at = lock_review(review), at or timezone.now()
    if ItemComment.objects.filter(review=locked, code=code).exists():
        return
    if not locked.is_in_consensus:
        raise review_closed(locked)
    ItemComment.objects.create(review=locked, code=code, item_number=number, author=by, at=at, text=text)
    record(locked, EventType.COMMENTED, by=by, at=at, item_number=number, changes={"item_comment": ["", text]})
