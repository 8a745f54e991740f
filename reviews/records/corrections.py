"""Read model of what a correction corrects and why, and of why a review was cancelled. Events hold the reasons."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from reviews.models import EventType, Review, ReviewEvent, User

# Why a correction was opened, NULL for a review that corrects nothing: an expression in a query of reviews.
REASON = Subquery(ReviewEvent.objects.filter(review=OuterRef("pk"), type=EventType.CORRECTION).values("comment")[:1])
CANCELLING = (EventType.CANCELLED, EventType.WITHDRAWN)


@dataclass(frozen=True)
class CorrectionNote:
    """What a correction corrects and why.

    `corrected` is the visit of the corrected review; with its organisation if that is another. `url` is the address of
    that review, "" for readers who may not know of it.
    """

    corrected: str
    url: str
    reason: str


def correction_notes(reviews: Iterable[Review], user: User) -> dict[int, CorrectionNote]:
    """Return a note for each correction among the reviews, by its primary key. Three queries, none without one."""
    corrections = {review.pk: review for review in reviews if review.supersedes_id}
    if not corrections:
        return {}
    keys = [review.supersedes_id for review in corrections.values() if review.supersedes_id]
    corrected = Review.objects.select_related("organisation__joined_to").in_bulk(keys)
    visible = set(Review.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))
    reasons = reasons_of(corrections)
    return {
        pk: _note(
            review, corrected[review.supersedes_id], reasons.get(pk, ""), is_known=review.supersedes_id in visible
        )
        for pk, review in corrections.items()
    }


def reasons_of(corrections: Iterable[int]) -> dict[int, str]:
    """Return why each correction was opened, by its primary key. One query."""
    reasons = Review.objects.filter(pk__in=list(corrections)).values_list("pk", REASON)
    return {pk: reason or "" for pk, reason in reasons}


def correction_reason(review: Review) -> str:
    """Return why a correction was opened, "" for a review that corrects nothing. One query for a correction."""
    return reasons_of([review.pk])[review.pk] if review.supersedes_id else ""


def cancellation_event(review: Review) -> ReviewEvent | None:
    """Return the event that says who cancelled a review, when and why; None unless it is cancelled. One query."""
    if not review.is_cancelled:
        return None
    return ReviewEvent.objects.filter(review=review, type__in=CANCELLING).select_related("by").latest("pk")


def _note(review: Review, corrected: Review, reason: str, *, is_known: bool) -> CorrectionNote:
    is_same = review.organisation.current_id == corrected.organisation.current_id
    words = corrected.visit if is_same else f"{corrected.organisation}, {corrected.visit}"
    return CorrectionNote(words, corrected.get_absolute_url() if is_known else "", reason)
