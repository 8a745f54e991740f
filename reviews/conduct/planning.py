"""Create a review: the row, its evaluators and one empty score an item, in one transaction."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID, uuid4

from django.db import transaction

from reviews.models import Happening, ItemScore, Organisation, Review, ReviewEvaluator, ReviewEvent, User
from scales.models import ScaleEdition


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
) -> Review:
    """Return a new planned review. Every item of the edition gets its row, so saving only updates."""
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
    )
    ReviewEvaluator.objects.bulk_create(ReviewEvaluator(review=review, user=user) for user in evaluators)
    ItemScore.objects.bulk_create(ItemScore(review=review, item_number=item.number) for item in edition.scale.items)
    ReviewEvent.objects.create(review=review, by=by, happening=Happening.CREATED)
    return review
