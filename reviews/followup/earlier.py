"""What is still open from plans before the last review's. Reads; never writes.

An organisation's open actions are counted over all its plans, so the plan that its links lead to shows them all.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse

from reviews.followup.plan import PlanAction, shown
from reviews.models import Action, Review, User
from reviews.models.improvement import ActionQuerySet


@dataclass(frozen=True)
class Earlier:
    """An action of an earlier plan. `visit` tells which; `language` is that of the scale whose item it names; `url`
    leads to the action in that plan, "" for who may not know of that review."""

    action: PlanAction
    visit: str
    visit_on: date
    language: str
    url: str


def still_open(review: Review, user: User | None = None) -> tuple[Earlier, ...]:
    """Return the open actions of earlier plans when this is the organisation's last valid review, else none.

    With `open_of` of the review's own plan they are all that the organisation's standing counts. One query, two to
    three more where there are such actions and a person to whom links are shown.
    """
    found = list(
        open_before(review)
        .select_related("review")
        .prefetch_related("notes__by")
        .order_by("-review__visit_start", "-review", "item_number", "pk")
    )
    codes = _plans(review, {action.review_id for action in found}, user) if found and user else {}
    return tuple(_earlier(action, codes.get(action.review_id)) for action in found)


def open_before(review: Review) -> ActionQuerySet:
    """Return the same actions as they are stored."""
    if review.organisation.last_review_id != review.pk:
        return Action.objects.none()
    return Action.objects.open_of(review.organisation_id).exclude(review__in=review.line())


def _earlier(action: Action, code: UUID | None) -> Earlier:
    of = action.review
    url = f"{reverse('plan', args=[code])}#action-{action.code}" if code else ""
    return Earlier(shown(of, action), of.visit, of.visit_start, of.scale.language, url)


def _plans(review: Review, began: set[int], user: User) -> dict[int, UUID]:
    """Return by number of a review the code of the one whose plan holds its actions: itself, or the correction that is
    valid now. Only of reviews that the person may know of."""
    of_organisation = Review.objects.filter(organisation=review.organisation_id)
    corrections = of_organisation.finished().filter(supersedes__isnull=False)
    corrected_by = dict(corrections.values_list("supersedes", "pk"))
    known = dict(of_organisation.valid().visible_to(user).values_list("pk", "code"))
    plans = {}
    for pk in began:
        last = pk
        while last in corrected_by:
            last = corrected_by[last]
        if last in known:
            plans[pk] = known[last]
    return plans
