"""Add, change and withdraw remarks, on the side of the service. Each writes its event in the same transaction.

This is possible while the draft report is handed out and the deadline has not passed. A remark that has an answer
cannot be changed or withdrawn.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from reviews.conflicts import no_remarks_now, remark_answered, remark_withdrawn
from reviews.factcheck.notifications import notify_remark_added
from reviews.models import EventType, Remark, Review, User
from reviews.records.writing import lock_review, record, update_if

MOST_REMARKS = 200  # of one review


def must_take_remarks(review: Review) -> None:
    """Raise StateConflict (409) unless the service can write remarks on the draft report today."""
    if not review.takes_remarks:
        raise no_remarks_now(review)


def must_be_open(remark: Remark) -> None:
    """Raise StateConflict (409) if the deadline has passed or the remark has an answer."""
    must_take_remarks(remark.review)
    if remark.answer:
        raise remark_answered(remark.review)


@transaction.atomic
def add_remark(
    *,
    review: Review,
    by: User,
    code: UUID,
    item_number: int | None,
    kind: str,
    text: str,
    at: datetime | None = None,
) -> Remark:
    """Add a remark on an item, or on the report as a whole if `item_number` is None, and return it.

    A repeated call with the same code returns the first remark. Raises StateConflict (409) if the service cannot write
    remarks now or the review already has MOST_REMARKS.
    """
    locked, at = lock_review(review), at or timezone.now()
    if existing := Remark.objects.filter(review=locked, code=code, by=by).first():
        return existing
    must_take_remarks(locked)
    if locked.remarks.count() >= MOST_REMARKS:
        raise StateConflict(
            _("This review has %(most)s remarks, and takes no more. Nothing was saved; add to one that is there.")
            % {"most": MOST_REMARKS}
        )
    remark = Remark.objects.create(
        code=code, review=locked, item_number=item_number, kind=kind, text=text, by=by, at=at
    )
    changes = {"remark_kind": ["", str(kind)], "remark": ["", text]}
    record(locked, EventType.REMARKED, by=by, at=at, item_number=item_number, changes=changes)
    notify_remark_added(locked, by=by, on=timezone.localdate(at))
    return remark


@transaction.atomic
def change_remark(*, remark: Remark, by: User, version: int, kind: str, text: str, at: datetime | None = None) -> None:
    """Change the kind and text of a remark. Does nothing if they are the same.

    Raises StateConflict (409) if the remark was answered, withdrawn or changed since `version`, or if the deadline has
    passed.
    """
    locked = lock_review(remark.review)
    stored = stored_remark(remark, locked)
    must_be_open(stored)
    if (stored.kind, stored.text) == (kind, text):
        return
    update_if(stored, version, kind=kind, text=text)
    changes = {"remark": [stored.text, text]}  # the text identifies the remark, so it is always recorded
    if stored.kind != kind:
        changes |= {"remark_kind": [stored.kind, str(kind)]}
    record(locked, EventType.REMARK_CHANGED, by=by, at=at, item_number=stored.item_number, changes=changes)


@transaction.atomic
def withdraw_remark(*, remark: Remark, by: User, at: datetime | None = None) -> None:
    """Delete a remark. Idempotent.

    Raises StateConflict (409) if the remark was answered or the deadline has passed.
    """
    locked = lock_review(remark.review)
    stored = Remark.objects.filter(pk=remark.pk).first()
    if stored is None:
        return
    stored.review = locked
    must_be_open(stored)
    stored.delete()
    changes = {"remark": [stored.text, ""]}
    record(locked, EventType.REMARK_WITHDRAWN, by=by, at=at, item_number=stored.item_number, changes=changes)


def stored_remark(remark: Remark, locked: Review) -> Remark:
    """Return a remark as it is stored now, with its locked review. Raises StateConflict (409) if it was withdrawn."""
    stored = Remark.objects.select_related("answered_by").filter(pk=remark.pk).first()
    if stored is None:
        raise remark_withdrawn(locked)
    stored.review = locked
    return stored
