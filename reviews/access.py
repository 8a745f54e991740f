"""Who may: each function returns the object, or raises 404 (may not know), 403 (may not act),
409 (wrong moment). Every view starts here; nothing else decides about persons.
"""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from ipsfidelity.errors import WrongMoment
from reviews.models import Membership, Network, Organisation, Review, User
from reviews.workflow import MAY_CORRECT, MOVES, Move, Party, Role

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


def review_to_move(request: SignedInRequest, code: object, name: str) -> tuple[Review, Move]:
    """Return the review and the move of that name, if the person may make it and the moment is right."""
    move = MOVES.get(name)
    if move is None or Party.NOBODY in move.who:
        raise Http404
    review = review_to_read(request, code)
    if not move.who & review.parties:
        raise PermissionDenied(_("This step is for the evaluators of the review. You can read it."))
    if move not in review.moves:
        raise wrong_moment(review, move)
    return review, move


def review_to_correct(request: SignedInRequest, code: object) -> Review:
    """Return the final review if the person may open its correction, and nobody has yet."""
    review = review_to_read(request, code)
    if not MAY_CORRECT & review.parties:
        raise PermissionDenied(_("A correction is opened by the evaluators of the review or the coordinator."))
    if Review.objects.filter(supersedes=review).exists():
        raise WrongMoment(
            _("A correction of this review has been opened already. Nothing was done."), review.get_absolute_url()
        )
    if not review.is_valid:
        raise WrongMoment(
            _("Only a final review that is valid can be corrected. Nothing was done."), review.get_absolute_url()
        )
    return review


def review_to_hand_over(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person may change who its evaluators are: the coordinator, until it is final."""
    review = review_to_read(request, code)
    if not review.coordinated:
        raise PermissionDenied(_("The evaluators of a review are changed by the coordinator."))
    if review.is_final:
        raise closed(review)
    return review


def review_log_to_read(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person may see who has looked at it: the coordinator, the service's team leader."""
    review = review_to_read(request, code)
    if not may_read_log(request.user, review):
        raise PermissionDenied(_("Who has read a review is shown to the coordinator and the service's team leader."))
    return review


def may_read_log(user: User, review: Review) -> bool:
    """Return whether a person who may know of the review may also see who has looked at it."""
    leads = Membership.objects.filter(user=user, role=Role.TEAM_LEADER, organisation=review.organisation_id)
    return review.coordinated or leads.exists()


def network_to_manage(request: SignedInRequest, code: object) -> Network:
    """Return the network if the person keeps its people and organisations."""
    return get_object_or_404(Network.objects.managed_by(request.user), code=code)


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
    """What to say to someone who wants to change a review that is no longer being scored."""
    if review.is_handed_out:
        return WrongMoment(
            _("The draft report has been handed out. Nothing was saved. Send the review back to scoring to change it."),
            review.get_absolute_url(),
        )
    return WrongMoment(
        _("This review is final and cannot be changed any more. Nothing was saved. You can read its score sheet."),
        reverse("sheet", args=[review.code]),
    )


def wrong_moment(review: Review, move: Move) -> WrongMoment:
    """What to say to someone who wants to make a move that does not start from where the review is."""
    if review.is_final:
        return closed(review)
    return WrongMoment(
        _("“%(move)s” is not possible now: the review is %(status)s. Nothing was done.")
        % {"move": move.label, "status": review.get_status_display()},
        review.get_absolute_url(),
    )


def _must_take_part(review: Review) -> None:
    if not review.takes_part:
        raise PermissionDenied(_("Only the evaluators of this review may change it. You can read it."))
