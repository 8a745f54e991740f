"""Who may read, write and answer remarks on a draft report."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from reviews.access.reviews import SignedInRequest, leads, review_to_read
from reviews.conflicts import no_draft_now
from reviews.models import Remark, Review, User
from reviews.workflow import EVALUATORS_AND_COORDINATORS


def review_with_remarks(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person may know of it and its draft report is or was handed out."""
    review = review_to_read(request, code)
    if not (review.is_handed_out or review.is_final or Remark.objects.filter(review=review).exists()):
        raise no_draft_now(review)
    return review


def review_to_remark(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person is a team leader of the reviewed service.

    Whether the review takes remarks now is checked when the remark is saved.
    """
    review = review_to_read(request, code)
    if not leads(request.user, review):
        raise PermissionDenied(_("Remarks are written by the team leader of the service. You can read them."))
    return review


def may_remark(user: User, review: Review) -> bool:
    """Return whether a person who may know of the review may remark on it now. At most one query."""
    return review.takes_remarks and leads(user, review)


def remark_to_change(request: SignedInRequest, code: object, remark: object) -> Remark:
    """Return the remark if the person wrote it and still leads the service, whatever the status of the review."""
    own_remark = _remark_of(review_to_remark(request, code), remark)
    if own_remark.by != request.user:
        raise PermissionDenied(_("A remark is changed by who wrote it. You can write another one."))
    return own_remark


def remark_to_answer(request: SignedInRequest, code: object, remark: object) -> Remark:
    """Return the remark if the person is an evaluator of the review, whatever the status of the review."""
    review = review_to_read(request, code)
    if not review.takes_part:
        raise PermissionDenied(_("Remarks are answered by the evaluators of the review. You can read the answers."))
    return _remark_of(review, remark)


def review_to_set_deadline(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person may set the last day for remarks and the draft report is handed out."""
    review = review_to_read(request, code)
    if not EVALUATORS_AND_COORDINATORS & review.acting_as:
        raise PermissionDenied(_("The day is set by the evaluators of the review or the coordinator."))
    if not review.is_handed_out:
        raise no_draft_now(review)
    return review


def _remark_of(review: Review, code: object) -> Remark:
    """Return a remark on the review, with `review` itself as its review."""
    remark = get_object_or_404(Remark.objects.select_related("by", "answered_by"), review=review, code=code)
    remark.review = review
    return remark
