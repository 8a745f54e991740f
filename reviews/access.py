"""Who may: each function returns the object, or raises 404 (may not know), 403 (may not act),
409 (wrong moment). Every view starts here; nothing else decides about persons.
"""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from reviews.conflicts import (
    no_draft_now,
    no_plan_yet,
    plan_moved_on,
    ratings_submitted,
    review_closed,
    transition_not_possible,
    upload_gone,
)
from reviews.models import (
    Interview,
    Membership,
    Network,
    Organisation,
    PreparationStep,
    Remark,
    Review,
    TimelineStep,
    Upload,
    User,
)
from reviews.models.imports import KEPT
from reviews.workflow import ITS_EVALUATORS_AND_COORDINATORS, MAY_CORRECT, TRANSITIONS_BY_NAME, Party, Role, Transition

SHOWN_WHILE_SAVING = ("code", "status", "method", "specialists", "edition")
SHOWN_WHILE_SCORING = (*SHOWN_WHILE_SAVING, "visit_start", "visit_end", "organisation__name")


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
        raise review_closed(review)
    if not review.scorable_by_reader:
        raise ratings_submitted(review)
    return review


def review_to_save(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person is one of its evaluators, closed or not.

    Whether it is still open says the service that saves: a send that is only repeated was saved
    while it was. Fetches what saving needs and no more: this is asked every few seconds.
    """
    reviews = Review.objects.visible_to(request.user).with_participation(request.user)
    review = get_object_or_404(reviews.only(*SHOWN_WHILE_SAVING), code=code)
    _must_take_part(review)
    return review


def review_to_submit(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person rates it apart from the others, and the ratings are not open yet."""
    review = review_to_read(request, code)
    _must_take_part(review)
    if not review.is_blind:
        raise StateConflict(
            _("Ratings are handed in while each evaluator rates alone. Nothing was done."), review.get_absolute_url()
        )
    return review


def review_to_agree(request: SignedInRequest, code: object) -> Review:
    """Return the review if its ratings are open and the person is one of those who agree on the scores."""
    review = review_to_compare(request, code)
    _must_take_part(review)
    if not review.is_in_consensus:
        raise review_closed(review)
    return review


def review_to_save_agreed(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person takes part and its ratings are open, closed again or not (review_to_save)."""
    review = review_to_save(request, code)
    _ratings_must_be_open(review)
    return review


def review_to_compare(request: SignedInRequest, code: object) -> Review:
    """Return the review if it was rated apart, all have handed in, and the person may see who rated what."""
    review = review_to_read(request, code)
    if not (review.takes_part or review.coordinated):
        raise PermissionDenied(_("Who rated what is for the evaluators and the coordinator. You can read the result."))
    _ratings_must_be_open(review)
    return review


def review_to_change_status(request: SignedInRequest, code: object, name: str) -> tuple[Review, Transition]:
    """Return the review and the move of that name, if the person may make it and the moment is right."""
    transition = TRANSITIONS_BY_NAME.get(name)
    if transition is None or Party.NOBODY in transition.who:
        raise Http404
    review = review_to_read(request, code)
    if not transition.who & review.parties:
        raise PermissionDenied(_("This step is for the evaluators of the review. You can read it."))
    if transition not in review.transitions:
        raise transition_not_possible(review, transition)
    return review, transition


def review_to_correct(request: SignedInRequest, code: object) -> Review:
    """Return the final review if the person may open its correction, and nobody has yet."""
    review = review_to_read(request, code)
    if not MAY_CORRECT & review.parties:
        raise PermissionDenied(_("A correction is opened by the evaluators of the review or the coordinator."))
    if Review.objects.filter(supersedes=review).exists():
        raise StateConflict(
            _("A correction of this review has been opened already. Nothing was done."), review.get_absolute_url()
        )
    if not review.is_valid:
        raise StateConflict(
            _("Only a final review that is valid can be corrected. Nothing was done."), review.get_absolute_url()
        )
    return review


def review_to_hand_over(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person may change who its evaluators are: the coordinator, until it is final."""
    review = review_to_read(request, code)
    if not review.coordinated:
        raise PermissionDenied(_("The evaluators of a review are changed by the coordinator."))
    if review.is_final:
        raise review_closed(review)
    return review


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


def review_log_to_read(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person may see who has looked at it: the coordinator, the service's team leader."""
    review = review_to_read(request, code)
    if not may_read_log(request.user, review):
        raise PermissionDenied(_("Who has read a review is shown to the coordinator and the service's team leader."))
    return review


def may_read_log(user: User, review: Review) -> bool:
    """Return whether a person who may know of the review may also see who has looked at it."""
    return review.coordinated or leads(user, review)


def network_to_manage(request: SignedInRequest, code: object) -> Network:
    """Return the network if the person keeps its people and organisations."""
    return get_object_or_404(Network.objects.managed_by(request.user), code=code)


def network_to_oversee(request: SignedInRequest, code: object) -> Network:
    """Return the network if the person coordinates it. Administrators keep its people, not what was judged."""
    coordinated = Membership.objects.filter(user=request.user, role=Role.COORDINATOR)
    return get_object_or_404(Network.objects.filter(pk__in=coordinated.values("network")), code=code)


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


def networks_overseen(request: SignedInRequest) -> tuple[Network, list[Network]]:
    """Return the network that is asked for and all that the person coordinates; 403 for who coordinates none."""
    networks = list(Network.objects.where_person_is(request.user, (Role.COORDINATOR,)))
    if not networks:
        _asked_for(request, list(Network.objects.where_person_is(request.user, Role)))
        raise PermissionDenied(_("The overview of a network is for its coordinators."))
    return _asked_for(request, networks) or networks[0], networks


def networks_belonged_to(request: SignedInRequest) -> tuple[Network, list[Network]]:
    """Return the network that is asked for and all that the person belongs to; 403 for who belongs to none."""
    networks = list(Network.objects.where_person_is(request.user, Role))
    chosen = _asked_for(request, networks)
    if not networks:
        raise PermissionDenied(_("The figures of a network are for those who belong to it."))
    return chosen or networks[0], networks


def organisations_led(request: SignedInRequest, network: Network) -> list[Organisation]:
    """Return the organisations of a network whose team leader the person is."""
    led = Membership.objects.filter(user=request.user, role=Role.TEAM_LEADER, network=network)
    return list(Organisation.objects.filter(pk__in=led.values("organisation")))


def _asked_for(request: SignedInRequest, networks: list[Network]) -> Network | None:
    """Return the one of `networks` whose code is in the address, None without one. What is not theirs is 404."""
    code = request.GET.get("network", "")
    for network in networks:
        if str(network.code) == code:
            return network
    if code:
        raise Http404
    return None


def _interview_of(review: Review, code: object) -> Interview:
    """Return an interview of the review, with the review as it was fetched for the person."""
    found = get_object_or_404(Interview.objects.filter(review=review).for_page(), code=code)
    found.review = review
    return found


def _ratings_must_be_open(review: Review) -> None:
    if not review.is_rated_apart:
        raise StateConflict(
            _("This review has one common scoring: there is nothing to compare."), review.get_absolute_url()
        )
    if review.is_blind:
        raise StateConflict(
            _("The ratings are opened when all evaluators have handed in. Until then nobody sees another's."),
            review.get_absolute_url(),
        )


def _must_take_part(review: Review) -> None:
    if not review.takes_part:
        raise PermissionDenied(_("Only the evaluators of this review may change it. You can read it."))


def plan_to_read(request: SignedInRequest, code: object) -> Review:
    """Return the review whose action plan goes on, if the person may know of it: the one that was asked for or, where
    that was replaced, its valid correction."""
    return _with_the_plan(request.user, review_to_read(request, code))


def plan_to_keep(request: SignedInRequest, code: object) -> Review:
    """Return the same review if the person keeps its action plan: the service's team leader, the coordinator."""
    review = review_to_read(request, code)
    if not may_keep_plan(request.user, review):
        raise PermissionDenied(
            _("The action plan is kept by the service’s team leader and the coordinator. You can read it.")
        )
    return _with_the_plan(request.user, review)


def may_keep_plan(user: User, review: Review) -> bool:
    """Return whether a person who may know of the review also works on its action plan."""
    return review.coordinated or leads(user, review)


def review_to_set_due(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person may say when the next one is due: the coordinator, of the last valid review."""
    review = review_to_read(request, code)
    if not review.coordinated:
        raise PermissionDenied(_("When the next review is due is set by the coordinator. You can read it."))
    if not review.is_valid or review.organisation.last_review_id != review.pk:
        raise StateConflict(
            _("When the next review is due is counted from the organisation’s last valid review. This one is not."),
            review.get_absolute_url(),
        )
    return review


def _with_the_plan(user: User, review: Review) -> Review:
    if not review.is_final:
        raise no_plan_yet(review)
    if review.is_valid:
        return review
    valid = review
    while not valid.is_valid:
        valid = Review.objects.get(supersedes=valid)
    known = Review.objects.visible_to(user).for_page(user).filter(pk=valid.pk).first()
    if known is None:
        raise plan_moved_on(review)
    return known


def leads(user: User, review: Review) -> bool:
    """Return whether the person is a team leader of the reviewed service. One query."""
    leading = Membership.objects.filter(user=user, role=Role.TEAM_LEADER, organisation=review.organisation_id)
    return leading.exists()


def review_with_remarks(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person may read what the service remarked: who knows of it, once it was handed out."""
    review = review_to_read(request, code)
    if not (review.is_handed_out or review.is_final or Remark.objects.filter(review=review).exists()):
        raise no_draft_now(review)
    return review


def review_to_remark(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person speaks for the service. Whether it is asked now says the service that saves."""
    review = review_to_read(request, code)
    if not leads(request.user, review):
        raise PermissionDenied(_("Remarks are written by the team leader of the service. You can read them."))
    return review


def may_remark(user: User, review: Review) -> bool:
    """Return whether a person who may know of the review may remark on it now. No query unless the service is asked."""
    return review.takes_remarks and leads(user, review)


def remark_to_change(request: SignedInRequest, code: object, remark: object) -> Remark:
    """Return the remark if the person wrote it and still speaks for the service, the review closed or not."""
    found = _remark_of(review_to_remark(request, code), remark)
    if found.by != request.user:
        raise PermissionDenied(_("A remark is changed by who wrote it. You can write another one."))
    return found


def remark_to_answer(request: SignedInRequest, code: object, remark: object) -> Remark:
    """Return the remark if the person is one of those who answer, the review closed or not."""
    review = review_to_read(request, code)
    if not review.takes_part:
        raise PermissionDenied(_("Remarks are answered by the evaluators of the review. You can read the answers."))
    return _remark_of(review, remark)


def review_to_ask(request: SignedInRequest, code: object) -> Review:
    """Return the draft report if the person may say until when the service remarks on it."""
    review = review_to_read(request, code)
    if not ITS_EVALUATORS_AND_COORDINATORS & review.parties:
        raise PermissionDenied(_("The day is set by the evaluators of the review or the coordinator."))
    if not review.is_handed_out:
        raise no_draft_now(review)
    return review


def _remark_of(review: Review, code: object) -> Remark:
    """Return a remark on the review, with the review as it was fetched for the person."""
    found = get_object_or_404(Remark.objects.select_related("by", "answered_by"), review=review, code=code)
    found.review = review
    return found


def review_to_prepare(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person prepares it: its evaluators and the coordinator, also after it is final."""
    review = review_to_read(request, code)
    if not (review.takes_part or review.coordinated):
        raise PermissionDenied(
            _("The preparation is working material of the evaluators and the coordinator. You can read the result.")
        )
    return review


def step_to_prepare(request: SignedInRequest, code: object, step: int) -> PreparationStep:
    """Return a step of a review's preparation if the person prepares the review."""
    review = review_to_prepare(request, code)
    found = get_object_or_404(PreparationStep, review=review, pk=step)
    found.review = review
    return found


def timeline_step_to_change(request: SignedInRequest, code: object, step: int) -> TimelineStep:
    """Return a row of a network's timeline if the person coordinates the network."""
    network = network_to_oversee(request, code)
    found = get_object_or_404(TimelineStep, network=network, pk=step)
    found.network = network
    return found


def upload_to_import(request: SignedInRequest, code: object, upload: object) -> Upload:
    """Return a checked file of past reviews if the person coordinates its network, and it is still there."""
    network = network_to_oversee(request, code)
    kept = Upload.objects.filter(network=network, at__gt=timezone.now() - KEPT).select_related("network", "by")
    found = kept.filter(code=str(upload)).first()
    if found is None:
        raise upload_gone(network)
    return found
