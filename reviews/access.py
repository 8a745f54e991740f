"""Who may: each function returns the object, or raises 404 (may not know), 403 (may not act),
409 (wrong moment). Every view starts here; nothing else decides about persons.
"""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from ipsfidelity.errors import WrongMoment
from reviews.models import Organisation, Review, User
from reviews.workflow import FINALISE

SHOWN_WHILE_SCORING = ("code", "status", "edition", "visit_start", "visit_end", "organisation__name")


class SignedInRequest(HttpRequest):
    """A request behind the sign-in wall: its user is a person (ipsfidelity.middleware.SignInRequired)."""

    user: User


def review_to_read(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person may know of it."""
    return get_object_or_404(Review.objects.visible_to(request.user).for_page(request.user), code=code)


def review_to_score(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person is one of its evaluators and it is still open.

    With what the scoring pages show of a review, and no more.
    """
    reviews = Review.objects.visible_to(request.user).for_page(request.user).only(*SHOWN_WHILE_SCORING)
    review = get_object_or_404(reviews, code=code)
    _must_take_part(review)
    if not review.is_scorable:
        raise closed(review)
    return review


def review_to_save(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person is one of its evaluators, closed or not.

    Whether it is still open says the service that saves: a send that is only repeated was saved
    while it was. Fetches what saving needs and no more: this is asked every few seconds.
    """
    reviews = Review.objects.visible_to(request.user).told_whether_takes_part(request.user)
    review = get_object_or_404(reviews.only("code", "status", "edition"), code=code)
    _must_take_part(review)
    return review


def review_to_finalise(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person is one of its evaluators and it can be finalised from here."""
    review = review_to_read(request, code)
    _must_take_part(review)
    if review.status not in FINALISE.sources:
        if review.is_scorable:
            raise WrongMoment(_("Nothing has been scored yet. Score the items first."), review.get_absolute_url())
        raise closed(review)
    return review


def organisation_to_read(request: SignedInRequest, code: object) -> Organisation:
    """Return the organisation if the person may know of it."""
    organisations = Organisation.objects.visible_to(request.user).select_related("network")
    return get_object_or_404(organisations, code=code)


def organisation_to_plan(request: SignedInRequest, code: object) -> Organisation:
    """Return the organisation if the person may create reviews of it."""
    organisation = organisation_to_read(request, code)
    if not may_plan(request, organisation):
        raise PermissionDenied(_("Reviews are created by evaluators and coordinators."))
    return organisation


def may_plan(request: SignedInRequest, organisation: Organisation) -> bool:
    """Return whether the person may create reviews of an organisation."""
    return Organisation.objects.plannable_by(request.user).filter(pk=organisation.pk).exists()


def closed(review: Review) -> WrongMoment:
    """What to say to someone who wants to change a final review."""
    return WrongMoment(
        _("This review is final and cannot be changed any more. Nothing was saved. You can read its score sheet."),
        reverse("sheet", args=[review.code]),
    )


def _must_take_part(review: Review) -> None:
    if not review.takes_part:
        raise PermissionDenied(_("Only the evaluators of this review may change it. You can read it."))
