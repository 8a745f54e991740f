"""Who may read a review, change its status or its evaluators, and read its access log."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from ipsfidelity.prepared import prepared
from reviews.conflicts import no_valid_result, review_closed, transition_not_possible
from reviews.models import Membership, Organisation, Review, User
from reviews.workflow import MAY_CHANGE_PLAN, MAY_CORRECT, TRANSITIONS_BY_NAME, Actor, Transition


class SignedInRequest(HttpRequest):
    """A request of a signed-in person, which ipsfidelity.middleware.SignInRequired guarantees. For type checking."""

    user: User


def review_to_read(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person may know of it."""
    return the_one(_to_read(request.user.pk, code))


@prepared
def _to_read(user: int, code: UUID) -> QuerySet[Review]:
    reader = User(pk=user)
    return Review.objects.visible_to(reader).for_page(reader).filter(code=code)


def the_one[Row](found: list[Row]) -> Row:
    """Return the row that a query by code has found. Raises Http404 if it has found none."""
    if not found:
        raise Http404
    return found[0]


def review_to_change_status(request: SignedInRequest, code: object, name: str) -> tuple[Review, Transition]:
    """Return the review and the transition with this name, if the person may make it and it is possible now."""
    transition = TRANSITIONS_BY_NAME.get(name)
    if transition is None or Actor.NOBODY in transition.actors:
        raise Http404
    review = review_to_read(request, code)
    if not transition.actors & review.acting_as:
        raise PermissionDenied(_("This step is for the evaluators of the review. You can read it."))
    if transition not in review.transitions:
        raise transition_not_possible(review, transition)
    return review, transition


def review_to_correct(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person may open its correction, it is valid, and nobody has opened one yet."""
    review = review_to_read(request, code)
    if not MAY_CORRECT & review.acting_as:
        raise PermissionDenied(_("A correction is opened by the evaluators of the review or the coordinator."))
    if review.correction:
        raise StateConflict(
            _("A correction of this review has been opened already. Nothing was done."), review.get_absolute_url()
        )
    if not review.is_valid:
        raise StateConflict(
            _("Only a final review that is valid can be corrected. Nothing was done."), review.get_absolute_url()
        )
    return review


def result_to_show(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person may know of it and its result is valid: only that goes on a wall."""
    review = review_to_read(request, code)
    if not review.is_valid:
        raise no_valid_result(review)
    return review


def review_to_change_plan(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person may change its plan, or cancel it, and it is not closed."""
    review = review_to_read(request, code)
    if not MAY_CHANGE_PLAN & review.acting_as:
        raise PermissionDenied(
            _("The plan of a review is changed by its evaluators or the coordinator. You can read it.")
        )
    if review.is_closed:
        raise review_closed(review)
    return review


def review_log_to_read(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person may read its access log: the coordinator and the service's team leaders."""
    review = review_to_read(request, code)
    if not may_read_log(request.user, review):
        raise PermissionDenied(_("Who has read a review is shown to the coordinator and the service's team leader."))
    return review


def may_read_log(user: User, review: Review) -> bool:
    """Return whether a person who may know of the review may read its access log. At most one query."""
    return review.coordinated or leads(user, review)


def leads(user: User, review: Review) -> bool:
    """Return whether the person is a team leader of the reviewed service. One query."""
    return bool(_leading(user.pk, review.organisation.current_id))


@prepared
def _leading(user: int, organisation: int) -> QuerySet[Membership, int]:
    parts = Organisation.objects.parts_of([organisation])
    return (
        Membership.objects.team_leaders()
        .filter(user=user, organisation__in=parts.values("pk"))
        .values_list("pk", flat=True)[:1]
    )
