"""What the evaluators of a new review read of the plan before it: what was to be done, and what became of it.

No score of the review before is told here: an old score beside a new one sways it. Reads; never writes.
"""

from dataclasses import dataclass

from reviews.followup.earlier import Earlier, still_open
from reviews.followup.plan import PlanAction, PlanNote, plan_of
from reviews.models import Review
from reviews.wording import visit_words


@dataclass(frozen=True)
class Became:
    """One action of the plan before, with the last note on it."""

    action: PlanAction
    last: PlanNote | None


@dataclass(frozen=True)
class PlanBefore:
    """The plan of the review before. `language` is that of its scale, whose items the actions name; `earlier` is what
    is still open from the plans before that."""

    kind: str
    visit: str
    language: str
    actions: tuple[Became, ...]
    earlier: tuple[Earlier, ...]
    sentence: str


def review_before(review: Review) -> Review | None:
    """Return the organisation's last valid review before this one, of whatever kind."""
    if review.organisation.last_review_id is None:
        return None
    valid = Review.objects.valid().filter(organisation=review.organisation_id, visit_start__lt=review.visit_start)
    return valid.newest_first().first()


def plan_before(review: Review) -> PlanBefore | None:
    """Return the plan of the review before this one, None when there is none. Ten queries at most."""
    before = review_before(review)
    if before is None:
        return None
    plan = plan_of(before)
    return PlanBefore(
        kind=str(before.get_kind_display()),
        visit=visit_words(before.visit_start, before.visit_end),
        language=before.scale.language,
        actions=tuple(Became(action, action.notes[-1] if action.notes else None) for action in plan.actions),
        earlier=still_open(before),
        sentence=plan.sentence,
    )
