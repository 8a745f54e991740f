"""Who may set due dates, prepare a review and change a network's timeline."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from reviews.access.networks import network_to_oversee
from reviews.access.reviews import SignedInRequest, review_to_read
from reviews.models import PreparationStep, Review, TimelineStep


def review_to_set_due(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person coordinates its network and it is the organisation's last valid review."""
    review = review_to_read(request, code)
    if not review.coordinated:
        raise PermissionDenied(_("When the next review is due is set by the coordinator. You can read it."))
    if not review.is_valid or review.organisation.current.last_review_id != review.pk:
        raise StateConflict(
            _("When the next review is due is counted from the organisation’s last valid review. This one is not."),
            review.get_absolute_url(),
        )
    return review


def review_to_prepare(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person is one of its evaluators or coordinates its network, whatever its status."""
    review = review_to_read(request, code)
    if not (review.takes_part or review.coordinated):
        raise PermissionDenied(
            _("The preparation is working material of the evaluators and the coordinator. You can read the result.")
        )
    return review


def step_to_prepare(request: SignedInRequest, code: object, step: int) -> PreparationStep:
    """Return a step of a review's preparation if the person may change the preparation."""
    review = review_to_prepare(request, code)
    preparation_step = get_object_or_404(PreparationStep, review=review, pk=step)
    preparation_step.review = review
    return preparation_step


def timeline_step_to_change(request: SignedInRequest, code: object, step: int) -> TimelineStep:
    """Return a row of a network's timeline if the person coordinates the network."""
    network = network_to_oversee(request, code)
    timeline_step = get_object_or_404(TimelineStep, network=network, pk=step)
    timeline_step.network = network
    return timeline_step
