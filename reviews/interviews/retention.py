"""When interview notes go, and their going. Scores, evidence and the interviews' heads stay.

A network keeps them for some weeks after a review became final; `manage.py delete_interview_notes`
then deletes them. Nobody decides that in the moment, and nobody can hold it up.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from reviews.models import AccessAction, EventType, Interview, InterviewNote, Network, Review, User
from reviews.models.interviews import SAID
from reviews.records import access_log
from reviews.records.writing import lock, record


@dataclass(frozen=True)
class Kept:
    """A final review whose notes are still there: how many, and when they are due to go."""

    review: Review
    notes: int
    due: datetime


def due_on(review: Review) -> datetime:
    """Return when the notes of a final review are due to go. Needs the organisation's network at hand."""
    if review.finalised_at is None:
        raise ValueError("the weeks are counted from when a review became final")
    return review.finalised_at + timedelta(weeks=review.organisation.network.keep_notes_weeks)


def kept_notes(reviews: QuerySet[Review]) -> list[Kept]:
    """Return those of the reviews that are final and still have notes, the first due first. One query."""
    with_notes = Interview.objects.filter(notes_deleted_at__isnull=True).values("review")
    found = (
        reviews.filter(pk__in=with_notes, finalised_at__isnull=False)
        .select_related("organisation__network")
        .annotate(notes=Count("interviews__notes", ~Q(interviews__notes__text="")))
    )
    kept = [Kept(review, review.notes, due_on(review)) for review in found]
    return sorted(kept, key=lambda one: (one.due, one.review.pk))


def due_notes(at: datetime | None = None) -> list[Kept]:
    """Return what is due to go by now, of all networks."""
    until = at or timezone.now()
    return [kept for kept in kept_notes(Review.objects.all()) if kept.due <= until]


@transaction.atomic
def delete_notes(review: Review, at: datetime | None = None) -> int:
    """Delete the notes of a final review whose time has come, and return how many locked something.

    One event tells of it without a text. An event names a person, and the rule is none: the event
    names who signed, for the signature set the date, and the history words it as the rule's doing.
    Repeating it does nothing.
    """
    at = at or timezone.now()
    locked = lock(review, "organisation__network", "finalised_by")
    interviews = Interview.objects.filter(review=locked, notes_deleted_at__isnull=True)
    if not locked.finalised_by or due_on(locked) > at or not interviews.exists():
        return 0
    notes = InterviewNote.objects.filter(interview__in=interviews)
    said = notes.filter(SAID).count()
    changes = {"notes": [said, 0], "weeks": ["", locked.organisation.network.keep_notes_weeks]}
    record(locked, EventType.NOTES_DELETED, by=locked.finalised_by, at=at, changes=changes)
    notes.delete()
    interviews.update(notes_deleted_at=at)
    return said


@transaction.atomic
def keep_notes_for(*, network: Network, weeks: int, by: User) -> None:
    """Set how many weeks a network keeps notes. It holds for those that are still there, from now on."""
    if Network.objects.filter(pk=network.pk).exclude(keep_notes_weeks=weeks).update(keep_notes_weeks=weeks):
        access_log.record(AccessAction.NOTES_RULE_CHANGED, by, network=network)
