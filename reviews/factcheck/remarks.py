"""The service's side: remark on a draft report, change a remark, take it back. Each in one transaction with its event.

Possible while the draft is handed out and its date has not passed; of a remark that was answered nothing changes.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from reviews.conflicts import no_remarks_now, remark_answered, remark_withdrawn
from reviews.factcheck.notifications import notify_remarked
from reviews.models import EventType, Remark, Review, User
from reviews.records.writing import lock_review, record, update_if

MOST_REMARKS = 200  # of one review


def must_take_remarks(review: Review) -> None:
    """Raise StateConflict (409) unless the service can remark on the draft report today."""
    if not review.takes_remarks:
        raise no_remarks_now(review)


def must_be_open(remark: Remark) -> None:
    """Raise StateConflict (409) unless its author can still change the remark."""
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
    """Return a new remark on an item, or on the report as a whole where `item_number` is None.

    Sent again with the same code, the first one is returned. Raises StateConflict (409) when the service is not
    asked, or not any more, or has written as many as there is room for.
    """
    locked, at = lock_review(review), at or timezone.now()
    if known := Remark.objects.filter(review=locked, code=code, by=by).first():
        return known
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
    notify_remarked(locked, by=by, on=timezone.localdate(at))
    return remark


@transaction.atomic
def change_remark(*, remark: Remark, by: User, version: int, kind: str, text: str, at: datetime | None = None) -> None:
    """Write what a remark says from now on. What says the same already writes nothing.

    Raises StateConflict (409) when it was answered, withdrawn or changed since `version`, or the date has passed.
    """
    locked = lock_review(remark.review)
    stored = stored_of(remark, locked)
    must_be_open(stored)
    if (stored.kind, stored.text) == (kind, text):
        return
    update_if(stored, version, kind=kind, text=text)
    changes = {"remark": [stored.text, text]}  # which one it was is always told
    if stored.kind != kind:
        changes |= {"remark_kind": [stored.kind, str(kind)]}
    record(locked, EventType.REMARK_CHANGED, by=by, at=at, item_number=stored.item_number, changes=changes)


@transaction.atomic
def withdraw_remark(*, remark: Remark, by: User, at: datetime | None = None) -> None:
    """Take a remark back. Raises StateConflict (409) when it was answered or the date has passed. Whoever comes
    second finds nothing left to do."""
    locked = lock_review(remark.review)
    stored = Remark.objects.filter(pk=remark.pk).first()
    if stored is None:
        return
    stored.review = locked
    must_be_open(stored)
    stored.delete()
    changes = {"remark": [stored.text, ""]}
    record(locked, EventType.REMARK_WITHDRAWN, by=by, at=at, item_number=stored.item_number, changes=changes)


def stored_of(remark: Remark, locked: Review) -> Remark:
    """Return a remark as it stands now, with the review that is locked. Raises StateConflict (409) when it is gone."""
    stored = Remark.objects.select_related("answered_by").filter(pk=remark.pk).first()
    if stored is None:
        raise remark_withdrawn(locked)
    stored.review = locked
    return stored
