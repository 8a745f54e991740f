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
    """Return the review if the person is one of its evaluators.

    Notes may contain personal data of informants, so the coordinator and the service may not read them.
    """
    review = review_to_read(request, code)
    if not review.takes_part:
        raise PermissionDenied(
            _("Interview notes may hold personal data. They are for the evaluators of the review only.")
        )
    return review


def review_to_interview(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person is one of its evaluators and it is not closed."""
    review = review_with_interviews(request, code)
    if review.is_closed:
        raise review_closed(review)
    return review


def interview_to_read(request: SignedInRequest, code: object, interview: object) -> Interview:
    """Return the interview if the person may read its notes and they have not been deleted."""
    stored = _interview_of(review_with_interviews(request, code), interview)
    if stored.notes_deleted_at:
        raise StateConflict(
            _("The notes of this interview were deleted on %(date)s, as the network’s rule says.")
            % {"date": date_format(timezone.localtime(stored.notes_deleted_at), "DATE_FORMAT")},
            reverse("interviews", args=[stored.review.code]),
        )
    return stored


def interview_to_save(request: SignedInRequest, code: object, interview: object) -> Interview:
    """Return the interview if the person may write its notes, whatever the status of the review.

    Whether the review is open is checked when the notes are saved, so that a repeated request succeeds as before.
    """
    return _interview_of(review_with_interviews(request, code), interview)


def interview_to_change(request: SignedInRequest, code: object, interview: object) -> Interview:
    """Return the interview if the person is an evaluator of its review and the review is not closed."""
    return _interview_of(review_to_interview(request, code), interview)


def _interview_of(review: Review, code: object) -> Interview:
    """Return an interview of the review, with `review` itself as its review."""
    interview = get_object_or_404(Interview.objects.filter(review=review).for_page(), code=code)
    interview.review = review
    return interview
