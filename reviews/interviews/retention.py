"""Retention of interview notes: deleted `keep_notes_weeks` after a review was closed, with no manual override.

A review is closed when it becomes final, and when it is cancelled. Quick notes are interview notes.

Each network sets its number of weeks; what is due is deleted every night. Scores, evidence and the
details of the interviews are kept.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from reviews.models import AccessAction, EventType, Interview, InterviewNote, Network, QuickNote, Review, User
from reviews.models.interviews import HAS_TEXT
from reviews.records import access_log
from reviews.records.corrections import cancellation_event
from reviews.records.writing import lock, record


@dataclass(frozen=True)
class RetainedNotes:
    """The notes of a closed review that have not been deleted: how many have a text, and when deletion is due."""

    review: Review
    count: int
    due: datetime


def deletion_due(review: Review) -> datetime:
    """Return when the notes of a closed review are due for deletion. Raises ValueError for an open review.

    No query if the review was fetched with `organisation__network`.
    """
    closed_at = review.finalised_at or review.cancelled_at
    if closed_at is None:
        raise ValueError("the weeks are counted from when a review was closed")
    return closed_at + timedelta(weeks=review.organisation.network.keep_notes_weeks)


def retained_notes(reviews: QuerySet[Review]) -> list[RetainedNotes]:
    """Return the notes that these reviews still have if they are closed, the earliest due first. One query."""
    with_notes = Interview.objects.filter(notes_deleted_at__isnull=True).values("review")
    is_retained = Q(pk__in=with_notes) | Q(pk__in=QuickNote.objects.values("review"))
    own_quick_notes = QuickNote.objects.filter(HAS_TEXT, review=OuterRef("pk")).order_by().values("review")
    closed_reviews = (
        Review.objects.closed()
        .filter(pk__in=reviews.filter(is_retained))
        .select_related("organisation__network")
        .annotate(
            notes=Count("interviews__notes", ~Q(interviews__notes__text="")),
            of_visit=Coalesce(Subquery(own_quick_notes.annotate(n=Count("pk")).values("n")), 0),
        )
    )
    retained = [RetainedNotes(each, each.notes + each.of_visit, deletion_due(each)) for each in closed_reviews]
    return sorted(retained, key=lambda notes: (notes.due, notes.review.pk))


def due_notes(at: datetime | None = None) -> list[RetainedNotes]:
    """Return the notes in all networks whose deletion is due at `at`, by default now."""
    until = at or timezone.now()
    return [notes for notes in retained_notes(Review.objects.all()) if notes.due <= until]


@transaction.atomic
def delete_notes(review: Review, at: datetime | None = None) -> int:
    """Delete the notes of a closed review if their deletion is due, and return how many had a text. Idempotent.

    The event records only the number of notes and the rule. Every event names a person; this one names the signer, or
    who cancelled the review, because that set the date. The history describes it as an effect of the rule.
    """
    at = at or timezone.now()
    locked = lock(review, "organisation__network")
    interviews = Interview.objects.filter(review=locked, notes_deleted_at__isnull=True)
    quick_notes = QuickNote.objects.filter(review=locked)
    if not locked.is_closed or deletion_due(locked) > at or not (interviews.exists() or quick_notes.exists()):
        return 0
    notes = InterviewNote.objects.filter(interview__in=interviews)
    count = notes.filter(HAS_TEXT).count() + quick_notes.filter(HAS_TEXT).count()
    changes = {"notes": [count, 0], "weeks": ["", locked.organisation.network.keep_notes_weeks]}
    record(locked, EventType.NOTES_DELETED, by=_who_closed(locked), at=at, changes=changes)
    notes.delete()
    quick_notes.delete()
    interviews.update(notes_deleted_at=at)
    return count


def _who_closed(review: Review) -> User:
    if review.finalised_by:
        return review.finalised_by
    event = cancellation_event(review)
    if event is None:
        raise ValueError("an open review was closed by nobody")
    return event.by


@transaction.atomic
def set_retention(*, network: Network, weeks: int, by: User) -> None:
    """Set how many weeks a network keeps notes, including those that it already has. Recorded in the access log."""
    if Network.objects.filter(pk=network.pk).exclude(keep_notes_weeks=weeks).update(keep_notes_weeks=weeks):
        access_log.record(AccessAction.NOTES_RULE_CHANGED, by, network=network)
