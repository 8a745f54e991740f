"""Who may read the action plan of a review, and who may change it."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from reviews.access.reviews import SignedInRequest, leads, review_to_read
from reviews.conflicts import no_plan_yet, plan_ended, plan_moved_on
from reviews.models import Review, User


def plan_to_read(request: SignedInRequest, code: object) -> Review:
    """Return the review that holds the action plan, if the person may know of it.

    That is the requested review or, if it was replaced, its valid correction.
    """
    return _with_the_plan(request.user, review_to_read(request, code))


def plan_to_keep(request: SignedInRequest, code: object) -> Review:
    """Return that review if the person may change its plan: a team leader of the service or the coordinator."""
    review = review_to_read(request, code)
    if not may_keep_plan(request.user, review):
        raise PermissionDenied(
            _("The action plan is kept by the service’s team leader and the coordinator. You can read it.")
        )
    return _with_the_plan(request.user, review)


def may_keep_plan(user: User, review: Review) -> bool:
    """Return whether a person who may know of the review may change its action plan. At most one query."""
    return review.coordinated or leads(user, review)


def _with_the_plan(user: User, review: Review) -> Review:
    if not review.is_final:
        raise no_plan_yet(review)
    if review.is_valid:
        return review
    valid = review
    while not valid.is_valid:
        valid = Review.objects.finished().select_related("organisation").get(supersedes=valid)
    if valid.organisation.current_id != review.organisation.current_id:
        raise plan_ended(review)
    visible = Review.objects.visible_to(user).for_page(user).filter(pk=valid.pk).first()
    if visible is None:
        raise plan_moved_on(review)
    return visible
