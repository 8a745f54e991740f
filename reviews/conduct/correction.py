"""Open the correction of a final review: a new review with the same content, which replaces it once it is signed.

The correction may change everything that the review holds; organisation, dates and kind on the page of its plan.
Every field is copied except those in NOT_COPIED, so that a new field of a model is part of corrections by default.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from reviews.actionplan.services import drop_open_actions
from reviews.conduct.plan_notifications import notify_moved_away
from reviews.conduct.planning import first_plan
from reviews.conduct.transitions import apply_transition, lock_for
from reviews.conflicts import review_closed
from reviews.models import EventType, ItemScore, Organisation, ReportText, Review, ReviewEvaluator, User
from reviews.models.reviews import one_specialist
from reviews.records.writing import lock_review, record
from reviews.workflow import SUPERSEDE, EvaluatorPart, Method, Status

# Primary keys are never copied.
NOT_COPIED: Mapping[type[Model], frozenset[str]] = {
    # Fields that the correction sets itself, and fields that signing, handing out, importing or cancelling writes.
    Review: frozenset(
        {"code", "status", "method", "created_by", "created_at", "supersedes", "cancelled_at", "cancelled_from"}
        | {"finalised_by", "finalised_at", "total", "band", "facts_until", "is_imported"}
    ),
    # The third person has already decided. The version counts the changes of the correction only.
    ItemScore: frozenset({"review", "version", "put_to"}),
    # The correction's text counts as not yet written until somebody changes it.
    ReportText: frozenset({"review", "version", "saved_by", "saved_at", "change"}),
}


@transaction.atomic
def open_correction(*, review: Review, by: User, reason: str, at: datetime | None = None) -> Review:
    """Return a new review in status SCORING with the content of a final one.

    The final review stays valid until the correction is final. Those of its evaluators who are still evaluators of the
    network become evaluators of the correction. Raises StateConflict (409) if the review is not valid or has a
    correction that was not withdrawn, ValueError without a reason.
    """
    reason, at = reason.strip(), at or timezone.now()
    if not reason:
        raise ValueError("a correction says why")
    locked = lock_review(review)
    if not locked.is_valid:
        raise review_closed(locked)
    if locked.correction:
        raise StateConflict(_("A correction of this review has been opened already."), locked.get_absolute_url())
    correction = copied(
        locked, method=Method.TOGETHER, status=Status.SCORING, created_by=by, created_at=at, supersedes=locked
    )
    correction.specialists = correction.specialists or one_specialist()  # an imported review has none
    correction.save(force_insert=True)
    evaluators = User.objects.evaluators_of(locked.organisation.network_id).filter(
        participations__review=locked, participations__part=EvaluatorPart.RATES
    )
    people = list(evaluators.order_by("pk"))
    ReviewEvaluator.objects.bulk_create(ReviewEvaluator(review=correction, user=user) for user in people)
    text = ReportText.objects.filter(review=locked).first() or ReportText()
    copied(text, review=correction).save(force_insert=True)
    ItemScore.objects.bulk_create(copied(row, review=correction, version=1) for row in locked.scores.all())
    changes = {"corrects": ["", str(locked.code)]} | first_plan(locked.organisation, people)
    record(correction, EventType.CORRECTION, by=by, at=at, comment=reason, changes=changes)
    record(
        locked, EventType.CORRECTED, by=by, at=at, comment=reason, changes={"correction": ["", str(correction.code)]}
    )
    return correction


def supersede_corrected(correction: Review, *, by: User, at: datetime) -> set[Organisation]:
    """Replace the review that a signed correction corrects. Return the organisations whose summary is out of date.

    Does nothing for other reviews. If the correction is of another organisation, the first one loses the review: its
    open actions are dropped, and its team leaders are told. Must run in the transaction of signing.
    """
    if correction.supersedes is None:
        return {correction.organisation}
    corrected = lock_for(correction.supersedes, SUPERSEDE)
    if corrected.organisation.current_id != correction.organisation.current_id:
        drop_open_actions(corrected, by=by, at=at)
        notify_moved_away(corrected)
    apply_transition(corrected, SUPERSEDE, by=by, at=at)
    return {correction.organisation, corrected.organisation}


def copied[Row: Model](row: Row, **own: Any) -> Row:
    """Return an unsaved copy of a row without the fields in NOT_COPIED. `own` sets or overrides fields."""
    skipped = NOT_COPIED[type(row)]
    fields = [field for field in row._meta.concrete_fields if not field.primary_key and field.name not in skipped]
    return type(row)(**{field.attname: getattr(row, field.attname) for field in fields} | own)
