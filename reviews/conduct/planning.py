"""Create a review, open the correction of a final one, hand one over: each in one transaction."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import WrongMoment
from reviews.access import closed
from reviews.conduct.moving import hold
from reviews.models import Happening, ItemScore, Organisation, Review, ReviewEvaluator, ReviewEvent, User
from reviews.records import chain
from reviews.workflow import FROM_OUTSIDE, Status
from scales.models import ScaleEdition


class NotIndependent(WrongMoment):
    """People of the reviewed organisation may not do an independent or peer review of it."""

    def __init__(self, people: Iterable[User], organisation: Organisation) -> None:
        sentence = _(
            "%(names)s works at %(organisation)s. An independent or peer review is done by people from elsewhere; "
            "choose another evaluator, or another kind."
        )
        super().__init__(sentence % {"names": ", ".join(map(str, people)), "organisation": organisation})


def check_independence(organisation: Organisation, kind: str, evaluators: Iterable[User]) -> None:
    """Raise NotIndependent if one of the evaluators belongs to the organisation and the kind forbids it."""
    if kind not in FROM_OUTSIDE:
        return
    inside = User.objects.belonging_to(organisation).filter(pk__in=[user.pk for user in evaluators])
    if people := list(inside):
        raise NotIndependent(people, organisation)


@transaction.atomic
def create_review(
    *,
    organisation: Organisation,
    by: User,
    edition: ScaleEdition,
    kind: str,
    visit_start: date,
    visit_end: date,
    evaluators: Iterable[User],
    period_start: date | None = None,
    period_end: date | None = None,
    code: UUID | None = None,
    at: datetime | None = None,
) -> Review:
    """Return a new planned review. Every item of the edition gets its row, so saving only updates.

    Raises NotIndependent.
    """
    evaluators = list(evaluators)
    check_independence(organisation, kind, evaluators)
    at = at or timezone.now()
    review = Review.objects.create(
        code=code or uuid4(),
        organisation=organisation,
        edition=edition,
        kind=kind,
        visit_start=visit_start,
        visit_end=visit_end,
        period_start=period_start,
        period_end=period_end,
        created_by=by,
        created_at=at,
    )
    ReviewEvaluator.objects.bulk_create(ReviewEvaluator(review=review, user=user) for user in evaluators)
    ItemScore.objects.bulk_create(ItemScore(review=review, item_number=item.number) for item in edition.scale.items)
    chain.append(review, ReviewEvent(at=at, by=by, happening=Happening.CREATED))
    return review


@transaction.atomic
def open_correction(*, review: Review, by: User, reason: str, at: datetime | None = None) -> Review:
    """Return a new review with the content of a final one, to be changed and signed in its place.

    The old one stays valid until the new one is final. Those of its evaluators who still are
    evaluators of the network go on; the coordinator names others. Raises WrongMoment (409) when it
    is not valid, or is being corrected already; ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("a correction says why")
    at = at or timezone.now()
    held = hold(review)
    if not held.is_valid:
        raise closed(held)
    if Review.objects.filter(supersedes=held).exists():
        raise WrongMoment(_("A correction of this review has been opened already."), held.get_absolute_url())
    new = Review.objects.create(
        organisation=held.organisation,
        edition_id=held.edition_id,
        kind=held.kind,
        status=Status.SCORING,
        visit_start=held.visit_start,
        visit_end=held.visit_end,
        period_start=held.period_start,
        period_end=held.period_end,
        created_by=by,
        created_at=at,
        supersedes=held,
    )
    still = User.objects.evaluators_of(held.organisation.network_id).filter(participations__review=held)
    ReviewEvaluator.objects.bulk_create(ReviewEvaluator(review=new, user=user) for user in still.order_by("pk"))
    ItemScore.objects.bulk_create(_copy(row, new) for row in held.scores.all())
    told = {"corrects": ["", str(held.code)]}
    chain.append(new, ReviewEvent(at=at, by=by, happening=Happening.CORRECTION, comment=reason.strip(), changes=told))
    told = {"correction": ["", str(new.code)]}
    chain.append(held, ReviewEvent(at=at, by=by, happening=Happening.CORRECTED, comment=reason.strip(), changes=told))
    return new


@transaction.atomic
def hand_over(*, review: Review, by: User, evaluators: Iterable[User], at: datetime | None = None) -> None:
    """Make these people the review's evaluators. Raises WrongMoment (409) once it is final, NotIndependent."""
    held = hold(review)
    if held.is_final:
        raise closed(held)
    wanted = {user.pk: user for user in evaluators}
    if not wanted:
        raise ValueError("a review has at least one evaluator")
    check_independence(held.organisation, held.kind, wanted.values())
    now = {row.user_id: row for row in held.participations.select_related("user")}
    leaving, coming = now.keys() - wanted.keys(), wanted.keys() - now.keys()
    if not leaving and not coming:
        return
    before = sorted(str(row.user.code) for row in now.values())
    ReviewEvaluator.objects.filter(review=held, user__in=leaving).delete()
    ReviewEvaluator.objects.bulk_create(ReviewEvaluator(review=held, user_id=pk) for pk in sorted(coming))
    changes = {"evaluators": [before, sorted(str(user.code) for user in wanted.values())]}
    chain.append(
        held,
        ReviewEvent(at=at or timezone.now(), by=by, happening=Happening.HANDED_OVER, changes=changes),
    )


def _copy(row: ItemScore, review: Review) -> ItemScore:
    """Return a row's judgement for another review, as saved by whoever saved it."""
    return ItemScore(
        review=review,
        item_number=row.item_number,
        value=row.value,
        sources=row.sources,
        evidence=row.evidence,
        recommendation=row.recommendation,
        version=1,
        saved_by_id=row.saved_by_id,
        saved_at=row.saved_at,
    )
