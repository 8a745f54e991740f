"""Who may score a review, submit ratings, compare them and agree on the scores."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from ipsfidelity.prepared import prepared
from reviews.access.reviews import SignedInRequest, review_to_read, the_one
from reviews.conflicts import ratings_submitted, review_closed
from reviews.models import Review, User

SHOWN_WHILE_SAVING = ("code", "status", "method", "specialists", "edition")
SHOWN_WHILE_SCORING = (
    *SHOWN_WHILE_SAVING,
    *("visit_start", "visit_end", "organisation__name", "organisation__joined_to__name"),
)


def review_to_score(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person is one of its evaluators and may score it now.

    Fetches only the columns that the scoring pages show.
    """
    review = the_one(_to_score(request.user.pk, code))
    _must_take_part(review)
    if not review.is_scorable:
        raise review_closed(review)
    if not review.scorable_by_reader:
        raise ratings_submitted(review)
    return review


@prepared
def _to_score(user: int, code: UUID) -> QuerySet[Review]:
    reader = User(pk=user)
    return Review.objects.visible_to(reader).for_page(reader).filter(code=code).only(*SHOWN_WHILE_SCORING)


def review_to_save(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person is one of its evaluators, whatever its status.

    Whether the review is open is checked when the scores are saved, so that a repeated request succeeds as before.
    Fetches only the columns that saving needs, because pages save every few seconds.
    """
    review = the_one(_to_save(request.user.pk, code))
    _must_take_part(review)
    return review


@prepared
def _to_save(user: int, code: UUID) -> QuerySet[Review]:
    reader = User(pk=user)
    return Review.objects.visible_to(reader).with_participation(reader).filter(code=code).only(*SHOWN_WHILE_SAVING)


def review_to_submit(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person is one of its evaluators and its ratings are still blind."""
    review = review_to_read(request, code)
    _must_take_part(review)
    if review.is_closed:
        raise review_closed(review)
    if not review.is_blind:
        raise StateConflict(
            _("Ratings are handed in while each evaluator rates alone. Nothing was done."), review.get_absolute_url()
        )
    return review


def review_to_agree(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person is one of its evaluators and it is in consensus."""
    review = review_to_compare(request, code)
    _must_take_part(review)
    if not review.is_in_consensus:
        raise review_closed(review)
    return review


def review_to_save_agreed(request: SignedInRequest, code: object) -> Review:
    """Return the review if the person is one of its evaluators and its ratings are no longer blind.

    As in `review_to_save`, whether the review is open is checked when the scores are saved.
    """
    review = review_to_save(request, code)
    _ratings_must_be_open(review)
    return review


def review_to_compare(request: SignedInRequest, code: object) -> Review:
    """Return the review if its ratings are no longer blind and the person may read who rated what."""
    review = review_to_read(request, code)
    if not (review.takes_part or review.coordinated):
        raise PermissionDenied(_("Who rated what is for the evaluators and the coordinator. You can read the result."))
    _ratings_must_be_open(review)
    return review


def _must_take_part(review: Review) -> None:
    if not review.takes_part:
        raise PermissionDenied(_("Only the evaluators of this review may change it. You can read it."))


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
