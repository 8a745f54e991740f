"""Change the plan of a review until it is signed: whose it is, of what kind, when, by whom, and how it is scored.

Method and edition decide which rows hold scores, so they stay once somebody has saved anything about an item. The plan
of a correction includes the organisation, so that a review of the wrong one can be put right.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ipsfidelity.errors import StateConflict
from reviews.conduct.plan_notifications import notify_plan_changed
from reviews.conduct.planning import check_independence, create_ratings, create_scores, replace_evaluators
from reviews.conduct.submission import open_ratings_when_complete
from reviews.conflicts import review_closed
from reviews.models import EventType, Organisation, Rating, Review, User
from reviews.records.writing import changes_between, compare, lock, lock_review, record, version_of
from reviews.schedule.preparation import move_steps
from reviews.workflow import Method
from scales.definition import Scale
from scales.models import ScaleEdition

COLUMNS = ("organisation", "kind", "visit_start", "visit_end", "period_start", "period_end", "edition", "method")


@dataclass(frozen=True)
class ReviewPlan:
    """What a person can change about a review until it is signed."""

    organisation: Organisation
    kind: str
    visit_start: date
    visit_end: date
    period_start: date | None
    period_end: date | None
    edition: ScaleEdition
    method: str
    evaluators: frozenset[User]


def review_plan(review: Review) -> ReviewPlan:
    """Return the plan of a review as it is stored. At most three queries."""
    columns = {name: getattr(review, name) for name in COLUMNS}
    return ReviewPlan(**columns, evaluators=frozenset(review.evaluators.all()))


def plan_version(review: Review) -> str:
    """Return the version of a review's plan and status, for pages to carry."""
    return version_of(str(review.status), *_as_data(review_plan(review)).values())


def why_scale_stays(review: Review) -> str:
    """Return why method and edition can no longer change, "" while they can."""
    if review.is_unscored:
        return ""
    return _("Method and scale stay as they are, because somebody has begun to score by them.")


@transaction.atomic
def change_plan(
    *, review: Review, by: User, seen: str, plan: ReviewPlan, past_steps: str = "", at: datetime | None = None
) -> None:
    """Change the plan of a review. Writes nothing if nothing changes. Everybody concerned is told.

    `seen` is the version that the page showed. With one evaluator the method of a planned review is one common scoring.
    Steps of the preparation that are counted from the visit move with it; `past_steps` (PreparationStep.WhenPast) says
    what becomes of those whose dates have passed. If a draft report changes hands, the other
    service has not been asked for remarks. If all remaining evaluators have submitted their ratings, the ratings are
    opened.

    Raises Stale (409) if the plan or the status has changed since, StateConflict (409) if the review is closed, has
    scores by another method or edition or interviews on another instrument, NotIndependent and HasSubmitted (409) as
    `replace_evaluators` does, ValueError without evaluators or for an organisation of another network.
    """
    locked, at = lock_review(review), at or timezone.now()
    before, after = review_plan(locked), _fitted(locked, plan)
    if locked.is_closed:
        raise review_closed(locked)
    if after == before:
        return
    compare(plan_version(locked), seen, stored=before)
    _check(locked, before, after)
    changes = changes_between(_as_data(before), _as_data(after))
    _write(locked, before, after, changes)
    if (before.visit_start, before.visit_end) != (after.visit_start, after.visit_end):
        changes |= _moved_steps(locked, past_steps, by, at)
    record(locked, EventType.PLAN_CHANGED, by=by, at=at, changes=changes)
    if "organisation" in changes and locked.supersedes:
        moved = {"correction": [str(locked.code)] * 2, "organisation": changes["organisation"]}
        record(lock(locked.supersedes), EventType.MOVED, by=by, at=at, changes=moved)
    open_ratings_when_complete(locked, by=by, at=at)
    notify_plan_changed(locked, by=by, before=before.evaluators, organisation=before.organisation)


def _fitted(locked: Review, plan: ReviewPlan) -> ReviewPlan:
    """Return the plan with one common scoring if there is nobody to compare ratings with.

    A review keeps its organisation if the plan names another row of the same one: they were joined.
    """
    if plan.organisation.current_id == locked.organisation.current_id:
        plan = replace(plan, organisation=locked.organisation)
    is_alone = locked.is_unscored and len(plan.evaluators) == 1
    return replace(plan, method=Method.TOGETHER) if is_alone else plan


def _check(locked: Review, before: ReviewPlan, after: ReviewPlan) -> None:
    if after.organisation.network_id != before.organisation.network_id:
        raise ValueError("a review stays in its network")
    if (after.edition, after.method) != (before.edition, before.method) and (why := why_scale_stays(locked)):
        raise StateConflict(f"{why} {_('Nothing was saved.')}", locked.get_absolute_url())
    if after.edition != before.edition and _notes_would_be_lost(locked, before.edition.scale, after.edition.scale):
        raise StateConflict(_other_guides(), locked.get_absolute_url())
    if (after.organisation, after.kind) != (before.organisation, before.kind):
        check_independence(after.organisation, after.kind, after.evaluators)


def _notes_would_be_lost(locked: Review, before: Scale, after: Scale) -> bool:
    """Return whether the review has notes on items that mean something else in, or are missing from, another scale."""
    if before.instrument != after.instrument:
        return locked.interviews.exists() or locked.quick_notes.filter(item_number__isnull=False).exists()
    if before.by_number.keys() == after.by_number.keys():
        return False
    by_item = locked.interviews.filter(guide__isnull=True)
    return by_item.exists() or locked.quick_notes.filter(item_number__isnull=False).exists()


def _other_guides() -> str:
    return _(
        "This review has interviews or notes by the items of its scale. Beside other items nobody would find them. "
        "Nothing was saved. Remove the interviews first, or plan a new review by the other scale."
    )


def _write(locked: Review, before: ReviewPlan, after: ReviewPlan, changes: dict[str, list[Any]]) -> None:
    """Write the plan, and add to `changes` what follows from it."""
    for name in COLUMNS:
        setattr(locked, name, getattr(after, name))
    if "organisation" in changes and locked.facts_until:
        changes["facts_until"] = [locked.facts_until.isoformat(), ""]
        locked.facts_until = None
    locked.save(update_fields=[*COLUMNS, "facts_until"])
    replace_evaluators(locked, after.evaluators)
    if (after.edition, after.method) != (before.edition, before.method):
        _rebuild_rows(locked, is_other_edition=after.edition != before.edition)


def _moved_steps(locked: Review, past: str, by: User, at: datetime) -> dict[str, list[Any]]:
    """Move the steps of the preparation with the visit, and return what has changed."""
    moved = move_steps(locked, past, by=by, at=at)
    changes: dict[str, list[Any]] = {"moved_steps": [0, moved]} if moved else {}
    return changes | ({"past_steps": ["", str(past)]} if past else {})


def _rebuild_rows(locked: Review, *, is_other_edition: bool) -> None:
    """Replace the rows of a review that nobody has scored by rows for its current edition and method.

    Rows of another edition get a higher version, so that a page with the earlier items cannot save to them.
    """
    version = 0
    Rating.objects.filter(evaluator__review=locked).delete()
    if is_other_edition:
        version = 1 + max(locked.scores.values_list("version", flat=True))
        locked.scores.all().delete()
        create_scores(locked, version=version)
    create_ratings(locked, version=version)


def _as_data(plan: ReviewPlan) -> Mapping[str, Any]:
    """Return the plan as an event holds it: organisation and evaluators by code, the edition by its short name."""
    return {
        "organisation": str(plan.organisation.code),
        "kind": str(plan.kind),
        "visit_start": plan.visit_start.isoformat(),
        "visit_end": plan.visit_end.isoformat(),
        "period_start": plan.period_start.isoformat() if plan.period_start else "",
        "period_end": plan.period_end.isoformat() if plan.period_end else "",
        "edition": plan.edition.slug,
        "method": str(plan.method),
        "evaluators": sorted(str(user.code) for user in plan.evaluators),
    }
