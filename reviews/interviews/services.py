"""Start an interview, change its details, and remove one that was started by mistake.

Each writes its event in the same transaction. Events hold guide, role, label and date. They never hold the place or a
note, because events are never deleted.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain, product
from string import ascii_uppercase
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from reviews.conflicts import review_closed
from reviews.models import EventType, Interview, InterviewNote, Review, User
from reviews.models.interviews import LABEL_TAKEN
from reviews.records.writing import changes_between, lock, record
from scales.models import GuideEdition

DETAIL_FIELDS = ("label", "informant_role", "held_on", "place")


@dataclass(frozen=True)
class InterviewDetails:
    """The details of an interview: label and role of the informant, day and place."""

    label: str
    held_on: date
    informant_role: str = ""
    place: str = ""


def lock_open(review: Review) -> Review:
    """Return the review as it is stored now, locked until the transaction ends.

    Raises StateConflict (409) if it is closed.
    """
    locked = lock(review)
    if locked.is_closed:
        raise review_closed(locked)
    return locked


@transaction.atomic
def start_interview(
    *,
    review: Review,
    by: User,
    code: UUID,
    guide: GuideEdition | None,
    details: InterviewDetails,
    at: datetime | None = None,
) -> Interview:
    """Start an interview and return it, with an empty note for each question of the guide or, without one, each item.

    Without a role in `details`, the informant has the role of the guide. A repeated call with the same code returns the
    first interview. Raises ValidationError if another interview of the review has the label, and StateConflict (409)
    if the review is final.
    """
    locked, at = lock_open(review), at or timezone.now()
    if existing := Interview.objects.filter(review=locked, code=code).first():
        return existing
    interview = Interview(code=code, review=locked, guide=guide, conducted_by=by, created_at=at)
    outline = interview.outline
    _set_details(interview, replace(details, informant_role=details.informant_role or outline.role))
    interview.save(force_insert=True)
    InterviewNote.objects.bulk_create(InterviewNote(interview=interview, question=key) for key in outline.note_keys)
    changes = {name: ["", value] for name, value in _event_fields(interview).items() if value}
    record(locked, EventType.INTERVIEWED, by=by, at=at, changes=changes)
    return interview


@transaction.atomic
def change_interview(*, interview: Interview, by: User, details: InterviewDetails, at: datetime | None = None) -> None:
    """Change the details of an interview. Does nothing if they are the same.

    Raises ValidationError if another interview of the review has the label, and StateConflict (409) if the review is
    final or the interview was removed.
    """
    locked = lock_open(interview.review)
    stored = _stored(interview)
    if stored is None:
        raise StateConflict(_("This interview was removed meanwhile. Nothing was saved; the text is here."))
    if InterviewDetails(**{name: getattr(stored, name) for name in DETAIL_FIELDS}) == details:
        return
    before = _event_fields(stored)
    _set_details(stored, details)
    stored.save(update_fields=DETAIL_FIELDS)
    changes = changes_between(before, _event_fields(stored), always=("interview",))
    record(locked, EventType.INTERVIEW_CHANGED, by=by, at=at, changes=changes)


@transaction.atomic
def remove_interview(*, interview: Interview, by: User, at: datetime | None = None) -> None:
    """Delete an interview without notes. Idempotent.

    Raises StateConflict (409) if it has a note or the review is final.
    """
    locked = lock_open(interview.review)
    stored = _stored(interview)
    if stored is None:
        return
    if stored.has_notes():
        raise StateConflict(
            _("This interview has notes, so it was not removed. Empty them first."), stored.get_absolute_url()
        )
    changes = {name: [value, ""] for name, value in _event_fields(stored).items() if value}
    stored.quick_notes.update(interview=None)  # emptied ones
    stored.notes.all().delete()
    stored.delete()
    record(locked, EventType.INTERVIEW_REMOVED, by=by, at=at, changes=changes)


def next_label(taken: Iterable[str]) -> str:
    """Return the first of A, B, … Z, AA, AB, … ZZ that is not taken, or "" if all are."""
    labels = chain(ascii_uppercase, map("".join, product(ascii_uppercase, repeat=2)))
    used = set(taken)
    return next((label for label in labels if label not in used), "")


def _stored(interview: Interview) -> Interview | None:
    return Interview.objects.select_related("review", "guide").filter(pk=interview.pk).first()


def _set_details(interview: Interview, details: InterviewDetails) -> None:
    """Set the details of an interview without saving it. Raises ValidationError if its label is taken."""
    others = Interview.objects.filter(review=interview.review, label=details.label).exclude(pk=interview.pk)
    if others.exists():
        raise ValidationError({"label": ValidationError(LABEL_TAKEN, code="label_once")})
    for name in DETAIL_FIELDS:
        setattr(interview, name, getattr(details, name))


def _event_fields(interview: Interview) -> dict[str, str]:
    """Return what events record about an interview, by field. Never its place or notes."""
    return {
        "interview": interview.label,
        "guide": interview.outline.slug,
        "role": interview.informant_role,
        "date": interview.held_on.isoformat(),
    }
