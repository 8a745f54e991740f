"""Start an interview, change what its head says, take one back that was started by mistake.

Each in one transaction with its event. The events tell guide, role, label and date; the place and
all notes stay out of them, for an event is never deleted.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain as one_after_another
from itertools import product
from string import ascii_uppercase
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from reviews.conflicts import review_closed
from reviews.models import EventType, Interview, InterviewNote, Review, User
from reviews.models.interviews import LABEL_TAKEN, SAID
from reviews.records.writing import changes_between, lock, record
from scales.models import GuideEdition

HEAD = ("label", "informant_role", "held_on", "place")


@dataclass(frozen=True)
class Head:
    """What an interview's head says: the label and role of who is asked, the day, the place."""

    label: str
    held_on: date
    informant_role: str = ""
    place: str = ""


def lock_open(review: Review) -> Review:
    """Return the review as it stands now, kept from everybody else until the transaction ends.

    Raises StateConflict (409) once it is final.
    """
    locked = lock(review)
    if locked.is_final:
        raise review_closed(locked)
    return locked


@transaction.atomic
def start_interview(
    *, review: Review, by: User, code: UUID, guide: GuideEdition, head: Head, at: datetime | None = None
) -> Interview:
    """Return a new interview, by default in the guide's role, with an empty row for all that can be noted.

    Sent again with the same code, the first one is returned. Raises ValidationError when another interview has the
    label, and StateConflict (409) once the review is final.
    """
    locked, at = lock_open(review), at or timezone.now()
    if known := Interview.objects.filter(review=locked, code=code).first():
        return known
    interview = Interview(code=code, review=locked, guide=guide, conducted_by=by, created_at=at)
    _write(interview, replace(head, informant_role=head.informant_role or guide.guide.role))
    interview.save(force_insert=True)
    InterviewNote.objects.bulk_create(InterviewNote(interview=interview, question=key) for key in guide.guide.note_keys)
    changes = {name: ["", value] for name, value in _event_fields(interview).items()}
    record(locked, EventType.INTERVIEWED, by=by, at=at, changes=changes)
    return interview


@transaction.atomic
def change_interview(*, interview: Interview, by: User, head: Head, at: datetime | None = None) -> None:
    """Write what an interview's head says from now on. What says the same already writes nothing.

    Raises ValidationError when another interview has the label, StateConflict (409) once the review is final or the
    interview was removed.
    """
    locked = lock_open(interview.review)
    stored = _stored(interview)
    if stored is None:
        raise StateConflict(_("This interview was removed meanwhile. Nothing was saved; the text is here."))
    if Head(**{name: getattr(stored, name) for name in HEAD}) == head:
        return
    before = _event_fields(stored)
    _write(stored, head)
    stored.save(update_fields=HEAD)
    changes = changes_between(before, _event_fields(stored), always=("interview",))
    record(locked, EventType.INTERVIEW_CHANGED, by=by, at=at, changes=changes)


@transaction.atomic
def remove_interview(*, interview: Interview, by: User, at: datetime | None = None) -> None:
    """Take an interview away in which nothing is noted. Raises StateConflict (409) when something is,
    or the review is final. Whoever comes second finds nothing left to do."""
    locked = lock_open(interview.review)
    stored = _stored(interview)
    if stored is None:
        return
    if stored.notes.filter(SAID).exists():
        raise StateConflict(
            _("This interview has notes, so it was not removed. Empty them first."), stored.get_absolute_url()
        )
    changes = {name: [value, ""] for name, value in _event_fields(stored).items()}
    stored.notes.all().delete()
    stored.delete()
    record(locked, EventType.INTERVIEW_REMOVED, by=by, at=at, changes=changes)


def next_label(taken: Iterable[str]) -> str:
    """Return the first of A, B, … Z, AA, AB, … that no interview has yet."""
    labels = one_after_another(ascii_uppercase, map("".join, product(ascii_uppercase, repeat=2)))
    used = set(taken)
    return next((label for label in labels if label not in used), "")


def _stored(interview: Interview) -> Interview | None:
    return Interview.objects.select_related("review", "guide").filter(pk=interview.pk).first()


def _write(interview: Interview, head: Head) -> None:
    """Set the head of an interview, unless another of the review has its label."""
    others = Interview.objects.filter(review=interview.review, label=head.label).exclude(pk=interview.pk)
    if others.exists():
        raise ValidationError({"label": ValidationError(LABEL_TAKEN, code="label_once")})
    for name in HEAD:
        setattr(interview, name, getattr(head, name))


def _event_fields(interview: Interview) -> dict[str, str]:
    """Return what events record of an interview, by field. Never its place or notes."""
    return {
        "interview": interview.label,
        "guide": interview.guide.slug,
        "role": interview.informant_role,
        "date": interview.held_on.isoformat(),
    }
