"""Who may read and write interview notes: the evaluators of the review only."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from reviews.access.reviews import SignedInRequest, review_to_read
from reviews.conflicts import review_closed
from reviews.models import Interview, Review


def review_with_interviews(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person may read its interviews: one of its evaluators, no one else.

    Notes may hold personal data of those who were asked; the coordinator and the service do not read them.
    """
    review = review_to_read(request, code)
    if not review.takes_part:
        raise PermissionDenied(
            _("Interview notes may hold personal data. They are for the evaluators of the review only.")
        )
    return review


def review_to_interview(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person may start interviews: one of its evaluators, until it is final."""
    review = review_with_interviews(request, code)
    if review.is_final:
        raise review_closed(review)
    return review


def interview_to_read(request: SignedInRequest, code: object, interview: object) -> Interview:
    """Return the interview if the person may read its notes, and they have not been deleted."""
    found = _interview_of(review_with_interviews(request, code), interview)
    if found.notes_deleted_at:
        raise StateConflict(
            _("The notes of this interview were deleted on %(date)s, as the network’s rule says.")
            % {"date": date_format(timezone.localtime(found.notes_deleted_at), "DATE_FORMAT")},
            reverse("interviews", args=[found.review.code]),
        )
    return found


def interview_to_save(request: SignedInRequest, code: object, interview: object) -> Interview:
    """Return the interview if the person may write its notes, the review closed or not.

    Whether it is still open says the service that saves: a send that is only repeated was saved while it was.
    """
    return _interview_of(review_with_interviews(request, code), interview)


def interview_to_change(request: SignedInRequest, code: object, interview: object) -> Interview:
    """Return the interview if the person may change or remove it: one of the evaluators, until the review is final."""
    return _interview_of(review_to_interview(request, code), interview)


def _interview_of(review: Review, code: object) -> Interview:
    """Return an interview of the review, with the review as it was fetched for the person."""
    found = get_object_or_404(Interview.objects.filter(review=review).for_page(), code=code)
    found.review = review
    return found
